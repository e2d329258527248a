"""Projects at a glance: how their tasks stand, what needs somebody, how many ended when."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response

from api import cursors
from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.paths import NamePath
from schemas.overview import OverviewView, ProjectsOverview, ThroughputView, WorkersView
from store import overview
from store.overview import Listed, Pulse
from store.people import Person

router = APIRouter(prefix="/v1", tags=["overview"])
Ctx = Annotated[Context, Depends(context)]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


@router.get("/overview", responses={200: {"model": ProjectsOverview}})
async def all_projects(person: Overseer, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """All projects by name, flow definitions too, with how their tasks stand."""
    query = ("overview",)
    last = cursors.place_in(ctx, cursor, query)
    rows = await overview.list_page(ctx.pool, after=last[0] if last else None, limit=limit + 1)
    return json_response(cursors.page(ctx, rows, _listed, lambda row: (row.name,), query=query, limit=limit))


@router.get("/projects/{name}/overview", responses={200: {"model": OverviewView}})
async def one_project(name: NamePath, person: Overseer, ctx: Ctx) -> Response:
    """How a project's tasks stand now, and what of them needs somebody."""
    subject = await overview.subject(ctx.pool, name)
    pulse = await overview.pulse(ctx.pool, subject.id)
    oldest = await overview.oldest(ctx.pool, subject.id)
    return json_response(
        {
            "project": subject.name,
            "title": subject.title,
            "kind": subject.kind,
            "paused": subject.paused,
            "deleting": subject.deleting,
            "graph_version": subject.graph_version,
            "at": datetime.now(UTC),
            **pulse_view(pulse),
            "stages": [asdict(each) | {"type": subject.stage_types.get(each.stage)} for each in pulse.stages],
            "deadlines": asdict(await overview.deadlines(ctx.pool, subject.id)),
            "oldest": oldest and asdict(oldest),
        }
    )


@router.get("/projects/{name}/throughput", responses={200: {"model": ThroughputView}})
async def throughput(name: NamePath, person: Overseer, ctx: Ctx, per: Literal["hour", "day"] = "hour") -> Response:
    """How many of a project's tasks ended in each of the last 48 hours or 30 days, and how."""
    subject = await overview.subject(ctx.pool, name)
    items = [asdict(span) for span in await overview.endings(ctx.pool, subject.id, per)]
    return json_response({"per": per, "items": items, "next_cursor": None})


@router.get("/projects/{name}/workers", responses={200: {"model": WorkersView}})
async def workers(name: NamePath, person: Overseer, ctx: Ctx) -> Response:
    """Who may take work of a project."""
    subject = await overview.subject(ctx.pool, name)
    items = [asdict(worker) for worker in await overview.workers(ctx.pool, subject.id)]
    return json_response({"items": items, "next_cursor": None})


def pulse_view(pulse: Pulse) -> dict[str, Any]:
    """The members of an overview that change from second to second."""
    return {
        "counts": dict(pulse.counts),
        "held": pulse.held,
        "in_review": pulse.in_review,
        "starved": dict(pulse.starved),
        "stages": [asdict(each) for each in pulse.stages],
    }


def _listed(project: Listed) -> dict[str, Any]:
    fields = asdict(project)
    del fields["id"]
    return fields
