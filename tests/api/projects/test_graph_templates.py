"""Graphs saved under a name; the ready ones; the JSON Schema."""

import copy
import json

from project_bodies import REVIEWED, fields, is_problem, project
from quality.ready_graphs import READY_GRAPHS
from schemas.projects import GraphTemplatesPage


async def test_a_saved_graph_is_loaded_by_its_name(admin):
    saved = await admin.put("/v1/graph-templates/mine", json={"graph": REVIEWED, "description": "two looks"})
    assert saved.status_code == 200
    assert (await admin.get("/v1/graph-templates/mine")).json() == saved.json()
    page = GraphTemplatesPage.model_validate((await admin.get("/v1/graph-templates")).json())
    assert [item.name for item in page.items] == [*READY_GRAPHS, "mine"]
    assert (page.items[-1].source, page.items[-1].description, page.items[-1].graph) == ("saved", "two looks", REVIEWED)
    assert {item.source for item in page.items[:-1]} == {"ready"}

    made = await admin.post("/v1/projects", json=project(graph="mine"))
    assert made.status_code == 201
    other = copy.deepcopy(REVIEWED)
    other["stages"]["annotate"]["overlap"] = 3
    await admin.put("/v1/graph-templates/mine", json={"graph": other})
    changed = await admin.put("/v1/projects/birds/graph", json={"graph": "mine"})
    assert changed.json()["graph"]["stages"]["annotate"]["overlap"] == 3

    assert (await admin.delete("/v1/graph-templates/mine")).status_code == 204
    for gone in (admin.delete("/v1/graph-templates/mine"), admin.get("/v1/graph-templates/mine")):
        assert is_problem(await gone, 404, "not-found")
    assert fields(await admin.post("/v1/projects", json=project("fish", graph="mine"))) == {"graph"}
    assert (await admin.get("/v1/projects/birds/graphs/2")).status_code == 200


async def test_what_cannot_be_a_graph_is_not_saved_and_ready_ones_stay(admin):
    broken = copy.deepcopy(REVIEWED)
    broken["start"] = "nowhere"
    assert "graph.start" in fields(await admin.put("/v1/graph-templates/mine", json={"graph": broken}))
    assert fields(await admin.put("/v1/graph-templates/mine", json={})) == {"graph"}
    assert "path.name" in fields(await admin.put("/v1/graph-templates/My%20Graph", json={"graph": REVIEWED}))
    ready = next(iter(READY_GRAPHS))
    for call in (
        admin.put(f"/v1/graph-templates/{ready}", json={"graph": REVIEWED}),
        admin.delete(f"/v1/graph-templates/{ready}"),
    ):
        assert is_problem(await call, 409, "name-in-use")
    assert (await admin.get(f"/v1/graph-templates/{ready}")).json()["source"] == "ready"


async def test_too_many_stages_are_refused(admin):
    graph = copy.deepcopy(REVIEWED)
    graph["stages"] |= {f"s{number}": {"type": "archive"} for number in range(300)}
    assert fields(await admin.put("/v1/graph-templates/mine", json={"graph": graph})) == {"graph"}


async def test_the_schema_of_graphs_is_published(admin):
    schema = (await admin.get("/v1/graph-schema")).json()
    assert schema["required"] == ["start", "stages"]
    assert {"AnnotateStage", "ReviewStage", "ConsensusStage", "AgentStage"} <= set(schema["$defs"])


async def test_a_saved_graph_keeps_the_order_that_it_was_written_in(admin):
    """Names in an order that neither their length nor their letters give."""
    stages = {"review": REVIEWED["stages"]["review"], **REVIEWED["stages"]}
    graph = {"stages": stages, "start": "annotate"}
    await admin.put("/v1/graph-templates/mine", json={"graph": graph})
    for shown in (
        (await admin.get("/v1/graph-templates/mine")).json(),
        (await admin.get("/v1/graph-templates")).json()["items"][-1],
    ):
        assert list(shown["graph"]) == ["stages", "start"]
        assert list(shown["graph"]["stages"]) == ["review", "annotate", "complete"]
    made = await admin.post("/v1/projects", json=project(graph="mine"))
    assert made.status_code == 201
    assert list((await admin.get("/v1/projects/birds/graphs/1")).json()["graph"]["stages"]) == list(stages)


async def test_a_graph_that_a_release_before_saved_over_another_is_the_one_that_is_loaded(admin, pool):
    """It writes the column `body` alone."""
    await admin.put("/v1/graph-templates/mine", json={"graph": REVIEWED})
    other = copy.deepcopy(REVIEWED)
    other["stages"]["annotate"]["overlap"] = 3
    await pool.execute("UPDATE graph_templates SET body = $1 WHERE name = 'mine'", other)
    assert (await admin.get("/v1/graph-templates/mine")).json()["graph"] == other


async def test_a_member_that_is_written_twice_is_named_with_its_place(admin, pool):
    doubled = json.dumps(REVIEWED).replace('"complete": {', '"annotate": {"type": "archive"}, "complete": {')
    headers = {"Content-Type": "application/json"}
    saved = await admin.put("/v1/graph-templates/mine", content=f'{{"graph": {doubled}}}', headers=headers)
    assert fields(saved) == {"graph.stages.annotate"}
    body = json.dumps(project(graph="GRAPH")).replace('"GRAPH"', doubled)
    assert fields(await admin.post("/v1/projects", content=body, headers=headers)) == {"graph.stages.annotate"}
    assert (await admin.post("/v1/projects", json=project())).status_code == 201
    changed = await admin.put("/v1/projects/birds/graph", content=f'{{"graph": {doubled}}}', headers=headers)
    assert fields(changed) == {"graph.stages.annotate"}
    twice = await admin.put("/v1/projects/birds/graph", content='{"graph": "a", "graph": "b"}', headers=headers)
    assert fields(twice) == {"graph"}
    assert await pool.fetchval("SELECT count(*) FROM graphs") == 1
    assert await pool.fetchval("SELECT count(*) FROM graph_templates") == 0
