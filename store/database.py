"""The connection pool, and the types that rows are read as."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
# A statement that needs no transaction of its own may run on either.
Database: TypeAlias = "Pool | Connection"


class _Connection(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument] - generic in its stubs alone
    """A pooled connection whose return to the pool costs no round trip.

    Nothing here changes a session beyond its transaction (locks, settings and listening do not outlive one), so there
    is nothing to reset; an open transaction is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        """See asyncpg.Connection."""
        return ""


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
        connection_class=_Connection,
        command_timeout=35,
        server_settings={
            "application_name": name,
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "20s",
            "jit": "off",
        },
    )


@asynccontextmanager
async def transaction(db: Database) -> AsyncGenerator[Connection]:
    """A transaction on a connection of the pool, or inside the one that `db` may already be in."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connection, connection.transaction():
            yield connection
    else:
        async with db.transaction():
            yield db
