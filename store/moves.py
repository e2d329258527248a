"""Moving tasks to another stage, or to another version of their project's graph, with an outcome for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import Conflict, FieldError, NotFound, wrong_field, wrong_fields
from store.database import Database, Pool
from store.queries import load

SQL = load("moves")

BATCH = 500

_REASONS = {
    "over": "the task is over",
    "not_started": "the task is about to start: ask again in a moment",
    "not_waiting": "the task waits for nobody: an agent is asked, or it is between two stages",
    "stopped": "the task is being stopped or cancelled",
    "held": "somebody holds the task: release it first",
    "answered": "the task's present visit has an answer already",
    "moving": "the task is being moved already",
    "there": "the task is there already",
    "no_stage": "the graph has no such stage",
    "submitted": "the task's present visit was answered first",
    "expired": "the deadline of the task's present visit passed first",
    "cancelled": "the task was cancelled first",
}


@dataclass(frozen=True)
class Task:
    """What became, or would become, of one task; `reason` is a sentence."""

    id: UUID
    name: str
    from_stage: str | None
    to_stage: str | None
    outcome: str
    reason: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How many tasks of a stage have an outcome."""

    from_stage: str | None
    to_stage: str | None
    outcome: str
    reason: str | None
    tasks: int


@dataclass(frozen=True)
class Request:
    """A request to move tasks; `to_version` is None where it was to another stage of the same graph."""

    id: UUID
    project: str
    to_version: int | None
    requested_by: str
    at: datetime


async def request_one(pool: Pool, task_id: UUID, stage: str, *, by: UUID) -> UUID:
    """Ask a waiting task's workflow to move it to a stage; the request's id.

    Raises BadRequest for a stage that its graph does not have, NotFound, Conflict where it cannot be moved now.
    """
    async with pool.acquire() as connection, connection.transaction():
        request = await connection.fetchval(SQL["add_request_of_task"], task_id, by)
        if request is None:
            raise NotFound("there is no such task")
        row = await connection.fetchrow(SQL["request_one"], request, task_id, stage, by)
        reason = None if row is None else row["reason"]
        if reason == "no_stage":
            raise wrong_field("stage", f"the task's graph has no stage {stage}")
        if reason is not None:
            raise Conflict(_REASONS[reason])
        return request


async def plan_stage(db: Database, project: UUID, tasks: Sequence[UUID], stage: str) -> list[Task]:
    """What would become of these tasks of a project now, oldest first, if they were to move to a stage."""
    return [_task(*row.values()) for row in await db.fetch(SQL["plan_stage"], project, list(tasks), stage)]


async def check(
    db: Database, project: UUID, version: int, stages: Mapping[str, str], tasks: Sequence[UUID] | None
) -> None:
    """Raises BadRequest, with all problems, where tasks cannot be moved to a version of the project's graph."""
    if not await db.fetchval(SQL["graph_exists"], project, version):
        raise wrong_field("to_version", f"the project's graph has no version {version}")
    targets = await db.fetch(SQL["unknown_targets"], project, version, sorted(set(stages.values())))
    sources = await db.fetch(SQL["unknown_sources"], project, list(stages))
    lost = await db.fetch(SQL["stages_without_target"], project, version, dict(stages), _ids(tasks))
    problems = (
        *(FieldError("map", f"version {version} has no stage {row['target']}") for row in targets),
        *(FieldError("map", f"no version of the graph has a stage {row['source']}") for row in sources),
        *(FieldError("map", f"version {version} has no stage {row['stage']}: say where its tasks go") for row in lost),
    )
    if problems:
        raise wrong_fields(problems)


async def begin(db: Database, project: UUID, version: int, *, by: UUID) -> UUID:
    """A new request to move tasks to a version of the project's graph; its id."""
    return await db.fetchval(SQL["add_request"], project, version, by)


async def request_some(
    db: Database,
    request: UUID,
    project: UUID,
    version: int,
    stages: Mapping[str, str],
    tasks: Sequence[UUID] | None,
    *,
    after: UUID | None,
    by: UUID,
) -> UUID | None:
    """Ask for a batch of the project's tasks, or of these, to be moved, oldest first; the last one, None at the end."""
    rows = await db.fetch(SQL["request_some"], request, project, version, dict(stages), by, _ids(tasks), after, BATCH)
    return rows[-1]["id"] if rows else None


async def plan_counts(
    db: Database, project: UUID, version: int, stages: Mapping[str, str], tasks: Sequence[UUID] | None
) -> list[Count]:
    """What a move would come to now, by stage."""
    return [
        _count(*row.values()) for row in await db.fetch(SQL["plan_counts"], project, version, dict(stages), _ids(tasks))
    ]


async def plan_page(
    db: Database,
    project: UUID,
    version: int,
    stages: Mapping[str, str],
    tasks: Sequence[UUID] | None,
    *,
    after: UUID | None,
    limit: int,
) -> list[Task]:
    """What a move would come to now for each task, oldest first, from behind the task `after`."""
    rows = await db.fetch(SQL["plan_page"], project, version, dict(stages), _ids(tasks), after, limit)
    return [_task(*row.values()) for row in rows]


async def get(db: Database, project: UUID, request: UUID) -> Request:
    """A request. Raises NotFound."""
    row = await db.fetchrow(SQL["get_request"], request, project)
    if row is None:
        raise NotFound("the project has no such move")
    return Request(*row.values())


async def counts(db: Database, request: UUID) -> list[Count]:
    """What a request has come to, by stage."""
    return [_count(*row.values()) for row in await db.fetch(SQL["counts"], request)]


async def page(db: Database, request: UUID, *, outcome: str | None, after: UUID | None, limit: int) -> list[Task]:
    """What a request has come to for each task, oldest first, from behind the task `after`."""
    return [_task(*row.values()) for row in await db.fetch(SQL["page"], request, outcome, after, limit)]


def _task(
    task: UUID,
    name: str,
    from_stage: str | None,
    to_stage: str | None,
    outcome: str,
    reason: str | None,
    settled_at: datetime | None,
) -> Task:
    return Task(task, name, from_stage, to_stage, outcome, _sentence(reason), settled_at)


def _count(from_stage: str | None, to_stage: str | None, outcome: str, reason: str | None, tasks: int) -> Count:
    return Count(from_stage, to_stage, outcome, _sentence(reason), tasks)


def _sentence(reason: str | None) -> str | None:
    return None if reason is None else _REASONS[reason]


def _ids(tasks: Sequence[UUID] | None) -> list[UUID] | None:
    return None if tasks is None else list(tasks)
