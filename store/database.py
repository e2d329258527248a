"""The connection pool, and the types that rows are read as."""

import json
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
# A statement that needs no transaction of its own may run on either.
Database: TypeAlias = "Pool | Connection"


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def connect(url: str, *, size: int, name: str) -> Pool:
    """Open a pool of up to `size` connections that report `name` to pg_stat_activity.

    Statements are bounded (30 s), so nothing that takes a queue position stays invisible for longer than a minute;
    see docs/architecture.md, "The queue".
    """
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=_prepare,
        command_timeout=35,
        server_settings={
            "application_name": name,
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "20s",
            "jit": "off",
        },
    )
