"""Access keys: what programs sign AWS requests with. Each belongs to a person; its secret lies sealed."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
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


async def make(db: Database, seal: Seal, person_id: UUID) -> tuple[str, str]:
    """A new key as (id of 20 characters, secret of 40 characters). Raises NotFound without an active person."""
    key_id = _ID_PREFIX + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(20 - len(_ID_PREFIX)))
    secret = secrets.token_urlsafe(30)
    if await db.fetchval(SQL["make"], key_id, seal.seal(secret), person_id) is None:
        raise NotFound("there is no active person of this id")
    return key_id, secret


async def secret_of(db: Database, seal: Seal, access_key_id: str) -> AccessKey:
    """The key of this id. Raises NotFound where it does not exist, or it or its person is disabled."""
    row = await db.fetchrow(SQL["get"], access_key_id)
    if row is None:
        raise NotFound("there is no such access key")
    return AccessKey(access_key_id, seal.open(row["sealed_secret"]), read_person(row))


async def disable(db: Database, access_key_id: str) -> None:
    """Refuse a key from now on. Raises NotFound."""
    if await db.fetchval(SQL["disable"], access_key_id) is None:
        raise NotFound("there is no such access key")
