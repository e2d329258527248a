"""Access keys, with which programs sign requests on the AWS wire: for administrators."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api import cursors
from api.auth import require
from api.bodies import documented, json_response, read_body, told_once
from api.context import Context, context
from api.cursors import Cursor, Limit
from schemas.access_keys import AccessKeysPage, AccessKeyView, MadeAccessKey, NewAccessKey
from store import access_keys
from store.people import Person

router = APIRouter(prefix="/v1/access-keys", tags=["keys"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]


@router.get("", responses={200: {"model": AccessKeysPage}})
async def list_access_keys(person: Admin, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Everybody's access keys, newest first."""
    query = ("access-keys",)
    last = cursors.place_in(ctx, cursor, query)
    after = (datetime.fromisoformat(last[0]), last[1]) if last else None
    rows = await access_keys.list_page(ctx.pool, after=after, limit=limit + 1)
    return json_response(
        cursors.page(ctx, rows, asdict, lambda row: (row.created_at, row.id), query=query, limit=limit)
    )


@router.post("", status_code=201, openapi_extra=documented(NewAccessKey), responses={201: {"model": MadeAccessKey}})
async def make_access_key(request: Request, person: Admin, ctx: Ctx) -> Response:
    """A new key of an active person. Its secret is told this once: only its sealed form is kept."""
    new = await read_body(request, NewAccessKey)
    key_id, secret = await access_keys.make(ctx.pool, ctx.seal, new.person_id, by=person.id)
    return told_once({**asdict(await access_keys.entry(ctx.pool, key_id)), "secret": secret})


@router.post("/{key_id}/disable", responses={200: {"model": AccessKeyView}})
async def disable_access_key(
    key_id: Annotated[str, Path(max_length=128, pattern=r"^[^\x00]*$")], person: Admin, ctx: Ctx
) -> Response:
    """Refuse a key within seconds, and for good; its person goes on."""
    await access_keys.disable(ctx.pool, key_id, by=person.id)
    return json_response(asdict(await access_keys.entry(ctx.pool, key_id)))
