"""What happened to a task, and how things were at a moment: read from events and rows that are only ever added."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("history")

# Of an answer that came too late.
MOST_KEPT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Subject:
    """Whose history it is."""

    id: UUID
    name: str
    project: str
    created_at: datetime


@dataclass(frozen=True)
class Opening:
    """One run of a task; `outcome` is completed, archived, cancelled or failed once it is over."""

    opening: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `data` is a JSON text. (at, source, number) is its place in the order."""

    at: datetime
    source: int
    number: int
    opening: int
    visit: int | None
    stage: str | None
    type: str
    person: dict[str, Any] | None
    data: str


@dataclass(frozen=True)
class Slot:
    """Who had a slot: free, reserved, held, submitted, or withdrawn with its visit."""

    assignment: UUID
    slot: int
    answer: int | None
    state: str
    person: dict[str, Any] | None
    since: datetime | None


@dataclass(frozen=True)
class Label:
    """One of a task's answers; `content` is a JSON text, `authors` are worker ids by JSON Pointer."""

    answer: int
    visit: int
    source: str
    content: str
    authors: dict[str, str]


@dataclass(frozen=True)
class State:
    """Where a task was, who had what of its visit, and what its answers were."""

    at: datetime
    opening: int
    status: str
    stage: str | None
    visit: int
    escalated: bool
    stop_requested: bool
    priority: int
    slots: tuple[Slot, ...]
    labels: tuple[Label, ...]


async def subject(db: Database, task_id: UUID) -> Subject:
    """The task. Raises NotFound."""
    row = await db.fetchrow(SQL["task"], task_id)
    if row is None:
        raise NotFound("there is no such task")
    return Subject(*row.values())


async def openings(db: Database, task_id: UUID, at: datetime | None) -> list[Opening]:
    """A task's openings, up to a moment if there is one."""
    return [Opening(*row.values()) for row in await db.fetch(SQL["openings"], task_id, at)]


async def entries(
    db: Database, task_id: UUID, *, at: datetime | None, after: tuple[datetime, int, int] | None, limit: int
) -> list[Entry]:
    """Up to `limit` things that happened to a task, oldest first, from behind `after`; at most up to `at`."""
    place = after or (None, None, None)
    return [Entry(*row.values()) for row in await db.fetch(SQL["entries"], task_id, at, *place, limit)]


async def state(db: Database, task: Subject, at: datetime) -> State:
    """How things were at a moment. Raises NotFound for one before the task."""
    if at < task.created_at:
        raise NotFound(f"at: the task came later, at {task.created_at.isoformat()}")
    present = (await openings(db, task.id, at))[-1]
    row = await db.fetchrow(SQL["state"], task.id, at, present.opening)
    if row is None:
        raise NotFound("there is no such task")
    slots = await db.fetch(SQL["slots"], task.id, at, present.opening, row["visit"])
    labels = await db.fetch(SQL["labels"], task.id, at, present.opening)
    return State(
        at=at,
        opening=present.opening,
        status=present.outcome or ("open" if row["started"] else "queued"),
        stage=row["stage"],
        visit=row["visit"],
        escalated=row["escalated"],
        stop_requested=row["stop_requested"],
        priority=row["priority"],
        slots=tuple(Slot(*slot.values()) for slot in slots),
        labels=tuple(Label(*label.values()) for label in labels),
    )


async def record_late(db: Database, assignment_id: UUID, person_id: UUID, content: str) -> None:
    """Keep an answer that was refused because its visit was over; the same one again changes nothing.

    Call it outside the transaction that was refused. Of more than 64 KiB the beginning is kept.
    """
    text = content.encode()
    kept = text[:MOST_KEPT_BYTES].decode(errors="ignore")
    digest = hashlib.sha256(text).hexdigest()
    await db.execute(SQL["record_late"], assignment_id, person_id, digest, kept, len(text) > MOST_KEPT_BYTES)
