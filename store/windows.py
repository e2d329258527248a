"""Windows: how many tasks of a project are on their way through its first people's stage at a time."""

from uuid import UUID

from store.database import Database, Pool
from store.queries import load

SQL = load("windows")

# Tasks that one transaction starts.
BATCH = 500


async def open_all(pool: Pool, *, batch: int = BATCH) -> int:
    """Start queued tasks of all projects as far as their windows have room, up to `batch` of each; how many."""
    started = 0
    for project in await pool.fetch(SQL["waiting"]):
        started += await open_one(pool, project["id"], batch=batch)
    return started


async def open_one(db: Database, project_id: UUID, *, batch: int = BATCH) -> int:
    """Start up to `batch` queued tasks of one project, best first; how many. 0 where another process is at it."""
    return await db.fetchval(SQL["open"], project_id, batch)
