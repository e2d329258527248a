"""Conditions of routers: a small, safe expression language, CEL (Common Expression Language, cel.dev).

`docs/conditions.md` tells users what they can write. An expression is type-checked before it is used and can neither
loop without end nor reach anything but its facts. What bounds it: its length (`schemas.graphs.Condition`); its nesting
(32 levels) and the steps of all its `all` and `exists` together (10,000), both by the library; nothing builds lists;
within `all` and `exists` nothing is joined, and things are compared with literals alone, so that a step takes no longer
the larger the facts are; texts are seen up to `MOST_CHARACTERS`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict, cast

from cel_expr_python import cel

MOST_CHARACTERS = 1024
MOST_LEVELS = 64


class Facts(TypedDict):
    """What a condition can ask about a task.

    `label` is its first answer; `agreement` 0 to 1; `rejections` how often reviewers sent it back, `visits` how many
    stages it has been through, `priority` 0 to 100.
    """

    metadata: Mapping[str, Any]
    label: Mapping[str, Any]
    answers: Sequence[Mapping[str, Any]]
    prediction: Mapping[str, Any]
    confidence: float | None
    agreement: float | None
    rejections: int
    visits: int
    priority: int


_ENVIRONMENT = """
name: loupe
stdlib:
  exclude_macros: [map, filter]
  exclude_functions:
    - name: bytes
    - name: string
variables:
  - {name: metadata, type_name: dyn}
  - {name: label, type_name: dyn}
  - {name: answers, type_name: list, params: [{type_name: dyn}]}
  - {name: prediction, type_name: dyn}
  - {name: confidence, type_name: dyn}
  - {name: agreement, type_name: dyn}
  - {name: rejections, type_name: int}
  - {name: visits, type_name: int}
  - {name: priority, type_name: int}
"""
_LANGUAGE = cel.NewEnv(config=cel.NewEnvConfigFromYaml(_ENVIRONMENT))

# How the library says that something is not there: a member, an item, a member of null.
_ABSENT = re.compile(r"Key not found in map|Index error: index=|Applying SELECT to non-message type|\bnull_type\b")
_COMPILER_SAYS = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_STATUS = re.compile(r"^[A-Z_]+: | \(in container ''\)| \[[A-Z_]+\]$")
_MOST_COMPLAINTS = 4

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
    | (?P<literal>
        [rRbB]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
        | (?:0x[0-9a-fA-F]+|\d*\.\d+(?:[eE][+-]?\d+)?|\d+(?:[eE][+-]?\d+)?)[uU]?
        | \b(?:true|false|null)\b
      )
    | (?P<word>[A-Za-z_]\w*|`[^`]*`)
    | (?P<sign>==|!=|<=|>=|&&|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LOOPS = ("all", "exists", "exists_one")
# What stands before and behind a whole operand of a comparison.
_BEGINS = ("&&", "||", "?", ":", ",", "(", "[")
_ENDS = ("&&", "||", "?", ":", ",", ")", "]")


class _Token(NamedTuple):
    text: str
    literal: bool
    offset: int


def check(expression: str) -> None:
    """Raise ValueError, with line and column, for an expression that no task could be held against."""
    _compiled(expression)


def seen(facts: Facts) -> Facts:
    """The facts as expressions see them: texts cut to `MOST_CHARACTERS`, what is nested deeper than 64 levels null."""
    return cast("Facts", _bounded(facts, MOST_LEVELS))


def evaluate(expression: str, facts: Facts) -> bool:
    """Whether an expression is true of facts, which were made by `seen`.

    It is not where it needs something that is not there. Raises ValueError for one that `check` refuses, that comes to
    something else than true or false, or that cannot be told, as whether a text is less than a number.
    """
    try:
        result = _compiled(expression).eval(data=cast("Mapping[str, Any]", facts))
    except RuntimeError as error:
        raise ValueError(_STATUS.sub("", str(error))) from error
    value = result.value()
    if result.type() == cel.Type.BOOL:
        return bool(value)
    if result.type() != cel.Type.ERROR:
        raise ValueError(_not_boolean(result.type()))
    if _ABSENT.search(str(value)):
        return False
    raise ValueError(_STATUS.sub("", str(value)))


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> cel.Expression:
    try:
        compiled = _LANGUAGE.compile(expression)
    except RuntimeError as error:
        raise ValueError(_complaint(str(error))) from error
    if compiled.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        raise ValueError(_not_boolean(compiled.return_type()))
    _check_loops(expression)
    return compiled


def _not_boolean(kind: cel.Type) -> str:
    return f"comes to {kind.name().lower()}, not to true or false"


def _complaint(text: str) -> str:
    found = [
        (f"line {line}, column {column}: " if int(line) > 0 else "") + _STATUS.sub("", message)
        for line, column, message in _COMPILER_SAYS.findall(text)
    ]
    return "; ".join(list(dict.fromkeys(found))[:_MOST_COMPLAINTS]) or _STATUS.sub("", text)


def _check_loops(expression: str) -> None:
    """Raise ValueError for what takes longer with larger facts where it is done again and again."""
    tokens = _tokens(expression)
    brackets: list[bool] = []
    for index, token in enumerate(tokens):
        if any(brackets[-1:]) and (complaint := _costs(tokens, index)):
            line = expression.count("\n", 0, token.offset) + 1
            column = token.offset - expression.rfind("\n", 0, token.offset)
            raise ValueError(f"line {line}, column {column}: within all and exists {complaint}")
        if token.text in ("(", "[", "{"):
            begins = token.text == "(" and _text(tokens, index - 1) in _LOOPS and _text(tokens, index - 2) == "."
            brackets.append(begins or any(brackets[-1:]))
        elif token.text in (")", "]", "}"):
            brackets.pop()


def _costs(tokens: Sequence[_Token], index: int) -> str | None:
    match tokens[index].text:
        case "+" | "{" | "matches" as text:
            return f"there is no {text}"
        case "==" | "!=" if not (_literal_before(tokens, index) or _literal_behind(tokens, index)):
            return "one side of a comparison has to be a literal"
        case "in" if not _literals_behind(tokens, index):
            return "in needs a list of literals behind it"
        case "contains" | "startsWith" | "endsWith" as text if not _literal_behind(tokens, index + 1):
            return f"{text} needs a literal"
        case _:
            return None


def _tokens(expression: str) -> list[_Token]:
    found = _TOKEN.finditer(expression)
    return [_Token(t.group(), t.lastgroup == "literal", t.start()) for t in found if t.lastgroup != "space"]


def _text(tokens: Sequence[_Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _literal_before(tokens: Sequence[_Token], index: int) -> bool:
    return tokens[index - 1].literal and _text(tokens, index - 2) in _BEGINS


def _literal_behind(tokens: Sequence[_Token], index: int) -> bool:
    at = index + (2 if _text(tokens, index + 1) == "-" else 1)
    return at < len(tokens) and tokens[at].literal and _text(tokens, at + 1) in _ENDS


def _literals_behind(tokens: Sequence[_Token], index: int) -> bool:
    at = index + 1
    if _text(tokens, at) != "[":
        return False
    while _text(tokens, at) in ("[", ",") and _literal_behind(tokens, at):
        at += 3 if _text(tokens, at + 1) == "-" else 2
    return _text(tokens, at) == "]" and _text(tokens, at + 1) in _ENDS


def _bounded(value: object, levels: int) -> object:
    match value:
        case str():
            # What is no text in UTF-8, half of a surrogate pair, would not get through.
            return value[:MOST_CHARACTERS].encode("utf-8", "replace").decode()
        case bool() | float() | None:
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else float(value)
        case _ if levels == 0:
            return None
        case Mapping():
            members = cast("Mapping[str, object]", value)
            return {
                key.encode("utf-8", "replace").decode(): _bounded(member, levels - 1) for key, member in members.items()
            }
        case _:
            return [_bounded(item, levels - 1) for item in cast("Sequence[object]", value)]
