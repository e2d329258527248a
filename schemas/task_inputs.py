"""A task's input as it is stored, and the digest by which equal inputs are known."""

import hashlib
import math
from collections.abc import Iterator
from typing import cast

import orjson


def canonical(value: object) -> str:
    """The JSON text that is stored for an input of a project: keys sorted, no spaces.

    Raises ValueError for what could not be read back exactly: numbers of more than 64 bits, what is nested too deeply.
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError(
            f"{error}: numbers have at most 64 bits, and nothing is nested deeper than 200 levels"
        ) from error
    # orjson writes null for them.
    if "null" in text and any(isinstance(leaf, float) and not math.isfinite(leaf) for leaf in _leaves(value)):
        raise ValueError("holds a number that is too large: at most 1.7976931348623157e308")
    return text


def keepable(value: object) -> str:
    r"""As `canonical`, for what PostgreSQL keeps as jsonb. Raises ValueError also for texts with U+0000."""
    text = canonical(value)
    if "\\u0000" in text and any(isinstance(leaf, str) and "\0" in leaf for leaf in _leaves(value)):
        raise ValueError("holds the character U+0000, which cannot be kept")
    return text


def digest(text: str) -> bytes:
    """SHA-256 of a stored input: equal inputs, and membership in a benchmark set, are told by it."""
    return hashlib.sha256(text.encode()).digest()


def _leaves(value: object) -> Iterator[object]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            members = cast("dict[str, object]", item)
            waiting.extend(members)
            waiting.extend(members.values())
        elif isinstance(item, list):
            waiting.extend(cast("list[object]", item))
        else:
            yield item
