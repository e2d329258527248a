"""What an output object is made of, and the end of an opening."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import NotFound
from schemas.outputs import OutputAnswer
from store.database import Database
from store.queries import load

SQL = load("outputs")


@dataclass(frozen=True)
class Finished:
    """A task whose last visit has closed; `input` is a JSON text."""

    task_name: str
    created_at: datetime
    output_stamp: datetime
    project: str
    output_path: str
    arn_base: str
    input: str
    answers: tuple[OutputAnswer, ...]


async def finished(db: Database, task_id: UUID, opening: int) -> Finished:
    """The rows behind an output object. Raises NotFound."""
    task = await db.fetchrow(SQL["task"], task_id)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    answers = await db.fetch(SQL["answers"], task_id, opening)
    return Finished(*task.values(), answers=tuple(OutputAnswer(*row.values()) for row in answers))


async def finish(
    db: Database,
    task_id: UUID,
    opening: int,
    *,
    state: str,
    output_uri: str | None,
    failure_code: str | None,
    failure_reason: str | None,
) -> None:
    """Record how an opening ended; a second call changes nothing."""
    await db.fetchval(SQL["finish"], task_id, opening, state, output_uri, failure_code, failure_reason)
