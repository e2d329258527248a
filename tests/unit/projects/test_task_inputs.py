"""Inputs of tasks: equal ones have one text and one digest; what could not be read back is refused."""

import json
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.projects import name_problem
from schemas.task_inputs import canonical, digest, keepable

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def shuffled(value, chance):
    if isinstance(value, dict):
        members = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(members)
        return dict(members)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter_and_nothing_is_lost(value, chance: random.Random):
    text = canonical(value)
    assert canonical(shuffled(value, chance)) == text
    assert orjson.loads(text) == value
    assert digest(text) == digest(canonical(json.loads(json.dumps(value))))


@pytest.mark.parametrize("value", [2**64, {"x": [float("inf")]}, [None, float("-inf")]])
def test_what_could_not_be_read_back_is_refused(value):
    with pytest.raises(ValueError, match="number"):
        canonical(value)


def test_depth_is_bounded():
    value: list[object] = []
    for _ in range(1000):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        canonical(value)


@pytest.mark.parametrize("value", ["\0", {"a": ["\0"]}, {"\0": 1}])
def test_what_postgresql_keeps_as_jsonb_has_no_nul(value):
    with pytest.raises(ValueError, match="U\\+0000"):
        keepable(value)
    assert canonical(value)


def test_a_backslash_before_u0000_is_no_nul():
    assert orjson.loads(keepable(["\\u0000"])) == ["\\u0000"]


@pytest.mark.parametrize("name", ["a", "images/cam 1/a.jpg", "..a", "é" * 127, "a" * 255])
def test_names_of_files_are_names_of_tasks(name):
    assert name_problem(name) is None
