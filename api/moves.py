"""Moving a project's tasks to another version of its graph, and what became of each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.idempotency import DOCUMENTED, once
from api.paths import NamePath
from schemas.errors import BadRequest, FieldError
from schemas.moves import MovedTask, MoveTasks, MoveView, StageCount
from store import management, moves
from store.people import Person

router = APIRouter(prefix="/v1/projects/{name}/moves", tags=["managing work"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]
Watcher = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

PAGE = 500
MOST_BYTES = 256 * 1024


@router.post(
    "",
    openapi_extra=documented(MoveTasks) | {"parameters": [DOCUMENTED]},
    responses={200: {"model": MoveView}},
)
async def move_tasks(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Move tasks to a version of the graph, or tell with `dry_run` what would become of them now.

    Waiting tasks are asked one by one: those that somebody takes meanwhile stay. 422 lists stages that the version does
    not have.
    """
    body = await read_body(request, MoveTasks, most=MOST_BYTES)

    async def run() -> MoveView:
        project_id = await management.project_id(ctx.pool, name)
        await _check_tasks(ctx, project_id, body.tasks)
        await moves.check(ctx.pool, project_id, body.to_version, body.map, body.tasks)
        if body.dry_run:
            return await _plan(ctx, name, project_id, body, person)
        return await _view(ctx, project_id, await _request(ctx, project_id, body, person), None, None)

    return await once(ctx, request, person, body, run)


@router.get("/{move_id}", responses={200: {"model": MoveView}})
async def get_move(
    name: NamePath,
    move_id: UUID,
    person: Watcher,
    ctx: Ctx,
    outcome: Annotated[Literal["pending", "moved", "refused"] | None, Query()] = None,
    cursor: Annotated[UUID | None, Query()] = None,
) -> Response:
    """What a request to move tasks has come to: counts by stage, and a page of its tasks."""
    project_id = await management.project_id(ctx.pool, name)
    view = await _view(ctx, project_id, move_id, outcome, cursor)
    return json_response(view.model_dump())


async def _check_tasks(ctx: Context, project_id: UUID, tasks: Sequence[UUID] | None) -> None:
    if tasks is None:
        return
    known = await management.belonging(ctx.pool, project_id, tasks)
    errors = tuple(FieldError("tasks", f"the project has no task {task}") for task in tasks if task not in known)
    if errors:
        raise BadRequest("; ".join(f"{each.field}: {each.message}" for each in errors), errors=errors)


async def _request(ctx: Context, project_id: UUID, body: MoveTasks, person: Person) -> UUID:
    request = await moves.begin(ctx.pool, project_id, body.to_version, by=person.id)
    last: UUID | None = None
    while True:
        last = await moves.request_some(
            ctx.pool, request, project_id, body.to_version, body.map, body.tasks, after=last, by=person.id
        )
        if last is None:
            return request
        ctx.hint()


async def _plan(ctx: Context, name: str, project_id: UUID, body: MoveTasks, person: Person) -> MoveView:
    asked = (project_id, body.to_version, body.map, body.tasks)
    tasks = await moves.plan_page(ctx.pool, *asked, after=body.cursor, limit=PAGE + 1)
    return MoveView(
        id=None,
        project=name,
        to_version=body.to_version,
        requested_by=person.email,
        at=datetime.now(UTC),
        counts=_counts(await moves.plan_counts(ctx.pool, *asked)),
        items=_items(tasks[:PAGE]),
        next_cursor=_next(tasks),
    )


async def _view(ctx: Context, project_id: UUID, move_id: UUID, outcome: str | None, cursor: UUID | None) -> MoveView:
    request = await moves.get(ctx.pool, project_id, move_id)
    tasks = await moves.page(ctx.pool, move_id, outcome=outcome, after=cursor, limit=PAGE + 1)
    return MoveView(
        id=request.id,
        project=request.project,
        to_version=request.to_version,
        requested_by=request.requested_by,
        at=request.at,
        counts=_counts(await moves.counts(ctx.pool, move_id)),
        items=_items(tasks[:PAGE]),
        next_cursor=_next(tasks),
    )


def _items(tasks: Sequence[moves.Task]) -> list[MovedTask]:
    return [MovedTask.model_validate({**vars(task), "detail": task.reason}) for task in tasks]


def _counts(counts: Sequence[moves.Count]) -> list[StageCount]:
    return [StageCount.model_validate({**vars(count), "detail": count.reason}) for count in counts]


def _next(tasks: Sequence[moves.Task]) -> UUID | None:
    return tasks[PAGE - 1].id if len(tasks) > PAGE else None
