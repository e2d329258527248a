"""Human task UIs: the templates that people work in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import NameInUse, NotFound
from schemas.tags import Tag
from store import tags
from store.database import Database, Pool
from store.queries import load

SQL = load("human_task_uis")


@dataclass(frozen=True)
class HumanTaskUi:
    """A template; `sha256` is of its UTF-8 bytes, in hexadecimal."""

    id: UUID
    name: str
    content: str
    sha256: str
    created_at: datetime


@dataclass(frozen=True)
class Summary:
    """A template without its content."""

    id: UUID
    name: str
    sha256: str
    created_at: datetime


async def create(pool: Pool, *, name: str, arn: str, content: str, given_tags: Sequence[Tag]) -> None:
    """Keep a template. Raises NameInUse."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(SQL["create"], name, content, digest) is None:
            raise NameInUse(f"HumanTaskUiName: a human task UI {name} exists already")
        await tags.put(connection, arn, given_tags)


async def get(db: Database, name: str) -> HumanTaskUi:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return HumanTaskUi(*row.values())


async def content_of(db: Database, human_task_ui_id: UUID) -> str:
    """The text of a template, also of a deleted one. Raises NotFound."""
    content = await db.fetchval(SQL["content"], human_task_ui_id)
    if content is None:
        raise NotFound("there is no such human task UI")
    return content


async def list_page(
    db: Database,
    *,
    created_after: datetime | None,
    created_before: datetime | None,
    ascending: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Summary]:
    """Up to `limit` templates in order of creation, from behind `after`."""
    created_at, last_id = after or (None, None)
    rows = await db.fetch(SQL["list_page"], created_after, created_before, ascending, created_at, last_id, limit)
    return [Summary(*row.values()) for row in rows]


async def delete(pool: Pool, *, name: str, arn: str) -> None:
    """Free the name; flow definitions that use the template keep it. Raises NotFound."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(SQL["delete"], name) is None:
            raise _unknown(name)
        await tags.remove_all(connection, arn)


def _unknown(name: str) -> NotFound:
    return NotFound(f"HumanTaskUiName: there is no human task UI {name}")
