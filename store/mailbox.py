"""The mailbox: messages to task workflows, written with the fact that they tell of, and delivered by relays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from store.database import Database, Pool
from store.queries import load

SQL = load("mailbox")


@dataclass(frozen=True)
class Message:
    """One message; `seq` has no gap within an opening."""

    seq: int
    kind: str
    body: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Letter:
    """The undelivered messages of one opening, in order. `graph` comes with a start alone."""

    task_id: UUID
    opening: int
    task_name: str
    priority: int
    created_at: datetime
    project_id: UUID
    project: str
    graph_version: int | None
    graph: dict[str, Any] | None
    messages: list[Message] = field(default_factory=list[Message])


@dataclass(frozen=True)
class Claim:
    """Openings that a relay has for its lease; `token` tells it from every other claim."""

    token: UUID
    letters: list[Letter]


@dataclass(frozen=True)
class Lag:
    """How far delivery is behind."""

    waiting: int
    oldest_seconds: float
    dead: int


@dataclass(frozen=True)
class DeadLetter:
    """An opening whose messages Temporal refused again and again."""

    task_id: UUID
    task_name: str
    project: str
    opening: int
    attempts: int
    last_error: str
    dead_at: datetime


async def claim(pool: Pool, *, lease_seconds: int, limit: int) -> Claim:
    """Claim up to `limit` openings in one statement; another relay may claim them when the lease is over."""
    token = uuid4()
    return Claim(token, list(_letters(await pool.fetch(SQL["claim"], token, lease_seconds, limit)).values()))


def _letters(rows: Sequence[asyncpg.Record]) -> dict[tuple[UUID, int], Letter]:
    letters: dict[tuple[UUID, int], Letter] = {}
    for row in rows:
        key = (row["task_id"], row["opening"])
        if key not in letters:
            letters[key] = Letter(
                *key,
                task_name=row["task_name"],
                priority=row["priority"],
                created_at=row["created_at"],
                project_id=row["project_id"],
                project=row["project"],
                graph_version=row["graph_version"],
                graph=row["graph"],
            )
        letters[key].messages.append(Message(row["seq"], row["kind"], row["body"], row["written_at"]))
    return letters


async def settle(pool: Pool, token: UUID, sent: Sequence[tuple[UUID, int, int]], *, wait_seconds: float = 0) -> int:
    """Forget what was sent, and give back what is left, at once or after `wait_seconds`; how many openings were left.

    `sent` has (task, opening, last number that was delivered or 0). What another relay claimed meanwhile is not given
    back; it goes only where nothing is left of it.
    """
    if not sent:
        return 0
    tasks, openings, numbers = [item[0] for item in sent], [item[1] for item in sent], [item[2] for item in sent]
    async with pool.acquire() as connection:
        left = len(sent) - await connection.fetchval(SQL["delivered"], tasks, openings, numbers)
        if left:
            await connection.execute(SQL["release"], tasks, openings, numbers, token, wait_seconds)
    return left


async def refused(db: Database, token: UUID, letter: Letter, error: str, *, max_attempts: int | None) -> bool:
    """Put an opening back after Temporal refused a message; true where it became a dead letter."""
    return bool(await db.fetchval(SQL["refused"], letter.task_id, letter.opening, token, error[:2000], max_attempts))


async def is_over(db: Database, task_id: UUID, opening: int) -> bool:
    """Whether an opening has ended, so that a message for it is only late."""
    return bool(await db.fetchval(SQL["is_over"], task_id, opening))


async def drop(db: Database, task_id: UUID, opening: int) -> None:
    """Forget the messages of an opening that is over."""
    await db.execute(SQL["drop"], task_id, opening)


async def lag(db: Database) -> Lag:
    """How far delivery is behind."""
    rows = await db.fetch(SQL["lag"])
    return Lag(*rows[0].values())


async def dead_letters(db: Database, *, limit: int = 100) -> list[DeadLetter]:
    """Dead letters, oldest first."""
    return [DeadLetter(*row.values()) for row in await db.fetch(SQL["dead"], limit)]


async def revive(db: Database, task_id: UUID | None) -> int:
    """Try the dead letters of a task, or all, again; how many there were."""
    return len(await db.fetch(SQL["revive"], task_id))
