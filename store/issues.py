"""Issues and comments on tasks, and who may see which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.errors import Conflict, NotFound
from store.database import Connection, Database, Pool
from store.people import Person
from store.queries import load

SQL = load("issues")

State = Literal["open", "resolved"]


@dataclass(frozen=True)
class Reader:
    """What a person may know of a task's issues.

    `restricted`: only those that they wrote or that are about their own work. `knows_answers`: may be told how many
    answers the task has. `own_answer` is the number of theirs, if they annotate.
    """

    person_id: UUID
    opening: int
    all_openings: bool
    restricted: bool
    knows_answers: bool
    own_answer: int | None

    def sees(self, issue: "Issue") -> bool:
        """Whether they may see an issue of the task."""
        if self.restricted and self.person_id not in (issue.created_by, issue.about):
            return False
        return self.all_openings or issue.opening == self.opening


@dataclass(frozen=True)
class Issue:
    """An issue; `about` is whose answer or label it is about, `by` the name of who wrote it."""

    id: UUID
    task_id: UUID
    opening: int
    title: str
    state: State
    answer: int | None
    label: str | None
    about: UUID | None
    tags: list[str]
    created_by: UUID
    by: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """What somebody said about an issue."""

    issue_id: UUID
    id: UUID
    by: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Settled:
    """That somebody resolved or reopened an issue."""

    issue_id: UUID
    state: State
    by: str
    at: datetime


@dataclass(frozen=True)
class Target:
    """What an issue is about: the task, one of its answers, a label of it; and whose work that is."""

    answer: int | None
    label: str | None
    about: UUID | None


async def reader(db: Database, task_id: UUID, person: Person) -> Reader:
    """What a person may know of a task's issues.

    Managers and viewers know all; others those of the present opening, where they hold or submitted an assignment.
    Raises NotFound for everybody else.
    """
    if person.role in ("admin", "team_manager", "viewer"):
        opening = await db.fetchval(SQL["task"], task_id)
        if opening is None:
            raise NotFound("there is no such task")
        return Reader(person.id, opening, all_openings=True, restricted=False, knows_answers=True, own_answer=None)
    part = await db.fetchrow(SQL["part"], task_id, person.id)
    if part is None:
        raise NotFound("there is no such task, or it is not yours")
    return Reader(
        person.id,
        part["opening"],
        all_openings=False,
        restricted=part["restricted"],
        knows_answers=part["reviews"],
        own_answer=part["own_answer"],
    )


async def create(
    pool: Pool,
    task_id: UUID,
    opening: int,
    target: Target,
    *,
    title: str,
    tags: Sequence[str],
    comment: str | None,
    by: UUID,
) -> UUID:
    """Write an issue, with its first comment; its id."""
    async with pool.acquire() as connection, connection.transaction():
        place = (task_id, opening, target.answer, target.label, target.about)
        issue = await connection.fetchval(SQL["create"], *place, title, list(tags), by)
        await _comment(connection, issue, by, comment)
        return issue


async def comment(db: Database, issue_id: UUID, text: str, *, by: UUID) -> None:
    """Say something about an issue."""
    await db.fetchval(SQL["comment"], issue_id, by, text)


async def settle(pool: Pool, issue_id: UUID, state: State, *, text: str | None, by: UUID) -> None:
    """Resolve or reopen an issue. Raises Conflict where it is so already."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(SQL["settle"], issue_id, state, by) is None:
            raise Conflict(f"the issue is {state} already")
        await _comment(connection, issue_id, by, text)


async def get(db: Database, issue_id: UUID) -> Issue:
    """One issue. Raises NotFound."""
    row = await db.fetchrow(SQL["get"], issue_id)
    if row is None:
        raise NotFound("there is no such issue, or you may not see it")
    return Issue(*row.values())


async def list_page(
    db: Database,
    task_id: UUID,
    for_reader: Reader,
    *,
    state: State | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Issue]:
    """Up to `limit` of a task's issues that a person may see, oldest first, from behind `after`."""
    opening = None if for_reader.all_openings else for_reader.opening
    only = for_reader.person_id if for_reader.restricted else None
    at, last = after or (None, None)
    rows = await db.fetch(SQL["list_page"], task_id, opening, only, state, at, last, limit)
    return [Issue(*row.values()) for row in rows]


async def comments(db: Database, issues: Sequence[UUID]) -> list[Comment]:
    """What was said about some issues, in order."""
    return [Comment(*row.values()) for row in await db.fetch(SQL["comments"], list(issues))]


async def history(db: Database, issues: Sequence[UUID]) -> list[Settled]:
    """Who resolved and reopened them, in order."""
    return [Settled(*row.values()) for row in await db.fetch(SQL["history"], list(issues))]


async def _comment(connection: Connection, issue_id: UUID, by: UUID, text: str | None) -> None:
    if text is not None:
        await connection.fetchval(SQL["comment"], issue_id, by, text)
