"""The people's queue: finding and taking the next work, cursors, starvation."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import LimitExceeded
from store import skips
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("queues")

# For fewer passed places a cursor is not worth a write.
CURSOR_STEP = 200
# Others may take what was just found; each further search looks at fresh rows.
SEARCHES = 3


@dataclass(frozen=True)
class Queue:
    """A queue as a person sees it; `takeable` counts what is left for them, up to 1000."""

    project: str
    stage: str
    kind: str
    title: str
    description: str
    takeable: int
    oldest_at: datetime | None
    held: int


@dataclass(frozen=True)
class Depth:
    """What waits in a queue: visits with a free slot, their free slots, and since when."""

    project: str
    stage: str
    visits: int
    slots: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: work of a project, of a stage as people see it, or of any; accepted, or fetched ahead."""

    project: str | None
    stage: str | None
    prefetch: bool
    lease_seconds: int


async def take_next(
    pool: Pool,
    person_id: UUID,
    *,
    project: str | None,
    stage: str | None,
    prefetch: bool,
    lease_seconds: int,
    most_held: int,
    cursor_step: int = CURSOR_STEP,
) -> UUID | None:
    """Take the best free slot that this person may take and return its assignment; None where nothing is left.

    Order: what they fetched ahead before, what is reserved to the person, then priority, then age, then what they put
    off. A person has one unopened prefetch at a time, however many tabs ask: the next one renews it.

    Raises LimitExceeded for a person who holds `most_held` assignments already.
    """
    wanted = Wanted(project, stage, prefetch, lease_seconds)
    async with pool.acquire() as connection:
        if not prefetch:
            return await _take_best(connection, person_id, wanted, most_held, cursor_step)
        async with connection.transaction():
            await connection.execute(SQL["one_prefetch_at_a_time"], person_id)
            return await _take_best(connection, person_id, wanted, most_held, cursor_step)


async def take_reserved(pool: Pool, person_id: UUID, assignment_id: UUID, *, lease_seconds: int) -> UUID | None:
    """Take one piece of work that is reserved to this person; None where it is not, or not any more."""
    return await pool.fetchval(SQL["take_reserved"], person_id, None, None, False, lease_seconds, assignment_id)


async def _take_best(
    connection: Connection, person_id: UUID, wanted: Wanted, most_held: int, cursor_step: int
) -> UUID | None:
    where = (wanted.project, wanted.stage)
    how = (wanted.prefetch, wanted.lease_seconds)
    has_skips = False
    for _ in range(SEARCHES):
        found = await connection.fetch(SQL["find"], person_id, *where)
        if not found:
            return None
        own = found[0]
        has_skips = own["has_skips"]
        if own["has_prefetched"]:
            taken = await connection.fetchval(SQL["take_prefetched"], person_id, *where, *how)
            if taken is not None:
                return taken
        left = [row for row in found if row["queue_id"] is not None]
        # Nothing to take is no error, whatever they hold.
        if left and own["held"] >= most_held:
            raise LimitExceeded(f"you hold {most_held} tasks: submit, decline or release some of them first")
        if own["has_reserved"]:
            taken = await connection.fetchval(SQL["take_reserved"], person_id, *where, *how, None)
            if taken is not None:
                return taken
        for queue in left:
            await _move_cursor(connection, person_id, queue, cursor_step)
            taken = await _take(connection, person_id, queue, wanted)
            if taken is not None:
                return taken
        if not left:
            break
    if not has_skips:
        return None
    return await skips.take(
        connection,
        person_id,
        project=wanted.project,
        stage=wanted.stage,
        prefetch=wanted.prefetch,
        lease_seconds=wanted.lease_seconds,
    )


async def _take(connection: Connection, person_id: UUID, queue: Any, wanted: Wanted) -> UUID | None:
    values = (person_id, queue["queue_id"], queue["rank"], wanted.prefetch, wanted.lease_seconds)
    # The same person, asking twice at once, may have just taken another slot of that visit.
    with suppress(asyncpg.UniqueViolationError):
        if not connection.is_in_transaction():
            return await connection.fetchval(SQL["take"], *values)
        async with connection.transaction():
            return await connection.fetchval(SQL["take"], *values)
    return None


async def _move_cursor(db: Database, person_id: UUID, queue: Any, step: int) -> None:
    if queue["settled"] and queue["rank"] - (queue["from_rank"] or 0) > step:
        await db.execute(SQL["move_cursor"], person_id, queue["queue_id"], queue["rank"], queue["generation"])


async def list_for(db: Database, person_id: UUID) -> list[Queue]:
    """A person's queues, by title."""
    return [Queue(*row.values()) for row in await db.fetch(SQL["list"], person_id)]


async def advance_heads(db: Database) -> None:
    """Move the heads of queues that people go through to the first takeable row, so that searches pass no dead rows.

    A search that had far to go moved its cursor and left a mark; a queue without one has nothing to pass.
    """
    for row in await db.fetch(SQL["heads"]):
        await db.execute(SQL["move_head"], row["id"], row["generation"], row["rank"])


async def forget_passed(db: Database) -> None:
    """Drop cursors and returns that nobody needs any more, and have all heads looked at."""
    await db.execute(SQL["look_at_all_heads"])
    await db.execute(SQL["forget_cursors"])
    await db.execute(SQL["forget_returns"])


async def mark_starved(db: Database) -> int:
    """Mark what nobody can take, with its reason, and tell workflows whose people all declined; how many changed."""
    changed = await db.fetchval(SQL["mark_starved"])
    await db.execute(SQL["exhausted"])
    return changed


async def depth(db: Database) -> list[Depth]:
    """What waits in each queue."""
    return [Depth(*row.values()) for row in await db.fetch(SQL["depth"])]
