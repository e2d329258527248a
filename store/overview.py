"""What managers see of a project at a glance: its tasks by state and stage, what needs somebody, how many ended when.

Counts of tasks come from tallies that triggers and the sweep keep (migration 14), never from counting tasks.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database, Pool
from store.queries import load

SQL = load("overview")

HOURS = 48
DAYS = 30


@dataclass(frozen=True)
class Subject:
    """Whose overview it is; `stage_types` are those of all versions of its graph, the newest deciding."""

    id: UUID
    name: str
    title: str
    kind: str
    created_at: datetime
    graph_version: int
    paused: bool
    deleting: bool
    stage_types: Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """A project of the list of all; `oldest_at` is the creation of its oldest unfinished task."""

    id: UUID
    name: str
    title: str
    kind: str
    created_at: datetime
    paused: bool
    deleting: bool
    oldest_at: datetime | None
    starved: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class StageCount:
    """Open tasks in a stage, '' before their first; of these, held ones and those that nobody can take."""

    stage: str
    tasks: int
    held: int
    starved: int


@dataclass(frozen=True)
class Pulse:
    """What changes from second to second; `event` grows with everything that happens to the project's tasks."""

    counts: Mapping[str, int]
    stages: tuple[StageCount, ...]
    held: int
    in_review: int
    starved: Mapping[str, int]
    event: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Deadlines:
    """Visits whose deadline is within an hour or over; given out by managers; ended by their deadline within a day."""

    expiring: int
    escalated: int
    expired: int


@dataclass(frozen=True)
class Oldest:
    """The unfinished task that has waited longest."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(frozen=True)
class Endings:
    """How many tasks ended in a span that begins then."""

    starts_at: datetime
    completed: int
    archived: int
    cancelled: int
    failed: int


@dataclass(frozen=True)
class Worker:
    """A person who may take work of a project, in these stages as they are shown."""

    id: UUID
    email: str
    name: str
    role: str
    stages: list[str]


async def subject(db: Database, name: str) -> Subject:
    """The project. Raises NotFound."""
    row = await db.fetchrow(SQL["project"], name)
    if row is None:
        raise NotFound(f"there is no project {name}")
    return Subject(**row)


async def list_page(db: Database, *, after: str | None, limit: int) -> list[Listed]:
    """Up to `limit` projects by name, from behind the name `after`."""
    rows = await db.fetch(SQL["list_page"], after, limit)
    counts: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for count in await db.fetch(SQL["counts"], [row["id"] for row in rows]):
        counts[count["project_id"]][count["state"]] = count["tasks"]
    return [Listed(**row, counts=counts[row["id"]]) for row in rows]


async def pulse(db: Database, project: UUID) -> Pulse:
    """How a project's tasks stand."""
    places = await db.fetch(SQL["places"], project)
    held = {row["stage"]: row["tasks"] for row in await db.fetch(SQL["held"], project)}
    starved_at: defaultdict[str, int] = defaultdict(int)
    reasons: defaultdict[str, int] = defaultdict(int)
    for row in await db.fetch(SQL["starved"], project):
        starved_at[row["stage"]] += row["tasks"]
        reasons[row["reason"]] += row["tasks"]
    counts: defaultdict[str, int] = defaultdict(int)
    stages: defaultdict[str, int] = defaultdict(int)
    for row in places:
        counts[row["state"]] += row["tasks"]
        if row["state"] == "open":
            stages[row["stage"]] += row["tasks"]
    return Pulse(
        counts=dict(counts),
        stages=tuple(StageCount(name, stages[name], held.get(name, 0), starved_at[name]) for name in sorted(stages)),
        held=sum(held.values()),
        in_review=sum(row["tasks"] for row in places if row["in_review"]),
        starved=dict(reasons),
    )


async def deadlines(db: Database, project: UUID) -> Deadlines:
    """What deadlines have come to, and are about to."""
    [row] = await db.fetch(SQL["deadlines"], project)
    return Deadlines(**row)


async def oldest(db: Database, project: UUID) -> Oldest | None:
    """The unfinished task that has waited longest; None where none is left."""
    row = await db.fetchrow(SQL["oldest"], project)
    return None if row is None else Oldest(**row)


async def endings(db: Database, project: UUID, per: Literal["hour", "day"]) -> list[Endings]:
    """How many tasks ended in each of the last 48 hours or 30 days, oldest first; the last one is not over yet."""
    spans = HOURS if per == "hour" else DAYS
    rows = await db.fetch(SQL["endings_by_hour" if per == "hour" else "endings_by_day"], project, spans)
    return [Endings(**row) for row in rows]


async def workers(db: Database, project: UUID) -> Sequence[Worker]:
    """Who may take its work, by name."""
    return [Worker(**row) for row in await db.fetch(SQL["workers"], project)]


async def newest_event(db: Database) -> int:
    """The number of the last thing that happened anywhere."""
    return await db.fetchval(SQL["newest_event"])


async def newest_event_of(db: Database, project: UUID, since: int) -> int:
    """The number of the last thing that happened to a project's tasks; `since` where nothing did after that."""
    return await db.fetchval(SQL["newest_event_of"], project, since) or since


async def fold(pool: Pool) -> int:
    """Add what has changed to the tallies; how many changes."""
    return await pool.fetchval(SQL["fold"])
