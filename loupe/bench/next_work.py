"""Figure 2: work/next with few and many open assignments, for a veteran of the queue, and beside an old snapshot."""

from uuid import UUID

import asyncpg

from loupe.bench.calls import Annotator
from loupe.bench.crew import SQL, Flow, at_work, hire, make_flow
from loupe.bench.timing import p50_p99, percentile_ms, until
from loupe.endpoints import Endpoints
from store.database import Pool

# So that nobody reaches the most that a person may hold.
_CALLS_EACH = 40
_INPUT = '{"text": "The tent is light and quick to set up.", "labels": ["Positive", "Negative"]}'


async def measure(
    pool: Pool, endpoints: Endpoints, *, few: int, many: int, answered: int, claimed: int, calls: int
) -> dict[str, float]:
    """`few` alone in the database first, then `many` beside them."""
    small = await make_flow(pool, endpoints, "bench-few")
    await fill(endpoints, small, few)
    figures = p50_p99("next", await _calls(pool, endpoints, small, min(calls, few // 2)), "_1k")
    large = await make_flow(pool, endpoints, "bench-many")
    [veteran] = await hire(pool, large, ["veteran"])
    await fill(endpoints, large, many, answered=answered, by=veteran.id)
    figures |= p50_p99("next", await _calls(pool, endpoints, large, calls), "_1m")
    figures["next_ratio_1m_1k"] = round(figures["next_p50_ms_1m"] / figures["next_p50_ms_1k"], 2)
    async with at_work(endpoints, [veteran]) as [person]:
        first, *later = await _next(person, large, min(calls, _CALLS_EACH))
    figures["next_answered_100k_first_ms"] = percentile_ms([first], 0.5)
    figures["next_answered_100k_p50_ms"] = percentile_ms(later, 0.5)
    return figures | await _beside_an_old_snapshot(pool, endpoints, large, claimed=claimed, calls=calls)


async def fill(endpoints: Endpoints, flow: Flow, tasks: int, *, answered: int = 0, by: UUID | None = None) -> None:
    """Rows of open tasks, straight into the tables; `by` has answered one slot of the first `answered` of them."""
    connection = await asyncpg.connect(endpoints.database_url)
    try:
        await connection.execute(SQL["trust"])
        async with connection.transaction():
            await connection.execute(SQL["tasks"], flow.project_id, tasks, f"{flow.name}-")
            await connection.execute(SQL["inputs"], flow.project_id, _INPUT)
            await connection.execute(SQL["visits"], flow.project_id, flow.queue_id, answered)
            if by is not None:
                await connection.execute(SQL["answered"], flow.queue_id, by)
            await connection.execute(SQL["free"], flow.queue_id)
            await connection.execute(SQL["takeable"], flow.queue_id)
        await connection.execute(SQL["settle"])
    finally:
        await connection.close()


async def _calls(pool: Pool, endpoints: Endpoints, flow: Flow, calls: int, *, crew: str = "annotator") -> list[float]:
    """Seconds of so many calls, one after another, by people in turn; a few before them do not count."""
    warm_up = min(20, calls)
    people = -(-(calls + warm_up) // _CALLS_EACH)
    hired = await hire(pool, flow, [f"{crew}{number}" for number in range(people)])
    async with at_work(endpoints, hired) as annotators:
        taken = [(await _next(annotators[number % people], flow, 1))[0] for number in range(calls + warm_up)]
    return taken[warm_up:]


async def _next(person: Annotator, flow: Flow, calls: int) -> list[float]:
    taken: list[float] = []
    for _ in range(calls):
        seconds, assignment = await person.next(flow.name)
        if assignment is None:
            raise RuntimeError(f"nothing was offered of {flow.name}, though there is work")
        taken.append(seconds)
    return taken


async def _beside_an_old_snapshot(
    pool: Pool, endpoints: Endpoints, flow: Flow, *, claimed: int, calls: int
) -> dict[str, float]:
    """After so many claims that a snapshot older than all of them keeps as dead rows, while the sweep runs."""
    [claimer] = await hire(pool, flow, ["claimer"])
    connection = await asyncpg.connect(endpoints.database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.fetchval(SQL["snapshot"])
            await pool.execute(SQL["claim_first"], flow.queue_id, claimed, claimer.id, timeout=300)
            at_once = await _calls(pool, endpoints, flow, min(calls, 100), crew="early")
            await until(lambda: _swept(pool, flow), "the sweep moved the queue's head", every=0.2)
            swept = await _calls(pool, endpoints, flow, calls, crew="late")
    finally:
        await connection.close()
    return {
        "next_old_snapshot_first_p50_ms": percentile_ms(at_once, 0.5),
        **p50_p99("next_old_snapshot", swept),
    }


async def _swept(pool: Pool, flow: Flow) -> bool:
    row = await pool.fetchrow(SQL["head"], flow.queue_id)
    # Claims go on, so the head may be a few rows behind.
    return row is not None and row["first_rank"] - row["head_rank"] < 1000
