"""What a tile is asked, and which answers are answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data_group_bodies import LABEL_SCHEMA, QUESTIONS, VIDEOS, answer, no, yes
from schemas.label_schemas import LabelSchema, answer_problems

SCHEMA = LabelSchema.model_validate(LABEL_SCHEMA)
PREDICTION, SUMMARY = QUESTIONS


def fields(content: Any) -> set[str]:
    return {problem.field for problem in answer_problems(SCHEMA, VIDEOS, content)}


def test_an_answer_to_every_question_of_every_tile_is_one():
    assert fields(answer()) == set()
    assert fields(answer(top_left={PREDICTION: no(), SUMMARY: yes()})) == set()


@pytest.mark.parametrize(
    ("tile", "problem"),
    [
        ({SUMMARY: yes()}, f".{PREDICTION}"),
        ({}, ""),
        ("yes", ""),
        ({PREDICTION: yes(), SUMMARY: yes(), "Mood?": yes()}, ".Mood?"),
        ({PREDICTION: {"value": "maybe", "nested": {}}, SUMMARY: yes()}, f".{PREDICTION}.value"),
        ({PREDICTION: {"value": ["yes"], "nested": {}}, SUMMARY: yes()}, f".{PREDICTION}.value"),
        ({PREDICTION: {"value": "yes"}, SUMMARY: yes()}, f".{PREDICTION}"),
        ({PREDICTION: "yes", SUMMARY: yes()}, f".{PREDICTION}"),
        ({PREDICTION: {"value": "yes", "nested": None}, SUMMARY: yes()}, f".{PREDICTION}"),
        ({PREDICTION: {"value": "no", "nested": {}}, SUMMARY: yes()}, f".{PREDICTION}.nested.What's wrong?"),
        ({PREDICTION: no("   "), SUMMARY: yes()}, f".{PREDICTION}.nested.What's wrong?"),
        ({PREDICTION: no("a\0b"), SUMMARY: yes()}, f".{PREDICTION}.nested.What's wrong?"),
        ({PREDICTION: no("x" * 10_001), SUMMARY: yes()}, f".{PREDICTION}.nested.What's wrong?"),
        ({PREDICTION: {**no(), "value": "yes"}, SUMMARY: yes()}, f".{PREDICTION}.nested.What's wrong?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tile, problem):
    assert f"content.top-left{problem}" in fields(answer(top_left=tile))
    assert all(field.startswith("content.top-left") for field in fields(answer(top_left=tile)))


def test_tiles_that_are_not_there_or_are_only_read_take_no_answer():
    assert fields({**answer(), "instructions": {PREDICTION: yes()}}) == {"content.instructions"}


def test_a_tile_without_required_questions_may_be_left_out():
    [first, second] = LABEL_SCHEMA["questions"]
    schema = LabelSchema.model_validate({"questions": [{**first, "required": False}, {**second, "required": False}]})
    assert list(answer_problems(schema, VIDEOS, {})) == []
    assert list(answer_problems(schema, VIDEOS, {"top-left": {SUMMARY: yes()}})) == []


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [{"name": "Q", "options": [{"value": "a"}]}],
        [{"name": "Q", "options": [{"value": "a"}, {"value": "a"}]}],
        [{"name": "1", "options": [{"value": "a"}, {"value": "b"}]}],
        [{"name": " Q", "options": [{"value": "a"}, {"value": "b"}]}],
        [{"name": "Q\n", "options": [{"value": "a"}, {"value": "b"}]}],
        [{"name": "", "options": [{"value": "a"}, {"value": "b"}]}],
        [{"name": "Q", "options": [{"value": "a"}, {"value": "b"}]}] * 2,
        [{"name": "Q", "options": [{"value": "a", "nested": [{"name": "t"}, {"name": "t"}]}, {"value": "b"}]}],
        [{"name": "Q", "options": [{"value": "a", "nested": [{"name": "t", "type": "number"}]}, {"value": "b"}]}],
        [{"name": "Q", "options": [{"value": "a"}, {"value": "b"}], "required": "yes"}],
        [{"name": "Q", "options": [{"value": "a"}, {"value": "b"}], "colour": "red"}],
    ],
)
def test_schemas_that_ask_nothing_or_twice_are_refused(questions):
    with pytest.raises(ValidationError):
        LabelSchema.model_validate({"questions": questions})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VIDEOS, *QUESTIONS, "value", "nested"]), inner)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from([*VIDEOS, "instructions"]), ANYTHING))
def test_nothing_malformed_is_an_answer(content):
    assert fields(content)
