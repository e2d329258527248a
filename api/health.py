"""Health routes: alive, and ready when PostgreSQL is; Temporal and S3 are reported as degraded."""

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

import orjson
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, Depends, Response

from api.context import Context, context
from api.errors import DATABASE_AWAY

router = APIRouter()
Ctx = Annotated[Context, Depends(context)]

CHECK_SECONDS = 2.0


@router.get("/healthz", include_in_schema=False)
async def healthz() -> Response:
    """The process is alive."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz", include_in_schema=False)
async def readyz(ctx: Ctx) -> Response:
    """200 while PostgreSQL answers, else 503; `temporal` and `s3` may be degraded while work goes on."""
    database, temporal, s3 = await asyncio.gather(_database(ctx), _temporal(ctx), _s3(ctx))
    body = {"status": "ready" if database else "not ready"}
    body |= {"postgresql": _word(database), "temporal": _word(temporal), "s3": _word(s3)}
    return Response(orjson.dumps(body), 200 if database else 503, media_type="application/json")


def _word(is_there: bool) -> str:
    return "ok" if is_there else "degraded"


async def _database(ctx: Context) -> bool:
    try:
        return await asyncio.wait_for(ctx.pool.fetchval("SELECT true"), CHECK_SECONDS)
    except DATABASE_AWAY:
        return False


async def _temporal(ctx: Context) -> bool:
    # The API never talks to Temporal; whether its port answers is all that it can say.
    address = urlsplit(f"//{ctx.settings.temporal_address}")
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            _, writer = await asyncio.open_connection(address.hostname, address.port or 7233)
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return True


async def _s3(ctx: Context) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await ctx.s3.client.head_bucket(Bucket=ctx.settings.s3_bucket)
    except (BotoCoreError, ClientError, OSError, TimeoutError):
        return False
    return True
