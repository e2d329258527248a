"""Windows: never more tasks than they hold, never a queued one left while there is room, the best first."""

import asyncio
import random
from uuid import UUID

import pytest

from project_bodies import project
from quality.graphs import parse
from schemas.projects import NewProject, ProjectChange
from schemas.task_inputs import canonical, digest
from store import assignments, intake, mailbox, outputs, projects, windows
from store.intake import QueuedTask
from workers.windows import Windows


class Birds:
    """A project, its intake, and its tasks' workflows by hand."""

    def __init__(self, pool, person, project_id):
        self.pool = pool
        self.person = person
        self.id = project_id

    async def add(self, *names, priority=50):
        given = [QueuedTask(name, text := canonical(name), digest(text), priority, "{}", None) for name in names]
        await intake.add(self.pool, "birds", given, person_id=self.person.id)

    async def names(self, state):
        rows = await self.pool.fetch("SELECT name FROM tasks WHERE state = $1 ORDER BY created_at", state)
        return [row["name"] for row in rows]

    async def task(self, name) -> UUID:
        return await self.pool.fetchval("SELECT id FROM tasks WHERE name = $1", name)

    async def opens(self, task, *, stage="annotate", visit=1):
        kind = "review" if stage == "review" else "annotate"
        await assignments.open_visit(
            self.pool,
            queue=assignments.QueueKey(self.id, stage, kind, "crew"),
            task_id=task,
            opening=1,
            visit=visit,
            stage=stage,
            overlap=1,
            time_limit_seconds=60,
            deadline_at=None,
        )

    async def leaves(self, task, *, visit=1):
        await assignments.close_visit(self.pool, task_id=task, opening=1, visit=visit, mode="expired")

    async def ends(self, task):
        await outputs.finish(
            self.pool, task, 1, state="archived", output_uri=None, failure_code=None, failure_reason=None
        )

    async def change(self, **changes):
        await projects.change(self.pool, "birds", ProjectChange(**changes), person_id=self.person.id)


@pytest.fixture
async def birds(world):
    """A project of the team `crew` whose window has room for two tasks."""
    person = await world.person("ann")
    new = NewProject.model_validate(project(max_concurrent_tasks=2))
    await projects.create(world.pool, new, parse(new.graph, new.teams), arn_base="arn", person_id=person.id)
    return Birds(world.pool, person, await world.pool.fetchval("SELECT id FROM projects"))


async def test_the_best_queued_tasks_start_as_far_as_there_is_room(birds):
    await birds.add("a", "b")
    await birds.add("urgent", priority=51)
    await birds.add("later", priority=49)
    assert await birds.names("queued") == ["a", "b", "urgent", "later"]
    assert await windows.open_all(birds.pool) == 2
    assert await birds.names("open") == ["a", "urgent"]
    assert await windows.open_all(birds.pool) == 0
    claim = await mailbox.claim(birds.pool, lease_seconds=15, limit=1)
    # The relay, too, has the best one first.
    assert [letter.task_name for letter in claim.letters] == ["urgent"]
    assert [(message.seq, message.kind) for message in claim.letters[0].messages] == [(1, "start")]
    assert (claim.letters[0].graph["start"], claim.letters[0].graph_version) == ("annotate", 1)


async def test_a_task_takes_up_room_until_its_first_visit_among_people_has_closed(birds):
    await birds.add("a", "b", "c", "d")
    await windows.open_all(birds.pool)
    a, b = await birds.task("a"), await birds.task("b")
    await birds.opens(a)
    assert await windows.open_all(birds.pool) == 0
    await birds.leaves(a)
    assert await windows.open_all(birds.pool) == 1
    # Rework takes up no room again.
    await birds.opens(a, stage="review", visit=2)
    await birds.leaves(a, visit=2)
    await birds.opens(a, visit=3)
    assert await windows.open_all(birds.pool) == 0
    await birds.ends(b)
    assert await windows.open_all(birds.pool) == 1
    assert await birds.names("queued") == []


async def test_a_task_that_ends_without_people_frees_its_room(birds):
    await birds.add("a", "b", "c")
    await windows.open_all(birds.pool)
    await birds.ends(await birds.task("a"))
    assert (await projects.figures(birds.pool, birds.id)).in_window == 1
    assert await windows.open_all(birds.pool) == 1
    assert (await projects.figures(birds.pool, birds.id)).in_window == 2


async def test_a_paused_project_starts_nothing_until_it_goes_on(birds):
    await birds.change(paused=True)
    await birds.add("a")
    assert await windows.open_all(birds.pool) == await windows.open_one(birds.pool, birds.id) == 0
    await birds.change(paused=False)
    assert await windows.open_all(birds.pool) == 1


async def test_a_larger_window_takes_more_and_a_smaller_one_waits(birds):
    await birds.add("a", "b", "c", "d")
    await windows.open_all(birds.pool)
    await birds.change(max_concurrent_tasks=3)
    assert await windows.open_all(birds.pool) == 1
    await birds.change(max_concurrent_tasks=1)
    for name in ("a", "b"):
        await birds.ends(await birds.task(name))
    assert await windows.open_all(birds.pool) == 0
    await birds.ends(await birds.task("c"))
    assert await windows.open_all(birds.pool) == 1


async def test_an_opener_of_another_process_leaves_a_project_alone_while_one_is_at_it(birds):
    await birds.add("a", "b")
    async with birds.pool.acquire() as connection, connection.transaction():
        assert await windows.open_one(connection, birds.id, batch=1) == 1
        assert await windows.open_one(birds.pool, birds.id) == 0
    assert await windows.open_one(birds.pool, birds.id) == 1


async def test_a_row_that_somebody_changes_at_this_moment_is_passed_over(birds):
    await birds.add("a", "b", "c")
    async with birds.pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE tasks SET priority = 1 WHERE name = 'a'")
        assert await windows.open_all(birds.pool) == 2
    assert await birds.names("open") == ["b", "c"]


async def test_many_openers_and_workflows_at_once_never_overfill_and_leave_nothing(birds):
    """Room is counted as the definition says, in one snapshot, beside all that goes on."""
    window = 7
    await birds.change(max_concurrent_tasks=window)
    names = [f"t{number}" for number in range(150)]
    chance = random.Random(7)
    done: set[UUID] = set()
    fullest = 0

    async def open_windows():
        while len(done) < len(names):
            await windows.open_all(birds.pool, batch=chance.choice((1, 3, 50)))
            await asyncio.sleep(0)

    async def walk():
        while len(done) < len(names):
            rows = await birds.pool.fetch("SELECT task_id FROM window_tasks")
            for row in chance.sample(rows, min(3, len(rows))):
                task = row["task_id"]
                if task in done:
                    continue
                done.add(task)
                if chance.random() < 0.5:
                    await birds.opens(task)
                    await birds.leaves(task)
                else:
                    await birds.ends(task)
            await asyncio.sleep(0)

    async def watch():
        nonlocal fullest
        while len(done) < len(names):
            running = await birds.pool.fetchval(
                "SELECT count(*) FROM tasks t WHERE t.state = 'open' AND NOT EXISTS "
                "(SELECT 1 FROM visits v WHERE v.task_id = t.id AND v.closed_at IS NOT NULL)"
            )
            assert running <= window
            fullest = max(fullest, running)
            await asyncio.sleep(0)

    async def come():
        for start in range(0, len(names), 30):
            await birds.add(*names[start : start + 30])

    await asyncio.gather(come(), open_windows(), open_windows(), open_windows(), walk(), walk(), watch())
    assert fullest == window
    assert await birds.names("queued") == []
    starts = await birds.pool.fetchval("SELECT count(*) FROM mailbox WHERE kind = 'start' AND seq = 1")
    assert starts == len(names)


async def test_the_loop_starts_what_there_is_and_says_so(birds):
    told: list[bool] = []
    loop = Windows(birds.pool, lambda: told.append(True))
    assert await loop.turn() is False
    assert told == []
    calm = loop.rest_seconds()
    await birds.change(max_concurrent_tasks=2 * windows.BATCH)
    await birds.add(*(f"t{number}" for number in range(windows.BATCH + 1)))
    assert await loop.turn() is True
    assert await loop.turn() is False
    assert told == [True, True]
    assert loop.rest_seconds() < calm
    assert await birds.names("queued") == []


async def test_human_loops_take_no_part_in_windows(world, birds):
    await world.flow()
    await world.loop("loop")
    assert await windows.open_all(birds.pool) == 0
    assert await birds.pool.fetchval("SELECT count(*) FROM window_tasks") == 0
    assert await birds.names("queued") == ["loop"]
