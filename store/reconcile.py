"""What becomes of tasks whose workflow was terminated or reset past Loupe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.errors import Conflict
from store import mailbox, outputs
from store.database import Database, Pool
from store.queries import load

SQL = load("reconcile")


@dataclass(frozen=True)
class Span:
    """What has to be looked at: everything from `looked_until` to `begun_at`."""

    looked_until: datetime
    begun_at: datetime


@dataclass(frozen=True)
class Opening:
    """One opening of a task; `over_since` is null while it goes on."""

    task_id: UUID
    opening: int
    task_name: str
    project: str
    over_since: datetime | None


async def begin(db: Database, *, every_seconds: float) -> Span | None:
    """Begin to look; None where somebody did so less than `every_seconds` ago."""
    row = await db.fetchrow(SQL["begin"], every_seconds)
    return None if row is None else Span(*row.values())


async def looked(db: Database, until: datetime) -> None:
    """Note that everything up to a moment was looked at."""
    await db.execute(SQL["looked"], until)


async def openings(db: Database, named: Sequence[tuple[str, int]]) -> list[Opening]:
    """The openings whose task's id begins with these eight digits, so maybe more than were meant."""
    rows = await db.fetch(SQL["openings"], [digits for digits, _ in named], [opening for _, opening in named])
    return [Opening(*row.values()) for row in rows]


async def end(pool: Pool, task_id: UUID, opening: int, *, failure_reason: str, data: dict[str, Any]) -> bool:
    """End an opening whose workflow is gone: its assignments are withdrawn, it failed, its messages are dropped.

    False where it was over before. Raises Conflict where the last act of its workflow was to open one more visit, which
    the next call finds.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["close_visit"], task_id, opening)
        task = await connection.fetchrow(SQL["lock"], task_id, opening)
        if task is None or not task["goes_on"]:
            return False
        if await connection.fetchval(SQL["has_open_visit"], task_id, opening):
            raise Conflict(f"task {task_id}: a visit was opened just now, ask again")
        await connection.execute(
            SQL["note"], task_id, "loupe.task.terminated", task["visit"], {"opening": opening, **data}
        )
        await outputs.finish(
            connection,
            task_id,
            opening,
            state="failed",
            output_uri=None,
            failure_code="InternalError",
            failure_reason=failure_reason,
        )
        await mailbox.drop(connection, task_id, opening)
    return True


async def note_reset(pool: Pool, task_id: UUID, opening: int, run_id: str, data: dict[str, Any]) -> bool:
    """Write the event that a run came from a reset; false where it has been written."""
    async with pool.acquire() as connection, connection.transaction():
        task = await connection.fetchrow(SQL["lock"], task_id, opening)
        if task is None or await connection.fetchval(SQL["is_noted"], task_id, run_id):
            return False
        told = {"opening": opening, "run_id": run_id, "over": not task["goes_on"], **data}
        await connection.execute(SQL["note"], task_id, "loupe.task.reset", task["visit"], told)
    return True
