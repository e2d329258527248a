"""Forward-only migrations: store/migrations/NNNN_name.sql, applied in order, each in a transaction of its own."""

from importlib.resources import files

import asyncpg

from schemas.errors import Unavailable
from store.database import Database
from store.queries import load

SQL = load("migrate")


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
        done: list[str] = []
        for version, name, text in migrations():
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '60s'")
                await connection.execute(SQL["lock"])
                await connection.execute("SET LOCAL lock_timeout = '2s'")
                if version <= await connection.fetchval(SQL["applied"]):
                    continue
                await connection.execute(text)
                await connection.execute(SQL["record"], version, name)
                done.append(name)
        return done
    finally:
        await connection.close()


async def require_schema(db: Database) -> None:
    """Refuse to run on a schema that is older than this release. Raises Unavailable."""
    newest = migrations()[-1][0]
    present = await db.fetchval(SQL["applied"]) if await db.fetchval(SQL["table_exists"]) else 0
    if present < newest:
        raise Unavailable(
            f"the database schema is at version {present}, this release needs {newest}: run 'loupe migrate'"
        )
