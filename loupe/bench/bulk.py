"""Figure 3, bulk intake: tasks of a project over HTTP, thousands in each call."""

import asyncio
from time import perf_counter

import orjson

from loupe.bench.calls import TASK_INPUT
from loupe.bench.crew import SQL
from loupe.bench.http import Connection, post
from loupe.bench.timing import percentile_ms
from loupe.endpoints import Endpoints
from schemas.graphs import AnnotateStage, CompleteStage, Graph
from schemas.projects import NewProject
from store import people, projects
from store.database import Pool

_NAME = "bench-bulk"
# One is read and checked while the other is written.
_CLIENTS = 2
_GRAPH = Graph(
    start="annotate",
    stages={
        "annotate": AnnotateStage(team=_NAME, shown_as="annotate", pathways={"submitted": "complete"}),
        "complete": CompleteStage(),
    },
)


async def intake(pool: Pool, endpoints: Endpoints, *, calls: int, tasks_of_a_call: int) -> dict[str, float]:
    """Tasks per second until the last call is answered, by two clients at once; every one has to be written.

    The project's window has room for one task, so that nothing but the intake is measured.
    """
    await _make_project(pool, endpoints)
    bodies = [_tasks(number, tasks_of_a_call) for number in range(calls + 1)]
    headers = {"Authorization": f"Bearer {endpoints.api_key}", "Content-Type": "application/json"}
    requests = [post(endpoints.api, f"/v1/projects/{_NAME}/tasks", body, headers) for body in bodies]
    connections = [await Connection.open(endpoints.api) for _ in range(_CLIENTS)]
    taken: list[float] = []

    async def send(connection: Connection) -> None:
        for request in left:
            began = perf_counter()
            await connection.send(request, 200)
            taken.append(perf_counter() - began)

    try:
        # The first one, which starts a task, does not count.
        await connections[0].send(requests[0], 200)
        left = iter(requests[1:])
        began = perf_counter()
        await asyncio.gather(*(send(connection) for connection in connections))
        seconds = perf_counter() - began
    finally:
        for connection in connections:
            connection.close()
    written = await pool.fetchval(SQL["written"], _NAME)
    if written != (calls + 1) * tasks_of_a_call:
        raise RuntimeError(f"{written} tasks were written of {(calls + 1) * tasks_of_a_call}")
    return {
        "bulk_tasks_per_s": round(calls * tasks_of_a_call / seconds, 1),
        "bulk_call_p50_ms": percentile_ms(taken, 0.5),
    }


def _tasks(number: int, count: int) -> bytes:
    tasks = [
        {"name": f"batch-{number}/{place}", "input": TASK_INPUT, "metadata": {"batch": number}}
        for place in range(count)
    ]
    return orjson.dumps({"tasks": tasks})


async def _make_project(pool: Pool, endpoints: Endpoints) -> None:
    lead = await people.add(
        pool, email=f"lead@{_NAME}.localhost", name=f"Lead of {_NAME}", role="annotator", teams=(_NAME,)
    )
    project = NewProject(
        name=_NAME,
        template="<crowd-form></crowd-form>",
        graph=_GRAPH.model_dump(mode="json"),
        output=f"s3://{endpoints.s3_bucket}/bench",
        max_concurrent_tasks=1,
    )
    await projects.create(pool, project, _GRAPH, arn_base="", person_id=lead.id)
