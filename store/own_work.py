"""A person's own work: what they handed in, what came back to them, how much they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from store.database import Database
from store.queries import load

SQL = load("own_work")

Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class Handed:
    """Something that a person handed in; `status` is submitted or returned."""

    id: UUID
    assignment_id: UUID
    project: str
    stage: str
    kind: str
    title: str
    decision: str | None
    submitted_at: datetime
    active_seconds: float
    withdraw_until: datetime | None
    status: str


@dataclass(frozen=True)
class Returned:
    """Rework that waits for its author; `verdicts` are {label, comment} of what was rejected."""

    assignment_id: UUID
    project: str
    stage: str
    title: str
    returned_at: datetime
    reserved_until: datetime | None
    held: bool
    comment: str
    verdicts: list[dict[str, Any]]


@dataclass(frozen=True)
class Figures:
    """How much a person did since a moment, and how their reviewed tasks fared."""

    submitted: int
    active_seconds_per_task: float | None
    reviewed: int
    approved_at_once: int


async def submissions(db: Database, person_id: UUID, *, after: Place | None, limit: int) -> list[Handed]:
    """Up to `limit` of what a person handed in, newest first, from behind `after`."""
    rows = await db.fetch(SQL["submissions"], person_id, *(after or (None, None)), limit)
    return [Handed(*row.values()) for row in rows]


async def returned(db: Database, person_id: UUID) -> list[Returned]:
    """What came back to a person and waits for them, newest first."""
    return [Returned(*row.values()) for row in await db.fetch(SQL["returned"], person_id)]


async def figures(db: Database, person_id: UUID, since: datetime) -> Figures:
    """A person's work since a moment."""
    [row] = await db.fetch(SQL["figures"], person_id, since)
    return Figures(*row.values())
