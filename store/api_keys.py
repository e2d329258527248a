"""API keys: what programs sign in with at /v1. Each belongs to a person and may do what this person may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import NotFound
from store import people
from store.database import Database, Pool, transaction
from store.queries import load

SQL = load("api_keys")


@dataclass(frozen=True)
class KeyEntry:
    """A key without its secret; `label` says what it is for. `last_used_at` is true to the hour."""

    id: UUID
    label: str
    created_at: datetime
    disabled_at: datetime | None
    last_used_at: datetime | None
    person_id: UUID
    email: str
    name: str
    person_disabled: bool


async def make(pool: Pool, person_id: UUID, label: str, *, by: UUID) -> tuple[UUID, str]:
    """A new key as (id, key). Raises NotFound without an active person."""
    async with transaction(pool) as connection:
        key = await people.make_api_key(connection, person_id, label)
        key_id = await connection.fetchval(SQL["made"], people.secret_hash(key))
        data = {"key": str(key_id), "label": label}
        await people.record(connection, person_id, "loupe.api_key.made", by=by, data=data)
    return key_id, key


async def disable(pool: Pool, key_id: UUID, *, by: UUID) -> UUID:
    """Refuse a key from now on, and say whose it is. Raises NotFound."""
    async with transaction(pool) as connection:
        key = await connection.fetchrow(SQL["disable"], key_id)
        if key is None:
            raise _unknown()
        if not key["before"]:
            data = {"key": str(key_id), "label": key["name"]}
            await people.record(connection, key["person_id"], "loupe.api_key.disabled", by=by, data=data)
        return key["person_id"]


async def list_page(db: Database, *, after: tuple[datetime, UUID] | None, limit: int) -> list[KeyEntry]:
    """Up to `limit` keys of everybody, newest first, from behind the time and id `after`."""
    created_at, last_id = after or (None, None)
    return [KeyEntry(*row.values()) for row in await db.fetch(SQL["list_page"], created_at, last_id, limit)]


async def entry(db: Database, key_id: UUID) -> KeyEntry:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["one"], key_id)
    if row is None:
        raise _unknown()
    return KeyEntry(*row.values())


def _unknown() -> NotFound:
    return NotFound("there is no such API key")
