"""Drawings hold every stage and pathway, are well-formed whatever the names, and keep boxes apart."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_strategies import any_graphs, ready_graph, valid_graphs
from quality.drawings import mermaid, svg
from quality.layouts import Arrow, layout, spread
from quality.ready_graphs import READY_GRAPHS
from schemas.graphs import Graph, pathways_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> \"quoted\" & 'so' on -->|x| end `**b**` #60; ]}) \u202e \x7f"


def hostile() -> Graph:
    stages = {
        HOSTILE: {
            "type": "agent",
            "call": {"via": "http", "url": "http://a.example"},
            "pathways": {HOSTILE: "end", "again": HOSTILE},
        },
        "end": {"type": "complete"},
    }
    return Graph.model_validate({"start": HOSTILE, "stages": stages})


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - our own


def ways(graph: Graph) -> set[tuple[str, str]]:
    return {(name, target) for name, stage in graph.stages.items() for target in pathways_of(stage).values()}


@pytest.mark.parametrize("name", READY_GRAPHS)
def test_a_ready_graph_is_drawn_whole(name: str) -> None:
    graph = ready_graph(name)
    drawn = texts(svg(graph))
    chart = mermaid(graph)
    for stage, body in graph.stages.items():
        assert stage in drawn
        assert stage in chart
        for pathway in pathways_of(body):
            assert any(pathway in text for text in drawn)
            assert pathway in chart
    assert chart.count("-->") == len(ways(graph)) + 1


def test_a_rejection_goes_back_below_and_everything_else_onwards() -> None:
    picture = svg(ready_graph("agent-prelabel-review"))
    assert picture.count('class="way back"') == 1
    assert "rejected" in texts(picture)


def test_what_annotators_see_is_drawn() -> None:
    assert "shown as Annotate 1" in texts(svg(ready_graph("benchmark-qa")))
    assert "shown as Annotate 1" in mermaid(ready_graph("benchmark-qa"))


def test_names_are_never_markup() -> None:
    graph = hostile()
    root = ElementTree.fromstring(svg(graph))  # noqa: S314 - our own
    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>" in (title.text or "") for title in root.iter(f"{SVG}title"))
    chart = mermaid(graph)
    assert "<script>" not in chart
    assert "`" not in chart
    # A node, its start, three lines for its pathways and the end's node; the names add no line and no arrow.
    assert len(re.findall(r"^    s\d", chart, re.MULTILINE)) == 4
    assert chart.count("-->") == 3


@given(any_graphs())
def test_any_graph_can_be_drawn(graph: Graph) -> None:
    assert texts(svg(graph))
    drawn = sum(target in graph.stages for _, target in ways(graph))
    assert mermaid(graph).count("-->") == drawn + (graph.start in graph.stages)


@given(valid_graphs())
def test_boxes_keep_apart_and_within_the_page(graph: Graph) -> None:
    sizes = {name: (100.0 + 10 * number, 40.0 + number) for number, name in enumerate(graph.stages)}
    ends = sorted(ways(graph))
    plan = layout(sizes, [Arrow(*one, label_width=50.0) for one in ends])
    for name, (width, height) in sizes.items():
        x, y = plan.places[name]
        assert width / 2 <= x <= plan.width - width / 2 + 0.01
        assert height / 2 <= y + 0.01
        assert y <= plan.height - height / 2 + 0.01
    for one, other in combinations(sizes, 2):
        apart = [abs(a - b) for a, b in zip(plan.places[one], plan.places[other], strict=True)]
        least = [(a + b) / 2 for a, b in zip(sizes[one], sizes[other], strict=True)]
        assert apart[0] >= least[0] or apart[1] >= least[1]
    for (source, target), route in zip(ends, plan.routes, strict=True):
        assert route.back or plan.places[source][0] < plan.places[target][0]


def test_without_a_circle_every_arrow_leads_onwards() -> None:
    names = [str(number) for number in range(30)]
    arrows = [Arrow(a, b, 10.0) for a, b in combinations(names, 2)]
    assert not any(route.back for route in layout(dict.fromkeys(names, (50.0, 30.0)), arrows).routes)


def test_what_returns_goes_back_rather_than_what_goes_on() -> None:
    sizes = dict.fromkeys(("start", "review", "annotate"), (50.0, 30.0))
    arrows = [
        Arrow("start", "review", 10.0),
        Arrow("review", "annotate", 10.0, returns=True),
        Arrow("annotate", "review", 10.0),
        Arrow("start", "annotate", 10.0),
    ]
    assert [route.back for route in layout(sizes, arrows).routes] == [False, True, False, False]


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(1, 100)), min_size=1, max_size=12))
def test_spread_keeps_order_and_distance_and_the_middle(spots: list[tuple[float, float]]) -> None:
    wishes, heights = [wish for wish, _ in spots], [height for _, height in spots]
    placed = spread(wishes, heights)
    for number in range(1, len(placed)):
        least = (heights[number - 1] + heights[number]) / 2
        assert placed[number] - placed[number - 1] >= least - 1e-6
    assert sum(placed) == pytest.approx(sum(wishes), abs=1e-6)


def test_spread_leaves_alone_what_has_room() -> None:
    assert spread([0.0, 100.0, 110.0], [20.0, 20.0, 20.0]) == [0.0, 95.0, 115.0]
