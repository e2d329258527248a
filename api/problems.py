"""Problems: reported by people at work without losing the task, listed and answered by managers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api import cursors
from api.auth import SignedIn, require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.idempotency import DOCUMENTED, once
from api.paths import NamePath
from schemas.problems import (
    NewProblem,
    NewProblemView,
    OwnProblemsPage,
    ProblemAnswer,
    ProblemsPage,
    ProblemStatus,
    ProblemView,
)
from store import management, problems
from store.people import Person
from store.problems import OwnProblem

router = APIRouter(prefix="/v1", tags=["problems"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


def _documented(body: type[Any]) -> dict[str, Any]:
    return documented(body) | {"parameters": [DOCUMENTED]}


@router.post(
    "/assignments/{assignment_id}/problems",
    status_code=201,
    tags=["work"],
    openapi_extra=_documented(NewProblem),
    responses={201: {"model": NewProblemView}},
)
async def report(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Tell the managers what is wrong with a task that you work on; you keep the task."""
    body = await read_body(request, NewProblem)

    async def run() -> NewProblemView:
        problem = await problems.report(
            ctx.pool, assignment_id, person.id, body.token, text=body.text, label=body.label
        )
        return NewProblemView(id=problem)

    response = await once(ctx, request, person, body, run)
    response.status_code = 201
    return response


@router.get("/work/problems", tags=["work"], responses={200: {"model": OwnProblemsPage}})
async def own_problems(person: SignedIn, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """What you reported, newest first, with the answers."""
    query = ("own problems", str(person.id))
    found = await problems.own(ctx.pool, person.id, after=cursors.moment_and_id(ctx, cursor, query), limit=limit + 1)
    return _page(ctx, found, query, limit)


@router.get("/projects/{name}/problems", responses={200: {"model": ProblemsPage}})
async def project_problems(
    name: NamePath,
    person: Overseer,
    ctx: Ctx,
    status: ProblemStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """What people reported about the tasks of a project, newest first."""
    query = ("problems", name, status)
    found = await problems.of_project(
        ctx.pool,
        await management.project_id(ctx.pool, name),
        answered=None if status is None else status == "answered",
        after=cursors.moment_and_id(ctx, cursor, query),
        limit=limit + 1,
    )
    return _page(ctx, found, query, limit)


@router.post(
    "/problems/{problem_id}/answer", openapi_extra=_documented(ProblemAnswer), responses={200: {"model": ProblemView}}
)
async def answer(problem_id: UUID, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Answer a problem, once; the person who reported it reads it under My work."""
    body = await read_body(request, ProblemAnswer)

    async def run() -> ProblemView:
        answered = await problems.answer(ctx.pool, problem_id, body.text, by=person.id)
        return ProblemView.model_validate(answered, from_attributes=True)

    return await once(ctx, request, person, body, run)


def _page(ctx: Context, found: list[Any], query: tuple[object, ...], limit: int) -> Response:
    return json_response(cursors.page(ctx, found, lambda row: row, _place, query=query, limit=limit))


def _place(problem: OwnProblem) -> tuple[str, UUID]:
    return problem.created_at.isoformat(), problem.id
