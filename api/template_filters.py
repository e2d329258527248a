"""The filters of task templates: Liquid's own within bounds, and those that A2I adds.

A2I documents to_json, grant_read_access, escape_once and skip_autoescape under "Custom filters" of its templates.
"""

import html
from collections.abc import Callable
from typing import Any, cast

from liquid import Environment, Markup, RenderContext, Undefined, escape
from liquid.exceptions import FilterError, LiquidError
from liquid.filter import sequence_filter, with_context

from api.markup import scan
from api.template_text import MAX_ITEMS, MAX_TEXT, bounded, json_text, text_of, too_much
from schemas.errors import LoupeError

# Not Liquid's own: `skip_autoescape` is the documented name, and nothing needs a second one.
_NOT_STANDARD = ("safe", "escapejs")
_MAX_DATE_TEXT = 200
_OF_STRINGS = "liquid.builtin.filters.string"


class MediaAccessError(LiquidError):
    """grant_read_access was given an address that it may not or cannot open."""


def install(environment: Environment) -> None:
    """Complete the standard filters of an environment with A2I's."""
    for name in _NOT_STANDARD:
        del environment.filters[name]
    environment.add_filter("to_json", json_text)
    environment.add_filter("escape", _escape)
    environment.add_filter("skip_autoescape", _skip_autoescape)
    environment.add_filter("grant_read_access", _grant_read_access)
    environment.add_filter("join", _join)
    environment.add_filter("uniq", _uniq)
    environment.add_filter("strip_html", _strip_html)


def apply(name: str, function: Callable[..., Any], value: object, *args: Any, **kwargs: Any) -> object:
    """Run one filter on operands of bounded size.

    Raises ResourceLimitError for what would grow without bound, FilterError for what the filter cannot do.
    """
    if _takes_text(function):
        value = text_of(value)
        args = tuple(
            arg if isinstance(arg, int | Undefined) and not isinstance(arg, bool) else text_of(arg) for arg in args
        )
    for operand in (value, *args, *kwargs.values()):
        bounded(operand)
    _bound_growth(name, value, args)
    try:
        return function(value, *args, **kwargs)
    except LiquidError:
        raise
    except Exception as error:
        raise FilterError(f"{name}: {error}", token=None) from error


def _takes_text(function: Callable[..., Any]) -> bool:
    inner = getattr(function, "func", function)
    return inner.__module__ == _OF_STRINGS and inner.__name__ != "slice_"


def _bound_growth(name: str, value: object, args: tuple[Any, ...]) -> None:
    text = value if isinstance(value, str) else ""
    match name, args:
        case "replace", (old, new, *_):
            times = text.count(text_of(old))
            if times * len(text_of(new)) > MAX_TEXT:
                raise too_much(f"replace makes a text of more than {MAX_TEXT:,} characters")
        case "split", (separator, *_):
            separator = text_of(separator)
            pieces = text.count(separator) if separator.strip() else len(text)
            if pieces > MAX_ITEMS:
                raise too_much(f"split makes a list of more than {MAX_ITEMS:,} items")
        case "truncatewords", _ if len(text) > MAX_TEXT // 8:
            raise too_much(f"truncatewords takes a text of at most {MAX_TEXT // 8:,} characters")
        case "date", _ if any(isinstance(each, str) and len(each) > _MAX_DATE_TEXT for each in (value, *args)):
            raise too_much(f"date takes texts of at most {_MAX_DATE_TEXT} characters")
        case _:
            pass


def _escape(value: object) -> Markup:
    """Escapes once: literals and captured text are markup already, as far as auto-escape goes."""
    return escape(_plain(value))


def _skip_autoescape(value: object) -> Markup:
    return Markup(text_of(value))


@with_context
def _grant_read_access(value: object, *, context: RenderContext) -> str:
    address = _plain(value).strip()
    if not address:
        return ""
    try:
        return cast("Any", context).grant(address)
    except LoupeError as error:
        raise MediaAccessError(error.message, token=None) from error


def _plain(value: object) -> str:
    """The text that a browser would show for the value."""
    text = text_of(value)
    return html.unescape(str(text)) if isinstance(text, Markup) else text


@sequence_filter
def _join(items: list[object], separator: object = " ") -> str:
    texts: list[str] = []
    between = text_of(separator)
    length = 0
    for item in items:
        texts.append(text_of(item))
        length += len(texts[-1]) + len(between)
        if length > MAX_TEXT:
            raise too_much(f"join makes a text of more than {MAX_TEXT:,} characters")
    # A markup separator escapes the texts that it joins, so nothing unsafe gets through.
    return (Markup(" ") if between == " " else between).join(texts)


@sequence_filter
def _uniq(items: list[object], key: object = None) -> list[object]:
    first: dict[str, object] = {}
    for item in items:
        first.setdefault(json_text(item if key is None else _member(item, key)), item)
    return list(first.values())


def _member(item: object, key: object) -> object:
    return cast("dict[object, object]", item).get(key) if isinstance(item, dict) else None


def _strip_html(value: object) -> str:
    text = text_of(value)
    kept = "".join(text[token.start : token.end] for token in scan(text) if token.kind == "text" and not token.raw)
    return Markup(kept) if isinstance(text, Markup) else kept
