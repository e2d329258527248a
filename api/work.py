"""Getting work: my queues, the next task, what is reserved to me."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.assignments import assignment_response
from api.auth import SignedIn
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from schemas.assignments import AssignmentView, NextWork
from store import assignments, queues
from store.people import Person

router = APIRouter(prefix="/v1/work", tags=["work"])
Ctx = Annotated[Context, Depends(context)]


class QueuesView(BaseModel):
    """All of the caller's queues: there is no second page."""

    items: list[queues.Queue]
    next_cursor: None = None


class HeldView(BaseModel):
    """All that is reserved to the caller: there is no second page."""

    items: list[assignments.Held]
    next_cursor: None = None


@router.get("/queues", responses={200: {"model": QueuesView}})
async def my_queues(person: SignedIn, ctx: Ctx) -> Response:
    """One row for each queue that your teams serve; `takeable` counts what is left for you, up to 1000."""
    return _items(await queues.list_for(ctx.pool, person.id))


@router.get("/held", responses={200: {"model": HeldView}})
async def my_held_work(person: SignedIn, ctx: Ctx) -> Response:
    """Work that is reserved to you: open it to go on."""
    return _items(await assignments.held(ctx.pool, person.id))


@router.post(
    "/next",
    openapi_extra=documented(NextWork),
    responses={200: {"model": AssignmentView}, 204: {"description": "Nothing to do"}},
)
async def next_work(request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Take the best work that is left for you; 204 where there is none. Higher priority first, then age.

    One prefetch is yours at a time, however many tabs ask; asking again renews it, and work that is taken without
    `prefetch` begins with it.
    """
    body = await read_body(request, NextWork)
    settings = ctx.settings
    if body.assignment is not None:
        taken = await queues.take_reserved(ctx.pool, person.id, body.assignment, lease_seconds=settings.lease_seconds)
        return await _taken(ctx, taken, person)
    taken = await queues.take_next(
        ctx.pool,
        person.id,
        project=body.project,
        stage=body.stage,
        prefetch=body.prefetch,
        lease_seconds=settings.prefetch_lease_seconds if body.prefetch else settings.lease_seconds,
        most_held=settings.max_held_per_person,
    )
    return await _taken(ctx, taken, person)


async def _taken(ctx: Context, assignment_id: UUID | None, person: Person) -> Response:
    if assignment_id is None:
        return Response(status_code=204)
    return await assignment_response(ctx, await assignments.item(ctx.pool, assignment_id, person.id))


def _items(rows: list[Any]) -> Response:
    return json_response({"items": rows, "next_cursor": None})
