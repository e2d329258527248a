"""Working on an assignment: open, heartbeat, extend, draft, release, decline, skip, submit, withdraw."""

import time
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api import data_groups, reviews
from api.auth import SignedIn
from api.bodies import documented, json_response, json_text, read_body
from api.context import Context, context
from api.frames import frame_url
from api.measures import SUBMISSION_SECONDS
from schemas.assignments import (
    AssignmentView,
    Decline,
    Draft,
    ExtendedView,
    HeartbeatView,
    Leased,
    Open,
    SavedView,
    Submission,
    SubmittedView,
    Withdraw,
)
from schemas.errors import LoupeError, NotAnAnnotation, TooLarge, VisitClosed
from store import assignments, history, withdrawals
from store.assignments import Item
from store.people import Person

router = APIRouter(prefix="/v1/assignments", tags=["work"])
Ctx = Annotated[Context, Depends(context)]

# What a body may have beside its content.
ENVELOPE_BYTES = 4096
# Nobody went before a task's first visit.
_FIRST: dict[str, Any] = {"answers": [], "decision": None, "previous": [], "base": None}


async def assignment_response(ctx: Context, item: Item) -> Response:
    """The assignment as its holder sees it; where others went before, with what they left."""
    before = _FIRST if item.visit == 1 else await reviews.view(ctx, item)
    draft: dict[str, object] | None = None
    if item.draft is not None:
        draft = {"content": orjson.Fragment(item.draft), "saved_at": item.draft_saved_at}
    elif before["base"] is not None:
        draft = {"content": orjson.Fragment(before["base"]), "saved_at": None}
    body: dict[str, object] = {
        "id": item.id,
        "task_id": item.task_id,
        "project": item.project,
        "stage": item.stage,
        "kind": item.kind,
        "title": item.title,
        "description": item.description,
        "instructions": item.instructions,
        "lease": {"token": str(item.lease_token), "expires_at": item.lease_until},
        "accepted_at": item.accepted_at,
        "hold_until": item.hold_until,
        "time_limit_seconds": item.time_limit_seconds,
        "extension": _extension(item) if item.extend_seconds else None,
        "input": orjson.Fragment(item.input),
        "draft": draft,
        "answers": before["answers"],
        "decision": before["decision"],
        "previous": before["previous"],
        "frame_url": frame_url(ctx, item.id) if item.has_template else None,
    }
    return json_response(body)


def _extension(item: Item) -> dict[str, int]:
    return {"seconds": item.extend_seconds, "left": item.extensions_left}


@router.post("/{assignment_id}/open", openapi_extra=documented(Open), responses={200: {"model": AssignmentView}})
async def open_assignment(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """A new lease on work that is yours; accepts it where it was prefetched. The token before it is dead."""
    body = await read_body(request, Open)
    await assignments.open_assignment(
        ctx.pool, assignment_id, person.id, lease_seconds=ctx.settings.lease_seconds, token=body.token
    )
    return await assignment_response(ctx, await assignments.item(ctx.pool, assignment_id, person.id))


@router.post("/{assignment_id}/heartbeat", openapi_extra=documented(Leased), responses={200: {"model": HeartbeatView}})
async def heartbeat(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Renew the lease, never past `hold_until`."""
    body = await read_body(request, Leased)
    lease_until, hold_until = await assignments.heartbeat(
        ctx.pool, assignment_id, person.id, body.token, lease_seconds=ctx.settings.lease_seconds
    )
    return json_response({"lease": {"token": body.lease_token, "expires_at": lease_until}, "hold_until": hold_until})


@router.post("/{assignment_id}/extend", openapi_extra=documented(Leased), responses={200: {"model": ExtendedView}})
async def extend(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """More time, where the project gives it; never past the deadline of the work."""
    body = await read_body(request, Leased)
    await assignments.extend(ctx.pool, assignment_id, person.id, body.token, lease_seconds=ctx.settings.lease_seconds)
    item = await assignments.item(ctx.pool, assignment_id, person.id)
    return json_response(
        {
            "lease": {"token": str(item.lease_token), "expires_at": item.lease_until},
            "hold_until": item.hold_until,
            "extension": _extension(item),
        }
    )


@router.put("/{assignment_id}/draft", openapi_extra=documented(Draft), responses={200: {"model": SavedView}})
async def save_draft(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Keep unfinished work; only its author is ever shown it."""
    most = ctx.settings.max_answer_bytes
    body = await read_body(request, Draft, most=most + ENVELOPE_BYTES)
    content = json_text(body.content, "content")
    saved_at = await assignments.save_draft(ctx.pool, assignment_id, person.id, body.token, content)
    return json_response({"saved_at": saved_at})


@router.post("/{assignment_id}/release", status_code=204, openapi_extra=documented(Leased))
async def release(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Give the work back to its queue; you may be offered it again."""
    body = await read_body(request, Leased)
    await assignments.release(ctx.pool, assignment_id, person.id, body.token)
    ctx.hint()
    return Response(status_code=204)


@router.post("/{assignment_id}/decline", status_code=204, openapi_extra=documented(Decline))
async def decline(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Give the work back for good: you are not offered it again."""
    body = await read_body(request, Decline)
    await assignments.decline(ctx.pool, assignment_id, person.id, body.token, body.reason)
    ctx.hint()
    return Response(status_code=204)


@router.post("/{assignment_id}/submit", openapi_extra=documented(Submission), responses={200: {"model": SubmittedView}})
async def submit(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Answer. Success means that the answer is kept and counts; the same submission_id again gets the first answer."""
    began = time.perf_counter()
    outcome = "error"
    try:
        response = await _submit(assignment_id, request, person, ctx)
        outcome = "accepted"
    except LoupeError as error:
        outcome = type(error).__name__
        raise
    finally:
        SUBMISSION_SECONDS.labels(outcome).observe(time.perf_counter() - began)
    ctx.hint()
    return response


@router.post(
    "/{assignment_id}/withdraw", openapi_extra=documented(Withdraw), responses={200: {"model": AssignmentView}}
)
async def withdraw(assignment_id: UUID, request: Request, person: SignedIn, ctx: Ctx) -> Response:
    """Take an answer back while its `withdraw_until` lasts: the work is yours again, with the answer as the draft."""
    body = await read_body(request, Withdraw)
    await withdrawals.withdraw(
        ctx.pool, assignment_id, person.id, body.submission_id, lease_seconds=ctx.settings.lease_seconds
    )
    return await assignment_response(ctx, await assignments.item(ctx.pool, assignment_id, person.id))


async def _submit(assignment_id: UUID, request: Request, person: Person, ctx: Context) -> Response:
    most = ctx.settings.max_answer_bytes
    body = await read_body(request, Submission, most=most + ENVELOPE_BYTES)
    content = json_text(body.content, "content")
    if len(content.encode()) > most:
        raise TooLarge(f"content: {len(content.encode())} bytes, at most {most} are taken")
    await data_groups.require_answer(ctx, assignment_id, person.id, body.content)
    try:
        accepted = await assignments.submit(
            ctx.pool,
            assignment_id,
            person.id,
            body.token,
            submission_id=body.submission_id,
            content=content,
            active_seconds=body.active_seconds,
        )
    except NotAnAnnotation:
        return await reviews.settle(ctx, assignment_id, person, body)
    except VisitClosed:
        await history.record_late(ctx.pool, assignment_id, person.id, content)
        raise
    return json_response(
        {
            "submission_id": body.submission_id,
            "assignment_id": assignment_id,
            "submitted_at": accepted.submitted_at,
            "withdraw_until": accepted.withdraw_until,
        }
    )
