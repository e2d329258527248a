"""Finds the tags, comments and texts of an HTML document, in one pass that takes time linear in its length.

It follows the tokenizer of the HTML standard (section 13.2.5) as far as positions go: what a browser takes for one
tag is one tag here. It does not build a tree.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "start", "end", "comment", "doctype"]

# Elements whose content is text up to their own end tag.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_SPACE = r"[ \t\n\f\r]"
_ATTRIBUTE = re.compile(
    rf"""(?:{_SPACE}|/)*+(?P<name>[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)
    (?:{_SPACE}*+={_SPACE}*+
        (?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<unfinished>["'])|(?P<bare>[^ \t\n\f\r>]*+))
    )?""",
    re.VERBOSE,
)
_TAG_NAME = re.compile(r"[a-zA-Z][^ \t\n\f\r/>]*+")
_TAG_END = re.compile(rf"(?:{_SPACE}|/)*+>")
_COMMENT_END = re.compile(r"--!?>")


@dataclass(frozen=True)
class Token:
    """A part of the document; `name` of a tag is in lower case, `raw` is text inside a script and the like."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    raw: bool = False


def scan(text: str, position: int = 0) -> Iterator[Token]:
    """All tokens from `position` on, in order; as in browsers, an unfinished tag or comment at the end is dropped."""
    while position < len(text):
        opening = text.find("<", position)
        if opening < 0:
            yield Token("text", position, len(text))
            return
        if opening > position:
            yield Token("text", position, opening)
        token = _tag(text, opening)
        if token is None:
            return
        yield token
        position = token.end
        if token.kind == "start" and token.name in _RAW:
            end = re.compile(rf"</{token.name}(?=[ \t\n\f\r/>])", re.IGNORECASE).search(text, position)
            stop = end.start() if end else len(text)
            if stop > position:
                yield Token("text", position, stop, raw=True)
            position = stop


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag's text by name in lower case; the first of a name counts."""
    name = _TAG_NAME.match(tag, 1)
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag[:-1], name.end() if name else 1):
        value = next((group for group in match.group("double", "single", "bare") if group is not None), "")
        found.setdefault(match["name"].lower(), html.unescape(value))
    return found


def _tag(text: str, opening: int) -> Token | None:
    if text.startswith("<!--", opening):
        return _comment(text, opening)
    following = text[opening + 1 : opening + 2]
    if following.isascii() and following.isalpha():
        return _with_attributes(text, opening, opening + 1, "start")
    if following == "/":
        after = text[opening + 2 : opening + 3]
        if after.isascii() and after.isalpha():
            return _with_attributes(text, opening, opening + 2, "end")
        return _until(text, opening, "comment") if after else None
    if following and following in "!?":
        doctype = text[opening + 2 : opening + 9].lower() == "doctype"
        return _until(text, opening, "doctype" if doctype else "comment")
    return Token("text", opening, opening + 1)


def _comment(text: str, opening: int) -> Token | None:
    for short in ("<!-->", "<!--->"):
        if text.startswith(short, opening):
            return Token("comment", opening, opening + len(short))
    end = _COMMENT_END.search(text, opening + 4)
    return Token("comment", opening, end.end()) if end else None


def _until(text: str, opening: int, kind: Kind) -> Token | None:
    end = text.find(">", opening)
    return Token(kind, opening, end + 1) if end >= 0 else None


def _with_attributes(text: str, opening: int, name_at: int, kind: Kind) -> Token | None:
    name = _TAG_NAME.match(text, name_at)
    if name is None:
        return None
    position = name.end()
    while (end := _TAG_END.match(text, position)) is None:
        attribute = _ATTRIBUTE.match(text, position)
        if attribute is None or attribute["unfinished"]:
            return None
        position = attribute.end()
    return Token(kind, opening, end.end(), name.group().lower())
