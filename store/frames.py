"""What the frame of an assignment shows."""

from dataclasses import dataclass
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("frames")


@dataclass(frozen=True)
class Page:
    """A project's Liquid template and the task's input as a JSON text."""

    template: str
    input: str


async def page(db: Database, assignment_id: UUID) -> Page:
    """Raises NotFound where nobody holds the assignment any more, or its project has no template."""
    row = await db.fetchrow(SQL["page"], assignment_id)
    if row is None:
        raise NotFound("this work is not yours any more: take the next task")
    return Page(row["template"], row["input"])
