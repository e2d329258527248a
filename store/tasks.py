"""Tasks as managers and metrics see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("tasks")

# The creation and the id of the last task of a page.
Place: TypeAlias = tuple[datetime, UUID]


@dataclass(frozen=True)
class Task:
    """Where a task is; `rejections` counts how often reviewers sent its present opening back.

    `starved_reason` is there while nobody can take its present visit, `escalated` while only managers give that out.
    """

    id: UUID
    name: str
    project: str
    state: str
    stage: str | None
    visit: int
    opening: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    stop_requested_at: datetime | None
    failure_code: str | None
    failure_reason: str | None
    output_uri: str | None
    rejections: int
    graph_version: int
    metadata: dict[str, Any]
    prediction: dict[str, Any] | None
    starved_reason: str | None
    escalated: bool


@dataclass(frozen=True)
class Which:
    """Which tasks of a project: of a status, or the open ones in a stage, that are starved or escalated."""

    status: str | None = None
    stage: str | None = None
    starved: bool = False
    escalated: bool = False


@dataclass(frozen=True)
class Answer:
    """An accepted submission; `content` is a JSON text, None where somebody decided without giving an answer."""

    opening: int
    visit: int
    stage: str
    slot: int
    worker_id: str
    content: str | None
    decision: str | None
    comment: str
    accepted_at: datetime
    submitted_at: datetime
    active_seconds: float


@dataclass(frozen=True)
class Tally:
    """How many tasks of a project have a shown status, and how many of them have an output object."""

    project: str
    status: str
    tasks: int
    outputs: int


@dataclass(frozen=True)
class Starved:
    """How many visits of a project nobody can take, for one reason."""

    project: str
    reason: str
    visits: int


@dataclass(frozen=True)
class Total:
    """A total that outlives a process."""

    name: str
    flow: str
    value: int


async def get(db: Database, task_id: UUID) -> Task:
    """One task. Raises NotFound."""
    row = await db.fetchrow(SQL["get"], task_id)
    if row is None:
        raise NotFound("there is no such task")
    return Task(*row.values())


async def find(db: Database, project: str, name: str) -> list[Task]:
    """The tasks of a project that have or had a name, newest first; a name can be used again after deletion."""
    # The names of a native project have an index of their own.
    rows = await db.fetch(SQL["find_native"], project, name) or await db.fetch(SQL["find"], project, name)
    return [Task(*row.values()) for row in rows]


async def list_page(db: Database, project: str, which: Which, *, after: Place | None, limit: int) -> list[Task]:
    """Up to `limit` tasks of a project by age, from behind `after`. Raises NotFound."""
    found = await db.fetchrow(SQL["project"], project)
    if found is None:
        raise NotFound(f"there is no project {project}")
    created_at, task_id = after or (None, None)
    place = (found["id"], created_at, task_id, limit)
    if which.starved:
        rows = await db.fetch(SQL["list_starved"], *place, which.stage, which.escalated)
    elif which.escalated:
        rows = await db.fetch(SQL["list_escalated"], *place, which.stage)
    elif which.stage is not None and found["kind"] != "flow_definition":
        rows = await db.fetch(SQL["list_stage"], *place, which.stage)
    elif which.status is not None or which.stage is not None:
        rows = await db.fetch(SQL["list_status"], *place, which.status or "open", which.stage)
    else:
        rows = await db.fetch(SQL["list"], *place)
    return [Task(*row.values()) for row in rows]


async def answers(db: Database, task_id: UUID) -> list[Answer]:
    """All answers that were ever accepted for a task, also those that are not in its output."""
    return [Answer(*row.values()) for row in await db.fetch(SQL["answers"], task_id)]


async def tally(db: Database) -> list[Tally]:
    """Tasks by project and shown status."""
    return [Tally(*row.values()) for row in await db.fetch(SQL["tally"])]


async def starved(db: Database) -> list[Starved]:
    """What nobody can take."""
    return [Starved(*row.values()) for row in await db.fetch(SQL["starved"])]


async def totals(db: Database) -> list[Total]:
    """Totals that outlive a process."""
    return [Total(*row.values()) for row in await db.fetch(SQL["counters"])]
