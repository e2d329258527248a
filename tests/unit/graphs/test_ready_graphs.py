"""Ready graphs are valid and what they promise; the published schema and the page that shows them are up to date."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from graph_strategies import ready_graph
from quality.drawings import mermaid
from quality.graph_documents import document_schema
from quality.graphs import parse, problems
from quality.ready_graphs import READY_GRAPHS
from schemas.graphs import AnnotateStage, ConsensusStage, Graph, resolved

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", READY_GRAPHS)
def test_a_ready_graph_needs_teams_and_nothing_else(name: str) -> None:
    graph = ready_graph(name)
    assert problems(graph, needs_teams=False) == []
    people = [stage for stage, body in graph.stages.items() if body.type in ("annotate", "review", "consensus")]
    assert [(problem.stage, problem.field) for problem in problems(graph)] == [(stage, "team") for stage in people]
    assert problems(resolved(graph, dict.fromkeys(people, "people"))) == []


@pytest.mark.parametrize("name", ["benchmark-qa", "benchmark-qa-routed"])
def test_annotators_cannot_tell_benchmark_tasks(name: str) -> None:
    graph = resolved(ready_graph(name), dict.fromkeys(("Consensus 1", "Annotate 1"), "people"))
    gold, production = graph.stages["Consensus 1"], graph.stages["Annotate 1"]
    assert isinstance(gold, ConsensusStage)
    assert isinstance(production, AnnotateStage)
    assert (gold.shown_as, gold.team) == (production.shown_as, production.team) == ("Annotate 1", "people")
    assert gold.decision == "none"
    assert set(gold.pathways.values()) == {"Archive"}
    changed = gold.model_copy(update={"time_limit_seconds": 60})
    stages = dict(graph.stages) | {"Consensus 1": changed}
    assert problems(Graph(start=graph.start, stages=stages), needs_teams=False) != []


def test_the_published_schema_is_up_to_date() -> None:
    published = (DOCS / "graph.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(document_schema(), indent=2) + "\n", "loupe graph schema > docs/graph.schema.json"


def test_a_schema_tells_the_kinds_apart() -> None:
    schema = document_schema()
    assert schema["$id"] == "urn:loupe:graph:1"
    kinds = {model["properties"]["type"]["const"] for model in schema["$defs"].values() if kind_of(model)}
    assert kinds == {body.type for graph in map(ready_graph, READY_GRAPHS) for body in graph.stages.values()} | {
        *("percentage_router", "collaborator_router", "condition_router", "fail")
    }
    assert all(kind_of(model) in model["required"] for model in schema["$defs"].values() if kind_of(model))


def kind_of(model: dict[str, Any]) -> str:
    return "type" if "const" in model["properties"].get("type", {}) else ""


def blocks(language: str) -> list[str]:
    page = (DOCS / "graphs.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_page_shows_every_ready_graph_as_it_is() -> None:
    drawn = blocks("mermaid")
    for name in READY_GRAPHS:
        assert mermaid(ready_graph(name)) in drawn, f"loupe graph draw {name}"


def test_the_examples_on_the_page_are_valid() -> None:
    examples = [json.loads(block) for block in blocks("json")]
    assert len(examples) >= 3
    for example in examples:
        parse(example)


def test_the_page_names_every_stage_type_field_and_pathway() -> None:
    page = (DOCS / "graphs.md").read_text(encoding="utf-8")
    for model in document_schema()["$defs"].values():
        for field, description in model["properties"].items():
            assert f"`{field}`" in page
            for pathway in description.get("propertyNames", {}).get("enum", ()):
                assert f"`{pathway}`" in page
            if "const" in description:
                assert f"`{description['const']}`" in page
