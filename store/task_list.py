"""The list of tasks that managers work with, and one task as it stands now."""

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from schemas.errors import BadRequest, FieldError, NotFound
from schemas.task_list import Order
from store.database import Database, Pool
from store.queries import load

SQL = load("task_list")

Place: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Filter:
    """Which tasks of a project; what is None does not count, in the order of tasks_that_match (migration 14)."""

    status: str | None = None
    stage: str | None = None
    held: bool | None = None
    in_review: bool | None = None
    starved: bool | None = None
    escalated: bool | None = None
    rejected: bool | None = None
    expiring: bool | None = None
    expired: bool | None = None
    person: UUID | None = None
    priority_from: int | None = None
    priority_to: int | None = None
    name: str | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """A task of the list; see schemas.task_list.ListedTask."""

    id: UUID
    name: str
    state: str
    stage: str | None
    visit: int
    opening: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    rejections: int
    stopping: bool
    kind: str | None
    waiting_since: datetime | None
    deadline_at: datetime | None
    starved_reason: str | None
    escalated: bool
    agent_failed: bool
    people: list[dict[str, Any]] | None


@dataclass(frozen=True)
class Slot:
    """Who has a slot of an open visit."""

    slot: int
    state: str
    person: dict[str, Any] | None
    accepted_at: datetime | None
    hold_until: datetime | None
    reserved_until: datetime | None
    at_work: bool | None


@dataclass(frozen=True)
class Label:
    """One of a task's answers by now; `content` is a JSON text."""

    answer: int
    visit: int
    source: str
    content: str
    authors: dict[str, Any]


@dataclass(frozen=True)
class Present:
    """What a task is and what its open visit, if it has one, waits for; `input` is a JSON text."""

    id: UUID
    opening: int
    visit: int
    graph_version: int
    input: str
    visit_id: int | None
    kind: str | None
    shown_as: str | None
    team: str | None
    opened_at: datetime | None
    deadline_at: datetime | None
    starved_reason: str | None
    escalated: bool
    stopping: bool
    planned: dict[str, Any] | None
    stages: list[dict[str, str]]
    dead_letter: dict[str, Any] | None
    shown_by: UUID | None


async def person_id(db: Database, email: str) -> UUID:
    """Somebody's id by their address. Raises BadRequest."""
    found = await db.fetchval(SQL["person"], email)
    if found is None:
        message = f"there is no person {email}"
        raise BadRequest(f"person: {message}", errors=(FieldError("person", message),))
    return found


async def list_page(
    pool: Pool, project: str, which: Filter, order: Order, *, after: Place | None, limit: int
) -> list[Listed]:
    """Up to `limit` tasks of a project that match, from behind the place `after` in that order. Raises NotFound."""
    async with pool.acquire() as connection, connection.transaction():
        project_id = await connection.fetchval(SQL["project"], project)
        if project_id is None:
            raise NotFound(f"there is no project {project}")
        await connection.execute(SQL["plan_anew"])
        asked = (project_id, *astuple(which))
        match order:
            case "priority":
                rows = await connection.fetch(SQL["by_priority"], *asked, *(after or (None, None, None)), limit)
            case "oldest":
                rows = await connection.fetch(SQL["oldest_first"], *asked, *(after or (None, None)), limit)
            case "newest":
                rows = await connection.fetch(SQL["newest_first"], *asked, *(after or (None, None)), limit)
    return [Listed(**row) for row in rows]


def place(task: Listed, order: Order) -> Place:
    """Where a task stands in an order, for the page behind it."""
    return (task.priority, task.created_at, task.id) if order == "priority" else (task.created_at, task.id)


async def present(db: Database, task_id: UUID) -> Present:
    """A task as it stands now. Raises NotFound."""
    row = await db.fetchrow(SQL["present"], task_id)
    if row is None:
        raise NotFound("there is no such task")
    return Present(**row)


async def slots(db: Database, visit_id: int) -> list[Slot]:
    """Who has which slot of a visit."""
    return [Slot(**row) for row in await db.fetch(SQL["slots"], visit_id)]


async def labels(db: Database, task: Present) -> list[Label]:
    """A task's answers by now."""
    return [Label(**row) for row in await db.fetch(SQL["labels"], task.id, task.opening)]
