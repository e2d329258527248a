"""Members that a JSON text names twice in one object, of which its readers keep the last one without a word."""

import json
from typing import Any, cast


class DoubledMemberError(ValueError):
    """A member is written twice in one JSON object; `place` is the way to it from the top."""

    problem = "is written twice in one object: keep one of them"

    def __init__(self, place: tuple[str, ...]) -> None:
        super().__init__(f"{'.'.join(place)} {self.problem}")
        self.place = place


class _Doubled(dict[str, Any]):
    """An object in which the member `name` is written twice."""

    name: str


def load(text: str) -> object:
    """The value of a JSON text. Raises DoubledMemberError, ValueError for what is no JSON, RecursionError.

    JSON has no NaN and no infinity (RFC 8259, section 6), which Python's reader takes.
    """
    any_doubled = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal any_doubled
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        any_doubled = True
        return _doubled(pairs)

    value: object = json.loads(text, object_pairs_hook=members, parse_constant=_no_constant)
    if any_doubled:
        raise DoubledMemberError(_place(value))
    return value


def _doubled(pairs: list[tuple[str, Any]]) -> _Doubled:
    marked, seen = _Doubled(pairs), set[str]()
    for name, _ in pairs:
        if name in seen:
            marked.name = name
            break
        seen.add(name)
    return marked


def _place(value: object) -> tuple[str, ...]:
    """The way to a doubled member. One that another hides is not found: then the other is, nearer to the top."""
    waiting: list[tuple[object, tuple[str, ...]]] = [(value, ())]
    while waiting:
        part, way = waiting.pop()
        if isinstance(part, _Doubled):
            return (*way, part.name)
        if isinstance(part, dict):
            members = cast("dict[str, object]", part)
            waiting += [(member, (*way, name)) for name, member in reversed(members.items())]
        elif isinstance(part, list):
            items = cast("list[object]", part)
            waiting += [(item, (*way, str(number))) for number, item in reversed(list(enumerate(items)))]
    raise LookupError("no member is doubled")


def _no_constant(name: str) -> object:
    raise ValueError(f"is not JSON: {name} is no number")
