"""Labels: what a task's answers are after each visit, and who made which part of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from store.database import Database, Pool
from store.queries import load

SQL = load("labels")


@dataclass(frozen=True)
class Answer:
    """One answer of a task, made in `visit`; `content` is a JSON text.

    `authors` are people's ids by JSON Pointer; '' is whoever made all that no longer pointer names.
    """

    answer: int
    visit: int
    source: str
    content: str
    authors: dict[str, str]


@dataclass(frozen=True)
class Part:
    """What one person made of an answer that came back to them; `content` is a JSON text."""

    answer: int
    person_id: UUID
    content: str


async def before(db: Database, task_id: UUID, opening: int, visit: int) -> list[Answer]:
    """A task's answers as they were before a visit."""
    return [Answer(*row.values()) for row in await db.fetch(SQL["before"], task_id, opening, visit)]


async def of_annotators(db: Database, task_id: UUID, opening: int, stage: str, before_visit: int) -> list[Answer]:
    """What the annotators of a stage answered in its last visit before another one, by slot."""
    rows = await db.fetch(SQL["of_annotators"], task_id, opening, stage, before_visit)
    return [Answer(*row.values()) for row in rows]


async def parts(db: Database, task_id: UUID, opening: int, visit: int) -> list[Part]:
    """What was submitted in a rework visit, oldest first within an answer."""
    return [Part(*row.values()) for row in await db.fetch(SQL["parts"], task_id, opening, visit)]


async def submitted(db: Database, task_id: UUID, opening: int, visit: int) -> list[str]:
    """The contents that a visit's people submitted, by slot; JSON texts."""
    return [row["content"] for row in await db.fetch(SQL["submitted"], task_id, opening, visit)]


async def write(db: Database, task_id: UUID, opening: int, visit: int, answers: Sequence[Answer]) -> None:
    """Keep all answers of a task as a visit left them; a second call changes nothing."""
    await db.execute(
        SQL["write"],
        task_id,
        opening,
        visit,
        [answer.answer for answer in answers],
        [answer.source for answer in answers],
        [answer.content for answer in answers],
        [json.dumps(answer.authors) for answer in answers],
    )


async def write_agreement(
    pool: Pool, task_id: UUID, opening: int, visit: int, *, measure: str, agreement: float, merged: str | None
) -> None:
    """Keep a measured agreement and, where people agreed enough, the merged answer; a second call changes nothing."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["write_agreement"], task_id, opening, visit, measure, agreement)
        if merged is not None:
            await write(connection, task_id, opening, visit, [Answer(1, visit, "merge", merged, {})])
