"""Managing work: priority, assigning, releasing, cancelling, reopening and moving tasks; pausing projects; skipping."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.auth import SignedIn, require
from api.bodies import documented, read_body
from api.context import Context, context
from api.idempotency import DOCUMENTED, once
from api.paths import NamePath
from schemas.assignments import Nothing, Skip
from schemas.errors import LoupeError
from schemas.management import (
    MOST_TASKS,
    Assign,
    AssignMany,
    Cancel,
    CancelMany,
    Change,
    ChangeMany,
    Move,
    MoveMany,
    Outcome,
    Outcomes,
    PauseView,
    Release,
    ReleaseMany,
    Reopen,
    ReopenMany,
    SetPriorities,
    SetPriority,
)
from schemas.projects import ProjectChange
from store import management, moves, projects, skips, windows
from store.people import Person

router = APIRouter(prefix="/v1", tags=["managing work"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]


@dataclass(frozen=True)
class Action:
    """What managers do with one task, and with many of a project; `purpose` is what the documents of both say."""

    name: str
    one: type[Change]
    many: type[ChangeMany]
    purpose: str


ACTIONS = (
    Action(
        "priority",
        SetPriority,
        SetPriorities,
        "Give a task another place in its queue. Temporal's search attribute LoupePriority stays as it was at start.",
    ),
    Action(
        "assign",
        Assign,
        AssignMany,
        "Reserve a slot of the task's present visit for a person, or of its first one. A hold of somebody else ends.",
    ),
    Action(
        "release",
        Release,
        ReleaseMany,
        "Put what people hold of the task, and what is reserved to them, back into the queue.",
    ),
    Action(
        "cancel",
        Cancel,
        CancelMany,
        "End a task without an output. Work on it is withdrawn; answers that were accepted stay in its history.",
    ),
    Action(
        "reopen",
        Reopen,
        ReopenMany,
        "Begin a new opening of a task that has ended, in the project's present graph. Its answers are kept.",
    ),
    Action(
        "move",
        Move,
        MoveMany,
        "Ask for a waiting task to be moved to another stage; GET /v1/projects/{name}/moves/{move_id} tells what came.",
    ),
)


def _route(body: type[BaseModel], answer: type[BaseModel]) -> dict[str, Any]:
    return {
        "openapi_extra": documented(body) | {"parameters": [DOCUMENTED]},
        "responses": {200: {"model": answer}},
    }


def _add_routes(action: Action) -> None:
    async def one(task_id: UUID, request: Request, person: Manager, ctx: Ctx) -> Response:
        return await _one(ctx, request, person, task_id, action.one)

    async def many(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
        return await _many(ctx, request, person, name, action.many)

    router.add_api_route(
        f"/tasks/{{task_id}}/{action.name}",
        one,
        methods=["POST"],
        name=f"{action.name} one",
        description=action.purpose,
        **_route(action.one, Outcome),
    )
    router.add_api_route(
        f"/projects/{{name}}/tasks/{action.name}",
        many,
        methods=["POST"],
        name=f"{action.name} many",
        description=f"For many tasks, each with its own outcome. {action.purpose}",
        **_route(action.many, Outcomes),
    )


for _action in ACTIONS:
    _add_routes(_action)


@router.post("/projects/{name}/pause", **_route(Nothing, PauseView))
async def pause(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Start nothing more of a project, and offer nothing more of it; work that is held may be finished."""
    return await _set_paused(ctx, request, person, name, paused=True)


@router.post("/projects/{name}/resume", **_route(Nothing, PauseView))
async def resume(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Go on with a project that was paused."""
    return await _set_paused(ctx, request, person, name, paused=False)


@router.post("/assignments/{assignment_id}/skip", status_code=204, tags=["work"], openapi_extra=documented(Skip))
async def skip(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Give the work back to its queue; you are offered it again after everything else."""
    body = await read_body(request, Skip)
    await skips.skip(ctx.pool, assignment_id, person.id, body.token, reason=body.reason)
    ctx.hint()
    return Response(status_code=204)


async def _one(ctx: Context, request: Request, person: Person, task_id: UUID, model: type[Change]) -> Response:
    body = await read_body(request, model)

    async def run() -> Outcome:
        outcome = await _carry_out(ctx, task_id, body, person)
        ctx.hint()
        return outcome

    return await once(ctx, request, person, body, run)


async def _many(ctx: Context, request: Request, person: Person, name: str, model: type[ChangeMany]) -> Response:
    body = await read_body(request, model)

    async def run() -> Outcomes:
        project_id = await management.project_id(ctx.pool, name)
        tasks, more = await _select(ctx, project_id, body)
        known = await management.belonging(ctx.pool, project_id, tasks)
        items = [await _outcome(ctx, task, body, person, known=task in known) for task in tasks]
        ctx.hint()
        return Outcomes(items=items, next_cursor=tasks[-1] if more else None)

    return await once(ctx, request, person, body, run)


async def _set_paused(ctx: Context, request: Request, person: Person, name: str, *, paused: bool) -> Response:
    body = await read_body(request, Nothing)

    async def run() -> PauseView:
        await projects.change(ctx.pool, name, ProjectChange(paused=paused), person_id=person.id)
        if await windows.open_one(ctx.pool, await management.project_id(ctx.pool, name)):
            ctx.hint()
        return PauseView(project=name, paused=paused)

    return await once(ctx, request, person, body, run)


async def _select(ctx: Context, project_id: UUID, body: ChangeMany) -> tuple[Sequence[UUID], bool]:
    """The tasks that are meant, and whether the filter has more of them."""
    if body.filter is None:
        return tuple(dict.fromkeys(body.tasks or ())), False
    found = await management.matching(
        ctx.pool,
        project_id,
        state=body.filter.status,
        stage=body.filter.stage,
        after=body.cursor,
        limit=MOST_TASKS + 1,
    )
    return found[:MOST_TASKS], len(found) > MOST_TASKS


async def _outcome(ctx: Context, task_id: UUID, change: ChangeMany, person: Person, *, known: bool) -> Outcome:
    if not known:
        return Outcome(id=task_id, outcome="refused", detail="the project has no such task")
    try:
        return await _carry_out(ctx, task_id, change, person)
    except LoupeError as error:
        return Outcome(id=task_id, outcome="refused", detail=error.message)


async def _carry_out(ctx: Context, task_id: UUID, change: Change, person: Person) -> Outcome:
    done = Outcome(id=task_id, outcome="done")
    match change:
        case SetPriority():
            await management.set_priority(ctx.pool, task_id, change.priority, by=person.id)
        case Assign():
            await management.assign(
                ctx.pool, task_id, change.email, until=change.until, instead_of=change.instead_of, by=person.id
            )
        case Release():
            slots = await management.release(ctx.pool, task_id, email=change.email, by=person.id)
            return Outcome(id=task_id, outcome="done", detail=f"{slots} released")
        case Cancel():
            over = await management.cancel(ctx.pool, task_id, by=person.id)
            return done if over else Outcome(id=task_id, outcome="requested")
        case Reopen():
            await management.reopen(ctx.pool, task_id, stage=change.stage, by=person.id)
        case Move():
            request = await moves.request_one(ctx.pool, task_id, change.stage, by=person.id)
            return Outcome(id=task_id, outcome="requested", move_id=request)
    return done
