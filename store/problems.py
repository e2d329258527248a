"""Problems that people report about the tasks that they work on, and what managers answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import Conflict, NotFound
from store import assignments
from store.database import Database
from store.queries import load

SQL = load("problems")

Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class OwnProblem:
    """A problem, as the person who reported it sees it; `stage` is what the stage is shown as."""

    id: UUID
    project: str
    stage: str | None
    title: str
    label: str | None
    text: str
    created_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None


@dataclass(frozen=True)
class Problem(OwnProblem):
    """A problem, as managers see it; `stage` is the graph's."""

    task_id: UUID
    task_name: str
    by: str
    by_email: str


async def report(
    db: Database, assignment_id: UUID, person_id: UUID, token: int, *, text: str, label: str | None
) -> UUID:
    """Report a problem with work that one holds; its id. Raises NotFound, LeaseLost, VisitClosed, Conflict."""
    problem = await db.fetchval(SQL["report"], assignment_id, person_id, token, text, label)
    if problem is None:
        raise await assignments.standing(db, assignment_id, person_id)
    return problem


async def own(db: Database, person_id: UUID, *, after: Place | None, limit: int) -> list[OwnProblem]:
    """Up to `limit` problems that a person reported, newest first, from behind `after`."""
    rows = await db.fetch(SQL["own"], person_id, *(after or (None, None)), limit)
    return [OwnProblem(*row.values()) for row in rows]


async def of_project(
    db: Database, project_id: UUID, *, answered: bool | None, after: Place | None, limit: int
) -> list[Problem]:
    """Up to `limit` problems of a project, newest first, from behind `after`."""
    rows = await db.fetch(SQL["of_project"], project_id, answered, *(after or (None, None)), limit)
    return [Problem(*row.values()) for row in rows]


async def answer(db: Database, problem_id: UUID, text: str, *, by: UUID) -> Problem:
    """Answer a problem. Raises NotFound, and Conflict where it was answered before."""
    done = await db.fetchval(SQL["answer"], problem_id, by, text)
    row = await db.fetchrow(SQL["get"], problem_id)
    if row is None:
        raise NotFound("there is no such problem")
    if done is None:
        raise Conflict(f"{row['answered_by']} has answered this problem already")
    return Problem(*row.values())
