"""Members that are written twice: always found, and named with the way to them."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quality.doubled_members import DoubledMemberError, load

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def objects(value: object, way: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """All objects in a value that have members, with the way to each."""
    if isinstance(value, dict):
        inner = [found for name, member in value.items() for found in objects(member, (*way, name))]
        return [(way, value), *inner] if value else inner
    if isinstance(value, list):
        return [found for number, item in enumerate(value) for found in objects(item, (*way, str(number)))]
    return []


def written(value: object, doubled: dict[str, Any], name: str, other: object) -> str:
    """The JSON text of a value, in which one object has a member once more."""
    if isinstance(value, dict):
        members = list(value.items()) + ([(name, other)] if value is doubled else [])
        parts = (f"{json.dumps(key)}: {written(member, doubled, name, other)}" for key, member in members)
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item, doubled, name, other) for item in value) + "]"
    return json.dumps(value)


@given(JSON)
def test_what_has_every_member_once_is_read_as_it_is(value: object) -> None:
    assert load(json.dumps(value)) == value


@given(JSON, JSON, st.data())
def test_a_doubled_member_is_named_with_its_place(value: object, other: object, data: st.DataObject) -> None:
    found = objects(value)
    assume(found)
    way, chosen = data.draw(st.sampled_from(found))
    name = data.draw(st.sampled_from(sorted(chosen)))
    with pytest.raises(DoubledMemberError) as caught:
        load(written(value, chosen, name, other))
    assert caught.value.place == (*way, name)


def test_a_doubled_member_in_one_that_is_doubled_too_is_not_looked_for() -> None:
    with pytest.raises(DoubledMemberError, match=r"^a is written twice"):
        load('{"a": {"b": 1, "b": 2}, "a": 3}')


def test_many_members_take_no_longer_than_they_are_many() -> None:
    """Looking for each name among all others would take minutes."""
    members = ", ".join(f'"{number}": 0' for number in range(200_000))
    with pytest.raises(DoubledMemberError, match=r"^199999 is written twice"):
        load(f'{{{members}, "199999": 1}}')
