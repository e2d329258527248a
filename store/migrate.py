"""Forward-only migrations: store/migrations/NNNN_name.sql, applied in order, each in a transaction of its own.

What cannot be in a transaction, indexes built beside running work, stands before a line `BEGIN;`: statement by
statement, so that each may be repeated after a failure.
"""

import asyncio
import re
from importlib.resources import files

import asyncpg

from schemas.errors import Unavailable
from store.database import Database
from store.queries import load

SQL = load("migrate")

_STATEMENT_END = re.compile(r";\s*$", re.MULTILINE)
_LOOK_SECONDS = 0.1
_MIGRATOR_LOOKS = 600


def migrations() -> list[tuple[int, str, str]]:
    """All migrations of this release as (version, name, text), in order."""
    folder = files("store").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), name[5:-4], folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


async def migrate(url: str) -> list[str]:
    """Bring the schema up to this release and return the names that were applied.

    Safe to run by several processes at once. Waits at most 2 s for a lock that running work holds, then fails.
    """
    connection = await asyncpg.connect(url, server_settings={"lock_timeout": "2s", "application_name": "loupe migrate"})
    try:
        await connection.execute(SQL["create_table"])
        await _only_one(connection)
        newest = await connection.fetchval(SQL["applied"])
        done: list[str] = []
        for version, name, text in migrations():
            if version <= newest:
                continue
            beside, _, whole = text.rpartition("\nBEGIN;\n")
            await _beside_running_work(connection, beside)
            async with connection.transaction():
                await connection.execute(whole)
                await connection.execute(SQL["record"], version, name)
            done.append(name)
        return done
    finally:
        await connection.close()


async def _only_one(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Wait for other migrators; the lock ends with the connection. Raises Unavailable after a minute.

    Asked again and again: one that waits within a statement would hold up indexes that are built concurrently.
    """
    for _ in range(_MIGRATOR_LOOKS):
        if await connection.fetchval(SQL["lock"]):
            return
        await asyncio.sleep(_LOOK_SECONDS)
    raise Unavailable("another migration has been running for a minute: wait for its end and try again")


async def _beside_running_work(connection: "asyncpg.Connection[asyncpg.Record]", text: str) -> None:
    # They wait for transactions that are older, and nobody waits for them.
    await connection.execute("SET lock_timeout = '60s'")
    for statement in _STATEMENT_END.split(text):
        if statement.strip():
            await connection.execute(statement)
    await connection.execute("SET lock_timeout = '2s'")


async def require_schema(db: Database) -> None:
    """Refuse to run on a schema that is older than this release. Raises Unavailable."""
    newest = migrations()[-1][0]
    present = await db.fetchval(SQL["applied"]) if await db.fetchval(SQL["table_exists"]) else 0
    if present < newest:
        raise Unavailable(
            f"the database schema is at version {present}, this release needs {newest}: run 'loupe migrate'"
        )
