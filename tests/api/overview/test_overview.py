"""The overview: its figures are those of a plain count, whatever happened, and it stays quick with many tasks."""

import random
import time

import pytest

from schemas.overview import OverviewView, ProjectsOverview, ThroughputView, WorkersView
from store import assignments, management, overview, people, queues
from store.database import Pool
from walked_project import WalkedProject

RECOUNT = """
SELECT jsonb_build_object(
    'counts', (SELECT coalesce(jsonb_object_agg(c.state, c.tasks), '{}') FROM (
        SELECT state, count(*) AS tasks FROM tasks WHERE project_id = $1 AND deleted_at IS NULL GROUP BY state) AS c),
    'stages', (SELECT coalesce(jsonb_object_agg(c.stage, c.tasks), '{}') FROM (
        SELECT coalesce(stage, '') AS stage, count(*) AS tasks FROM tasks
        WHERE project_id = $1 AND deleted_at IS NULL AND state = 'open' GROUP BY 1) AS c),
    'held', (SELECT count(*) FROM tasks t WHERE t.project_id = $1 AND EXISTS (
        SELECT 1 FROM assignments a JOIN visits v ON v.id = a.visit_id
        WHERE a.task_id = t.id AND a.state = 'held' AND v.closed_at IS NULL)),
    'in_review', (SELECT count(*) FROM tasks
                  WHERE project_id = $1 AND deleted_at IS NULL AND state = 'open' AND stage = 'review'),
    'starved', (SELECT count(*) FROM tasks t WHERE t.project_id = $1 AND EXISTS (
        SELECT 1 FROM visits v WHERE v.task_id = t.id AND v.closed_at IS NULL AND v.starved_at IS NOT NULL)),
    'completed', (SELECT count(*) FROM tasks
                  WHERE project_id = $1 AND deleted_at IS NULL AND state = 'completed')
)
"""


class Walk:
    """Tasks of a project that things happen to, one after another, by chance."""

    def __init__(self, project: WalkedProject, seed: int) -> None:
        self.project = project
        self.pool: Pool = project.world.pool
        self.chance = random.Random(seed)
        self.visits: dict = {}
        self.added = 0

    async def step(self) -> None:
        """Let one thing happen."""
        often = [self.add, self.open, self.take, self.finish]
        seldom = [self.end, self.cancel, self.reopen, self.delete, self.decline, self.fold]
        deeds = 4 * often + seldom
        await self.chance.choice(deeds)()

    async def some(self, condition: str) -> tuple | None:
        rows = await self.pool.fetch(
            f"SELECT id, opening, stage FROM tasks t WHERE deleted_at IS NULL AND {condition} ORDER BY name"  # noqa: S608
        )
        return tuple(self.chance.choice(rows).values()) if rows else None

    async def add(self) -> None:
        self.added += 1
        await self.project.add(f"task-{self.added}", text=self.added)

    async def open(self) -> None:
        waiting = (
            "ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.task_id = t.id AND v.closed_at IS NULL)"
        )
        if found := await self.some(waiting):
            task, opening, stage = found
            self.visits[task] = self.visits.get(task, 0) + 1
            goes_to = "review" if stage == "annotate" else "annotate"
            await self.project.open(task, self.visits[task], goes_to, opening=opening)

    async def take(self) -> None:
        person = self.chance.choice([self.project.annotator, self.project.reviewer])
        await self.project.world.take(person)

    async def finish(self) -> None:
        rows = await self.pool.fetch(
            """SELECT a.id, a.task_id, v.visit, v.opening FROM assignments a JOIN visits v ON v.id = a.visit_id
               WHERE a.state = 'held' AND v.stage = 'annotate' ORDER BY a.task_id"""
        )
        if rows:
            row = self.chance.choice(rows)
            item = await assignments.item(self.pool, row["id"], self.project.annotator.id)
            await self.project.world.submit(item, self.project.annotator, content='{"answer": "fine"}')
            await self.project.close(row["task_id"], row["visit"], opening=row["opening"])

    async def end(self) -> None:
        if found := await self.some("state = 'open'"):
            state = self.chance.choice(["completed", "archived", "cancelled", "failed"])
            if visit := self.visits.get(found[0]):
                await self.project.close(found[0], visit, "cancelled", opening=found[1])
            await self.project.end(found[0], state, opening=found[1])

    async def cancel(self) -> None:
        if found := await self.some("state = 'queued'"):
            await management.cancel(self.pool, found[0], by=self.project.admin.id)

    async def reopen(self) -> None:
        if found := await self.some("ended_at IS NOT NULL"):
            await management.reopen(self.pool, found[0], stage=None, by=self.project.admin.id)
            self.visits[found[0]] = 0

    async def delete(self) -> None:
        if found := await self.some("ended_at IS NOT NULL"):
            await self.pool.execute("UPDATE tasks SET deleted_at = now() WHERE id = $1", found[0])

    async def decline(self) -> None:
        await self.pool.execute(
            """INSERT INTO exclusions (visit_id, person_id, why)
               SELECT visit_id, $1, 'declined' FROM takeable LIMIT 1 ON CONFLICT DO NOTHING""",
            self.project.annotator.id,
        )
        await self.pool.execute("UPDATE takeable SET touched = true")
        await queues.mark_starved(self.pool)

    async def fold(self) -> None:
        await overview.fold(self.pool)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_figures_are_those_of_a_plain_count_whatever_happened(project, boss, seed):
    walk = Walk(project, seed)
    # So that some tasks stay queued.
    await walk.pool.execute("UPDATE projects SET max_concurrent_tasks = 4")
    seen = set()
    for _ in range(12):
        for _ in range(12):
            await walk.step()
        shown = OverviewView.model_validate((await boss.get("/v1/projects/moods/overview")).json())
        hours = ThroughputView.model_validate((await boss.get("/v1/projects/moods/throughput?per=day")).json())
        counted = await walk.pool.fetchval(RECOUNT, project.id)
        assert counted == {
            "counts": shown.counts,
            "stages": {stage.stage: stage.tasks for stage in shown.stages},
            "held": shown.held,
            "in_review": shown.in_review,
            "starved": sum(shown.starved.values()),
            "completed": sum(day.completed for day in hours.items[-2:]),
        }
        assert shown.held == sum(stage.held for stage in shown.stages)
        seen |= {name for name, figure in counted.items() if figure} | set(shown.counts)
    # The walk must have come by everything at least once.
    assert seen >= {"queued", "open", "cancelled", "held", "in_review", "starved"}


async def test_a_loop_that_starts_and_ends_is_counted(world, boss, ann_of_flow):
    task = await world.opened("a-loop")
    view = (await boss.get("/v1/projects/flow/overview")).json()
    assert (view["counts"], view["deadlines"]["expiring"]) == ({"open": 1}, 0)
    assert view["oldest"]["id"] == str(task)
    await world.pool.execute("UPDATE visits SET deadline_at = now() + interval '5 minutes'")
    assert (await boss.get("/v1/projects/flow/overview")).json()["deadlines"]["expiring"] == 1
    await world.pool.execute("UPDATE visits SET closed_at = now(), close_reason = 'expired' WHERE task_id = $1", task)
    assert (await boss.get("/v1/projects/flow/overview")).json()["deadlines"] == {
        "expiring": 0,
        "escalated": 0,
        "expired": 1,
    }


@pytest.fixture
async def ann_of_flow(world):
    await world.person("ann")
    await world.flow()


async def test_all_projects_with_what_waits(world, project, boss):
    empty = ProjectsOverview.model_validate((await boss.get("/v1/overview", params={"limit": 1})).json())
    assert [(item.name, item.counts, item.oldest_at) for item in empty.items] == [("moods", {}, None)]
    await project.add("one")
    await world.flow()
    await world.opened("a-loop")
    first = (await boss.get("/v1/overview", params={"limit": 1})).json()
    second = (await boss.get("/v1/overview", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    items = ProjectsOverview.model_validate({"items": first["items"] + second["items"], "next_cursor": None}).items
    assert [(item.name, item.counts) for item in items] == [("flow", {"open": 1}), ("moods", {"open": 1})]
    assert all(item.oldest_at is not None for item in items)
    assert second["next_cursor"] is None


async def test_who_may_work_in_a_project(world, project, boss):
    shown = WorkersView.model_validate((await boss.get("/v1/projects/moods/workers")).json())
    assert [(person.name, person.stages) for person in shown.items] == [("ann", ["annotate"]), ("rob", ["review"])]
    await people.disable(world.pool, project.annotator.id)
    shown = WorkersView.model_validate((await boss.get("/v1/projects/moods/workers")).json())
    assert [person.name for person in shown.items] == ["rob"]


async def test_unknown_projects_are_told(boss):
    for path in ("overview", "throughput", "workers", "queue", "live", "graphs/1/drawing"):
        assert (await boss.get(f"/v1/projects/nothing/{path}")).status_code == 404, path


async def test_the_drawing_names_every_stage(project, boss):
    drawing = (await boss.get("/v1/projects/moods/graphs/1/drawing")).json()["svg"]
    assert all(f"<title>{stage}</title>" in drawing for stage in ("annotate", "review", "complete"))


async def test_what_was_not_folded_counts_and_folding_changes_nothing(world, project, boss):
    await project.completed("done")
    before = (await boss.get("/v1/projects/moods/overview")).json()
    assert before["counts"] == {"completed": 1}
    assert await overview.fold(world.pool) > 0
    after = (await boss.get("/v1/projects/moods/overview")).json()
    assert {**after, "at": None} == {**before, "at": None}
    assert await world.pool.fetchval("SELECT count(*) FROM task_changes") == 0
    assert await overview.fold(world.pool) == 0


async def test_rows_that_an_operator_deletes_are_not_counted_any_more(world, project, fill, boss):
    await fill(50, 20)
    await world.pool.execute("TRUNCATE takeable, assignments, visits CASCADE")
    await world.pool.execute("DELETE FROM tasks WHERE state = 'open'")
    assert (await boss.get("/v1/projects/moods/overview")).json()["counts"] == {"completed": 30}


async def test_the_overview_of_100_000_tasks_reads_no_list_of_them(world, project, fill, boss, capsys):
    await fill(100_000, 50_000)
    await overview.fold(world.pool)
    await world.pool.execute("VACUUM ANALYZE")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        shown = (await boss.get("/v1/projects/moods/overview")).json()
        times.append(time.perf_counter() - began)
    told = f"median {sorted(times)[2] * 1000:.0f} ms, worst {max(times) * 1000:.0f} ms"
    with capsys.disabled():
        print(f"\noverview of 100,000 tasks: {told}")  # noqa: T201
    assert shown["counts"] == {"open": 50_000, "completed": 50_000}
    plan = await world.pool.fetchval(
        "EXPLAIN (FORMAT JSON) SELECT state, sum(tasks) FROM present_tallies WHERE project_id = $1 GROUP BY 1",
        project.id,
    )
    assert "task_tallies" in plan
    assert '"tasks"' not in plan
