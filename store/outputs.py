"""What output objects and task records are made of, and the end of an opening."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg

from schemas.errors import NotFound
from schemas.outputs import FinalLabel, Given, LabelVerdict, OutputAnswer, TaskRecord
from store.database import Database
from store.queries import load

SQL = load("outputs")

Part = TypeVar("Part")


@dataclass(frozen=True)
class Finished:
    """A task whose last visit has closed, and where its output goes; `input` is a JSON text."""

    task_name: str
    output_stamp: datetime
    kind: str
    project: str
    output_path: str
    arn_base: str
    input: str


async def finished(db: Database, task_id: UUID) -> Finished:
    """What an output object is about. Raises NotFound."""
    task = await db.fetchrow(SQL["task"], task_id)
    if task is None:
        raise _unknown(task_id)
    return Finished(*task.values())


async def human_answers(db: Database, task_id: UUID, opening: int) -> list[OutputAnswer]:
    """The answers of a human loop."""
    return [OutputAnswer(*row.values()) for row in await db.fetch(SQL["answers"], task_id, opening)]


async def records(db: Database, openings: Sequence[tuple[UUID, int]]) -> list[TaskRecord]:
    """The records of openings, in their order. Raises NotFound for a task that is not there."""
    asked = ([task for task, _ in openings], [opening for _, opening in openings])
    tasks = await db.fetch(SQL["records"], *asked)
    if len(tasks) < len(openings):
        known = {row["task_id"] for row in tasks}
        raise _unknown(next(task for task, _ in openings if task not in known))
    labels = _by_task(FinalLabel, await db.fetch(SQL["record_labels"], *asked))
    given = _by_task(Given, await db.fetch(SQL["record_given"], *asked))
    verdicts = _by_task(LabelVerdict, await db.fetch(SQL["record_verdicts"], *asked))
    return [
        TaskRecord(
            *row.values(),
            labels=tuple(labels[row["task_id"]]),
            given=tuple(given[row["task_id"]]),
            verdicts=tuple(verdicts[row["task_id"]]),
        )
        for row in tasks
    ]


async def raise_stamp(db: Database, task_id: UUID, stamp: datetime) -> None:
    """Raise the second that stands in a task's output key, unless another attempt did it."""
    await db.execute(SQL["raise_stamp"], task_id, stamp)


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


def _by_task(part: type[Part], rows: Iterable[asyncpg.Record]) -> defaultdict[UUID, list[Part]]:
    found: defaultdict[UUID, list[Part]] = defaultdict(list)
    for row in rows:
        task_id, *values = row.values()
        found[task_id].append(part(*values))
    return found


def _unknown(task_id: UUID) -> NotFound:
    return NotFound(f"there is no task {task_id}")
