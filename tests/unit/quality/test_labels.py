"""One label of an answer: where it is, whose it is, and whether a verdict on it still stands."""

import copy
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.labels import author_of, edited_authors, kept_verdicts, labels_of, merge_rework, value_hash

SHAPES = st.fixed_dictionaries({"label": st.sampled_from(["car", "bus"]), "left": st.integers(0, 3)})
VALUES = st.one_of(
    st.sampled_from(["yes", "no", 1, 1.5, None, {"label": "cat"}, {"labels": ["a", "b"]}]),
    st.builds(lambda shapes: {"boundingBoxes": shapes, "inputImageProperties": {"width": 9}}, st.lists(SHAPES)),
    st.lists(SHAPES),
)
CONTENTS = st.dictionaries(st.sampled_from(["a", "b", "c/d"]), VALUES)
PEOPLE = st.sampled_from(["ann", "bob", "cal"])


def boxes(*shapes, **beside):
    return {"q": {"boundingBoxes": [{"label": label, "left": left} for label, left in shapes], **beside}}


def lefts(content):
    return [shape["left"] for shape in content["q"]["boundingBoxes"]]


def authors_by_left(content, authors):
    return {value["left"]: author_of(authors, label) for label, value in labels_of(content).items()}


def test_each_named_answer_is_a_label_and_so_is_each_item_of_its_list():
    content = {
        "kind": {"label": "invoice"},
        "tags": {"labels": ["a", "b"]},
        "AWS/Textract": {"blocks": [{"text": "x"}]},
        "a~b": [{"start": 1}, {"start": 2}],
        "shapes": {"polygons": [{"label": "p"}], "inputImageProperties": {"width": 3}},
        "none": {"boundingBoxes": []},
        "masks": {"instances": [{"label": "m"}], "labeledImage": {"pngImageData": "AA=="}},
        "mixed": [{"start": 1}, "text"],
    }
    assert labels_of(content) == {
        "/kind": {"label": "invoice"},
        "/tags": {"labels": ["a", "b"]},
        "/AWS~1Textract/blocks/0": {"text": "x"},
        "/a~0b/0": {"start": 1},
        "/a~0b/1": {"start": 2},
        "/shapes/polygons/0": {"label": "p"},
        "/none": {"boundingBoxes": []},
        "/masks": content["masks"],
        "/mixed": content["mixed"],
    }


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}, True),
        (0.0, -0.0, True),
        (1, True, False),
        (1, "1", False),
        (0.1, 0.10000000000000002, False),
        ([1, 2], [2, 1], False),
        (None, False, False),
        (10**20, 1e20, True),
    ],
)
def test_values_are_compared_as_json_values(one, other, equal):
    assert (value_hash(one) == value_hash(other)) is equal


def test_what_is_no_json_has_no_hash():
    with pytest.raises(ValueError, match="JSON"):
        value_hash(float("nan"))


def test_the_longest_pointer_says_whose_a_label_is():
    authors = {"": "ann", "/q": "bob", "/q/boundingBoxes/1": "cal"}
    assert author_of(authors, "/q/boundingBoxes/1") == "cal"
    assert author_of(authors, "/q/boundingBoxes/10") == "bob"
    assert author_of(authors, "/quick") == "ann"
    assert author_of({"/q": "bob"}, "/quick") is None


def test_who_changes_a_label_owns_it_and_nothing_else():
    before = boxes(("car", 0), ("car", 1), ("bus", 2))
    after = boxes(("bus", 2), ("car", 0), ("car", 7), ("bus", 8))
    authors = edited_authors(before, {"": "ann", "/q/boundingBoxes/2": "bob"}, after, "rita")
    assert authors_by_left(after, authors) == {2: "bob", 0: "ann", 7: "rita", 8: "rita"}
    assert authors[""] == "ann"


def test_of_equal_shapes_each_keeps_its_own_author():
    before = boxes(("car", 1), ("car", 1))
    authors = {"": "ann", "/q/boundingBoxes/1": "bob"}
    assert edited_authors(before, authors, before, "rita") == authors


def test_labels_that_no_person_made_get_an_author_only_where_one_changes_them():
    before = {"a": 1, "b": 2}
    assert edited_authors(before, {}, before, "rita") == {}
    assert edited_authors(before, {}, {"a": 1, "b": 3}, "rita") == {"/b": "rita"}
    assert edited_authors(before, {}, {"a": 0, "b": 3}, "rita") == {"": "rita"}


@given(CONTENTS, CONTENTS, PEOPLE)
def test_after_an_edit_only_unchanged_values_are_somebody_elses(before, after, first):
    authors = edited_authors(before, {"": first}, after, "rita")
    assert set(authors) - {""} <= set(labels_of(after))
    values = [value_hash(value) for value in labels_of(before).values()]
    for label, value in labels_of(after).items():
        owner = author_of(authors, label)
        assert owner in (first, "rita")
        if value_hash(value) not in values:
            assert owner == "rita"
        if labels_of(before).get(label, ...) == value:
            assert owner == first


@given(CONTENTS, st.randoms(use_true_random=False))
def test_moving_items_within_their_list_changes_no_author(content, chance: random.Random):
    moved = copy.deepcopy(content)
    for value in moved.values():
        if isinstance(value, dict) and isinstance(value.get("boundingBoxes"), list):
            chance.shuffle(value["boundingBoxes"])
    assert set(edited_authors(content, {"": "ann"}, moved, "rita").values()) <= {"ann"} or not labels_of(content)


@given(CONTENTS, CONTENTS, PEOPLE)
def test_rework_by_one_person_is_what_they_made_of_it(base, content, person):
    merged, authors = merge_rework(base, {"": "ann"}, [(person, content)])
    assert merged == content
    assert authors == edited_authors(base, {"": "ann"}, content, person)


@given(CONTENTS, st.lists(PEOPLE, min_size=1, max_size=3, unique=True))
def test_rework_that_changed_nothing_changes_nothing(base, people):
    merged, authors = merge_rework(base, {"": "ann"}, [(person, copy.deepcopy(base)) for person in people])
    assert merged == base
    for label in labels_of(base):
        assert author_of(authors, label) == "ann"


@given(CONTENTS, CONTENTS, st.permutations(["bob", "cal"]))
def test_where_one_of_two_reworked_it_all_is_theirs(base, content, people):
    parts = [(person, content if person == "bob" else base) for person in people]
    merged, authors = merge_rework(base, {"": "ann"}, parts)
    assert sorted(map(value_hash, labels_of(merged).values())) == sorted(map(value_hash, labels_of(content).values()))
    assert set(authors.values()) <= {"ann", "bob"}


def test_each_label_is_taken_from_who_changed_it():
    base = {"title": "a", "total": 1, "date": "x", "note": "n"}
    ann = {"title": "A", "total": 1, "date": "x", "note": "n", "more": True}
    bob = {"title": "a", "total": 2, "date": "x"}
    merged, authors = merge_rework(base, {"": "cal"}, [("ann", ann), ("bob", bob)])
    assert merged == {"title": "A", "total": 2, "date": "x", "more": True}
    assert {label: author_of(authors, label) for label in labels_of(merged)} == {
        "/title": "ann",
        "/total": "bob",
        "/date": "cal",
        "/more": "ann",
    }


@pytest.mark.parametrize(("author", "winner"), [("ann", "A"), ("bob", "B"), ("cal", "B")])
def test_a_label_that_two_changed_is_its_authors_else_the_laters(author, winner):
    merged, authors = merge_rework(
        {"x": "a", "y": 1}, {"": "cal", "/x": author}, [("ann", {"x": "A", "y": 1}), ("bob", {"x": "B", "y": 1})]
    )
    assert merged == {"x": winner, "y": 1}
    assert author_of(authors, "/x") == {"A": "ann", "B": "bob"}[winner]
    assert author_of(authors, "/y") == "cal"


def test_shapes_of_several_authors_come_together():
    base = boxes(("car", 0), ("car", 1), ("car", 2), ("car", 3), inputImageProperties={"width": 9})
    ann = boxes(("car", 10), ("car", 1), ("car", 2), ("car", 3), ("bus", 4), inputImageProperties={"width": 9})
    bob = boxes(("car", 0), ("car", 1), ("car", 3), inputImageProperties={"width": 9})
    merged, authors = merge_rework(base, {"": "cal"}, [("ann", ann), ("bob", bob)])
    assert lefts(merged) == [10, 1, 3, 4]
    assert merged["q"]["inputImageProperties"] == {"width": 9}
    assert authors_by_left(merged, authors) == {10: "ann", 1: "cal", 3: "cal", 4: "ann"}


def test_a_shape_that_two_edited_is_there_once():
    base, ann, bob = (boxes(("car", left), ("bus", 5)) for left in (0, 1, 2))
    for author, winner in (("ann", 1), ("bob", 2), ("cal", 2)):
        merged, authors = merge_rework(base, {"": author}, [("ann", ann), ("bob", bob)])
        assert lefts(merged) == [winner, 5]
        assert authors_by_left(merged, authors)[winner] == ("ann" if winner == 1 else "bob")


def test_a_shape_that_two_added_alike_is_there_once():
    base, more = boxes(("car", 0)), boxes(("car", 0), ("bus", 1))
    merged, authors = merge_rework(base, {"": "cal"}, [("ann", more), ("bob", more)])
    assert lefts(merged) == [0, 1]
    assert authors_by_left(merged, authors) == {0: "cal", 1: "ann"}


def test_when_each_removes_a_shape_the_empty_list_is_the_last_ones():
    base = boxes(("car", 0), ("bus", 1))
    merged, authors = merge_rework(base, {"": "cal"}, [("ann", boxes(("car", 0))), ("bob", boxes(("bus", 1)))])
    assert merged == boxes()
    assert authors == {"": "bob"}


def test_a_verdict_stands_where_the_value_is_unchanged_wherever_it_was_moved():
    before = boxes(("car", 0), ("bus", 1), ("car", 2))
    earlier = [(label, value_hash(value), f"verdict {n}") for n, (label, value) in enumerate(labels_of(before).items())]
    after = boxes(("car", 2), ("bus", 9), ("car", 0))
    assert kept_verdicts(labels_of(after), earlier) == {
        "/q/boundingBoxes/0": "verdict 2",
        "/q/boundingBoxes/2": "verdict 0",
    }


def test_of_several_verdicts_on_a_value_the_latest_stands():
    earlier = [("/x", value_hash(1), "reject"), ("/x", value_hash(2), "approve"), ("/x", value_hash(1), "approve")]
    assert kept_verdicts({"/x": 1.0, "/y": 1}, earlier) == {"/x": "approve"}
    assert kept_verdicts({"/x": 3}, earlier) == {}


def tile(**answers):
    return {name: {"value": value, "nested": {}} for name, value in answers.items()}


def test_each_question_of_each_tile_of_a_data_group_is_a_label():
    content = {"left": tile(ok="yes", sharp="no"), "right/1": tile(ok="no")}
    assert labels_of(content) == {
        "/left/ok": {"value": "yes", "nested": {}},
        "/left/sharp": {"value": "no", "nested": {}},
        "/right~11/ok": {"value": "no", "nested": {}},
    }


def test_equal_answers_to_two_questions_of_a_tile_keep_their_own_verdicts():
    before = labels_of({"left": tile(ok="yes", sharp="no")})
    earlier = [(label, value_hash(value), label) for label, value in before.items()]
    after = labels_of({"left": tile(ok="no", sharp="no")})
    assert kept_verdicts(after, earlier) == {"/left/sharp": "/left/sharp"}


def test_rework_of_tiles_by_two_people_comes_together_question_by_question():
    base = {"left": tile(ok="no", sharp="no"), "right": tile(ok="no")}
    ann = {"left": tile(ok="yes", sharp="no"), "right": tile(ok="no")}
    bob = {"left": tile(ok="no", sharp="yes")}
    merged, authors = merge_rework(base, {"": "cal"}, [("ann", ann), ("bob", bob)])
    assert merged == {"left": tile(ok="yes", sharp="yes")}
    assert {label: author_of(authors, label) for label in labels_of(merged)} == {
        "/left/ok": "ann",
        "/left/sharp": "bob",
    }


@given(st.sampled_from(["left", "top"]), st.sampled_from(["x", 1, {"a": 1}, {}]), st.permutations(["ann", "bob"]))
def test_a_value_that_only_some_answers_have_as_a_tile_is_one_label_in_their_merge(name, other, people):
    base, content = {name: tile(ok="yes")}, {name: other}
    merged, _ = merge_rework(base, {"": "cal"}, list(zip(people, [base, content], strict=True)))
    assert merged == content
