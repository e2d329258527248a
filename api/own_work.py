"""One's own work: what one handed in, what came back, one's figures."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from api import cursors
from api.auth import SignedIn
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from schemas.errors import BadRequest, FieldError
from schemas.own_work import OwnFigures, OwnPeriod, OwnSubmissionsPage, ReturnedPage
from store import own_work

router = APIRouter(prefix="/v1/work", tags=["work"])
Ctx = Annotated[Context, Depends(context)]

# A share of fewer tasks would tell of single ones whether they were reviewed.
FEWEST_REVIEWED = 10


@router.get("/submissions", responses={200: {"model": OwnSubmissionsPage}})
async def own_submissions(person: SignedIn, ctx: Ctx, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What you handed in, newest first."""
    query = ("own submissions", str(person.id))
    after = cursors.moment_and_id(ctx, cursor, query)
    found = await own_work.submissions(ctx.pool, person.id, after=after, limit=limit + 1)
    return json_response(
        cursors.page(
            ctx,
            found,
            lambda row: row,
            lambda row: (row.submitted_at.isoformat(), row.id),
            query=query,
            limit=limit,
        )
    )


@router.get("/returned", responses={200: {"model": ReturnedPage}})
async def returned_work(person: SignedIn, ctx: Ctx) -> Response:
    """Rework that waits for you: open it where it is held, else take it with `assignment` of POST /v1/work/next."""
    return json_response({"items": await own_work.returned(ctx.pool, person.id), "next_cursor": None})


@router.get("/figures", responses={200: {"model": OwnFigures}})
async def own_figures(
    person: SignedIn,
    ctx: Ctx,
    timezone: Annotated[str, Query(max_length=64, description="where your day begins, such as Europe/Berlin")] = "UTC",
) -> Response:
    """How much you did today and since Monday."""
    now = datetime.now(_zone(timezone))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    periods = [await _period(ctx, person.id, since) for since in (today, today - timedelta(days=today.weekday()))]
    return Response(OwnFigures(today=periods[0], week=periods[1]).model_dump_json(), media_type="application/json")


async def _period(ctx: Context, person_id: UUID, since: datetime) -> OwnPeriod:
    found = await own_work.figures(ctx.pool, person_id, since)
    share = None if found.reviewed < FEWEST_REVIEWED else round(found.approved_at_once / found.reviewed, 2)
    return OwnPeriod(
        since=since.astimezone(UTC),
        submitted=found.submitted,
        active_seconds_per_task=found.active_seconds_per_task,
        first_pass_approval=share,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"{name} is no time zone: use a name such as Europe/Berlin"
        raise BadRequest(f"timezone: {message}", errors=(FieldError("timezone", message),)) from error
