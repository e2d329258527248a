"""Moving waiting tasks to another stage or graph version: what is asked, what is decided where the visit closes."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from schemas.agents import AgentAttempt, DeadCall
from schemas.errors import BadRequest, Conflict
from schemas.tasks import VisitRef
from store import agents, assignments, management, moves, reconcile


@dataclass
class Project:
    """A project whose graph has two versions: in the second one, the stage annotate is called draw."""

    id: UUID
    boss: UUID


@pytest.fixture
async def project(world):
    boss = await world.person("boss", role="team_manager")
    await world.flow()
    pool, project = world.pool, world.flows["flow"]
    body = await pool.fetchval("SELECT body FROM graphs WHERE project_id = $1", project)
    body["stages"]["again"] = body["stages"]["annotate"]
    await pool.execute("UPDATE graphs SET body = $2 WHERE project_id = $1", project, body)
    body = {**body, "stages": {**body["stages"], "draw": body["stages"]["annotate"]}}
    del body["stages"]["annotate"]
    await pool.execute("INSERT INTO graphs (project_id, version, body) VALUES ($1, 2, $2)", project, body)
    return Project(project, boss.id)


async def close(world, task, mode):
    return await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode=mode)


async def move(world, project, task, stage="again"):
    return await moves.request_one(world.pool, task, stage, by=project.boss)


async def outcomes(world, request):
    return {task.name: (task.outcome, task.reason) for task in await page(world, request)}


async def page(world, request):
    return await moves.page(world.pool, request, outcome=None, after=None, limit=100)


async def move_all(world, project, stages, tasks=None):
    await moves.check(world.pool, project.id, 2, stages, tasks)
    request = await moves.begin(world.pool, project.id, 2, by=project.boss)
    last = None
    while True:
        last = await moves.request_some(world.pool, request, project.id, 2, stages, tasks, after=last, by=project.boss)
        if last is None:
            return request


async def version(world, task):
    return await world.pool.fetchval("SELECT graph_version FROM tasks WHERE id = $1", task)


async def messages(world, task):
    rows = await world.pool.fetch("SELECT kind, body FROM mailbox WHERE task_id = $1 AND kind <> 'start'", task)
    return [(row["kind"], row["body"]) for row in rows]


async def test_a_waiting_task_is_moved_where_its_visit_closes(world, project):
    task = await world.opened("a")
    request = await move(world, project, task)
    assert await messages(world, task) == [("move", {"visit": 1, "stage": "again", "version": None})]
    assert await outcomes(world, request) == {"a": ("pending", None)}
    with pytest.raises(Conflict, match="being moved already"):
        await move(world, project, task)
    assert (await close(world, task, "moved")).reason == "moved"
    assert await outcomes(world, request) == {"a": ("moved", None)}
    assert await version(world, task) == 1
    types = [
        row["type"] for row in await world.pool.fetch("SELECT type FROM events WHERE type LIKE '%move%' ORDER BY id")
    ]
    assert types == ["loupe.task.move_requested", "loupe.task.moved"]


async def test_who_took_it_meanwhile_keeps_it(world, project):
    task = await world.opened("a")
    ann = await world.person("ann")
    request = await move(world, project, task)
    item = await world.take(ann)
    assert (await close(world, task, "moved")).reason is None
    assert (await outcomes(world, request))["a"][0] == "refused"
    await world.submit(item, ann)


@pytest.mark.parametrize("mode", ["expired", "cancelled"])
async def test_a_visit_that_closes_otherwise_refuses_the_move(world, project, mode):
    task = await world.opened("a")
    request = await move(world, project, task)
    await close(world, task, mode)
    [done] = await page(world, request)
    assert (done.outcome, done.settled_at is None) == ("refused", False)


async def test_a_visit_that_ended_without_its_workflow_refuses_it_too(world, project):
    task = await world.opened("a")
    request = await move(world, project, task)
    await world.pool.execute("UPDATE visits SET closed_at = now(), close_reason = 'cancelled'")
    assert (await outcomes(world, request))["a"] == ("refused", "the task is over")


async def test_what_cannot_be_moved_is_refused_at_once(world, project):
    ann = await world.person("ann")
    held, started = await world.opened("held"), await world.loop("started")
    assert await world.take(ann)
    for task, stage, kind, why in (
        (held, "again", Conflict, "release it first"),
        (started, "again", Conflict, "about to start"),
        (held, "nowhere", Conflict, "release"),
    ):
        with pytest.raises(kind, match=why):
            await move(world, project, task, stage)
    free = await world.opened("free")
    with pytest.raises(BadRequest, match="no stage nowhere"):
        await move(world, project, free, "nowhere")
    with pytest.raises(Conflict, match="there already"):
        await move(world, project, free, "annotate")
    await management.cancel(world.pool, free, by=project.boss)
    with pytest.raises(Conflict, match="cancelled"):
        await move(world, project, free)
    assert await world.pool.fetchval("SELECT count(*) FROM moves") == 0
    assert await world.pool.fetchval("SELECT count(*) FROM move_requests") == 0


async def test_a_new_version_by_a_map_with_an_outcome_for_each(world, project):
    ann = await world.person("ann")
    waiting, held = await world.opened("waiting"), await world.opened("held")
    queued = await world.loop("queued")
    await world.pool.execute("UPDATE tasks SET mail_seq = 0 WHERE id = $1", queued)
    await world.loop("started")
    over = await world.opened("over")
    await world.pool.execute("UPDATE tasks SET state = 'cancelled', ended_at = now() WHERE id = $1", over)
    await management.set_priority(world.pool, held, 90, by=project.boss)
    assert (await world.take(ann)).task_id == held
    asked = (project.id, 2, {"annotate": "draw"}, None)
    plan = await moves.plan_page(world.pool, *asked, after=None, limit=10)
    counts = await moves.plan_counts(world.pool, *asked)
    assert await world.pool.fetchval("SELECT count(*) FROM moves") == 0

    request = await move_all(world, project, {"annotate": "draw"})
    assert await outcomes(world, request) == {
        "waiting": ("pending", None),
        "held": ("refused", "somebody holds the task: release it first"),
        "queued": ("moved", None),
        "started": ("refused", "the task is about to start: ask again in a moment"),
    }
    assert [(one.id, one.outcome) for one in plan] == [(one.id, one.outcome) for one in await page(world, request)]
    assert counts == await moves.counts(world.pool, request)
    assert (await version(world, queued), await version(world, waiting)) == (2, 1)
    assert await messages(world, waiting) == [("move", {"visit": 1, "stage": "draw", "version": 2})]
    assert (await close(world, waiting, "moved")).reason == "moved"
    assert await version(world, waiting) == 2
    assert (await outcomes(world, request))["waiting"] == ("moved", None)


async def test_many_tasks_are_asked_in_batches(world, project, monkeypatch):
    monkeypatch.setattr(moves, "BATCH", 3)
    for number in range(8):
        await world.opened(str(number))
    request = await move_all(world, project, {"annotate": "draw"})
    assert len(await page(world, request)) == 8
    [count] = await moves.counts(world.pool, request)
    assert (count.from_stage, count.to_stage, count.outcome, count.tasks) == ("annotate", "draw", "pending", 8)
    # Asked again, all are on their way already.
    again = await move_all(world, project, {"annotate": "draw"})
    assert {reason for _, reason in (await outcomes(world, again)).values()} == {"the task is being moved already"}


async def test_only_the_named_tasks(world, project):
    one, other = await world.opened("one"), await world.opened("other")
    request = await move_all(world, project, {"annotate": "draw"}, [one])
    assert set(await outcomes(world, request)) == {"one"}
    assert await messages(world, other) == []


async def test_all_problems_of_a_map_are_listed(world, project):
    await world.opened("a")
    with pytest.raises(BadRequest, match="no version 7"):
        await moves.check(world.pool, project.id, 7, {}, None)
    with pytest.raises(BadRequest) as caught:
        await moves.check(world.pool, project.id, 2, {"typo": "draw", "again": "nowhere"}, None)
    assert [problem.message for problem in caught.value.errors] == [
        "version 2 has no stage nowhere",
        "no version of the graph has a stage typo",
        "version 2 has no stage annotate: say where its tasks go",
    ]


@dataclass
class Dead:
    """Tasks whose agent, of the stage annotate, failed for good in their first visit."""

    world: object
    project: Project

    async def task(self, name, *, opening=1):
        task = await self.world.loop(name)
        call = {"task_id": task, "opening": opening, "visit": 1, "call": 1, "stage": "annotate", "pathways": ("YES",)}
        await agents.begin(self.world.pool, AgentAttempt(**call, attempt=1), "http")
        await agents.bury(self.world.pool, DeadCall(**call, attempts=1, error="answered 500"))
        return task

    async def close(self, task):
        """As the workflow does when it takes the move."""
        await agents.close_letters(self.world.pool, VisitRef(task_id=task, opening=1, visit=1))


@pytest.fixture
def dead(world, project):
    return Dead(world, project)


async def test_a_dead_letter_is_moved_to_another_stage(world, project, dead):
    task = await dead.task("a")
    request = await move(world, project, task)
    assert await messages(world, task) == [("move", {"visit": 1, "stage": "again", "version": None})]
    assert await outcomes(world, request) == {"a": ("pending", None)}
    with pytest.raises(Conflict, match="being moved already"):
        await move(world, project, task)
    with pytest.raises(Conflict, match="was moved"):
        await agents.redrive(world.pool, task, project.boss, "YES")
    for _ in range(2):
        await dead.close(task)
    assert await outcomes(world, request) == {"a": ("moved", None)}
    assert await agents.dead_letters(world.pool) == []
    types = [
        row["type"] for row in await world.pool.fetch("SELECT type FROM events WHERE type LIKE '%move%' ORDER BY id")
    ]
    assert types == ["loupe.task.move_requested", "loupe.task.moved"]


async def test_dead_letters_go_to_a_new_version_with_the_others(world, project, dead):
    task, waiting = await dead.task("dead"), await world.opened("waiting")
    with pytest.raises(BadRequest, match="version 2 has no stage annotate"):
        await moves.check(world.pool, project.id, 2, {}, [task])
    asked = (project.id, 2, {"annotate": "draw"}, None)
    [count] = await moves.plan_counts(world.pool, *asked)
    assert (count.from_stage, count.to_stage, count.outcome, count.tasks) == ("annotate", "draw", "pending", 2)
    request = await move_all(world, project, {"annotate": "draw"})
    assert await messages(world, task) == [("move", {"visit": 1, "stage": "draw", "version": 2})]
    await dead.close(task)
    assert await outcomes(world, request) == {"dead": ("moved", None), "waiting": ("pending", None)}
    assert (await version(world, task), await version(world, waiting)) == (2, 1)


async def test_a_dead_letter_that_was_decided_or_stopped_is_not_moved(world, project, dead):
    decided, stopped = await dead.task("decided"), await dead.task("stopped")
    await agents.redrive(world.pool, decided, project.boss, None)
    with pytest.raises(Conflict, match="an agent is asked"):
        await move(world, project, decided)
    await management.cancel(world.pool, stopped, by=project.boss)
    with pytest.raises(Conflict, match="stopped or cancelled"):
        await move(world, project, stopped)
    await dead.close(stopped)
    assert await world.pool.fetchval("SELECT count(*) FROM moves") == 0
    with pytest.raises(BadRequest, match="no stage nowhere"):
        await move(world, project, await dead.task("free"), "nowhere")


async def test_a_dead_letter_whose_workflow_was_terminated_was_not_moved(world, project, dead):
    task = await dead.task("a")
    request = await move(world, project, task)
    assert await reconcile.end(world.pool, task, 1, failure_reason="terminated", data={})
    assert await outcomes(world, request) == {"a": ("refused", "the task is over")}
    assert await version(world, task) == 1
