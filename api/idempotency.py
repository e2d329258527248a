"""The header Idempotency-Key: the same call again within a day gets the first answer and changes nothing."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

from api.context import Context
from schemas.errors import BadRequest, FieldError
from store import idempotency
from store.people import Person

DOCUMENTED: dict[str, Any] = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "the same key and call again within 24 hours get the first answer and change nothing",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


async def once(
    ctx: Context, request: Request, person: Person, body: BaseModel, run: Callable[[], Awaitable[BaseModel]]
) -> Response:
    """The answer of `run`, or of the same call before where the request carries its key.

    Raises BadRequest for a key of another call, Conflict while the first call runs, and what `run` raises; a call that
    failed is not remembered.
    """
    key = request.headers.get(idempotency.HEADER)
    if key is None:
        return _json((await run()).model_dump_json())
    claimed = await idempotency.claim(ctx.pool, person.id, _checked(key), _hash(request, body))
    if isinstance(claimed, str):
        return _json(claimed)
    try:
        text = (await run()).model_dump_json()
    except BaseException:
        await idempotency.give_up(ctx.pool, claimed)
        raise
    await idempotency.answer(ctx.pool, claimed, text)
    return _json(text)


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")


def _checked(key: str) -> str:
    if 1 <= len(key) <= 255 and key.isprintable():
        return key
    message = "has to have 1 to 255 printable characters"
    raise BadRequest(f"{idempotency.HEADER}: {message}", errors=(FieldError(idempotency.HEADER, message),))


def _hash(request: Request, body: BaseModel) -> bytes:
    call = [request.method, request.url.path, body.model_dump(mode="json")]
    return hashlib.sha256(orjson.dumps(call, option=orjson.OPT_SORT_KEYS)).digest()
