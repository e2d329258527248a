"""Benchmark sets: inputs whose right answers are known. A task is in a set when its input is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.errors import NotFound
from store.database import Database, Pool
from store.queries import load

SQL = load("benchmark_sets")

Added = Literal["created", "changed", "exists"]


@dataclass(frozen=True)
class BenchmarkSet:
    """A set, and how many items it has."""

    name: str
    created_at: datetime
    items: int


@dataclass(frozen=True)
class BenchmarkItem:
    """An input by its digest; `label` is a JSON text, null where the right answer is not kept here."""

    input_sha256: bytes
    label: str | None
    added_at: datetime


async def put(db: Database, name: str) -> bool:
    """Make a set where it is not there; whether it was made."""
    return await db.fetchval(SQL["put"], name) is not None


async def get(db: Database, name: str) -> BenchmarkSet:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return BenchmarkSet(*row.values())


async def list_page(db: Database, *, after: str | None, limit: int) -> list[BenchmarkSet]:
    """Up to `limit` sets by name, from behind the name `after`."""
    return [BenchmarkSet(*row.values()) for row in await db.fetch(SQL["list_page"], after, limit)]


async def add(pool: Pool, name: str, labels: Mapping[bytes, str | None]) -> dict[bytes, Added]:
    """Add inputs by their digests; changed: it was there with another label. Raises NotFound."""
    # In one order, so that two calls at once wait for each other instead of in a ring.
    digests = sorted(labels)
    async with pool.acquire() as connection, connection.transaction():
        set_id = await connection.fetchval(SQL["id"], name)
        if set_id is None:
            raise _unknown(name)
        rows = await connection.fetch(SQL["add"], set_id, digests, [labels[each] for each in digests])
    written: dict[bytes, Added] = {row["input_sha256"]: "created" if row["created"] else "changed" for row in rows}
    return {each: written.get(each, "exists") for each in labels}


async def items(db: Database, name: str, *, after: bytes | None, limit: int) -> list[BenchmarkItem]:
    """Up to `limit` items by digest, from behind the digest `after`. Raises NotFound."""
    await get(db, name)
    return [BenchmarkItem(*row.values()) for row in await db.fetch(SQL["items"], name, after, limit)]


async def remove(db: Database, name: str, input_sha256: bytes) -> None:
    """Take an item out of a set. Raises NotFound."""
    if await db.fetchval(SQL["remove"], name, input_sha256) is None:
        await get(db, name)
        raise NotFound(f"the benchmark set {name} has no such item")


async def delete(db: Database, name: str) -> None:
    """Forget a set with its items. Raises NotFound."""
    if await db.fetchval(SQL["delete"], name) is None:
        raise _unknown(name)


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no benchmark set {name}")
