"""People's progress and performance in a project, with the tasks behind every figure."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api import cursors
from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.paths import NamePath
from schemas.errors import NotFound, wrong_field
from schemas.moments import Moment
from schemas.performance import CountedTask, CountedTasksPage, Figure, PerformanceView
from schemas.task_list import FilterText
from store import management, performance
from store.people import Person
from store.performance import Place, Span

router = APIRouter(prefix="/v1/projects/{name}/performance", tags=["overview"])
Ctx = Annotated[Context, Depends(context)]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

USUAL_DAYS = 30
MOST_DAYS = 400


class AskedSpan(BaseModel):
    """Which work is asked for: without `since` that of the last 30 days, without `until` all since then."""

    since: Moment | None = None
    until: Moment | None = Field(default=None, description="not included; at most 400 days after since")
    stage: FilterText | None = None


Asked = Annotated[AskedSpan, Query()]


@router.get("", responses={200: {"model": PerformanceView}})
async def project_performance(name: NamePath, asked: Asked, person: Overseer, ctx: Ctx) -> Response:
    """How much everybody did, how long it took them, and how it fared; in all and by day."""
    span = await _span(ctx, name, asked, person)
    found = PerformanceView(
        since=span.since, until=span.until, stage=span.stage, items=await performance.people(ctx.pool, span)
    )
    return Response(found.model_dump_json(), media_type="application/json")


class AskedTasks(AskedSpan):
    """What stands behind one figure of one person."""

    person: UUID
    figure: Figure


@router.get("/tasks", responses={200: {"model": CountedTasksPage}})
async def counted_tasks(
    name: NamePath,
    asked: Annotated[AskedTasks, Query()],
    person: Overseer,
    ctx: Ctx,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """The tasks that a figure of a person counts, newest first."""
    span = await _span(ctx, name, asked, person)
    worker = await performance.name_of(ctx.pool, asked.person, span)
    if worker is None:
        raise NotFound("there is no such person in your teams" if span.seen_by else "there is no such person")
    query = ("performance", name, str(asked.since), str(asked.until), span.stage, str(asked.person), asked.figure)
    last = cursors.place_in(ctx, cursor, query)
    found = await performance.tasks(
        ctx.pool, span, asked.person, asked.figure, after=None if last is None else _after(last), limit=limit + 1
    )
    page = cursors.page(ctx, found, CountedTask.model_dump, _place, query=query, limit=limit)
    return json_response({"person": worker, **page})


async def _span(ctx: Context, name: str, asked: AskedSpan, person: Person) -> Span:
    project_id = await management.project_id(ctx.pool, name)
    until = asked.until or datetime.now(UTC)
    since = asked.since or until - timedelta(days=USUAL_DAYS)
    if since >= until:
        raise wrong_field("until", "has to be after since")
    if until - since > timedelta(days=MOST_DAYS):
        raise wrong_field("since", f"is more than {MOST_DAYS} days before until: ask for less")
    return Span(project_id, since, until, asked.stage or None, person.id if person.role == "team_manager" else None)


def _after(last: list[str]) -> Place:
    return datetime.fromisoformat(last[0]), UUID(last[1]), int(last[2])


def _place(task: CountedTask) -> tuple[str, str, int]:
    return task.at.isoformat(), str(task.id), task.visit or 0
