"""The labels that a project's tasks ended with, one by one; an export has them all."""

from dataclasses import asdict, astuple
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api import cursors
from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.paths import NamePath
from schemas.final_labels import FinalLabelsPage, TaskRecordView
from schemas.moments import Moment
from schemas.outputs import record_document
from store import final_labels
from store.people import Person

router = APIRouter(prefix="/v1/projects/{name}/labels", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


@router.get("", responses={200: {"model": FinalLabelsPage}})
async def list_labels(
    name: NamePath,
    person: Reader,
    ctx: Ctx,
    task_name: Annotated[str | None, Query(max_length=255, pattern=r"^[^\x00]*$")] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Completed tasks, the newest first: with `task_name` within their names, completed from `since` to `until`."""
    which = final_labels.Which(task_name or None, since, until)
    query = ("labels", name, *(value.isoformat() if isinstance(value, datetime) else value for value in astuple(which)))
    after = cursors.moment_and_id(ctx, cursor, query)
    rows = await final_labels.list_page(ctx.pool, name, which, after=after, limit=limit + 1)
    return json_response(
        cursors.page(ctx, rows, asdict, lambda row: (row.completed_at, row.task_id), query=query, limit=limit)
    )


@router.get("/{task_id}", responses={200: {"model": TaskRecordView}})
async def get_label(name: NamePath, task_id: UUID, person: Reader, ctx: Ctx) -> Response:
    """One completed task as it stands in an export."""
    record, completed_at = await final_labels.get(ctx.pool, name, task_id)
    return Response(record_document(record, completed_at=completed_at), media_type="application/json")
