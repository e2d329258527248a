"""Versions of workflow graphs, as tasks walk them."""

from typing import Any
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("graphs")


async def add(db: Database, project_id: UUID, number: int, document: str) -> None:
    """Keep a version of a project's graph; `document` is its JSON text, whose order is kept too."""
    await db.execute(SQL["add"], project_id, number, document)


async def version(db: Database, task_id: UUID, number: int) -> dict[str, Any]:
    """A version of the graph of a task's project. Raises NotFound."""
    body = await db.fetchval(SQL["version"], task_id, number)
    if body is None:
        raise NotFound(f"the project of task {task_id} has no graph version {number}")
    return body
