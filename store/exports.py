"""Exports: what was asked for, whose turn it is, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from schemas.errors import NotFound
from schemas.exports import ExportView
from schemas.outputs import output_location
from store.database import Database
from store.queries import load

SQL = load("exports")


@dataclass(frozen=True)
class Turn:
    """The right to bring an export forward, until its lease is over; `last` is the task that was uploaded last.

    `attempts` counts turns since the last part, this one too; `restarts` how often the upload was lost; `error` is what
    the turn before met.
    """

    export_id: UUID
    token: UUID
    project_id: UUID
    since: datetime | None
    until: datetime
    uri: str
    upload_id: str | None
    attempts: int
    restarts: int
    error: str | None
    parts: int
    last: "Position | None"


@dataclass(frozen=True)
class Position:
    """A place in the order of an export."""

    ended_at: datetime
    task_id: UUID


@dataclass(frozen=True)
class Completed:
    """A task that belongs into an export, and the size of what was sent for it."""

    task_id: UUID
    opening: int
    ended_at: datetime
    size: int


@dataclass(frozen=True)
class Part:
    """An uploaded part, as S3 wants it named at the end."""

    number: int
    etag: str


async def create(db: Database, project: str, *, since: datetime | None, person_id: UUID) -> ExportView:
    """Ask for an export of what is completed now. Raises NotFound for an unknown project."""
    project_id, output_path = await _project(db, project)
    export_id = uuid4()
    bucket, key = output_location(output_path, f"{project}/exports/{export_id}.jsonl")
    row = await db.fetchrow(SQL["create"], export_id, project_id, since, person_id, f"s3://{bucket}/{key}")
    if row is None:
        raise RuntimeError("PostgreSQL returned nothing for a row that it wrote")
    return _view(row)


async def get(db: Database, project: str, export_id: UUID) -> ExportView:
    """One export. Raises NotFound."""
    project_id, _ = await _project(db, project)
    row = await db.fetchrow(SQL["get"], project_id, export_id)
    if row is None:
        raise NotFound(f"the project {project} has no export {export_id}")
    return _view(row)


async def list_page(db: Database, project: str, *, after: UUID | None, limit: int) -> list[ExportView]:
    """Up to `limit` exports, newest first, from behind `after`. Raises NotFound for an unknown project."""
    project_id, _ = await _project(db, project)
    return [_view(row) for row in await db.fetch(SQL["list"], project_id, after, limit)]


async def claim(db: Database, *, lease_seconds: float) -> Turn | None:
    """Take the export that waits longest for a turn; None where none does."""
    row = await db.fetchrow(SQL["claim"], uuid4(), lease_seconds)
    if row is None:
        return None
    *values, ended_at, task_id = row.values()
    return Turn(*values, last=None if ended_at is None else Position(ended_at, task_id))


async def renew(db: Database, turn: Turn, *, lease_seconds: float) -> bool:
    """Keep a turn; false where it was lost to another worker."""
    return bool(await db.fetchval(SQL["renew"], turn.export_id, turn.token, lease_seconds))


async def completed_tasks(db: Database, turn: Turn, *, after: Position | None, limit: int) -> list[Completed]:
    """The next tasks of an export, in the order of their ends."""
    place = (turn.since, None) if after is None else (after.ended_at, after.task_id)
    rows = await db.fetch(SQL["completed_tasks"], turn.project_id, turn.until, *place, limit)
    return [Completed(*row.values()) for row in rows]


async def begin_upload(db: Database, turn: Turn, upload_id: str) -> bool:
    """Note where the parts go; false where the turn was lost."""
    return bool(await db.fetchval(SQL["begin_upload"], turn.export_id, turn.token, upload_id))


async def add_part(db: Database, turn: Turn, part: Part, *, tasks: int, last: Position) -> bool:
    """Note an uploaded part; false where the turn was lost."""
    values = (part.number, part.etag, tasks, last.ended_at, last.task_id)
    return bool(await db.fetchval(SQL["add_part"], turn.export_id, turn.token, *values))


async def parts(db: Database, turn: Turn) -> list[Part]:
    """All parts, in order."""
    return [Part(*row.values()) for row in await db.fetch(SQL["parts"], turn.export_id)]


async def pass_on(db: Database, turn: Turn) -> None:
    """End a turn that brought the export forward."""
    await db.execute(SQL["pass_on"], turn.export_id, turn.token)


async def hold_up(db: Database, turn: Turn, error: str, *, pause_seconds: float) -> None:
    """End a turn that failed; the next one comes after a pause."""
    await db.execute(SQL["hold_up"], turn.export_id, turn.token, error, pause_seconds)


async def begin_again(db: Database, turn: Turn) -> None:
    """Forget all parts."""
    await db.execute(SQL["begin_again"], turn.export_id, turn.token)


async def complete(db: Database, turn: Turn, *, tasks: int) -> None:
    """The object is there, with `tasks` beside those of its parts; nothing where the turn was lost."""
    await db.execute(SQL["finish"], turn.export_id, turn.token, "completed", tasks, None)


async def fail(db: Database, turn: Turn, error: str) -> None:
    """Give an export up."""
    await db.execute(SQL["finish"], turn.export_id, turn.token, "failed", 0, error)


async def _project(db: Database, name: str) -> tuple[UUID, str]:
    row = await db.fetchrow(SQL["project"], name)
    if row is None:
        raise NotFound(f"there is no project {name}")
    return row["id"], row["output_path"]


def _view(row: asyncpg.Record) -> ExportView:
    return ExportView(
        id=row["id"],
        status=row["state"],
        since=row["since"],
        created_at=row["created_at"],
        count=row["tasks"],
        uri=row["uri"] if row["state"] == "completed" else None,
        finished_at=row["finished_at"],
        error=row["error"],
    )
