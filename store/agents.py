"""Agents: attempts to ask them, what they answered, calls that came to nothing, and the secrets of their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from schemas.agents import ERROR_LENGTH, AgentAnswer, AgentAttempt, AttemptOutcome, CallRef, DeadCall, unknown_pathway
from schemas.errors import BadRequest, Conflict, FieldError, NotFound
from schemas.tasks import VisitRef
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("agents")

Via = Literal["http", "activity"]


@dataclass(frozen=True)
class Subject:
    """The task that an agent is asked about; `input` is a JSON text."""

    project_id: UUID
    project: str
    name: str
    input: str
    metadata: dict[str, Any]
    prediction: dict[str, Any] | None
    rejections: int


@dataclass(frozen=True)
class Attempt:
    """One attempt to ask an agent; `outcome` is None while it runs."""

    opening: int
    visit: int
    stage: str
    call: int
    attempt: int
    via: Via
    started_at: datetime
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    status: int | None
    error: str | None
    pathway: str | None


@dataclass(frozen=True)
class DeadLetter:
    """A task that waits for a person's decision, because its agent could not be asked."""

    task_id: UUID
    project: str
    task_name: str
    stage: str
    visit: int
    attempts: int
    error: str
    pathways: list[str]
    dead_at: datetime


@dataclass(frozen=True)
class Tally:
    """How many tasks of a stage wait for a decision on their agent."""

    project: str
    stage: str
    letters: int


async def begin(db: Database, attempt: AgentAttempt, via: Via) -> AgentAnswer | None:
    """Begin an attempt and show the task in its stage; how it stands where it was answered, ended or waits already."""
    row = await db.fetchrow(SQL["begin"], *_key(attempt), attempt.stage, via, list(attempt.pathways))
    return None if row is None or row["outcome"] is None else AgentAnswer.model_validate(dict(row))


async def end(
    db: Database,
    attempt: AgentAttempt,
    outcome: AttemptOutcome,
    *,
    status: int | None = None,
    error: str | None = None,
    pathway: str | None = None,
    content: str | None = None,
    priority: int | None = None,
) -> AgentAnswer:
    """End an attempt, or note that its agent will call back (`waiting`); what is returned is what counts.

    The first to end it decides: an answer that comes later changes nothing and is kept as an event. `content` is a JSON
    text, the task's label from then on.
    """
    shown = None if error is None else _storable(error)
    row = await db.fetchrow(SQL["end"], *_key(attempt), outcome, status, shown, pathway, content, priority)
    return AgentAnswer.model_validate(dict(row or {}))


async def subject(db: Database, task_id: UUID) -> Subject:
    """The task that an agent is asked about. Raises NotFound."""
    row = await db.fetchrow(SQL["subject"], task_id)
    if row is None:
        raise NotFound("there is no such task")
    return Subject(*row.values())


async def secrets(db: Database, project_id: UUID) -> list[bytes]:
    """The sealed secrets that a project's requests are signed with, newest first; none where it has none yet."""
    row = await db.fetchrow(SQL["secrets"], project_id)
    return [] if row is None else [sealed for sealed in row.values() if sealed is not None]


async def keep_secret(db: Database, project_id: UUID, sealed: bytes) -> None:
    """Keep a project's first secret; nothing changes where it has one."""
    await db.execute(SQL["keep_secret"], project_id, sealed)


async def replace_secret(
    pool: Pool, project: str, sealed: bytes, *, previous_seconds: int, person_id: UUID
) -> datetime | None:
    """Give a project a new secret; until when the one before is good too, if there was one. Raises NotFound."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(SQL["replace_secret"], project, sealed, previous_seconds)
        if row is None:
            raise _no_project(project)
        await connection.execute(SQL["note_secret"], project, person_id)
        return row["previous_until"]


async def call_back(db: Database, call: CallRef, *, pathway: str, content: str | None, priority: int | None) -> None:
    """Take an agent's answer of its own accord, and tell the workflow.

    Raises BadRequest for a pathway that is not drawn, Conflict where the call is over: that answer is kept as an event.
    """
    key = (call.task_id, call.opening, call.visit, call.call)
    known: list[str] | None = await db.fetchval(SQL["pathways"], *key)
    allowed = tuple(known or ())
    if pathway not in allowed:
        message = unknown_pathway(pathway, allowed)
        raise BadRequest(message, errors=(FieldError("pathway", message),))
    if not await db.fetchval(SQL["called_back"], *key, pathway, content, priority):
        raise Conflict("this call is over: it was answered before, its time has passed, or the task went on without it")


async def bury(db: Database, call: DeadCall) -> None:
    """Let a task wait for a person's decision; a second time changes nothing."""
    await db.execute(
        SQL["bury"],
        call.task_id,
        call.opening,
        call.visit,
        call.call,
        call.stage,
        call.attempts,
        _storable(call.error),
        list(call.pathways),
    )


async def close_letters(db: Database, visit: VisitRef) -> None:
    """Nothing of a visit waits for a decision any more; a move that was asked for is made."""
    await db.execute(SQL["close_letters"], visit.task_id, visit.opening, visit.visit)


async def dead_letters(
    db: Database, project: str | None = None, *, after: tuple[datetime, UUID] | None = None, limit: int = 100
) -> list[DeadLetter]:
    """Tasks that wait for a decision, oldest first; of one project or of all. Raises NotFound."""
    if project is not None and not await db.fetchval(SQL["project_exists"], project):
        raise _no_project(project)
    dead_at, task_id = after or (None, None)
    return [DeadLetter(*row.values()) for row in await db.fetch(SQL["letters"], project, dead_at, task_id, limit)]


async def redrive(pool: Pool, task_id: UUID, person_id: UUID, pathway: str | None) -> None:
    """Decide on a task's dead letter: try its agent again (None), or go along a pathway.

    Raises NotFound, BadRequest for a pathway that is not drawn, Conflict where no dead letter is left.
    """
    async with pool.acquire() as connection, connection.transaction():
        allowed = await _allowed(connection, task_id)
        if pathway is not None and pathway not in allowed:
            message = f"{pathway[:200]!r} is not drawn from this stage; use one of: {', '.join(allowed)}"
            raise BadRequest(f"pathway: {message}", errors=(FieldError("pathway", message),))
        if await connection.fetchval(SQL["redrive"], task_id, person_id, pathway) is None:
            raise _no_letter()


async def _allowed(connection: Connection, task_id: UUID) -> Sequence[str]:
    allowed = await connection.fetchval(SQL["letter_of"], task_id)
    if allowed is not None:
        return allowed
    if not await connection.fetchval(SQL["task_exists"], task_id):
        raise NotFound("there is no such task")
    raise _no_letter()


async def tally(db: Database) -> list[Tally]:
    """Dead letters by project and stage."""
    return [Tally(*row.values()) for row in await db.fetch(SQL["tally"])]


async def attempts(db: Database, task_id: UUID) -> list[Attempt]:
    """Every attempt of a task, in order."""
    return [Attempt(*row.values()) for row in await db.fetch(SQL["attempts"], task_id)]


def _key(attempt: AgentAttempt) -> tuple[UUID, int, int, int, int]:
    return attempt.task_id, attempt.opening, attempt.visit, attempt.call, attempt.attempt


def _storable(error: str) -> str:
    # Whatever an agent sent stands in it; PostgreSQL takes no NUL and nothing that is not UTF-8.
    return error.encode(errors="replace").decode().replace("\x00", "\ufffd")[:ERROR_LENGTH]


def _no_project(name: str) -> NotFound:
    return NotFound(f"there is no project {name}")


def _no_letter() -> Conflict:
    return Conflict(
        "no agent of this task waits for a decision: somebody decided before, or the task was moved or went on"
    )
