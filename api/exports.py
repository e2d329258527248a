"""Exports of what a project's tasks came to: administrators alone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api import cursors
from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.paths import NamePath
from schemas.exports import ExportRequest, ExportsView, ExportView
from store import exports
from store.people import Person

router = APIRouter(prefix="/v1/projects/{name}/exports", tags=["exports"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]


@router.post("", status_code=202, openapi_extra=documented(ExportRequest), responses={202: {"model": ExportView}})
async def start_export(name: NamePath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Write the tasks that are completed now to the project's output location, one line of JSON for each.

    A flow definition is a project too. Archived and benchmark tasks are in no export.
    """
    body = await read_body(request, ExportRequest)
    export = await exports.create(ctx.pool, name, since=body.since, person_id=person.id)
    answer = json_response(export.model_dump())
    answer.status_code = 202
    return answer


@router.get("", responses={200: {"model": ExportsView}})
async def list_exports(name: NamePath, person: Admin, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """A project's exports, newest first."""
    query = ("exports", name)
    last = cursors.place_in(ctx, cursor, query)
    found = await exports.list_page(ctx.pool, name, after=UUID(last[0]) if last else None, limit=limit + 1)
    return json_response(
        cursors.page(ctx, found, ExportView.model_dump, lambda export: (export.id,), query=query, limit=limit)
    )


@router.get("/{export_id}", responses={200: {"model": ExportView}})
async def get_export(name: NamePath, export_id: UUID, person: Admin, ctx: Ctx) -> Response:
    """How far an export is, and where its object is once it is there."""
    return json_response((await exports.get(ctx.pool, name, export_id)).model_dump())
