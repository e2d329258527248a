"""How far several answers to one task agree, and what they come to together.

Measures are registered by name in `MEASURES`; a consensus stage names the one that it uses.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from quality.labels import Content, Path, listing, paths_of, put_value, value_at, value_hash


class Agreed(NamedTuple):
    """Agreement of an answer set, 0 to 1, and the merged answer."""

    agreement: float
    merged: dict[str, Any]


Measure: TypeAlias = Callable[[Sequence[Content]], Agreed]


def measure(name: str, contents: Sequence[Content]) -> Agreed:
    """Agreement of answers by a measure of `MEASURES`. Raises ValueError for another name, or without an answer."""
    if name not in MEASURES:
        raise ValueError(f"there is no agreement measure {name}: take one of {', '.join(MEASURES)}")
    if not contents:
        raise ValueError("agreement needs at least one answer")
    return MEASURES[name](contents)


def exact(contents: Sequence[Content]) -> Agreed:
    """Equality of values, name by name; in answers to a data group, question by question of each tile.

    For each name that an answer has, the share of answers in the largest group that are equal there; the agreement is
    the mean of these over all names. This is the plurality share of a nominal variable, one minus Freeman's variation
    ratio (L. C. Freeman, Elementary Applied Statistics, 1965), without a correction for chance. Values are equal as
    JSON values; lists of shapes, spans and pairs in any order, and whatever stands beside them; a name that is left out
    is a value too. Answers without any name agree.

    The merged answer has, for each name, the value of the largest group; of groups of one size the one that the
    earliest answer is in.
    """
    paths = paths_of(contents)
    merged: dict[str, Any] = {}
    shares: list[float] = []
    for path in paths:
        groups: dict[bytes | None, list[int]] = {}
        for number, content in enumerate(contents):
            groups.setdefault(_value(content, path), []).append(number)
        largest = max(groups.values(), key=len)
        shares.append(len(largest) / len(contents))
        if _value(contents[largest[0]], path) is not None:
            put_value(merged, path, value_at(contents[largest[0]], path))
    return Agreed(sum(shares) / len(shares) if shares else 1.0, merged)


MEASURES: Mapping[str, Measure] = {"exact": exact}
_LEFT_OUT = object()


def _value(content: Content, path: Path) -> bytes | None:
    """What a value is compared by; None for a name that is left out."""
    value = value_at(content, path, _LEFT_OUT)
    if value is _LEFT_OUT:
        return None
    found = listing(value)
    if found is None:
        return value_hash(value)
    return value_hash([found.member, *sorted(value_hash(item).hex() for item in found.items)])
