"""How values of a task's input become text in a template, and how much of it there may be."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from liquid import Undefined
from liquid.exceptions import ResourceLimitError

# Characters of one value. A task's input has at most 3 MiB, and its JSON may be put into a template more than once.
MAX_TEXT = 8_000_000
MAX_ITEMS = 100_000
MAX_NUMBER_BITS = 4096

# With these a JSON text is the same data, and cannot end a script element or begin a tag.
_HTML_SAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def too_much(what: str) -> ResourceLimitError:
    """The error for a value that outgrows its limit."""
    return ResourceLimitError(f"{what}: make the template or the task's input smaller", token=None)


def text_of(value: object) -> str:
    """What printing a value shows: objects and lists as JSON, nothing for null. Markup stays markup."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        return json_text(cast("Any", value))
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    return str(value)


def json_text(value: object) -> str:
    """Compact JSON. Raises ResourceLimitError past MAX_TEXT characters or MAX_ITEMS items that the template added."""
    if not isinstance(value, list | tuple | range):
        return _dumps(value)
    items = cast("list[object]", value)
    bounded(items)
    # A list made by the template may hold one large object many times.
    parts: list[str] = []
    length = 0
    for item in items:
        parts.append(_dumps(item))
        length += len(parts[-1]) + 1
        if length > MAX_TEXT:
            raise too_much(f"a value has more than {MAX_TEXT:,} characters as JSON")
    return f"[{','.join(parts)}]"


def bounded(value: object) -> None:
    """Raises ResourceLimitError where a filter's operand is larger than any honest template needs."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise too_much(f"a text has more than {MAX_TEXT:,} characters")
    if isinstance(value, int) and value.bit_length() > MAX_NUMBER_BITS:
        raise too_much(f"a number has more than {MAX_NUMBER_BITS:,} bits")
    if isinstance(value, list | tuple | range):
        items = cast("list[object]", value)
        if items[MAX_ITEMS:]:
            raise too_much(f"a list has more than {MAX_ITEMS:,} items")
        if not isinstance(value, range) and sum(len(item) for item in items if isinstance(item, str)) > MAX_TEXT:
            raise too_much(f"the texts of a list have more than {MAX_TEXT:,} characters")


def _dumps(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    for character, escape in _HTML_SAFE.items():
        text = text.replace(character, escape)
    return text


def _plain(value: object) -> object:
    match value:
        case Undefined():
            return None
        case Mapping():
            return dict(cast("Mapping[str, object]", value))
        case range():
            bounded(value)
            return list(value)
        case Decimal():
            return float(value)
        case _:
            return str(value)
