"""Access keys: what programs sign AWS requests with. Each belongs to a person; its secret lies sealed."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.errors import NotFound
from store import people
from store.database import Database, transaction
from store.people import Person, read_person
from store.queries import load

SQL = load("access_keys")

_ID_CHARACTERS = string.ascii_uppercase + string.digits
_ID_PREFIX = "LOUPE"


class Seal(Protocol):
    """What keeps a secret at rest: runtime.seal has the one of a running process."""

    def seal(self, text: str) -> bytes: ...

    def open(self, token: bytes) -> str: ...


@dataclass(frozen=True)
class AccessKey:
    """A key that may sign, and the person whom it stands for."""

    id: str
    secret: str = field(repr=False)
    person: Person


@dataclass(frozen=True)
class KeyEntry:
    """A key without its secret. `last_used_at` is true to the hour."""

    id: str
    created_at: datetime
    disabled_at: datetime | None
    last_used_at: datetime | None
    person_id: UUID
    email: str
    name: str
    person_disabled: bool


async def make(db: Database, seal: Seal, person_id: UUID, *, by: UUID | None = None) -> tuple[str, str]:
    """A new key as (id of 20 characters, secret of 40 characters). Raises NotFound without an active person."""
    key_id = _ID_PREFIX + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(20 - len(_ID_PREFIX)))
    secret = secrets.token_urlsafe(30)
    async with transaction(db) as connection:
        if await connection.fetchval(SQL["make"], key_id, seal.seal(secret), person_id) is None:
            raise NotFound("there is no active person of this id")
        await people.record(connection, person_id, "loupe.access_key.made", by=by, data={"key": key_id})
    return key_id, secret


async def secret_of(db: Database, seal: Seal, access_key_id: str) -> AccessKey:
    """The key of this id. Raises NotFound where it does not exist, or it or its person is disabled."""
    row = await db.fetchrow(SQL["get"], access_key_id)
    if row is None:
        raise NotFound("there is no such access key")
    if row["unnoted"]:
        await db.execute(SQL["note_use"], access_key_id)
    return AccessKey(access_key_id, seal.open(row["sealed_secret"]), read_person(row))


async def disable(db: Database, access_key_id: str, *, by: UUID | None = None) -> None:
    """Refuse a key from now on. Raises NotFound."""
    async with transaction(db) as connection:
        key = await connection.fetchrow(SQL["disable"], access_key_id)
        if key is None:
            raise NotFound("there is no such access key")
        if not key["before"]:
            data = {"key": access_key_id}
            await people.record(connection, key["person_id"], "loupe.access_key.disabled", by=by, data=data)


async def list_page(db: Database, *, after: tuple[datetime, str] | None, limit: int) -> list[KeyEntry]:
    """Up to `limit` keys of everybody, newest first, from behind the time and id `after`."""
    created_at, last_id = after or (None, None)
    return [KeyEntry(*row.values()) for row in await db.fetch(SQL["list_page"], created_at, last_id, limit)]


async def entry(db: Database, access_key_id: str) -> KeyEntry:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["one"], access_key_id)
    if row is None:
        raise NotFound("there is no such access key")
    return KeyEntry(*row.values())
