"""Graphs under load: tasks that are reviewed, one in five of them rejected once, and tasks through a consensus."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from time import time
from typing import Any

from temporalio.client import Client

from loupe.bench.bare_task import ANSWER, OPENED, TASK_QUEUE, BareWorkflow
from loupe.bench.calls import TASK_INPUT, Annotator
from loupe.bench.crew import SQL, Hire, at_work
from loupe.bench.http import Connection, post
from loupe.bench.throughput import BareWorker, Sizes, in_turn
from loupe.bench.timing import percentile_ms, until
from loupe.endpoints import Endpoints
from runtime import temporal
from runtime.settings import Settings
from store import people
from store.database import Pool

REJECT_EVERY = 5
ANNOTATORS = 3
_IDLE_SECONDS = 0.02
_BATCH = 500
REVIEWED: dict[str, Any] = {
    "start": "Annotate 1",
    "stages": {
        "Annotate 1": {"type": "annotate", "pathways": {"submitted": "Review 1"}},
        "Review 1": {
            "type": "review",
            "strict": False,
            "pathways": {"approved": "Complete", "rejected": "Annotate 1"},
        },
        "Complete": {"type": "complete"},
    },
}
CONSENSUS: dict[str, Any] = {
    "start": "Consensus 1",
    "stages": {
        "Consensus 1": {
            "type": "consensus",
            "overlap": ANNOTATORS,
            "decision": "none",
            "pathways": {"agreed": "Complete", "no_consensus": "Archive"},
        },
        "Complete": {"type": "complete"},
        "Archive": {"type": "archive"},
    },
}


def is_rejected(number: int) -> bool:
    """Whether a task's first review rejects it."""
    return number % REJECT_EVERY == 0


class Project:
    """A native project with a team of its own, over HTTP."""

    def __init__(self, endpoints: Endpoints, name: str) -> None:
        self._endpoints = endpoints
        self._headers = {"Authorization": f"Bearer {endpoints.api_key}", "Content-Type": "application/json"}
        self.name = name
        self.hired: list[Hire] = []

    async def make(self, pool: Pool, graph: dict[str, Any], *, staff: int) -> None:
        """Make it, with so many people who annotate and review."""
        for number in range(staff):
            person = await people.add(
                pool,
                email=f"person{number}@{self.name}.localhost",
                name=f"Person {number}",
                role="annotator_reviewer",
                teams=(self.name,),
            )
            self.hired.append(Hire(person.id, await people.make_api_key(pool, person.id, "loupe bench")))
        stages = [name for name, stage in graph["stages"].items() if "team" in stage or stage["type"] in _PEOPLE]
        body = {
            "name": self.name,
            "template": "<crowd-form><crowd-input name='sentiment'></crowd-input></crowd-form>",
            "graph": graph,
            "teams": dict.fromkeys(stages, self.name),
            "output": f"s3://{self._endpoints.s3_bucket}/bench",
        }
        connection = await Connection.open(self._endpoints.api)
        try:
            await connection.send(post(self._endpoints.api, "/v1/projects", body, self._headers), 201)
        finally:
            connection.close()

    async def add(self, connection: Connection, numbers: range) -> None:
        """Add tasks by number."""
        tasks = [{"name": f"task-{number}", "input": {**TASK_INPUT, "number": number}} for number in numbers]
        request = post(self._endpoints.api, f"/v1/projects/{self.name}/tasks", {"tasks": tasks}, self._headers)
        await connection.send(request, 200)


_PEOPLE = ("annotate", "review", "consensus")


async def work(annotator: Annotator, project: str, waiting: asyncio.Lock) -> dict[str, Any] | None:
    """Take one piece of work and do it; None, after a pause, where there was none."""
    _, item = await annotator.next(project)
    if item is None:
        async with waiting:
            await asyncio.sleep(_IDLE_SECONDS)
        return None
    if item["kind"] == "annotate":
        await annotator.submit(item)
    else:
        rejects = is_rejected(item["input"]["number"]) and not item["previous"]
        await annotator.decide(item, "reject" if rejects else "approve")
        item["done"] = not rejects
    return item


async def measure(pool: Pool, endpoints: Endpoints, settings: Settings, sizes: Sizes) -> dict[str, float]:
    """Reviewed tasks per second, in turn with a bare workflow of the same signals and activities."""
    client = await temporal.connect(settings)
    worker = BareWorker(endpoints)

    async def ours(name: str, tasks: int) -> float:
        return await _our_round(pool, endpoints, name, tasks, sizes)

    async def bare(name: str, tasks: int) -> float:
        return await _bare_round(worker, client, f"bare-{name}", tasks, sizes)

    async with worker.running():
        rates = await in_turn("reviewed", sizes, ours, bare)
    return rates.figures(ratio="reviewed_ratio", ours="reviewed_tasks_per_s", bare="reviewed_baseline_tasks_per_s")


async def _our_round(pool: Pool, endpoints: Endpoints, name: str, tasks: int, sizes: Sizes) -> float:
    project = Project(endpoints, name)
    await project.make(pool, REVIEWED, staff=sizes.clients)
    project_id = await pool.fetchval(SQL["project"], name)
    room, left, waiting = asyncio.Semaphore(sizes.window), [tasks], asyncio.Lock()
    numbers = iter(range(tasks))

    async def start(connection: Connection) -> None:
        for number in numbers:
            await room.acquire()
            await project.add(connection, range(number, number + 1))

    async def serve(annotator: Annotator) -> None:
        while left[0]:
            item = await work(annotator, name, waiting)
            if item is not None and item.get("done"):
                left[0] -= 1
                room.release()

    async with at_work(endpoints, project.hired) as crew, _connections(endpoints, sizes.clients) as connections:
        began = time()
        async with asyncio.TaskGroup() as group:
            for connection, annotator in zip(connections, crew, strict=True):
                group.create_task(start(connection))
                group.create_task(serve(annotator))
        return tasks / (await _finished_at(pool, project_id, tasks) - began)


async def _bare_round(worker: BareWorker, client: Client, name: str, tasks: int, sizes: Sizes) -> float:
    room, opened = asyncio.Semaphore(sizes.window), asyncio.Queue[int | None]()
    numbers, finished, seen = iter(range(tasks)), asyncio.Event(), Counter[int]()
    left, last_at = [tasks], [0.0]

    def happened(event: int, number: int) -> None:
        if event == OPENED:
            opened.put_nowait(number)
            return
        last_at[0] = time()
        left[0] -= 1
        if not left[0]:
            finished.set()

    async def start() -> None:
        for number in numbers:
            await room.acquire()
            visits = 4 if is_rejected(number) else 2
            await client.start_workflow(
                BareWorkflow.run, args=[number, visits], id=f"{name}/{number}", task_queue=TASK_QUEUE
            )

    async def serve() -> None:
        while (number := await opened.get()) is not None:
            await client.get_workflow_handle(f"{name}/{number}").signal(ANSWER)
            seen[number] += 1
            if seen[number] == (4 if is_rejected(number) else 2):
                room.release()

    worker.listener = happened
    began = time()
    async with asyncio.TaskGroup() as group:
        for _ in range(sizes.clients):
            group.create_task(start())
            group.create_task(serve())
        await finished.wait()
        for _ in range(sizes.clients):
            opened.put_nowait(None)
    return tasks / (last_at[0] - began)


async def offered(pool: Pool, endpoints: Endpoints, tasks: int) -> dict[str, float]:
    """From submit answered to the review offered to somebody who asks for it, on an idle stack."""
    project = Project(endpoints, "review-offered")
    await project.make(pool, REVIEWED, staff=2)
    project_id = await pool.fetchval(SQL["project"], project.name)
    taken: list[float] = []
    async with at_work(endpoints, project.hired) as crew, _connections(endpoints, 1) as connections:
        author, reviewer = crew
        for number in range(1, tasks + 1):
            await project.add(connections[0], range(number * REJECT_EVERY + 1, number * REJECT_EVERY + 2))
            await author.submit(await _offered(author, project.name))
            began = time()
            review = await _offered(reviewer, project.name)
            taken.append(time() - began)
            await reviewer.decide(review, "approve")
            # The stack is idle only after the task's end.
            await _finished_at(pool, project_id, number)
    return {
        "review_offered_p50_ms": percentile_ms(taken, 0.5),
        "review_offered_p99_ms": percentile_ms(taken, 0.99),
    }


async def _offered(annotator: Annotator, project: str) -> dict[str, Any]:
    while True:
        _, item = await annotator.next(project)
        if item is not None:
            return item
        await asyncio.sleep(0.002)


async def consensus(pool: Pool, endpoints: Endpoints, tasks: int, clients: int) -> dict[str, float]:
    """Tasks through a consensus of three annotators, until every one has ended; none may be stuck."""
    project = Project(endpoints, "consensus")
    await project.make(pool, CONSENSUS, staff=clients)
    project_id = await pool.fetchval(SQL["project"], project.name)
    left, waiting = [tasks * ANNOTATORS], asyncio.Lock()

    async def serve(annotator: Annotator) -> None:
        while left[0] > 0:
            if await work(annotator, project.name, waiting) is not None:
                left[0] -= 1

    async with at_work(endpoints, project.hired) as crew, _connections(endpoints, 1) as connections:
        began = time()
        for first in range(0, tasks, _BATCH):
            await project.add(connections[0], range(first, min(first + _BATCH, tasks)))
        async with asyncio.TaskGroup() as group:
            for annotator in crew:
                group.create_task(serve(annotator))
        seconds = await _finished_at(pool, project_id, tasks) - began
    return {"consensus_tasks": tasks, "consensus_tasks_per_s": round(tasks / seconds, 1)}


async def _finished_at(pool: Pool, project_id: Any, tasks: int) -> float:
    async def done() -> bool:
        return await pool.fetchval(SQL["completed"], project_id) == tasks

    await until(done, f"{tasks} tasks completed", every=_IDLE_SECONDS)
    last: datetime = await pool.fetchval(SQL["last_completed"], project_id)
    return last.timestamp()


@asynccontextmanager
async def _connections(endpoints: Endpoints, count: int) -> AsyncGenerator[list[Connection]]:
    opened = [await Connection.open(endpoints.api) for _ in range(count)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()
