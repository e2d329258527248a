"""API keys, with which programs call /v1 in somebody's name: for administrators."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api import cursors
from api.auth import RECENT, require
from api.bodies import documented, json_response, read_body, told_once
from api.context import Context, context
from api.cursors import Cursor, Limit
from schemas.access_keys import ApiKeysPage, ApiKeyView, MadeApiKey, NewApiKey
from store import api_keys
from store.people import Person

router = APIRouter(prefix="/v1/api-keys", tags=["keys"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]


@router.get("", responses={200: {"model": ApiKeysPage}})
async def list_api_keys(person: Admin, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Everybody's API keys, newest first."""
    query = ("api-keys",)
    after = cursors.moment_and_id(ctx, cursor, query)
    rows = await api_keys.list_page(ctx.pool, after=after, limit=limit + 1)
    return json_response(
        cursors.page(ctx, rows, asdict, lambda row: (row.created_at, row.id), query=query, limit=limit)
    )


@router.post("", status_code=201, openapi_extra=documented(NewApiKey), responses={201: {"model": MadeApiKey}})
async def make_api_key(request: Request, person: Admin, ctx: Ctx) -> Response:
    """A new key of an active person, which may do what they may. It is told this once: only its hash is kept."""
    new = await read_body(request, NewApiKey)
    key_id, key = await api_keys.make(ctx.pool, new.person_id, new.label, by=person.id)
    return told_once({**asdict(await api_keys.entry(ctx.pool, key_id)), "secret": key})


@router.post("/{key_id}/disable", responses={200: {"model": ApiKeyView}})
async def disable_api_key(key_id: UUID, person: Admin, ctx: Ctx) -> Response:
    """Refuse a key within seconds, and for good; its person goes on."""
    RECENT.forget(await api_keys.disable(ctx.pool, key_id, by=person.id))
    return json_response(asdict(await api_keys.entry(ctx.pool, key_id)))
