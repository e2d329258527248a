"""The managers' list of tasks: every filter, every order, page by page; one task as it is now; planned moves."""

import time
from uuid import uuid4

import pytest

from schemas.task_list import MovePlan, PresentTask, TaskListPage
from store import management, queues

PATH = "/v1/projects/moods/queue"


async def names(client, **query):
    response = await client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return [item.name for item in TaskListPage.model_validate(response.json()).items]


@pytest.fixture
async def tasks(project):
    """queued: waiting (reserved to ann); open: free, held by ann, sent back; in review; completed."""
    made = {}
    for name in ("free", "held", "rejected", "reviewed"):
        made[name] = await project.add(name)
    made["done"] = await project.completed("done")
    for name in ("rejected", "reviewed"):
        await project.answer(made[name], 1, {"answer": name})
    await project.judge(made["rejected"], 2, "reject")
    await project.open(made["rejected"], 3, "annotate", rejected_in=2)
    await project.open(made["reviewed"], 2, "review")
    await project.open(made["held"], 1, "annotate")
    # What is reserved to her for rework comes first.
    item = await project.take(project.annotator)
    assert item.task_id == made["rejected"]
    assert (await project.take(project.annotator)).task_id == made["held"]
    await management.release(project.world.pool, made["rejected"], email=None, by=project.admin.id)
    await project.open(made["free"], 1, "annotate")
    await project.world.pool.execute("UPDATE projects SET max_concurrent_tasks = 1")
    made["waiting"] = await project.add("waiting")
    await management.assign(
        project.world.pool, made["waiting"], "ann@example.org", until=None, instead_of=None, by=project.admin.id
    )
    return made


async def test_each_filter_shows_its_tasks_alone(boss, tasks, project, world):
    assert await names(boss, order="oldest") == ["free", "held", "rejected", "reviewed", "done", "waiting"]
    assert await names(boss, status="unfinished", order="oldest") == ["free", "held", "rejected", "reviewed", "waiting"]
    assert await names(boss, status="queued") == ["waiting"]
    assert await names(boss, status="completed") == ["done"]
    assert await names(boss, stage="annotate", order="oldest") == ["free", "held", "rejected"]
    assert await names(boss, in_review="true") == ["reviewed"]
    assert await names(boss, held="true") == ["held"]
    assert await names(boss, held="false", order="oldest") == await names(boss, order="oldest")
    assert await names(boss, rejected="true") == ["rejected"]
    assert await names(boss, person="ann@example.org", order="oldest") == ["held", "waiting"]
    assert await names(boss, name="RE", order="oldest") == ["free", "rejected", "reviewed"]
    assert await names(boss, name=str(tasks["held"])) == ["held"]
    assert await names(boss, starved="true") == []
    await world.pool.execute("UPDATE people SET disabled_at = now() WHERE id = $1", project.reviewer.id)
    await queues.mark_starved(world.pool)
    assert await names(boss, starved="true") == ["reviewed"]
    await world.pool.execute(
        "UPDATE visits SET deadline_at = now() + interval '50 minutes' WHERE task_id = $1 AND closed_at IS NULL",
        tasks["free"],
    )
    assert await names(boss, expiring="true") == ["free"]
    await world.pool.execute("UPDATE visits SET escalated_at = now() WHERE task_id = $1", tasks["held"])
    assert await names(boss, escalated="true") == ["held"]
    await world.pool.execute(
        "UPDATE visits SET close_reason = 'expired' WHERE task_id = $1 AND visit = 1", tasks["done"]
    )
    assert await names(boss, expired="true") == ["done"]
    assert await names(boss, ended_from="2020-01-01T00:00:00Z", ended_to="2020-01-02T00:00:00Z") == []
    assert await names(boss, ended_from="2020-01-01T00:00:00Z", status="completed") == ["done"]


async def test_who_has_what_is_told(boss, tasks):
    items = TaskListPage.model_validate((await boss.get(PATH)).json()).items
    people = {item.name: [(person.name, person.state) for person in item.people] for item in items}
    assert people == {
        "free": [],
        "held": [("ann", "held")],
        "rejected": [],
        "reviewed": [],
        "done": [],
        "waiting": [("ann", "planned")],
    }


@pytest.mark.parametrize("order", ["priority", "oldest", "newest"])
async def test_pages_together_are_the_whole_list_in_order(boss, fill, order):
    await fill(60, 40)
    whole = await names(boss, order=order, limit=100, status="unfinished")
    paged, cursor = [], None
    while True:
        query = {"order": order, "limit": 7, "status": "unfinished"} | ({"cursor": cursor} if cursor else {})
        page = (await boss.get(PATH, params=query)).json()
        paged += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert len(set(paged)) == 40
    ages = [int(name.removeprefix("task-")) for name in whole]
    expected = {
        "priority": sorted(ages, key=lambda n: (-(n % 101), -n)),
        "oldest": sorted(ages, reverse=True),
        "newest": sorted(ages),
    }
    assert ages == expected[order]


async def test_priorities_are_a_range(boss, fill):
    await fill(60, 60)
    assert await names(boss, priority_from=10, priority_to=12) == ["task-12", "task-11", "task-10"]
    for wrong in ({"priority_from": 101}, {"status": "sleeping"}, {"order": "x"}, {"ended_from": "yesterday"}):
        assert (await boss.get(PATH, params=wrong)).status_code == 422, wrong


async def test_a_cursor_belongs_to_its_filter(boss, fill):
    await fill(10, 10)
    cursor = (await boss.get(PATH, params={"limit": 3})).json()["next_cursor"]
    refused = await boss.get(PATH, params={"limit": 3, "cursor": cursor, "order": "newest"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")
    unknown = await boss.get(PATH, params={"person": "nobody@example.org"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "person")


async def test_a_task_as_it_is_now(boss, tasks):
    held = PresentTask.model_validate((await boss.get(f"/v1/tasks/{tasks['held']}/present")).json())
    assert (held.input, held.labels, held.dead_letter) == ({"text": "hello"}, [], None)
    assert held.open_visit is not None
    [slot] = held.open_visit.slots
    assert (slot.state, slot.person and slot.person.name, slot.at_work) == ("held", "ann", True)
    assert held.frame_url is not None
    assert {stage.name: stage.type for stage in held.stages} == {
        "annotate": "annotate",
        "review": "review",
        "complete": "complete",
    }
    reviewed = PresentTask.model_validate((await boss.get(f"/v1/tasks/{tasks['reviewed']}/present")).json())
    [label] = reviewed.labels
    assert (label.content, label.authors[""].name) == ({"answer": "reviewed"}, "ann")
    waiting = PresentTask.model_validate((await boss.get(f"/v1/tasks/{tasks['waiting']}/present")).json())
    assert (waiting.open_visit, waiting.planned and waiting.planned.name) == (None, "ann")
    done = PresentTask.model_validate((await boss.get(f"/v1/tasks/{tasks['done']}/present")).json())
    assert (done.open_visit, done.labels[0].content) == (None, {"answer": "done"})
    assert (await boss.get(f"/v1/tasks/{uuid4()}/present")).status_code == 404


async def test_a_planned_move_says_what_would_come_and_changes_nothing(boss, tasks, world):
    ids = [str(tasks[name]) for name in ("free", "held", "done", "reviewed")]
    before = await world.pool.fetchval("SELECT count(*) FROM events")
    path = "/v1/projects/moods/tasks/move/plan"
    response = await boss.post(path, json={"tasks": [*ids, str(uuid4())], "stage": "review"})
    plan = MovePlan.model_validate(response.json())
    assert {item.name: (item.outcome, item.detail) for item in plan.items} == {
        "free": ("pending", None),
        "held": ("refused", "somebody holds the task: release it first"),
        "done": ("refused", "the task is over"),
        "reviewed": ("refused", "the task is there already"),
    }
    assert await world.pool.fetchval("SELECT count(*) FROM events") == before
    assert (await boss.post(path, json={"tasks": [], "stage": "review"})).status_code == 422
    asked = await boss.post("/v1/projects/moods/tasks/move", json={"tasks": ids, "stage": "review"})
    assert [item["outcome"] for item in asked.json()["items"]] == ["requested", "refused", "refused", "refused"]


async def test_a_page_of_100_000_tasks(world, fill, boss, capsys):
    await fill(100_000, 50_000)
    await world.pool.execute("VACUUM ANALYZE")
    told = []
    for query in ({"status": "unfinished"}, {"stage": "annotate"}, {"expiring": "true"}, {"name": "9999"}):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            assert await names(boss, **query)
            times.append(time.perf_counter() - began)
        told.append(f"{query}: {sorted(times)[1] * 1000:.0f} ms")
    with capsys.disabled():
        print("\na page of 100,000 tasks, median: " + "; ".join(told))  # noqa: T201
