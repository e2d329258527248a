"""Agreement of answers by exact equality, and the answer that they come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.agreement import measure
from quality.labels import labels_of, value_hash

SHAPES = st.fixed_dictionaries({"label": st.sampled_from(["car", "bus"]), "left": st.integers(0, 2)})
VALUES = st.one_of(
    st.sampled_from(["yes", "no", 1]), st.builds(lambda shapes: {"boundingBoxes": shapes}, st.lists(SHAPES, max_size=3))
)
CONTENTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES)
ANSWERS = st.lists(CONTENTS, min_size=1, max_size=5)


def shapes(*lefts, **beside):
    return {"q": {"boundingBoxes": [{"left": left} for left in lefts], **beside}}


@pytest.mark.parametrize(
    ("contents", "agreement", "merged"),
    [
        ([{"a": "x"}] * 3, 1.0, {"a": "x"}),
        ([{"a": "x"}, {"a": "y"}, {"a": "y"}], 2 / 3, {"a": "y"}),
        ([{"a": "x"}, {"a": "y"}, {"a": "z"}], 1 / 3, {"a": "x"}),
        ([{"a": "x", "b": 1}, {"a": "y", "b": 1.0}], 3 / 4, {"a": "x", "b": 1}),
        ([{}, {}], 1.0, {}),
        ([{"a": "x"}, {}, {}], 2 / 3, {}),
        ([{}, {"a": "x"}], 1 / 2, {}),
        ([{"a": "x"}], 1.0, {"a": "x"}),
        ([shapes(1, 2), shapes(2, 1)], 1.0, shapes(1, 2)),
        ([shapes(1, 1, 2), shapes(1, 2, 2)], 1 / 2, shapes(1, 1, 2)),
        ([shapes(1), shapes(1, initialValueModified=True)], 1.0, shapes(1)),
        ([shapes(), {"q": {"polygons": []}}], 1 / 2, shapes()),
        ([{"q": {"labels": ["a", "b"]}}, {"q": {"labels": ["b", "a"]}}], 1 / 2, {"q": {"labels": ["a", "b"]}}),
    ],
)
def test_agreement_and_the_merged_answer(contents, agreement, merged):
    found = measure("exact", contents)
    assert found.agreement == pytest.approx(agreement)
    assert found.merged == merged


@given(ANSWERS.flatmap(lambda answers: st.tuples(st.just(answers), st.permutations(answers))))
def test_agreement_is_the_same_in_any_order(case):
    answers, shuffled = case
    assert measure("exact", shuffled).agreement == pytest.approx(measure("exact", answers).agreement)


@given(ANSWERS)
def test_agreement_is_whole_just_where_all_labels_are_equal(answers):
    found = measure("exact", answers).agreement
    assert 1 / len(answers) <= found <= 1
    sets = {(frozenset(content), tuple(sorted(_hashes(content)))) for content in answers}
    assert (found == 1) is (len(sets) == 1)


def _hashes(content):
    return [(label.split("/")[1], value_hash(value)) for label, value in labels_of(content).items()]


@given(ANSWERS)
def test_each_merged_value_is_somebodys(answers):
    for name, value in measure("exact", answers).merged.items():
        assert value in [content.get(name) for content in answers]


@given(CONTENTS, ANSWERS)
def test_one_more_of_the_merged_answer_never_makes_agreement_smaller(extra, answers):
    before = measure("exact", [extra, *answers])
    assert measure("exact", [extra, *answers, before.merged]).agreement >= before.agreement - 1e-9


def test_an_unknown_measure_and_no_answers_are_errors():
    with pytest.raises(ValueError, match="there is no agreement measure kappa: take one of exact"):
        measure("kappa", [{}])
    with pytest.raises(ValueError, match="at least one"):
        measure("exact", [])


def test_answers_to_a_data_group_are_compared_question_by_question():
    def answered(left, right):
        return {
            "left": {"ok": {"value": left, "nested": {}}, "sharp": {"value": "yes", "nested": {}}},
            "right": {"ok": {"value": right, "nested": {}}},
        }

    agreed = measure("exact", [answered("yes", "no"), answered("yes", "yes"), answered("no", "yes")])
    assert agreed.agreement == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert agreed.merged == answered("yes", "yes")
