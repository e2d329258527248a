"""HumanLoopActivationConditions: the JSON text of a flow definition that says which inferences people shall see.

Grammar: Amazon SageMaker developer guide, "JSON Schema for Human Loop Activation Conditions in Amazon Augmented AI".
A member of `Conditions` is a condition, or `And` or `Or` of two or more members, nested up to two levels.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from schemas.errors import BadRequest, FieldError

MEMBER = "HumanLoopActivationConfig.HumanLoopActivationConditionsConfig.HumanLoopActivationConditions"
MAX_DEPTH = 2

REKOGNITION = "AWS/Rekognition/DetectModerationLabels/Image/V3"
TEXTRACT = "AWS/Textract/AnalyzeDocument/Forms/V1"

Comparison: TypeAlias = Literal["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
COMPARISONS: tuple[Comparison, ...] = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")


@dataclass(frozen=True)
class ImportantFormKeyConfidenceCheck:
    """A key-value pair of a form whose confidences (0..100) satisfy every comparison; key `*` means all keys."""

    key: str
    aliases: tuple[str, ...]
    key_value_block: Mapping[Comparison, float]
    word_block: Mapping[Comparison, float]


@dataclass(frozen=True)
class MissingImportantFormKey:
    """The form has no pair with this key or one of its aliases."""

    key: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class ModerationLabelConfidenceCheck:
    """A moderation label whose confidence (0..100) satisfies every comparison; name `*` means all labels."""

    label: str
    confidence: Mapping[Comparison, float]


@dataclass(frozen=True)
class Sampling:
    """A share of all inputs, `percentage` in 0.01..100, decided by the input itself."""

    percentage: float


Check: TypeAlias = ImportantFormKeyConfidenceCheck | MissingImportantFormKey | ModerationLabelConfidenceCheck | Sampling


@dataclass(frozen=True)
class And:
    """True where every member is."""

    members: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """True where one member is."""

    members: tuple["Condition", ...]


Condition: TypeAlias = Check | And | Or


def parse(text: str, request_source: str | None) -> tuple[Condition, ...]:
    """The independent conditions of a flow definition with this request source; one that is true asks people.

    Raises BadRequest that names the place, as `Conditions[0].And[1].ConditionParameters.X`, or line and column where
    the text is not JSON.
    """
    if request_source is None:
        raise _wrong("", "needs HumanLoopRequestSource: loops of custom task types are started by StartHumanLoop alone")
    root = _object(_decode(text), "", {"Conditions"})
    members = _list(root.get("Conditions"), "Conditions", at_least=1)
    return tuple(_condition(item, f"Conditions[{n}]", request_source, depth=0) for n, item in enumerate(members))


def _decode(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _wrong("", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise _wrong("", "is nested too deeply") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _wrong("", f"has the member {next(n for n in names if names.count(n) > 1)} twice in one object")
    return found


def _no_constant(name: str) -> object:
    raise _wrong("", f"is not JSON: {name} is no number")


def _condition(value: object, path: str, source: str, *, depth: int) -> Condition:
    given = _object(value, path, {"And", "Or", "ConditionType", "ConditionParameters"})
    operators = [name for name in ("And", "Or") if name in given]
    if not operators:
        return _check(given, path, source)
    if len(given) > 1:
        raise _wrong(path, f"has to hold {operators[0]} alone")
    if depth == MAX_DEPTH:
        raise _wrong(path, f"And and Or can be nested up to {MAX_DEPTH} levels")
    inner = f"{path}.{operators[0]}"
    members = tuple(
        _condition(item, f"{inner}[{n}]", source, depth=depth + 1)
        for n, item in enumerate(_list(given[operators[0]], inner, at_least=2))
    )
    return And(members) if operators[0] == "And" else Or(members)


def _check(given: dict[str, Any], path: str, source: str) -> Check:
    kinds = CHECKS[source]
    kind = given.get("ConditionType")
    if not isinstance(kind, str) or kind not in kinds:
        raise _wrong(f"{path}.ConditionType", f"has to be one of {', '.join(kinds)} for {source}")
    names, make = kinds[kind]
    inner = f"{path}.ConditionParameters"
    return make(_object(given.get("ConditionParameters"), inner, names), inner)


def _important_form_key(given: dict[str, Any], path: str) -> Check:
    key_value_block = _comparisons(given, "KeyValueBlockConfidence", path)
    word_block = _comparisons(given, "WordBlockConfidence", path)
    return ImportantFormKeyConfidenceCheck(*_form_key(given, path), key_value_block, word_block)


def _missing_form_key(given: dict[str, Any], path: str) -> Check:
    return MissingImportantFormKey(*_form_key(given, path))


def _moderation_label(given: dict[str, Any], path: str) -> Check:
    label = _text(given, "ModerationLabelName", path)
    return ModerationLabelConfidenceCheck(label, _comparisons(given, "Confidence", path))


def _sampling(given: dict[str, Any], path: str) -> Check:
    return Sampling(_number(given.get("RandomSamplingPercentage"), f"{path}.RandomSamplingPercentage", 0.01))


def _form_key(given: dict[str, Any], path: str) -> tuple[str, tuple[str, ...]]:
    inner = f"{path}.ImportantFormKeyAliases"
    aliases = _list(given.get("ImportantFormKeyAliases", []), inner, at_least=0)
    for n, alias in enumerate(aliases):
        if not isinstance(alias, str) or not alias:
            raise _wrong(f"{inner}[{n}]", "has to be a text of at least one character")
    return _text(given, "ImportantFormKey", path), cast("tuple[str, ...]", tuple(aliases))


def _comparisons(given: dict[str, Any], prefix: str, path: str) -> dict[Comparison, float]:
    return {
        comparison: _number(given[prefix + comparison], f"{path}.{prefix}{comparison}", 0)
        for comparison in COMPARISONS
        if prefix + comparison in given
    }


def _number(value: object, path: str, low: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= 100:
        raise _wrong(path, f"has to be a number from {low:g} to 100")
    return value


def _text(given: dict[str, Any], name: str, path: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(f"{path}.{name}", "has to be a text of at least one character")
    return value


def _object(value: object, path: str, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, "has to be a JSON object")
    given = cast("dict[str, Any]", value)
    unknown = sorted(given.keys() - names)
    if unknown:
        raise _wrong(path, f"has the unknown member {unknown[0]}; known are {', '.join(sorted(names))}")
    return given


def _list(value: object, path: str, *, at_least: int) -> list[object]:
    if not isinstance(value, list) or len(cast("list[object]", value)) < at_least:
        raise _wrong(path, f"has to be a list of at least {at_least} members" if at_least else "has to be a list")
    return cast("list[object]", value)


def _wrong(path: str, message: str) -> BadRequest:
    field = f"{MEMBER} at {path}" if path else MEMBER
    return BadRequest(f"1 validation error detected: {field}: {message}", errors=(FieldError(field, message),))


def _with_comparisons(*names: str, prefixes: tuple[str, ...]) -> set[str]:
    return {*names, *(prefix + comparison for prefix in prefixes for comparison in COMPARISONS)}


Make: TypeAlias = Callable[[dict[str, Any], str], Check]
_SAMPLING: tuple[set[str], Make] = ({"RandomSamplingPercentage"}, _sampling)
_FORM_KEY = ("ImportantFormKey", "ImportantFormKeyAliases")

# What each request source may ask: condition type -> names of its parameters, and what makes its check.
CHECKS: dict[str, dict[str, tuple[set[str], Make]]] = {
    TEXTRACT: {
        "ImportantFormKeyConfidenceCheck": (
            _with_comparisons(*_FORM_KEY, prefixes=("KeyValueBlockConfidence", "WordBlockConfidence")),
            _important_form_key,
        ),
        "MissingImportantFormKey": (set(_FORM_KEY), _missing_form_key),
        "Sampling": _SAMPLING,
    },
    REKOGNITION: {
        "ModerationLabelConfidenceCheck": (
            _with_comparisons("ModerationLabelName", prefixes=("Confidence",)),
            _moderation_label,
        ),
        "Sampling": _SAMPLING,
    },
}
