"""Graphs checked while they are written."""

import copy
import json
import xml.etree.ElementTree as ET

from project_bodies import REVIEWED, fields, is_problem
from schemas.graph_checks import GraphCheckView

CHECK = "/v1/graphs/check"


async def check(admin, graph, teams=None):
    document = graph if isinstance(graph, str) else json.dumps(graph)
    answer = await admin.post(CHECK, json={"document": document, "teams": teams})
    assert answer.status_code == 200, answer.text
    return GraphCheckView.model_validate(answer.json())


async def test_a_good_graph_is_drawn_and_outlined(admin):
    seen = await check(admin, REVIEWED)
    assert seen.problems == []
    root = ET.fromstring(seen.svg)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert seen.outline.start == "annotate"
    assert [(stage.name, stage.type, stage.people) for stage in seen.outline.stages] == [
        ("annotate", "annotate", True),
        ("review", "review", True),
        ("complete", "complete", False),
    ]
    assert seen.outline.stages[1].pathways == {"approved": "complete", "rejected": "annotate"}


async def test_every_problem_is_told_with_its_stage_and_what_can_be_drawn_is(admin):
    broken = copy.deepcopy(REVIEWED)
    broken["stages"]["annotate"]["pathways"]["submitted"] = "nowhere"
    broken["stages"]["lost"] = {"type": "archive"}
    seen = await check(admin, broken)
    assert {(problem.stage, problem.field) for problem in seen.problems} >= {
        ("annotate", "pathways.submitted"),
        ("lost", ""),
    }
    assert seen.svg is not None


async def test_what_cannot_be_read_says_where(admin):
    seen = await check(admin, '{\n "start": "a",\n}')
    assert (seen.svg, seen.outline) == (None, None)
    assert "line 3" in seen.problems[0].message
    doubled = await check(admin, '{"start": "a", "start": "b", "stages": {}}')
    assert "twice" in doubled.problems[0].message


async def test_teams_are_checked_once_they_are_asked_for(admin):
    assert [problem.field for problem in (await check(admin, REVIEWED, {})).problems] == ["team", "team"]
    [missing] = (await check(admin, REVIEWED, {"annotate": "crew", "review": "nobody"})).problems
    assert (missing.stage, missing.field) == ("review", "team")
    assert "nobody" in missing.message
    seen = await check(admin, REVIEWED, {"annotate": "crew", "review": "crew"})
    assert seen.problems == []
    assert [stage.team for stage in seen.outline.stages] == ["crew", "crew", None]


async def test_agents_at_hosts_that_are_not_allowed_are_a_problem(admin):
    graph = copy.deepcopy(REVIEWED)
    call = {"via": "http", "url": "http://169.254.169.254/latest"}
    graph["stages"]["model"] = {"type": "agent", "call": call, "pathways": {"done": "annotate"}}
    graph["start"] = "model"
    [problem] = (await check(admin, graph)).problems
    assert problem.path == "stages.model.call.url"


async def test_names_in_a_drawing_are_text(admin):
    graph = {"start": "<script>", "stages": {"<script>": {"type": "complete"}}}
    seen = await check(admin, graph)
    assert "<script>" not in seen.svg
    ET.fromstring(seen.svg)  # noqa: S314 - our own


async def test_bodies_that_are_no_graph_check_are_refused(admin, as_person, world):
    assert fields(await admin.post(CHECK, json={})) == {"document"}
    assert "document" in fields(await admin.post(CHECK, json={"document": "x" * 300_000}))
    viewer = await as_person(await world.person("vic", role="viewer"))
    assert is_problem(await viewer.post(CHECK, json={"document": "{}"}), 403, "forbidden")
