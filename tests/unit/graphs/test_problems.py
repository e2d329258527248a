"""Each rule of a workflow graph finds what breaks it, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph_strategies import AUTOMATIC, any_graphs, valid_graphs
from quality.graphs import Problem, problems
from schemas.graphs import Graph, pathways_of, resolved

AGENT = {"via": "activity", "task_queue": "agents", "activity": "decide"}
# Every type of stage, all of it valid.
WHOLE: dict[str, Any] = {
    "start": "Gold?",
    "stages": {
        "Gold?": {
            "type": "benchmark_router",
            "benchmark_set": "gold",
            "pathways": {"benchmark": "Vote", "production": "Sure?"},
        },
        "Vote": {
            "type": "consensus",
            "team": "people",
            "shown_as": "Label",
            "pathways": {"agreed": "Away", "no_consensus": "Away"},
        },
        "Sure?": {"type": "gate", "threshold": 0.9, "pathways": {"accept": "Done", "human": "Share"}},
        "Share": {
            "type": "percentage_router",
            "shares": {"half": 50, "rest": 50},
            "pathways": {"half": "Program", "rest": "Label"},
        },
        "Program": {"type": "agent", "call": AGENT, "pathways": {"labelled": "Check", "failed": "Label"}},
        "Label": {"type": "annotate", "team": "people", "pathways": {"submitted": "Who?"}},
        "Who?": {
            "type": "collaborator_router",
            "people": {"expert": ["ann@a.example"]},
            "otherwise": "others",
            "pathways": {"expert": "Done", "others": "Much?"},
        },
        "Much?": {
            "type": "condition_router",
            "conditions": [{"when": "priority > 50", "then": "yes"}],
            "otherwise": "no",
            "pathways": {"yes": "Check", "no": "Done"},
        },
        "Check": {
            "type": "review",
            "team": "people",
            "max_rejections": 2,
            "pathways": {"approved": "Done", "rejected": "Label", "rejected_too_often": "Failed"},
        },
        "Done": {"type": "complete"},
        "Away": {"type": "archive"},
        "Failed": {"type": "fail", "code": "Rejected", "reason": "Reviewers sent it back too often."},
    },
}


def found(change: Callable[[dict[str, Any]], object]) -> list[tuple[str, str, str]]:
    """The problems of the whole graph with a change to its stages."""
    document = deepcopy(WHOLE)
    change(document["stages"])
    return told(Graph.model_validate(document))


def told(graph: Graph) -> list[tuple[str, str, str]]:
    return [(problem.stage, problem.field, problem.message) for problem in problems(graph)]


def test_a_graph_of_every_stage_type_has_no_problem() -> None:
    assert found(lambda stages: None) == []


@pytest.mark.parametrize(
    ("stage", "pathway"),
    [
        ("Gold?", "benchmark"),
        ("Gold?", "production"),
        ("Vote", "agreed"),
        ("Vote", "no_consensus"),
        ("Sure?", "accept"),
        ("Sure?", "human"),
        ("Share", "half"),
        ("Label", "submitted"),
        ("Who?", "expert"),
        ("Who?", "others"),
        ("Much?", "yes"),
        ("Much?", "no"),
        ("Check", "approved"),
        ("Check", "rejected"),
        ("Check", "rejected_too_often"),
    ],
)
def test_every_pathway_is_to_be_drawn(stage: str, pathway: str) -> None:
    seen = found(lambda stages: stages[stage]["pathways"].pop(pathway))
    assert (stage, f"pathways.{pathway}", "is not drawn: say which stage it leads to") in seen


@pytest.mark.parametrize("stage", ["Vote", "Label", "Check"])
def test_expired_may_be_drawn_or_not(stage: str) -> None:
    assert found(lambda stages: stages[stage]["pathways"].update(expired="Away")) == []


def test_failed_may_be_left_out_but_is_not_enough() -> None:
    assert found(lambda stages: stages["Program"]["pathways"].pop("failed")) == []
    seen = found(lambda stages: stages["Program"]["pathways"].pop("labelled"))
    assert seen == [("Program", "pathways", "needs a pathway besides failed, for the agent's answers")]


def test_a_task_is_rejected_too_often_only_where_that_is_bounded() -> None:
    seen = found(lambda stages: stages["Check"].pop("max_rejections"))
    message = "needs max_rejections: without it no task is rejected too often"
    assert seen == [("Check", "pathways.rejected_too_often", message)]


def test_shares_are_a_hundred_in_sum() -> None:
    seen = found(lambda stages: stages["Share"]["shares"].update(half=49.5))
    assert seen == [("Share", "shares", "sum up to 99.5, not to 100")]
    assert found(lambda stages: stages["Share"]["shares"].update(half=100 / 3, rest=200 / 3)) == []


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ("Share", "has no share, so no task would take it"),
        ("Who?", "is named in neither people nor otherwise, so no task would take it"),
        ("Much?", "is named by no condition, nor by otherwise, so no task would take it"),
    ],
)
def test_a_router_has_no_pathway_that_nothing_takes(stage: str, message: str) -> None:
    seen = found(lambda stages: stages[stage]["pathways"].update(stray="Done"))
    assert seen == [(stage, "pathways.stray", message)]


def test_a_person_is_in_one_list_of_a_router() -> None:
    seen = found(lambda stages: stages["Who?"]["people"].update(others=["Ann@a.example"]))
    assert seen == [("Who?", "people.others", "lists Ann@a.example, who is listed under expert too")]


def test_conditions_are_read() -> None:
    [(stage, field, message)] = found(lambda stages: stages["Much?"]["conditions"][0].update(when="priority >"))
    assert (stage, field) == ("Much?", "conditions.0.when")
    assert message


def test_the_start_is_a_stage() -> None:
    assert told(Graph.model_validate(WHOLE | {"start": "Nowhere"})) == [
        ("", "start", "names Nowhere, which is no stage of this graph")
    ]


def test_pathways_lead_to_stages() -> None:
    seen = found(lambda stages: stages["Label"]["pathways"].update(submitted="Nowhere"))
    assert ("Label", "pathways.submitted", "leads to Nowhere, which is no stage of this graph") in seen


def test_a_second_start_is_unreachable() -> None:
    second = {"type": "annotate", "team": "people", "pathways": {"submitted": "Other"}}
    other = {"type": "annotate", "team": "people", "pathways": {"submitted": "Done"}}
    seen = found(lambda stages: stages.update({"Second": second, "Other": other}))
    assert seen == [
        ("Second", "", "is unreachable from the start (is it a second start?)"),
        ("Other", "", "is unreachable from the start"),
    ]


def test_a_stage_that_only_leads_to_itself_is_unreachable() -> None:
    lonely = {"type": "review", "team": "people", "pathways": {"approved": "Done", "rejected": "Lonely"}}
    seen = found(lambda stages: stages.update(Lonely=lonely))
    assert seen == [("Lonely", "", "is unreachable from the start (is it a second start?)")]


def test_every_stage_has_a_way_to_an_end() -> None:
    def trap(stages: dict[str, Any]) -> None:
        stages["Vote"]["pathways"] = {"agreed": "Trap", "no_consensus": "Away"}
        stages["Trap"] = {"type": "review", "team": "people", "pathways": {"approved": "Mill", "rejected": "Mill"}}
        stages["Mill"] = {"type": "annotate", "team": "people", "pathways": {"submitted": "Trap"}}

    message = "lead to no end: a task that comes here would never be done"
    assert found(trap) == [("Trap", "pathways", message), ("Mill", "pathways", message)]


def test_a_graph_has_an_end() -> None:
    stages = {"Label": {"type": "annotate", "team": "people", "pathways": {"submitted": "Label"}}}
    assert told(Graph.model_validate({"start": "Label", "stages": stages})) == [
        ("", "stages", "have no end: add a stage of type complete, archive or fail")
    ]


def test_routers_and_gates_do_not_send_tasks_round() -> None:
    seen = found(lambda stages: stages["Share"]["pathways"].update(half="Sure?"))
    message = "send tasks round without end: Sure? -> Share -> Sure?; put a person or an agent on the way"
    assert ("Sure?", "pathways", message) in seen
    seen = found(lambda stages: stages["Much?"]["pathways"].update(no="Much?"))
    message = "send tasks round without end: Much? -> Much?; put a person or an agent on the way"
    assert seen == [("Much?", "pathways", message)]


def test_an_agent_may_send_tasks_round() -> None:
    assert found(lambda stages: stages["Program"]["pathways"].update(again="Program", back="Gold?")) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("instructions", "Look twice."),
        ("time_limit_seconds", 60),
        ("deadline_seconds", 60),
        ("allow_reassessment", True),
        ("team", "others"),
    ],
)
def test_stages_that_are_shown_as_one_cannot_be_told_apart(field: str, value: object) -> None:
    seen = found(lambda stages: stages["Vote"].update({field: value}))
    assert seen == [("Label", field, "differs from Vote, but both are shown as Label: make them equal")]


def test_what_annotators_do_not_see_may_differ() -> None:
    assert found(lambda stages: stages["Label"].update(overlap=5, reservation_seconds=5)) == []


def test_work_of_another_kind_has_a_name_of_its_own() -> None:
    seen = found(lambda stages: stages["Check"].update(shown_as="Label"))
    assert seen == [("Check", "shown_as", "is Label for other work in Vote (annotate): give one another name")]
    seen = found(lambda stages: stages["Vote"].update(decision_shown_as="Check"))
    assert seen == [("Check", "shown_as", "is Check for other work in Vote (consensus): give one another name")]
    assert found(lambda stages: stages["Vote"].update(decision_shown_as="Check", decision="none")) == []


@pytest.mark.parametrize("stage", ["Vote", "Label", "Check"])
def test_people_need_a_team(stage: str) -> None:
    document = deepcopy(WHOLE)
    document["stages"][stage].pop("team")
    graph = Graph.model_validate(document)
    assert (stage, "team", "is missing: name the work team that is offered the work") in told(graph)
    assert problems(graph, needs_teams=False) == []
    assert problems(resolved(graph, {stage: "people"})) == []


def test_all_is_told_in_the_order_of_the_stages() -> None:
    def spoil(stages: dict[str, Any]) -> None:
        stages["Check"]["pathways"].pop("rejected")
        stages["Share"]["shares"]["half"] = 40
        stages["Vote"]["pathways"]["agreed"] = "Nowhere"

    assert [(stage, field) for stage, field, _ in found(spoil)] == [
        ("Vote", "pathways.agreed"),
        ("Share", "shares"),
        ("Check", "pathways.rejected"),
    ]


@given(any_graphs())
def test_any_graph_can_be_judged(graph: Graph) -> None:
    for problem in problems(graph):
        assert problem.stage == "" or problem.stage in graph.stages
        assert problem.message


@given(valid_graphs())
def test_valid_graphs_have_no_problem(graph: Graph) -> None:
    assert problems(graph) == []


@given(valid_graphs(people_only=True))
def test_graphs_of_people_alone_are_valid_too(graph: Graph) -> None:
    assert problems(graph) == []
    assert {stage.type for stage in graph.stages.values()} <= {
        *("annotate", "review", "consensus"),
        *("complete", "archive", "fail"),
    }


@given(valid_graphs(), st.data())
def test_a_pathway_that_is_taken_away_is_found(graph: Graph, data: st.DataObject) -> None:
    drawn = [
        (name, pathway)
        for name, stage in graph.stages.items()
        for pathway in pathways_of(stage)
        if pathway not in ("expired", "failed") and stage.type != "agent"
    ]
    assume(drawn)
    name, pathway = data.draw(st.sampled_from(drawn))
    assert any(
        problem.stage == name and problem.field == f"pathways.{pathway}"
        for problem in problems(redrawn(graph, name, pathway, None))
    )


@given(valid_graphs(), st.data())
def test_a_pathway_to_nowhere_is_found(graph: Graph, data: st.DataObject) -> None:
    drawn = [(name, pathway) for name, stage in graph.stages.items() for pathway in pathways_of(stage)]
    name, pathway = data.draw(st.sampled_from(drawn))
    message = "leads to nowhere, which is no stage of this graph"
    assert Problem(name, f"pathways.{pathway}", message) in problems(redrawn(graph, name, pathway, "nowhere"))


@given(valid_graphs())
def test_a_stage_that_nothing_leads_to_is_found(graph: Graph) -> None:
    document = graph.model_dump(mode="json")
    document["stages"]["alone"] = {"type": "archive"}
    assert told(Graph.model_validate(document)) == [
        ("alone", "", "is unreachable from the start (is it a second start?)")
    ]


@given(valid_graphs(), st.data())
def test_a_circle_of_routers_is_found(graph: Graph, data: st.DataObject) -> None:
    routers = [name for name, stage in graph.stages.items() if stage.type in AUTOMATIC]
    assume(routers)
    name = data.draw(st.sampled_from(routers))
    pathway = data.draw(st.sampled_from(sorted(pathways_of(graph.stages[name]))))
    round_trip = problems(redrawn(graph, name, pathway, name))
    assert any(problem.message.startswith("send tasks round without end") for problem in round_trip)


def redrawn(graph: Graph, name: str, pathway: str, target: str | None) -> Graph:
    """The graph with one pathway elsewhere, or not drawn."""
    document = graph.model_dump(mode="json")
    pathways = document["stages"][name]["pathways"]
    pathways.pop(pathway)
    if target is not None:
        pathways[pathway] = target
    stages = graph.stages | {name: graph.stages[name].model_copy(update={"pathways": pathways})}
    return graph.model_copy(update={"stages": stages})
