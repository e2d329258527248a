"""Tags of resources, under their ARNs. They go when their resource goes."""

from collections.abc import Sequence

from schemas.arns import Kind
from schemas.errors import LimitExceeded, NotFound
from schemas.tags import MAX_TAGS, Tag
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("tags")

# Kinds of resources that can have tags, and the statement that says whether one of a name exists.
_EXISTS: dict[Kind, str] = {
    "flow-definition": "has_flow_definition",
    "human-task-ui": "has_human_task_ui",
    "workteam": "has_work_team",
    "workforce": "has_workforce",
}


async def require_resource(db: Database, kind: Kind, name: str) -> None:
    """Raises NotFound where no resource of this kind and name can have tags."""
    statement = _EXISTS.get(kind)
    if statement is None or not await db.fetchval(SQL[statement], name):
        raise NotFound(f"there is no {kind} {name} that can have tags")


async def put(connection: Connection, arn: str, tags: Sequence[Tag]) -> None:
    """Add tags or change their values, in the caller's transaction. Raises LimitExceeded."""
    if not tags:
        return
    await connection.execute(SQL["lock_resource"], arn)
    await connection.execute(SQL["put"], arn, [tag.key for tag in tags], [tag.value for tag in tags])
    if await connection.fetchval(SQL["count"], arn) > MAX_TAGS:
        raise LimitExceeded(f"Tags: a resource can have up to {MAX_TAGS} tags: delete some first")


async def add(pool: Pool, arn: str, tags: Sequence[Tag]) -> list[Tag]:
    """Add tags or change their values; returns all that the resource has now. Raises LimitExceeded."""
    async with pool.acquire() as connection, connection.transaction():
        await put(connection, arn, tags)
        return await list_page(connection, arn, after=None, limit=MAX_TAGS)


async def list_page(db: Database, arn: str, *, after: str | None, limit: int) -> list[Tag]:
    """Up to `limit` tags by key, from behind the key `after`."""
    return [Tag(*row.values()) for row in await db.fetch(SQL["list_page"], arn, after, limit)]


async def remove(db: Database, arn: str, keys: Sequence[str]) -> None:
    """Take tags off a resource; keys that it does not have change nothing."""
    await db.execute(SQL["remove"], arn, list(keys))


async def remove_all(db: Database, arn: str) -> None:
    """Take all tags off a resource that is gone, so that the next one of its name begins without."""
    await db.execute(SQL["remove_all"], arn)
