"""Projects: made, changed, deleted; what is refused, and why; versions of their graphs."""

import copy

import pytest

from project_bodies import REVIEWED, fields, is_problem, project, tasks
from quality.drawings import mermaid
from quality.graphs import Difference, parse
from quality.ready_graphs import READY_GRAPHS
from schemas.errors import Conflict
from schemas.graphs import Graph
from schemas.projects import GraphsPage, GraphView, ProjectsPage, ProjectView
from store import human_loops, projects, work_teams


async def test_a_project_is_made_with_its_graph_and_its_people_see_their_queues(admin, ann, as_person, pool):
    made = await admin.post("/v1/projects", json=project(title="Birds", metadata={"owner": "ml"}))
    assert made.status_code == 201
    view = ProjectView.model_validate(made.json())
    assert (view.name, view.kind, view.title, view.output) == ("birds", "project", "Birds", "s3://loupe/out")
    assert (view.graph_version, view.max_concurrent_tasks, view.schema_kind) == (1, 1000, "template")
    assert view.teams == {"annotate": "crew", "review": "crew"}
    assert view.human_task_ui is None
    assert (view.counts, view.stages, view.starved, view.escalated, view.in_window) == ({}, {}, 0, 0, 0)
    assert (await admin.get("/v1/projects/birds")).json() == made.json()

    queues = (await (await as_person(ann)).get("/v1/work/queues")).json()["items"]
    assert {(queue["project"], queue["stage"], queue["kind"]) for queue in queues} == {
        ("birds", "annotate", "annotate"),
        ("birds", "review", "review"),
    }
    graph = GraphView.model_validate((await admin.get("/v1/projects/birds/graphs/1")).json())
    assert graph.graph.stages["review"].team == "crew"
    # The template is the project's own, not one of the account's.
    assert await pool.fetchval("SELECT count(*) FROM human_task_uis WHERE deleted_at IS NULL") == 0


async def test_a_consensus_stage_has_a_queue_for_those_who_decide(admin, ann, world, pool):
    await world.person("joe", role="reviewer", teams=("judges",))
    graph = copy.deepcopy(READY_GRAPHS["consensus-review"].document)
    graph["stages"]["Consensus 1"]["decision_team"] = "judges"
    body = project(graph=graph, teams={"Consensus 1": "crew", "Review 1": "crew"})
    assert (await admin.post("/v1/projects", json=body)).status_code == 201
    rows = await pool.fetch("SELECT q.shown_as, q.kind, t.name FROM queues q JOIN work_teams t ON t.id = q.team_id")
    assert {tuple(row) for row in rows} == {
        ("Consensus 1", "annotate", "crew"),
        ("Consensus 1: decision", "consensus", "judges"),
        ("Review 1", "review", "crew"),
    }
    graph["stages"]["Consensus 1"]["decision_team"] = "nobody"
    assert fields(await admin.post("/v1/projects", json=body | {"name": "other"})) == {
        "graph.stages.Consensus 1.decision_team"
    }


@pytest.mark.parametrize("name", ["annotate", "annotate-review", "gate"])
async def test_a_ready_graph_is_taken_by_its_name(admin, name):
    stages = READY_GRAPHS[name].document["stages"]
    teams = {stage: "crew" for stage, body in stages.items() if body["type"] in ("annotate", "review")}
    made = await admin.post("/v1/projects", json=project(graph=name, teams=teams))
    assert made.status_code == 201, made.text
    assert made.json()["teams"] == teams


WRONG_PROJECTS = (
    ({"name": "Birds"}, {"name"}),
    ({"name": "b" * 64}, {"name"}),
    ({"name": "birds-"}, {"name"}),
    ({"name": "bi\u0000rds"}, {"name"}),
    ({"title": "a\nb"}, {"title"}),
    ({"description": "a\u0000b"}, {"description"}),
    ({"description": "x" * 8001}, {"description"}),
    ({"template": None}, {"body"}),
    ({"human_task_ui": "ui"}, {"body"}),
    ({"template": None, "human_task_ui": "ui"}, {"human_task_ui"}),
    ({"template": ""}, {"template"}),
    ({"template": "{% if %}"}, {"template"}),
    ({"template": "a\u0000b"}, {"template"}),
    ({"template": "x" * 128_001}, {"template"}),
    ({"output": "gs://bucket"}, {"output"}),
    ({"output": "s3://b"}, {"output"}),
    ({"output": "s3://bucket/a\nb"}, {"output"}),
    ({"max_concurrent_tasks": 0}, {"max_concurrent_tasks"}),
    ({"max_concurrent_tasks": 5001}, {"max_concurrent_tasks"}),
    ({"max_concurrent_tasks": True}, {"max_concurrent_tasks"}),
    ({"max_concurrent_tasks": "7"}, {"max_concurrent_tasks"}),
    ({"metadata": [1]}, {"metadata"}),
    ({"metadata": {"a": "\u0000"}}, {"metadata"}),
    ({"graph": "unheard-of"}, {"graph"}),
    ({"graph": {}}, {"graph.start", "graph.stages"}),
    ({"teams": {"annotate": "crew"}}, {"teams.review"}),
    ({"teams": {}}, {"teams.annotate", "teams.review"}),
    ({"teams": {"annotate": "crew", "review": "ghosts"}}, {"teams.review"}),
    ({"teams": {"annotate": "crew", "review": "crew", "revue": "crew"}}, {"teams.revue"}),
    ({"teams": {"annotate": "crew", "review": "crew", "complete": "crew"}}, {"teams.complete"}),
    ({"colour": "red"}, {"colour"}),
)


async def test_what_is_wrong_with_a_new_project_is_named_and_nothing_is_written(admin, pool):
    for changes, named in WRONG_PROJECTS:
        found = fields(await admin.post("/v1/projects", json=project(**changes)))
        # A member of two forms is named with each of them.
        assert {field.split(".dict")[0].split(".str")[0] for field in found} == named, changes
    assert await pool.fetchval("SELECT count(*) FROM projects") == 0
    assert await pool.fetchval("SELECT count(*) FROM human_task_uis") == 0


async def test_all_that_is_wrong_with_a_graph_is_listed_with_its_stage(admin):
    graph = copy.deepcopy(REVIEWED)
    graph["stages"]["annotate"]["pathways"] = {"submitted": "nowhere"}
    graph["stages"]["lonely"] = {"type": "archive"}
    named = fields(await admin.post("/v1/projects", json=project(graph=graph)))
    assert {"graph.stages.annotate.pathways.submitted", "graph.stages.lonely"} <= named


async def test_projects_and_flow_definitions_share_one_namespace(admin, world):
    await world.flow("birds")
    assert is_problem(await admin.post("/v1/projects", json=project("birds")), 409, "name-in-use")
    assert (await admin.post("/v1/projects", json=project("fish"))).status_code == 201
    assert is_problem(await admin.post("/v1/projects", json=project("fish")), 409, "name-in-use")
    page = ProjectsPage.model_validate((await admin.get("/v1/projects")).json())
    assert [(item.name, item.kind) for item in page.items] == [("birds", "flow_definition"), ("fish", "project")]
    # What belongs to the AWS wire is not changed here.
    for call in (admin.patch("/v1/projects/birds", json={"title": "x"}), admin.delete("/v1/projects/birds")):
        assert is_problem(await call, 409, "conflict")
    assert is_problem(await admin.post("/v1/projects/birds/tasks", json=tasks("a")), 409, "conflict")
    assert (await admin.get("/v1/projects/birds")).json()["teams"] == {"annotate": "crew"}


async def test_the_list_goes_on_where_it_ended_and_a_cursor_is_good_for_its_list_alone(admin):
    for name in ("a", "b", "c"):
        await admin.post("/v1/projects", json=project(name))
    first = (await admin.get("/v1/projects", params={"limit": 2})).json()
    assert [item["name"] for item in first["items"]] == ["a", "b"]
    cursor = first["next_cursor"]
    second = (await admin.get("/v1/projects", params={"limit": 2, "cursor": cursor})).json()
    assert ([item["name"] for item in second["items"]], second["next_cursor"]) == (["c"], None)
    other = await admin.get("/v1/projects", params={"cursor": cursor, "kind": "project"})
    for wrong in (other, await admin.get("/v1/projects", params={"cursor": "x"})):
        assert fields(wrong) == {"cursor"}
    assert fields(await admin.get("/v1/projects", params={"limit": 0})) == {"query.limit"}


async def test_a_change_changes_what_is_given(admin):
    await admin.post("/v1/projects", json=project())
    changed = await admin.patch("/v1/projects/birds", json={"max_concurrent_tasks": 7, "paused": True})
    view = ProjectView.model_validate(changed.json())
    assert (view.title, view.max_concurrent_tasks, view.paused) == ("birds", 7, True)
    view = ProjectView.model_validate((await admin.patch("/v1/projects/birds", json={"title": "Birds"})).json())
    assert (view.title, view.paused) == ("Birds", True)
    assert (await admin.patch("/v1/projects/birds", json={"paused": False})).json()["paused"] is False
    for body, named in (
        ({"max_concurrent_tasks": 0}, {"max_concurrent_tasks"}),
        ({"paused": "yes"}, {"paused"}),
        ({"title": ""}, {"title"}),
        ({"name": "x"}, {"name"}),
    ):
        assert fields(await admin.patch("/v1/projects/birds", json=body)) == named
    assert is_problem(await admin.patch("/v1/projects/fish", json={}), 404, "not-found")


async def test_only_administrators_make_and_change_and_workers_see_nothing(admin, world, as_person, ann):
    await admin.post("/v1/projects", json=project())
    manager = await as_person(await world.person("mia", role="team_manager"))
    viewer = await as_person(await world.person("vic", role="viewer"))
    worker = await as_person(ann)
    for client in (manager, viewer, worker):
        for call in (
            client.post("/v1/projects", json=project("fish")),
            client.patch("/v1/projects/birds", json={"title": "x"}),
            client.delete("/v1/projects/birds"),
            client.put("/v1/projects/birds/graph", json={"graph": REVIEWED}),
            client.put("/v1/graph-templates/mine", json={"graph": REVIEWED}),
            client.put("/v1/benchmark-sets/gold", json={}),
        ):
            assert is_problem(await call, 403, "forbidden")
    paths = (
        "/v1/projects",
        "/v1/projects/birds",
        "/v1/projects/birds/graphs",
        "/v1/graph-schema",
        "/v1/graph-templates",
    )
    for path in (*paths, "/v1/projects/birds/tasks", "/v1/benchmark-sets"):
        assert (await manager.get(path)).status_code == (await viewer.get(path)).status_code == 200
        assert is_problem(await worker.get(path), 403, "forbidden")
    assert (await manager.post("/v1/projects/birds/tasks", json=tasks("a"))).status_code == 200
    for client in (viewer, worker):
        assert is_problem(await client.post("/v1/projects/birds/tasks", json=tasks("a")), 403, "forbidden")


async def test_a_new_version_is_for_new_tasks_and_keeps_teams_by_stage(admin, pool):
    await admin.post("/v1/projects", json=project())
    await admin.post("/v1/projects/birds/tasks", json=tasks("old"))
    graph = copy.deepcopy(REVIEWED)
    graph["stages"]["annotate"]["overlap"] = 2
    graph["stages"]["second look"] = {"type": "review", "pathways": {"approved": "complete", "rejected": "annotate"}}
    graph["stages"]["review"]["pathways"]["approved"] = "second look"
    missing = await admin.put("/v1/projects/birds/graph", json={"graph": graph})
    assert fields(missing) == {"teams.second look"}
    made = await admin.put("/v1/projects/birds/graph", json={"graph": graph, "teams": {"second look": "crew"}})
    view = GraphView.model_validate(made.json())
    assert (view.version, view.current) == (2, True)
    assert {stage.team for stage in view.graph.stages.values() if hasattr(stage, "team")} == {"crew"}
    await admin.post("/v1/projects/birds/tasks", json=tasks("new"))
    rows = await pool.fetch("SELECT name, graph_version FROM tasks")
    assert {row["name"]: row["graph_version"] for row in rows} == {"old": 1, "new": 2}
    assert await pool.fetchval("SELECT count(*) FROM queues WHERE shown_as = 'second look'") == 1

    page = GraphsPage.model_validate((await admin.get("/v1/projects/birds/graphs")).json())
    assert [(item.version, item.current, item.stages) for item in page.items] == [(2, True, 4), (1, False, 3)]
    diff = Difference.model_validate((await admin.get("/v1/projects/birds/graphs/1/diff/2")).json())
    assert diff.added == ("second look",)
    assert [(each.stage, [field.field for field in each.fields]) for each in diff.changed] == [
        ("annotate", ["overlap"])
    ]
    assert [(way.stage, way.new) for way in diff.redirected] == [("review", "second look")]


async def test_an_equal_graph_is_no_new_version(admin):
    await admin.post("/v1/projects", json=project())
    same = await admin.put("/v1/projects/birds/graph", json={"graph": REVIEWED})
    assert is_problem(same, 409, "conflict")
    whole = (await admin.get("/v1/projects/birds/graphs/1")).json()["graph"]
    assert is_problem(await admin.put("/v1/projects/birds/graph", json={"graph": whole}), 409, "conflict")
    assert len((await admin.get("/v1/projects/birds/graphs")).json()["items"]) == 1


async def test_a_team_that_a_new_graph_names_itself_goes_before_the_one_of_the_version_before(admin, world):
    await world.person("joe", role="reviewer", teams=("judges",))
    await admin.post("/v1/projects", json=project())
    graph = copy.deepcopy(REVIEWED)
    graph["stages"]["review"]["team"] = "judges"
    made = await admin.put("/v1/projects/birds/graph", json={"graph": graph})
    assert made.json()["graph"]["stages"]["review"]["team"] == "judges"
    assert (await admin.get("/v1/projects/birds")).json()["teams"] == {"annotate": "crew", "review": "judges"}


async def test_unknown_projects_versions_and_strange_names_are_not_found_or_refused(admin):
    await admin.post("/v1/projects", json=project())
    for path in (
        "/v1/projects/fish",
        "/v1/projects/fish/graphs",
        "/v1/projects/fish/tasks",
        "/v1/projects/birds/graphs/2",
    ):
        assert is_problem(await admin.get(path), 404, "not-found")
    assert is_problem(await admin.put("/v1/projects/fish/graph", json={"graph": REVIEWED}), 404, "not-found")
    assert is_problem(await admin.post("/v1/projects/fish/tasks", json=tasks("a")), 404, "not-found")
    assert is_problem(await admin.delete("/v1/projects/fish"), 404, "not-found")
    for path in ("/v1/projects/a%00b", "/v1/projects/birds/graphs/0", "/v1/projects/birds/graphs/99999999999999"):
        assert is_problem(await admin.get(path), 422, "bad-request")


async def test_a_deleted_project_takes_nothing_and_frees_its_name_when_its_tasks_are_over(admin, pool):
    await admin.post("/v1/projects", json=project(max_concurrent_tasks=1))
    await admin.post("/v1/projects/birds/tasks", json=tasks("a", "b", "c"))
    assert (await admin.delete("/v1/projects/birds")).status_code == 202
    assert is_problem(await admin.delete("/v1/projects/birds"), 409, "conflict")
    assert is_problem(await admin.post("/v1/projects/birds/tasks", json=tasks("d")), 409, "conflict")
    assert is_problem(await admin.patch("/v1/projects/birds", json={}), 409, "conflict")
    view = ProjectView.model_validate((await admin.get("/v1/projects/birds")).json())
    assert (view.deleting, view.counts) == (True, {"open": 1, "cancelled": 2})
    rows = await pool.fetch("SELECT kind FROM mailbox ORDER BY seq")
    assert [row["kind"] for row in rows] == ["start", "stop"]

    # Flow definitions and projects are not taken for each other.
    await human_loops.continue_deletions(pool)
    await projects.continue_deletions(pool)
    assert (await admin.get("/v1/projects/birds")).status_code == 200
    await pool.execute("UPDATE tasks SET state = 'cancelled', ended_at = now() WHERE ended_at IS NULL")
    await projects.continue_deletions(pool)
    assert is_problem(await admin.get("/v1/projects/birds"), 404, "not-found")
    assert (await admin.post("/v1/projects", json=project())).status_code == 201


async def test_a_team_of_a_project_is_not_deleted_nor_one_that_only_decides(admin, world, pool):
    await world.person("joe", role="reviewer", teams=("judges",))
    graph = copy.deepcopy(READY_GRAPHS["consensus-review"].document)
    graph["stages"]["Consensus 1"]["decision_team"] = "judges"
    await admin.post("/v1/projects", json=project(graph=graph, teams={"Consensus 1": "crew", "Review 1": "crew"}))
    for team in ("crew", "judges"):
        with pytest.raises(Conflict, match="birds"):
            await work_teams.delete(pool, name=team, arn=f"arn:{team}")


async def test_a_project_may_use_a_human_task_ui_of_the_account(admin, world):
    await world.flow()
    made = await admin.post("/v1/projects", json=project(template=None, human_task_ui="ui"))
    assert (made.status_code, made.json()["human_task_ui"]) == (201, "ui")


async def test_stages_are_shown_and_drawn_in_the_order_that_they_were_written_in(admin, pool):
    stages = REVIEWED["stages"]
    graph = REVIEWED | {"stages": {name: stages[name] for name in ("review", "complete", "annotate")}}
    await admin.post("/v1/projects", json=project(graph=graph))
    shown = (await admin.get("/v1/projects/birds/graphs/1")).json()["graph"]
    assert mermaid(Graph.model_validate(shown)) == mermaid(parse(graph, project()["teams"]))
    assert list((await admin.get("/v1/projects/birds")).json()["teams"]) == ["review", "annotate"]

    # Another order is another drawing, so it is a version of its own.
    ordered = (await admin.put("/v1/projects/birds/graph", json={"graph": REVIEWED})).json()
    assert (ordered["version"], list(ordered["graph"]["stages"])) == (2, list(stages))
    assert is_problem(await admin.put("/v1/projects/birds/graph", json={"graph": REVIEWED}), 409, "conflict")


async def test_a_graph_of_a_release_before_is_shown_in_some_order(admin, pool):
    """It writes the column `body` alone."""
    await admin.post("/v1/projects", json=project())
    body = await pool.fetchval("SELECT body FROM graphs")
    await pool.execute("INSERT INTO graphs (project_id, version, body) SELECT id, 2, $1 FROM projects", body)
    shown = [(await admin.get(f"/v1/projects/birds/graphs/{version}")).json()["graph"] for version in (1, 2)]
    assert shown[0] == shown[1]


async def test_the_output_location_of_what_comes_is_changed(admin, ann):
    await admin.post("/v1/projects", json=project())
    changed = await admin.patch("/v1/projects/birds", json={"output": "s3://elsewhere/out/"})
    assert changed.json()["output"] == "s3://elsewhere/out"
    assert fields(await admin.patch("/v1/projects/birds", json={"output": "elsewhere"})) == {"output"}
    assert (await admin.get("/v1/projects/birds")).json()["output"] == "s3://elsewhere/out"
