"""What two versions of a graph differ in."""

from hypothesis import given

from graph_strategies import ready_graph, valid_graphs
from quality.graphs import Difference, difference
from schemas.graphs import Graph, pathways_of


def test_added_removed_changed_and_redirected() -> None:
    old = ready_graph("annotate-review")
    new = Graph.model_validate(
        {
            "start": "Sure?",
            "stages": {
                "Sure?": {"type": "gate", "threshold": 0.9, "pathways": {"accept": "Complete", "human": "Annotate 1"}},
                "Annotate 1": {"type": "annotate", "overlap": 2, "pathways": {"submitted": "Complete"}},
                "Complete": {"type": "complete"},
            },
        }
    )
    assert difference(old, new).model_dump() == {
        "start": {"old": "Annotate 1", "new": "Sure?"},
        "added": ("Sure?",),
        "removed": ("Review 1",),
        "changed": ({"stage": "Annotate 1", "fields": ({"field": "overlap", "old": 1, "new": 2},)},),
        "redirected": ({"stage": "Annotate 1", "pathway": "submitted", "old": "Review 1", "new": "Complete"},),
    }


def test_a_stage_of_another_type_is_changed() -> None:
    old = ready_graph("annotate")
    new = Graph.model_validate(
        {"start": "Annotate 1", "stages": dict(old.stages) | {"Complete": {"type": "fail", "code": "No", "reason": ""}}}
    )
    seen = difference(old, new)
    assert [(changed.stage, [field.field for field in changed.fields]) for changed in seen.changed] == [
        ("Complete", ["type", "code", "reason"])
    ]
    assert seen.changed[0].fields[1].old is None


def test_a_pathway_may_be_new() -> None:
    old = ready_graph("annotate")
    document = old.model_dump(mode="json")
    document["stages"]["Annotate 1"]["pathways"]["expired"] = "Complete"
    [redirected] = difference(old, Graph.model_validate(document)).redirected
    assert (redirected.pathway, redirected.old, redirected.new) == ("expired", None, "Complete")


@given(valid_graphs(), valid_graphs())
def test_a_difference_is_all_that_differs(old: Graph, new: Graph) -> None:
    seen = difference(old, new)
    assert Difference.model_validate_json(seen.model_dump_json()) == seen
    assert difference(old, old) == Difference(start=None, added=(), removed=(), changed=(), redirected=())
    assert rebuilt(old, new, seen) == new.model_dump(mode="json")


def rebuilt(old: Graph, new: Graph, seen: Difference) -> object:
    """The old graph with the difference applied to it; only added stages are looked up in the new one."""
    stages = {name: stage.model_dump(mode="json") for name, stage in old.stages.items() if name not in seen.removed}
    ways = {name: dict(pathways_of(old.stages[name])) for name in stages}
    for changed in seen.changed:
        for field in changed.fields:
            stages[changed.stage][field.field] = field.new
        known = type(new.stages[changed.stage]).model_fields
        stages[changed.stage] = {name: value for name, value in stages[changed.stage].items() if name in known}
    for way in seen.redirected:
        ways[way.stage][way.pathway] = way.new or ""
    for name, pathways in ways.items():
        drawn = {pathway: target for pathway, target in pathways.items() if target}
        stages[name] |= {"pathways": drawn} if drawn else {}
        if not drawn:
            stages[name].pop("pathways", None)
    stages |= {name: new.stages[name].model_dump(mode="json") for name in seen.added}
    return {"start": seen.start.new if seen.start else old.start, "stages": stages}
