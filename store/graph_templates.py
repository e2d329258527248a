"""Graphs that people saved under a name, to make projects with."""

import json
from dataclasses import dataclass
from typing import Any

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("graph_templates")


@dataclass(frozen=True)
class GraphTemplate:
    """A saved graph, as it was drawn: its stages in the order that they were written in."""

    name: str
    description: str
    graph: dict[str, Any]


async def put(db: Database, template: GraphTemplate) -> bool:
    """Save a graph, or another one under its name; whether the name is new."""
    document = json.dumps(template.graph, ensure_ascii=False)
    return await db.fetchval(SQL["put"], template.name, template.description, document)


async def get(db: Database, name: str) -> GraphTemplate:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return _template(*row.values())


async def all_of(db: Database) -> list[GraphTemplate]:
    """All of them, by name."""
    return [_template(*row.values()) for row in await db.fetch(SQL["list"])]


async def delete(db: Database, name: str) -> None:
    """Forget one; projects that were made with it keep their graph. Raises NotFound."""
    if await db.fetchval(SQL["delete"], name) is None:
        raise _unknown(name)


def _template(name: str, description: str, document: str) -> GraphTemplate:
    return GraphTemplate(name, description, json.loads(document))


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no saved graph template {name}")
