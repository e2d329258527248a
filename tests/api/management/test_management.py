"""Managing tasks over HTTP: one by one and in bulk, an outcome for each, once for each Idempotency-Key."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.management import Outcome, Outcomes
from schemas.moves import MoveView
from store import management


@pytest.fixture
async def tasks(world, ann):
    await world.flow()
    return [str(await world.opened(name)) for name in "abc"]


async def priorities(world):
    return [row["priority"] for row in await world.pool.fetch("SELECT priority FROM tasks ORDER BY name")]


def outcomes(response):
    assert response.status_code == 200, response.text
    return {str(item.id): item.outcome for item in Outcomes.model_validate(response.json()).items}


def refused(response, status, *fields):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert tuple(error["field"] for error in response.json().get("errors", ())) == fields
    return True


async def test_priority_of_one_and_of_many(world, boss, tasks):
    one = await boss.post(f"/v1/tasks/{tasks[0]}/priority", json={"priority": 90})
    assert Outcome.model_validate(one.json()).outcome == "done"
    stranger = str(uuid4())
    many = await boss.post(
        "/v1/projects/flow/tasks/priority", json={"tasks": [tasks[1], stranger, tasks[1]], "priority": 10}
    )
    assert outcomes(many) == {tasks[1]: "done", stranger: "refused"}
    assert await priorities(world) == [90, 10, 50]


async def test_a_filter_goes_on_where_it_stopped(world, boss, tasks, monkeypatch):
    monkeypatch.setattr("api.management.MOST_TASKS", 2)
    body = {"filter": {"status": "open", "stage": "annotate"}, "priority": 77}
    first = await boss.post("/v1/projects/flow/tasks/priority", json=body)
    assert list(outcomes(first)) == tasks[:2]
    second = await boss.post("/v1/projects/flow/tasks/priority", json=body | {"cursor": first.json()["next_cursor"]})
    assert (list(outcomes(second)), second.json()["next_cursor"]) == (tasks[2:], None)
    assert await priorities(world) == [77, 77, 77]
    none = await boss.post("/v1/projects/flow/tasks/priority", json=body | {"filter": {"status": "queued"}})
    assert outcomes(none) == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tasks": []},
        {"tasks": [str(uuid4())], "filter": {}},
        {"tasks": [str(uuid4())], "cursor": str(uuid4())},
        {"tasks": [str(uuid4())] * 1001},
        {"tasks": ["nonsense"]},
        {"filter": {"status": "sleeping"}},
    ],
)
async def test_a_selection_that_cannot_be_meant_is_refused(boss, tasks, body):
    assert (await boss.post("/v1/projects/flow/tasks/cancel", json=body)).status_code == 422


async def test_the_same_key_changes_nothing_a_second_time(world, boss, tasks):
    key = {"Idempotency-Key": "one"}
    path, body = "/v1/projects/flow/tasks/priority", {"tasks": tasks[:2], "priority": 80}
    first = await boss.post(path, json=body, headers=key)
    await world.pool.execute("UPDATE tasks SET priority = 50")
    again = await boss.post(path, json=dict(reversed(body.items())), headers=key)
    assert again.json() == first.json()
    assert await priorities(world) == [50, 50, 50]
    assert refused(await boss.post(path, json=body | {"priority": 1}, headers=key), 422, "Idempotency-Key")
    assert refused(
        await boss.post("/v1/projects/flow/tasks/cancel", json={"tasks": tasks}, headers=key), 422, "Idempotency-Key"
    )
    assert refused(await boss.post(path, json=body, headers={"Idempotency-Key": "x" * 256}), 422, "Idempotency-Key")


async def test_a_call_that_was_refused_may_be_sent_again(world, boss, tasks):
    key, path = {"Idempotency-Key": "one"}, f"/v1/tasks/{tasks[0]}/assign"
    assert refused(await boss.post(path, json={"email": "new@example.org"}, headers=key), 422, "email")
    await world.person("new")
    assert (await boss.post(path, json={"email": "new@example.org"}, headers=key)).status_code == 200


async def test_assign_release_and_skip(world, boss, ann, tasks, as_person):
    client = await as_person(ann)
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    many = await boss.post(
        "/v1/projects/flow/tasks/assign", json={"tasks": tasks[1:], "email": "ANN@example.org", "until": until}
    )
    assert set(outcomes(many).values()) == {"done"}
    item = (await client.post("/v1/work/next")).json()
    assert item["task_id"] == tasks[1]
    released = await boss.post("/v1/projects/flow/tasks/release", json={"filter": {}})
    details = [each.detail for each in Outcomes.model_validate(released.json()).items]
    assert details == ["0 released", "1 released", "1 released"]
    item = (await client.post("/v1/work/next")).json()
    assert item["task_id"] == tasks[0]
    token = {"lease_token": item["lease"]["token"]}
    assert (await client.post(f"/v1/assignments/{item['id']}/skip", json=token)).status_code == 204
    assert refused(await client.post(f"/v1/assignments/{item['id']}/skip", json=token), 409)
    assert refused(await boss.post(f"/v1/tasks/{tasks[0]}/assign", json={"email": "nobody@example.org"}), 422, "email")
    assert refused(await boss.post(f"/v1/tasks/{uuid4()}/assign", json={"email": "ann@example.org"}), 404)
    naive = {"email": "ann@example.org", "until": "2030-01-01T00:00:00"}
    assert refused(await boss.post(f"/v1/tasks/{tasks[0]}/assign", json=naive), 422, "until")


async def test_cancel_and_reopen(world, boss, tasks):
    answer = await boss.post("/v1/projects/flow/tasks/cancel", json={"tasks": tasks[:1]})
    assert outcomes(answer) == {tasks[0]: "requested"}
    assert refused(await boss.post(f"/v1/tasks/{tasks[1]}/reopen", json={}), 409)
    await world.pool.execute("UPDATE projects SET kind = 'project'")
    await world.pool.execute("UPDATE tasks SET state = 'archived', ended_at = now() WHERE name = 'b'")
    assert refused(await boss.post(f"/v1/tasks/{tasks[1]}/reopen", json={"stage": "nowhere"}), 422, "stage")
    answer = await boss.post("/v1/projects/flow/tasks/reopen", json={"tasks": tasks[1:]})
    assert outcomes(answer) == {tasks[1]: "done", tasks[2]: "refused"}


async def test_move_to_a_stage_and_look_what_came(world, boss, tasks):
    project = world.flows["flow"]
    body = await world.pool.fetchval("SELECT body FROM graphs WHERE project_id = $1", project)
    body["stages"]["again"] = body["stages"]["annotate"]
    await world.pool.execute("INSERT INTO graphs (project_id, version, body) VALUES ($1, 2, $2)", project, body)
    assert refused(await boss.post(f"/v1/tasks/{tasks[0]}/move", json={"stage": "again"}), 422, "stage")
    path = "/v1/projects/flow/moves"
    plan = MoveView.model_validate((await boss.post(path, json={"to_version": 2, "dry_run": True})).json())
    assert (plan.id, [(count.outcome, count.tasks) for count in plan.counts]) == (None, [("pending", 3)])
    assert refused(await boss.post(path, json={"to_version": 2, "tasks": [str(uuid4())]}), 422, "tasks")
    assert refused(await boss.post(path, json={"to_version": 3}), 422, "to_version")
    made = MoveView.model_validate((await boss.post(path, json={"to_version": 2, "map": {"annotate": "again"}})).json())
    assert [item.to_stage for item in made.items] == ["again"] * 3
    seen = (await boss.get(f"{path}/{made.id}", params={"outcome": "pending"})).json()
    assert [item["id"] for item in seen["items"]] == tasks
    assert (await boss.get(f"{path}/{made.id}", params={"outcome": "moved"})).json()["items"] == []
    later = (await boss.get(f"{path}/{made.id}", params={"cursor": tasks[1]})).json()
    assert [item["id"] for item in later["items"]] == tasks[2:]
    assert refused(await boss.get(f"{path}/{uuid4()}"), 404)


async def test_pause_and_resume(world, boss, tasks):
    await world.pool.execute("UPDATE projects SET kind = 'project'")
    for verb, paused in (("pause", True), ("pause", True), ("resume", False)):
        response = await boss.post(f"/v1/projects/flow/{verb}", json={})
        assert response.json() == {"project": "flow", "paused": paused}
        row = await world.pool.fetchrow("SELECT paused_at FROM projects WHERE name = 'flow'")
        assert (row["paused_at"] is not None) == paused
    assert refused(await boss.post("/v1/projects/nothing/pause", json={}), 404)


async def test_bulk_refusals_say_why(world, boss, tasks, ann):
    boss_id = await world.pool.fetchval("SELECT id FROM people WHERE email = 'boss@example.org'")
    await management.cancel(world.pool, tasks[0], by=boss_id)
    response = await boss.post("/v1/projects/flow/tasks/assign", json={"tasks": tasks[:2], "email": "ann@example.org"})
    first, second = Outcomes.model_validate(response.json()).items
    assert (first.outcome, second.outcome) == ("refused", "done")
    assert "cancelled" in first.detail
