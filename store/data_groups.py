"""What the tasks of data groups ask, for those who check inputs and answers."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.label_schemas import LabelSchema
from store.database import Database
from store.queries import load

SQL = load("data_groups")


@dataclass(frozen=True)
class Asked:
    """The questions of a project, and the input of one of its tasks."""

    label_schema: LabelSchema
    input: dict[str, Any]


async def schema_of(db: Database, project: str) -> LabelSchema | None:
    """The label schema of the project that has this name; None where it has a template, or is not there."""
    schema = await db.fetchval(SQL["for_intake"], project)
    return None if schema is None else LabelSchema.model_validate(schema)


async def asked(db: Database, assignment_id: UUID, person_id: UUID) -> Asked | None:
    """What an assignment asks of who has it; None where it shows a template, or is not theirs."""
    row = await db.fetchrow(SQL["answered"], assignment_id, person_id)
    if row is None:
        return None
    given = await db.fetchval(SQL["input"], row["task_id"])
    return Asked(LabelSchema.model_validate(row["label_schema"]), json.loads(given))
