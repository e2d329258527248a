"""What the frame of an assignment shows."""

from dataclasses import dataclass
from uuid import UUID

from schemas.errors import NotFound
from schemas.label_schemas import LabelSchema
from store.database import Database
from store.queries import load

SQL = load("frames")


@dataclass(frozen=True)
class Page:
    """The task's input as a JSON text, and what it is shown in: a Liquid template, or a data group's questions."""

    template: str
    input: str
    label_schema: LabelSchema | None


async def page(db: Database, assignment_id: UUID) -> Page:
    """Raises NotFound where nobody holds the assignment any more, or its project shows nothing."""
    row = await db.fetchrow(SQL["page"], assignment_id)
    if row is None:
        raise NotFound("this work is not yours any more: take the next task")
    schema = row["label_schema"]
    return Page(row["template"], row["input"], None if schema is None else LabelSchema.model_validate(schema))
