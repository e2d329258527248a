"""Bulk intake: an outcome for each item, idempotent, in queued rows; the lists of what came in."""

import asyncio

import pytest

from project_bodies import fields, is_problem, project, tasks
from schemas.projects import TaskDetail, TaskOutcomes, TasksPage
from schemas.task_inputs import digest

PREDICTION = {"label": {"kind": "owl", "note": None}, "confidence": 0.75, "class": "owl", "model": "m-1"}


@pytest.fixture
async def birds(admin):
    """A project that starts one task at a time."""
    assert (await admin.post("/v1/projects", json=project(max_concurrent_tasks=1))).status_code == 201
    return admin


async def outcomes(client, body, name="birds"):
    response = await client.post(f"/v1/projects/{name}/tasks", json=body)
    assert response.status_code == 200, response.text
    return TaskOutcomes.model_validate(response.json()).items


async def test_tasks_are_written_with_all_that_was_given(birds, pool):
    body = {"tasks": [{"name": "a", "input": {"b": 1, "a": [1.5, "é"]}, "metadata": {"site": "x"}, "priority": 90}]}
    body["tasks"][0]["prediction"] = PREDICTION
    [made] = await outcomes(birds, body)
    assert (made.name, made.outcome) == ("a", "created")
    task = TaskDetail.model_validate((await birds.get(f"/v1/tasks/{made.id}")).json())
    assert (task.name, task.project, task.priority, task.metadata) == ("a", "birds", 90, {"site": "x"})
    assert (task.prediction, task.graph_version, task.rejections) == (PREDICTION, 1, 0)
    assert (task.status, task.outcome, task.visit, task.escalated, task.answers) == ("open", None, 0, False, [])
    content, sha256 = await pool.fetchrow(
        "SELECT i.content, t.input_sha256 FROM tasks t JOIN task_inputs i ON i.task_id = t.id"
    )
    assert content == '{"a":[1.5,"é"],"b":1}'
    assert sha256 == digest(content)
    found = await birds.get("/v1/tasks", params={"project": "birds", "name": "a"})
    assert [item["id"] for item in found.json()["items"]] == [str(made.id)]
    kinds = await pool.fetch("SELECT type FROM events WHERE task_id = $1 ORDER BY id", made.id)
    assert [row["type"] for row in kinds] == ["loupe.task.created", "loupe.task.started"]


async def test_the_same_again_exists_and_another_input_under_the_name_is_refused(birds, pool):
    first = await outcomes(birds, tasks("a", "b"))
    # Equal inputs are told by their content, not by the order of their members.
    again = {
        "tasks": [
            {"name": "b", "input": {"text": "b"}, "priority": 3},
            {"name": "a", "input": {"text": "other"}},
            {"name": "c", "input": {"y": 1, "x": 2}},
            {"name": "c", "input": {"x": 2, "y": 1}},
            {"name": "c", "input": {"x": 2, "y": 2}},
        ]
    }
    second = await outcomes(birds, again)
    assert [item.outcome for item in second] == ["exists", "refused", "created", "exists", "refused"]
    assert second[0].id == first[1].id
    assert second[2].id == second[3].id
    assert [error.field for error in second[1].errors] == ["name"]
    assert await pool.fetchval("SELECT count(*) FROM tasks") == 3
    # The names of another project are its own.
    await birds.post("/v1/projects", json=project("fish"))
    [other] = await outcomes(birds, tasks("a"), name="fish")
    assert other.outcome == "created"


WRONG_ITEMS = (
    ("a", {"task"}),
    ({}, {"name", "input"}),
    ({"name": "a"}, {"input"}),
    ({"name": "", "input": 1}, {"name"}),
    ({"name": 7, "input": 1}, {"name"}),
    ({"name": "a\nb", "input": 1}, {"name"}),
    ({"name": "a\u0000", "input": 1}, {"name"}),
    ({"name": "é" * 128, "input": 1}, {"name"}),
    ({"name": "../../etc", "input": 1}, {"name"}),
    ({"name": "/a", "input": 1}, {"name"}),
    ({"name": "a//b", "input": 1}, {"name"}),
    ({"name": "a", "input": 2**64}, {"input"}),
    ({"name": "a", "input": "x" * (3 * 1024 * 1024)}, {"input"}),
    ({"name": "a", "input": 1, "priority": -1}, {"priority"}),
    ({"name": "a", "input": 1, "priority": 101}, {"priority"}),
    ({"name": "a", "input": 1, "priority": 1.5}, {"priority"}),
    ({"name": "a", "input": 1, "priority": True}, {"priority"}),
    ({"name": "a", "input": 1, "metadata": []}, {"metadata"}),
    ({"name": "a", "input": 1, "metadata": {"x": "\u0000"}}, {"metadata"}),
    ({"name": "a", "input": 1, "metadata": {"x": "x" * 65_536}}, {"metadata"}),
    ({"name": "a", "input": 1, "prediction": {"label": {}}}, {"prediction.confidence"}),
    ({"name": "a", "input": 1, "prediction": {"confidence": 0.5}}, {"prediction.label"}),
    ({"name": "a", "input": 1, "prediction": {"label": [], "confidence": 0.5}}, {"prediction.label"}),
    ({"name": "a", "input": 1, "prediction": {"label": {}, "confidence": 1.1}}, {"prediction.confidence"}),
    ({"name": "a", "input": 1, "prediction": {"label": {}, "confidence": "1"}}, {"prediction.confidence"}),
    ({"name": "a", "input": 1, "prediction": {"label": {"x": "\u0000"}, "confidence": 1}}, {"prediction"}),
    ({"name": "a", "input": 1, "prediction": {"label": {}, "confidence": 1, "class": 7}}, {"prediction.class"}),
    ({"name": "a", "input": 1, "colour": "red"}, {"colour"}),
)


async def test_wrong_items_are_refused_with_their_fields_and_the_others_are_taken(birds, pool):
    wrong = [item for item, _ in WRONG_ITEMS]
    first, *refused, last = await outcomes(
        birds, {"tasks": [{"name": "b", "input": None}, *wrong, {"name": "c", "input": 1}]}
    )
    assert (first.outcome, last.outcome) == ("created", "created")
    for (item, named), outcome in zip(WRONG_ITEMS, refused, strict=True):
        assert (outcome.outcome, outcome.id) == ("refused", None), item
        assert {error.field for error in outcome.errors} == named, item
        assert outcome.detail
    assert await pool.fetchval("SELECT count(*) FROM tasks") == 2


async def test_a_number_that_no_double_holds_is_refused_not_changed(birds):
    raw = b'{"tasks": [{"name": "a", "input": {"x": [1e400]}}, {"name": "b", "input": {"x": [null, 1e308]}}]}'
    response = await birds.post("/v1/projects/birds/tasks", content=raw, headers={"Content-Type": "application/json"})
    assert [item["outcome"] for item in response.json()["items"]] == ["refused", "created"]


async def test_a_call_is_bounded(birds):
    for body in ({}, {"tasks": []}, {"tasks": "a"}, {"tasks": [{}] * 5001}):
        assert fields(await birds.post("/v1/projects/birds/tasks", json=body)) == {"tasks"}
    huge = {"tasks": [{"name": "a", "input": "x" * (21 * 1024 * 1024)}]}
    assert is_problem(await birds.post("/v1/projects/birds/tasks", json=huge), 413, "too-large")
    many = await outcomes(birds, tasks(*(f"t{number}" for number in range(5000))))
    assert {item.outcome for item in many} == {"created"}


async def test_the_same_names_from_two_clients_at_once_are_one_task_each(birds, pool):
    names = [f"t{number}" for number in range(300)]
    calls = [tasks(*names), tasks(*reversed(names)), tasks(*names)]
    answers = await asyncio.gather(*(outcomes(birds, body) for body in calls))
    by_name = [{item.name: item for item in items} for items in answers]
    for name in names:
        found = [items[name] for items in by_name]
        assert sorted(item.outcome for item in found) == ["created", "exists", "exists"]
        assert len({item.id for item in found}) == 1
    assert await pool.fetchval("SELECT count(*) FROM tasks") == len(names)
    assert await pool.fetchval("SELECT count(*) FROM task_inputs") == len(names)
    assert await pool.fetchval("SELECT count(*) FROM events WHERE type = 'loupe.task.created'") == len(names)


async def listed(client, **params):
    response = await client.get("/v1/projects/birds/tasks", params=params)
    assert response.status_code == 200, response.text
    return TasksPage.model_validate(response.json())


async def test_tasks_are_listed_by_age_page_by_page(birds):
    await outcomes(birds, tasks("c", "a", "b"))
    await outcomes(birds, tasks("d"))
    assert [task.name for task in (await listed(birds)).items] == ["c", "a", "b", "d"]
    first = await listed(birds, limit=3)
    second = await listed(birds, limit=3, cursor=first.next_cursor)
    assert ([task.name for task in second.items], second.next_cursor) == (["d"], None)
    wrong = await birds.get("/v1/projects/birds/tasks", params={"cursor": first.next_cursor, "status": "open"})
    assert fields(wrong) == {"cursor"}
    for params, named in (
        ({"status": "sleeping"}, {"query.status"}),
        ({"stage": "a\u0000"}, {"query.stage"}),
        ({"starved": "maybe"}, {"query.starved"}),
        ({"status": "completed", "stage": "review"}, {"status"}),
        ({"status": "queued", "escalated": True}, {"status"}),
    ):
        assert fields(await birds.get("/v1/projects/birds/tasks", params=params)) == named


async def test_tasks_are_listed_by_status_stage_and_what_holds_them_up(birds, pool):
    await outcomes(birds, tasks("c", "a", "b"))
    assert [task.name for task in (await listed(birds, status="open")).items] == ["c"]
    assert [task.name for task in (await listed(birds, status="queued")).items] == ["a", "b"]
    first = await listed(birds, status="queued", limit=1)
    assert [task.name for task in (await listed(birds, status="queued", cursor=first.next_cursor)).items] == ["b"]

    for task in (await listed(birds, status="queued")).items:
        await opened(pool, task.id)
    assert [task.name for task in (await listed(birds, stage="annotate")).items] == ["a", "b"]
    assert (await listed(birds, stage="review")).items == []
    assert (await listed(birds, starved=True)).items == (await listed(birds, escalated=True)).items == []
    await pool.execute(
        "UPDATE visits SET starved_at = now(), starved_reason = 'no_members' "
        "FROM tasks t WHERE t.id = task_id AND t.name = 'a'"
    )
    await pool.execute("UPDATE visits SET escalated_at = now()")
    [starved] = (await listed(birds, starved=True)).items
    assert (starved.name, starved.starved_reason, starved.escalated) == ("a", "no_members", True)
    assert [task.name for task in (await listed(birds, escalated=True)).items] == ["a", "b"]
    assert [task.name for task in (await listed(birds, escalated=True, starved=True)).items] == ["a"]
    assert (await listed(birds, escalated=True, stage="review")).items == []
    view = (await birds.get("/v1/projects/birds")).json()
    assert (view["counts"], view["stages"]) == ({"open": 3}, {"annotate": 2})
    assert (view["starved"], view["escalated"], view["in_window"]) == (1, 2, 1)


async def opened(pool, task):
    """Opens a task's first visit, as its workflow would."""
    await pool.execute(
        """
        WITH walked AS (
            UPDATE tasks SET state = 'open', stage = 'annotate', visit = 1 WHERE id = $1 RETURNING project_id
        )
        INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank)
        SELECT $1, 1, 1, 'annotate', q.id, 1, 60, nextval('queue_positions')
        FROM walked JOIN queues q ON q.project_id = walked.project_id AND q.shown_as = 'annotate'
        """,
        task,
    )
