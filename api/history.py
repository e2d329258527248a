"""A task's history, and its state at any moment."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Response

from api import cursors
from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.workflow_links import workflow_link
from runtime.settings import Settings
from schemas.history import HistoryView
from schemas.moments import Moment
from store import history
from store.history import Entry, Label, Opening, State, Subject
from store.people import Person

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])
Ctx = Annotated[Context, Depends(context)]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]
At = Annotated[Moment | None, Query(description="a moment, as 2026-11-21T15:04:05.123Z")]


@router.get("/{task_id}/history", responses={200: {"model": HistoryView}})
async def task_history(
    task_id: UUID, person: Reader, ctx: Ctx, at: At = None, cursor: Cursor = None, limit: Limit = 200
) -> Response:
    """All that happened to a task, oldest first: who did what, when, in which visit of which opening.

    With `at`, what had happened by then, and how things were at that moment: status, stage, visit, who had what, the
    labels.
    """
    task = await history.subject(ctx.pool, task_id)
    state = None if at is None else await history.state(ctx.pool, task, at)
    openings = await history.openings(ctx.pool, task_id, at)
    query = ("history", str(task_id), None if at is None else at.isoformat())
    last = cursors.place_in(ctx, cursor, query)
    after = (datetime.fromisoformat(last[0]), last[1], last[2]) if last else None
    rows = await history.entries(ctx.pool, task_id, at=at, after=after, limit=limit + 1)
    shown = [_opening(task, opening, ctx.settings) for opening in openings]
    page = cursors.page(ctx, rows, _entry, _place, query=query, limit=limit)
    return json_response({"task": asdict(task) | {"openings": shown}, "state": state and _state(state), **page})


def _opening(task: Subject, opening: Opening, settings: Settings) -> dict[str, object]:
    link = workflow_link(settings, project=task.project, task_name=task.name, task_id=task.id, opening=opening.opening)
    return {**asdict(opening), **link}


def _place(entry: Entry) -> tuple[str, int, int]:
    return (entry.at.isoformat(), entry.source, entry.number)


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at,
        "type": entry.type,
        "opening": entry.opening,
        "visit": entry.visit,
        "stage": entry.stage,
        "person": entry.person,
        "data": orjson.Fragment(entry.data),
    }


def _state(state: State) -> dict[str, object]:
    return {**asdict(state), "labels": [_label(label) for label in state.labels]}


def _label(label: Label) -> dict[str, object]:
    return {**asdict(label), "content": orjson.Fragment(label.content)}
