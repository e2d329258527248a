"""Graphs read from JSON documents: whatever is wrong is told, all of it, with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_strategies import any_graphs, valid_graphs
from quality.graphs import examine, parse
from quality.ready_graphs import READY_GRAPHS
from schemas.errors import BadRequest
from schemas.graphs import MOST_BYTES, Graph, resolved

ANNOTATE: dict[str, Any] = {"type": "annotate", "pathways": {"submitted": "Done"}}
SMALL: dict[str, Any] = {"start": "Label", "stages": {"Label": ANNOTATE, "Done": {"type": "complete"}}}


def refused(document: bytes | dict[Any, Any], teams: dict[str, str] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(BadRequest) as caught:
        parse(document, teams)
    return [(error.field, error.message) for error in caught.value.errors]


def test_a_document_is_bytes_or_an_object() -> None:
    graph = parse(SMALL)
    assert graph == Graph.model_validate(SMALL)
    assert parse(json.dumps(SMALL).encode()) == graph
    assert parse(b"\xef\xbb\xbf" + json.dumps(SMALL).encode()) == graph


def test_the_project_gives_teams() -> None:
    graph = parse(SMALL, {"Label": "people"})
    assert graph == resolved(Graph.model_validate(SMALL), {"Label": "people"})
    assert refused(SMALL, {}) == [("stages.Label.team", "is missing: name the work team that is offered the work")]


def test_teams_are_for_stages_that_people_work_in() -> None:
    assert refused(SMALL, {"Label": "people", "Lable": "people", "Done": "people"}) == [
        ("teams.Lable", "names no stage of this graph that people work in"),
        ("teams.Done", "names no stage of this graph that people work in"),
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{"start": "Label",}', "is not JSON: Expecting property name enclosed in double quotes at line 1, column 19"),
        (b'{"start": NaN}', "is not JSON: NaN is no number"),
        (b'{"start": "\xff"}', "is not JSON in UTF-8: invalid start byte at byte 11"),
        (b"[]", "has to be an object with the members start and stages"),
        (b"[" * 60_000, "is nested too deeply"),
        (b" " * (MOST_BYTES + 1), "is larger than 64 KiB"),
        ({"start": " " * MOST_BYTES}, "is larger than 64 KiB"),
        ({"start": {1, 2}}, "Object of type set is not JSON serializable"),
    ],
)
def test_what_is_no_document_is_refused(document: bytes | dict[Any, Any], message: str) -> None:
    assert refused(document) == [("graph", message)]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (b'{"start": "a", "start": "b"}', "start"),
        (b'{"stages": {"A": {"type": "complete"}, "A": {}}}', "stages.A"),
        (
            b'{"stages": {"A": {"pathways": {"submitted": "B", "expired": "B", "submitted": "C"}}}}',
            "stages.A.pathways.submitted",
        ),
    ],
)
def test_a_member_that_is_written_twice_is_named_with_its_place(document: bytes, place: str) -> None:
    assert refused(document) == [(place, "is written twice in one object: keep one of them")]


def test_many_stages_are_refused_before_they_are_looked_at() -> None:
    many = {"start": "0", "stages": {str(number): object() for number in range(10_000)}}
    assert refused(many) == [("graph", "has 10000 stages: at most 200 are allowed")]
    compact = json.dumps({"start": "0", "stages": dict.fromkeys(map(str, range(201)), 0)}).encode()
    assert refused(compact) == [("graph", "has 201 stages: at most 200 are allowed")]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"overlap": "3"}, "stages.Label.overlap", "is not allowed: input should be a valid integer"),
        ({"overlp": 3}, "stages.Label.overlp", "is no field here: leave it out, or see how it is spelled"),
        ({"pathways": None}, "stages.Label.pathways", "is not allowed: input should be an object"),
        ({"type": "lable"}, "stages.Label.type", "is lable: it has to be one of 'annotate'"),
        ({"type": None}, "stages.Label.type", "is None: it has to be one of 'annotate'"),
        (
            {"pathways": {"submited": "Done"}},
            "stages.Label.pathways.submited",
            "as a name is not allowed: input should be 'submitted' or 'expired'",
        ),
        (
            {"type": "agent", "call": {"via": "http", "url": "ftp://a.example"}},
            "stages.Label.call.url",
            "is not allowed: string should match pattern",
        ),
        ({"type": "agent", "call": {"via": "mail"}}, "stages.Label.call.via", "is mail: it has to be one of 'http'"),
        ({"type": "agent", "call": {}}, "stages.Label.call.via", "is missing: it says what kind this is"),
        ({"instructions": "a\0b"}, "stages.Label.instructions", "holds a NUL, or half of a surrogate pair"),
        ({"team": "\ud800"}, "stages.Label.team", "holds a NUL, or half of a surrogate pair"),
        ({"a\0b": 1}, "stages.Label.a?b", "has a NUL, or half of a surrogate pair, in its name"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], field: str, message: str) -> None:
    document = SMALL | {"stages": {"Label": ANNOTATE | change, "Done": {"type": "complete"}}}
    errors = refused(document)
    assert [text for name, text in errors if name == field and text.startswith(message)]
    assert refused(json.dumps(document).encode()) == errors


def test_a_stage_without_a_type_is_named() -> None:
    document = SMALL | {"stages": {"Label": {"pathways": {"submitted": "Done"}}, "Done": {"type": "complete"}}}
    assert refused(document) == [("stages.Label.type", "is missing: it says what kind this is")]


def test_wrong_fields_do_not_hide_what_else_is_wrong() -> None:
    stages = {
        "Label": ANNOTATE | {"overlap": 0},
        "Share": {"type": "percentage_router", "shares": {"a": 50}, "pathways": {"a": "Nowhere"}},
        "Done": {"type": "complete"},
    }
    assert refused({"start": "Lable", "stages": stages, "version": 3}) == [
        ("version", "is no field here: leave it out, or see how it is spelled"),
        ("start", "names Lable, which is no stage of this graph"),
        ("stages.Label.overlap", "is not allowed: input should be greater than or equal to 1"),
        ("stages.Share.pathways.a", "leads to Nowhere, which is no stage of this graph"),
        ("stages.Share.shares", "sum up to 50, not to 100"),
    ]


def test_a_stage_that_cannot_be_read_makes_nothing_else_unreachable() -> None:
    stages = {"Label": ANNOTATE | {"pathways": 5}, "Done": {"type": "complete"}}
    assert refused({"start": "Label", "stages": stages}) == [
        ("stages.Label.pathways", "is not allowed: input should be an object")
    ]


def test_the_message_shows_the_first_ones_and_counts_the_rest() -> None:
    stages = {f"Stage {number}": {"type": "complete"} for number in range(8)}
    with pytest.raises(BadRequest) as caught:
        parse({"start": "Stage 0", "stages": stages})
    assert caught.value.message.startswith(
        "stages.Stage 1: is unreachable from the start (is it a second start?); stages.Stage 2: "
    )
    assert caught.value.message.endswith("; and 2 more")
    assert len(caught.value.errors) == 7


def test_a_name_cannot_break_a_line() -> None:
    _, problems = examine({"start": "Label", "stages": {"a\nb": {"type": "complete"}}})
    assert all("\n" not in str(problem) for problem in problems)


@given(valid_graphs())
def test_a_stored_graph_reads_as_itself(graph: Graph) -> None:
    assert parse(graph.model_dump_json().encode()) == graph
    assert parse(graph.model_dump(mode="json")) == graph


@given(any_graphs())
def test_a_graph_with_problems_is_read_all_the_same(graph: Graph) -> None:
    assert examine(graph.model_dump(mode="json"))[0] == graph


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=5), JSON, max_size=3) | st.dictionaries(st.sampled_from(["start", "stages"]), JSON)
)
def test_any_object_is_read_or_refused(document: dict[str, Any]) -> None:
    graph, problems = examine(document)
    assert graph is not None or problems


@given(st.sampled_from(sorted(READY_GRAPHS)), st.data(), JSON)
def test_anything_in_the_place_of_a_field_is_read_or_refused(name: str, data: st.DataObject, value: object) -> None:
    document = json.loads(json.dumps(READY_GRAPHS[name].document))
    stage = document["stages"][data.draw(st.sampled_from(sorted(document["stages"])))]
    stage[data.draw(st.sampled_from([*sorted(stage), "shown_as", "call"]))] = value
    graph, problems = examine(document)
    assert graph is not None or problems
