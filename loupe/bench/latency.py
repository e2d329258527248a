"""Figures 3 and 4: start and submit one at a time, how soon a loop is offered and Completed, many starts at once."""

import asyncio
import random
from time import perf_counter

import asyncpg

from loupe.bench.calls import start_request
from loupe.bench.crew import SQL, Flow, at_work, hire, make_flow
from loupe.bench.http import Connection
from loupe.bench.timing import p50_p99, until
from loupe.endpoints import Endpoints
from store.database import Pool

# The resolution of what is seen by asking the database again.
_LOOK_SECONDS = 0.002
_WARM_UP = 10


async def one_at_a_time(pool: Pool, endpoints: Endpoints, loops: int) -> dict[str, float]:
    """Whole loops one after another on an idle stack.

    Offered and finished are the moments at which another connection of the database sees the free slot, and the loop
    Completed: looked for every 2 ms, which the figures include.
    """
    flow = await make_flow(pool, endpoints, "bench-latency")
    hired = await hire(pool, flow, ["annotator"])
    taken: dict[str, list[float]] = {"start": [], "offered": [], "submit": [], "finished": []}
    client = await Connection.open(endpoints.api)
    watcher = await asyncpg.connect(endpoints.database_url)
    try:
        async with at_work(endpoints, hired) as [annotator]:
            for number in range(loops + _WARM_UP):
                # The polls of relays and the loops of this program must not fall into step.
                await asyncio.sleep(random.uniform(0.02, 0.15))  # noqa: S311
                request = start_request(endpoints, flow.name, f"{flow.name}-{number}")
                began = perf_counter()
                await client.send(request, 200)
                started = perf_counter()
                await _until(watcher, "offered", flow.queue_id, 1)
                offered = perf_counter()
                _, assignment = await annotator.next(flow.name)
                if assignment is None:
                    raise RuntimeError("the loop was offered and then it was not")
                submit = await annotator.submit(assignment)
                submitted = perf_counter()
                await _until(watcher, "completed", flow.project_id, number + 1)
                finished = perf_counter() - submitted
                if number >= _WARM_UP:
                    for name, seconds in zip(
                        taken, (started - began, offered - started, submit, finished), strict=True
                    ):
                        taken[name].append(seconds)
    finally:
        client.close()
        await watcher.close()
    return {key: value for name, seconds in taken.items() for key, value in p50_p99(name, seconds).items()}


async def _until(watcher: "asyncpg.Connection[asyncpg.Record]", statement: str, of: object, count: int) -> None:
    async def there() -> bool:
        return await watcher.fetchval(SQL[statement], of) >= count

    await until(there, f"{statement}: {count}", every=_LOOK_SECONDS)


async def many_starts(pool: Pool, endpoints: Endpoints, *, loops: int, clients: int) -> dict[str, float]:
    """Starts per second of one API process, and how long after the last one it took until all loops were open."""
    flow = await make_flow(pool, endpoints, "bench-starts")
    requests = [start_request(endpoints, flow.name, f"{flow.name}-{number}") for number in range(loops)]
    connections = [await Connection.open(endpoints.api) for _ in range(clients)]
    to_send = iter(requests)
    taken: list[float] = []

    async def client(connection: Connection) -> None:
        for request in to_send:
            began = perf_counter()
            await connection.send(request, 200)
            taken.append(perf_counter() - began)

    try:
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for connection in connections:
                group.create_task(client(connection))
        answered = perf_counter()
    finally:
        for connection in connections:
            connection.close()
    await until(lambda: _all_open(pool, flow, loops), f"{loops} loops open", every=0.05)
    drained = perf_counter()
    return {
        "starts_per_s": round(loops / (answered - began), 1),
        **p50_p99("start_at_once", taken),
        "start_drain_seconds": round(drained - answered, 2),
        "start_drain_loops": loops,
    }


async def _all_open(pool: Pool, flow: Flow, loops: int) -> bool:
    return await pool.fetchval(SQL["opened"], flow.queue_id) == loops
