"""Versions of workflow graphs, as tasks walk them."""

from typing import Any
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("graphs")


async def adopt(db: Database, task_id: UUID, opening: int, version: int) -> dict[str, Any]:
    """Let an opening go on with another version of its project's graph, and return that. Raises NotFound."""
    body = await db.fetchval(SQL["adopt"], task_id, opening, version)
    if body is None:
        raise NotFound(f"task {task_id} has no graph version {version}")
    return body
