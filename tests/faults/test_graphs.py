"""Graphs under load: many tasks, people at every stage, workers killed meanwhile. Nothing is stuck, lost or doubled."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from loupe.bench.crew import at_work
from loupe.bench.http import Connection
from loupe.bench.reviewed import ANNOTATORS, CONSENSUS, REVIEWED, Project, is_rejected, work

PEOPLE = 8


async def staffed(live, graph):
    """A project with people who annotate and review."""
    project = Project(live.site.stack.endpoints, f"graph-{uuid4().hex[:8]}")
    await project.make(live.pool, graph, staff=PEOPLE)
    return project


async def add(live, project, tasks):
    connection = await Connection.open(live.site.stack.endpoints.api)
    try:
        for first in range(0, tasks, 500):
            await project.add(connection, range(first, min(tasks, first + 500)))
    finally:
        connection.close()


async def everybody_works(live, project, tasks, poll):
    """Work until every task of the project has ended."""
    over = asyncio.Event()
    waiting = asyncio.Lock()

    async def serve(annotator):
        while not over.is_set():
            await work(annotator, project.name, waiting)

    async def all_ended():
        states = await rows(live, project, "SELECT t.state, t.stage, t.visit FROM tasks t")
        left = [dict(row) for row in states if row["state"] != "completed"]
        assert len(states) == tasks
        assert not left, left[:3]

    async with at_work(live.site.stack.endpoints, project.hired) as crew, asyncio.TaskGroup() as group:
        for annotator in crew:
            group.create_task(serve(annotator))
        try:
            await poll(all_ended, seconds=240)
        finally:
            over.set()


async def rows(live, project, query):
    return await live.pool.fetch(f"{query} JOIN projects p ON p.id = t.project_id WHERE p.name = $1", project.name)


@pytest.mark.timeout(600)
async def test_a_thousand_tasks_through_a_consensus_leave_none_stuck(live, poll):
    project = await staffed(live, CONSENSUS)
    await add(live, project, 1000)
    await everybody_works(live, project, 1000, poll)
    answers = await rows(
        live,
        project,
        "SELECT t.id, s.person_id FROM submissions s JOIN assignments a ON a.id = s.assignment_id"
        " JOIN tasks t ON t.id = a.task_id",
    )
    assert len(answers) == 1000 * ANNOTATORS
    assert len({(row["id"], row["person_id"]) for row in answers}) == 1000 * ANNOTATORS


@pytest.mark.timeout(600)
async def test_reviewed_tasks_survive_workers_that_are_killed(live, poll):
    tasks = 200
    project = await staffed(live, REVIEWED)
    await add(live, project, tasks)
    working = asyncio.create_task(everybody_works(live, project, tasks, poll))
    for share in (1, 2, 3):

        async def so_many_ended(share=share):
            ended = await rows(live, project, "SELECT t.ended_at FROM tasks t")
            assert sum(row["ended_at"] is not None for row in ended) >= share * tasks // 5

        # Beside the stack's own, which works on meanwhile.
        async with live.site.worker() as second:
            await poll(so_many_ended, seconds=240)
            second.kill()
    await working
    found = await rows(live, project, "SELECT t.id, t.name, t.rejections, t.visit FROM tasks t")
    for row in found:
        once = is_rejected(int(row["name"].removeprefix("task-")))
        assert (row["rejections"], row["visit"]) == ((1, 4) if once else (0, 2))
    visits = await rows(
        live, project, "SELECT t.id, v.visit, v.close_reason FROM visits v JOIN tasks t ON t.id = v.task_id"
    )
    assert Counter(row["id"] for row in visits) == {row["id"]: row["visit"] for row in found}
    assert {row["close_reason"] for row in visits} == {"submitted"}
