"""The people's queue: finding and taking the next work, cursors, starvation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import LimitExceeded
from store import skips
from store.database import Database, Pool
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

    Order: what is reserved to the person, then priority, then age, then what they put off.

    Raises LimitExceeded for a person who holds `most_held` assignments already.
    """
    has_skips = False
    async with pool.acquire() as connection:
        for _ in range(SEARCHES):
            found = await connection.fetch(SQL["find"], person_id, project, stage)
            if found and found[0]["held"] >= most_held:
                raise LimitExceeded(f"you hold {most_held} tasks: submit, decline or release some of them first")
            own = found[0] if found else (await connection.fetch(SQL["personal"], person_id))[0]
            has_skips = own["has_skips"]
            if own["has_reserved"]:
                taken = await connection.fetchval(
                    SQL["take_reserved"], person_id, project, stage, prefetch, lease_seconds
                )
                if taken is not None:
                    return taken
            for queue in found:
                await _move_cursor(connection, person_id, queue, cursor_step)
                try:
                    taken = await connection.fetchval(
                        SQL["take"], person_id, queue["queue_id"], queue["rank"], prefetch, lease_seconds
                    )
                except asyncpg.UniqueViolationError:
                    # The same person, asking twice at once, has just taken another slot of that visit.
                    continue
                if taken is not None:
                    return taken
            if not found:
                break
        if not has_skips:
            return None
        return await skips.take(
            connection, person_id, project=project, stage=stage, prefetch=prefetch, lease_seconds=lease_seconds
        )


async def _move_cursor(db: Database, person_id: UUID, queue: Any, step: int) -> None:
    if queue["settled"] and queue["rank"] - (queue["from_rank"] or 0) > step:
        await db.execute(SQL["move_cursor"], person_id, queue["queue_id"], queue["rank"], queue["generation"])


async def list_for(db: Database, person_id: UUID) -> list[Queue]:
    """A person's queues, by title."""
    return [Queue(*row.values()) for row in await db.fetch(SQL["list"], person_id)]


async def advance_heads(db: Database) -> None:
    """Move each queue's head to its first takeable row, so that searches pass no dead rows."""
    for row in await db.fetch(SQL["heads"]):
        await db.execute(SQL["move_head"], row["id"], row["generation"], row["rank"])


async def forget_passed(db: Database) -> None:
    """Drop cursors and returns that nobody needs any more."""
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
