"""Work that people put off: they are offered it again after everything else."""

from contextlib import suppress
from uuid import UUID

import asyncpg

from store import assignments
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("skips")
QUEUES = load("queues")


class _TakenByOthers(Exception):
    """Rolls back: the work stays put off."""


async def skip(pool: Pool, assignment_id: UUID, person_id: UUID, token: int, *, reason: str = "") -> None:
    """Give work back, to be offered it after everything else; `reason` stands in the task's history.

    Raises NotFound, LeaseLost, VisitClosed.
    """
    async with pool.acquire() as connection, connection.transaction():
        await assignments.release(connection, assignment_id, person_id, token)
        await connection.fetchval(assignments.SQL["end_reservation"], assignment_id, "skipped")
        await connection.execute(SQL["skip"], assignment_id, person_id)
        await connection.execute(SQL["tell"], assignment_id, person_id, reason)


async def take(
    connection: Connection,
    person_id: UUID,
    *,
    project: str | None,
    stage: str | None,
    prefetch: bool,
    lease_seconds: int,
) -> UUID | None:
    """Take what this person put off first, where nothing else is left for them; None where nothing of it is."""
    with suppress(_TakenByOthers, asyncpg.UniqueViolationError):
        async with connection.transaction():
            place = await connection.fetchrow(SQL["put_back"], person_id, project, stage)
            if place is None:
                return None
            taken = await connection.fetchval(QUEUES["take"], person_id, *place.values(), prefetch, lease_seconds)
            if taken is None:
                raise _TakenByOthers
            return taken
    return None


async def forget_closed(db: Database) -> None:
    """Drop what nobody can be offered any more."""
    await db.execute(SQL["forget"])
