"""What a project's tasks came to, for people to look at: the completed ones with the labels that they ended with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import NotFound
from schemas.outputs import TaskRecord
from store import outputs
from store.database import Database
from store.queries import load

SQL = load("final_labels")

# As much of a label as a list shows.
_LABEL_CHARACTERS = 300


@dataclass(frozen=True)
class Which:
    """Which completed tasks: a text within the name, whatever its case, and times of completion."""

    name: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Summary:
    """A completed task; `label` is the beginning of the first answer that it ended with, a JSON text."""

    task_id: UUID
    name: str
    opening: int
    completed_at: datetime
    rejections: int
    answers: int
    label: str | None
    output_uri: str | None


async def list_page(
    db: Database, project: str, which: Which, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Summary]:
    """Up to `limit` completed tasks, the newest first, from behind `after`. Raises NotFound for an unknown project."""
    project_id = await _project(db, project)
    ended_at, last_id = after or (None, None)
    asked = (which.name, which.since, which.until, ended_at, last_id, limit, _LABEL_CHARACTERS)
    return [Summary(*row.values()) for row in await db.fetch(SQL["page"], project_id, *asked)]


async def get(db: Database, project: str, task_id: UUID) -> tuple[TaskRecord, datetime]:
    """The record of a completed task, and when it was completed. Raises NotFound."""
    row = await db.fetchrow(SQL["one"], await _project(db, project), task_id)
    if row is None:
        raise NotFound(f"the project {project} has no completed task {task_id}")
    (record,) = await outputs.records(db, [(task_id, row["opening"])])
    return record, row["ended_at"]


async def _project(db: Database, name: str) -> UUID:
    found = await db.fetchval(SQL["project"], name)
    if found is None:
        raise NotFound(f"there is no project {name}")
    return found
