"""Makes the document of a frame out of a rendered template: our elements are defined first, the vendor's never load."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from api.markup import Token, attributes, scan
from api.templates import TemplateProblem

SCRIPT_PATH = "/static/crowd/crowd-html-elements.js"

_VENDOR = re.compile(r"(?:https?:)?//assets\.crowd\.aws/[^?#]*\.(?:js|css)(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_SHOWN_PROBLEMS = 5


@dataclass
class _Layout:
    """Where the parts of a document stand, and what of it is left out."""

    head: int | None = None
    body: int | None = None
    removed: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def frame_document(text: str, *, script_url: str = SCRIPT_PATH, problems: Sequence[TemplateProblem] = ()) -> str:
    """The template's HTML as a document in standards mode with our script before everything else.

    Scripts and style sheets of the vendor's crowd-html-elements are taken out. A fragment is put into a body.
    `problems` are shown at the top of the page.
    """
    layout = _read(text)
    script = f'<script src="{html.escape(script_url)}"></script>'
    notice = _notice(problems)
    if layout.head is None:
        content = _without(text, 0, len(text), layout.removed)
        return f"<!doctype html>\n<html>\n<head>{script}</head>\n<body>\n{notice}{content}\n</body>\n</html>\n"
    body = len(text) if layout.body is None else layout.body
    before_head = _without(text, 0, layout.head, layout.removed)
    before_body = _without(text, layout.head, body, layout.removed)
    after = _without(text, body, len(text), layout.removed)
    return f"<!doctype html>\n{before_head}{script}{before_body}{notice}{after}"


def _read(text: str) -> _Layout:
    layout = _Layout()
    leading = True
    vendor_script: Token | None = None
    for token in _tokens(text):
        if vendor_script is not None:
            # Its content, up to and with the end tag.
            layout.removed.append((token.start, token.end))
            if token.kind == "end":
                vendor_script = None
            continue
        if token.kind == "doctype":
            layout.removed.append((token.start, token.end))
        if leading:
            leading = _is_leading(text, token)
            if token.kind == "start" and token.name in ("html", "head", "body"):
                layout.head = token.start if token.name == "body" else token.end
        if token.kind == "start" and token.name == "body" and layout.body is None and layout.head is not None:
            layout.body = token.end
        if _is_vendors(text, token):
            layout.removed.append((token.start, token.end))
            vendor_script = token if token.name == "script" and not _closes_itself(text, token) else None
    return layout


def _tokens(text: str) -> Iterator[Token]:
    """As browsers see them, but the vendor's script written as `<script .../>` does not swallow what follows."""
    position = 0
    while position < len(text):
        for token in scan(text, position):
            yield token
            if token.name == "script" and _closes_itself(text, token) and _is_vendors(text, token):
                position = token.end
                break
        else:
            return


def _closes_itself(text: str, tag: Token) -> bool:
    return text.endswith("/>", tag.start, tag.end)


def _is_leading(text: str, token: Token) -> bool:
    """Whether what follows can still be before the head's first element."""
    if token.kind == "text":
        return not text[token.start : token.end].strip(" \t\n\f\r\ufeff")
    return token.kind in ("comment", "doctype") or (token.kind == "start" and token.name == "html")


def _is_vendors(text: str, token: Token) -> bool:
    if token.kind != "start" or token.name not in ("script", "link"):
        return False
    address = attributes(text[token.start : token.end]).get("src" if token.name == "script" else "href", "")
    return _VENDOR.fullmatch(address.strip()) is not None


def _without(text: str, start: int, end: int, removed: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    for gap_start, gap_end in removed:
        if start <= gap_start < end:
            kept.append(text[start:gap_start])
            start = gap_end
    return "".join([*kept, text[start:end]])


def _notice(problems: Sequence[TemplateProblem]) -> str:
    if not problems:
        return ""
    shown = "".join(f"<li>{html.escape(problem.message)}</li>" for problem in problems[:_SHOWN_PROBLEMS])
    more = len(problems) - _SHOWN_PROBLEMS
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    style = (
        "margin:8px;padding:8px 12px;border:1px solid #b45309;background:#fffbeb;color:#451a03;font:14px/1.4 sans-serif"
    )
    return (
        f'<div role="alert" style="{style}"><strong>Parts of this page are missing.</strong> '
        f"Tell whoever set up this task that its template has a problem:<ul>{shown}{rest}</ul></div>\n"
    )
