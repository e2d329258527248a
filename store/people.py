"""People: who they are, how they sign in, and the keys of their programs."""

import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import BadRequest, FieldError, NotFound
from schemas.people import ROLES, Role
from store import assignments, memberships
from store.database import Connection, Database, transaction
from store.queries import load

SQL = load("people")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# CreateWorkteam's WorkteamName in the SageMaker API.
_TEAM = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


@dataclass(frozen=True)
class Person:
    """An active person; `teams` are names of their work teams, `worker_id` is what outputs show instead of a name."""

    id: UUID
    email: str
    name: str
    role: Role
    worker_id: str
    teams: tuple[str, ...]


@dataclass(frozen=True)
class LoginLink:
    """The token of a link that signs in once until `expires_at`; only its SHA-256 is stored."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Password:
    """Whose password it is, and its argon2 hash."""

    person_id: UUID
    hash: str


def secret_hash(secret: str) -> bytes:
    """SHA-256 of a random token: what is stored of login links, sessions and API keys."""
    return hashlib.sha256(secret.encode()).digest()


def read_person(row: asyncpg.Record) -> Person:
    """A Person of a row with the columns of `get`."""
    return Person(row["id"], row["email"], row["name"], row["role"], row["worker_id"], tuple(row["teams"]))


async def add(db: Database, *, email: str, name: str, role: str, teams: Sequence[str]) -> Person:
    """Make a person a member of each team's first group; a team or group that does not exist is made.

    A person with this e-mail address (case does not matter) gets the role, joins the teams and, if disabled, may sign
    in again. Raises BadRequest.
    """
    check(email, name, role, teams)
    async with transaction(db) as connection:
        await lock(connection)
        before = await _state(connection, await connection.fetchval(SQL["id_of"], email))
        person_id = await connection.fetchval(SQL["add"], email, name, role)
        for team in teams:
            await memberships.join(connection, person_id, team)
        await record_change(connection, person_id, before, by=None)
        return await get(connection, person_id)


async def get(db: Database, person_id: UUID) -> Person:
    """Raises NotFound where there is no active person of this id."""
    row = await db.fetchrow(SQL["get"], person_id)
    if row is None:
        raise NotFound("there is no active person of this id")
    return read_person(row)


async def find(db: Database, email: str) -> Person:
    """An active person by e-mail address; case does not matter. Raises NotFound."""
    row = await db.fetchrow(SQL["find"], email)
    if row is None:
        raise NotFound(f"there is no active person {email}")
    return read_person(row)


async def get_by_api_key(db: Database, key: str) -> Person | None:
    """The active person that a bearer key stands for; its use is noted to the hour."""
    row = await db.fetchrow(SQL["get_by_api_key"], secret_hash(key))
    if row is None:
        return None
    if row["unnoted"]:
        await db.execute(SQL["note_api_key"], secret_hash(key))
    return read_person(row)


async def make_login_link(db: Database, person_id: UUID, *, seconds: int) -> str:
    """The token of a link that signs in once within `seconds`; only its SHA-256 is stored. Raises NotFound."""
    return (await new_login_link(db, person_id, seconds=seconds)).token


async def make_api_key(db: Database, person_id: UUID, name: str) -> str:
    """A bearer key of a person's program; only its SHA-256 is stored, so it is shown this once. Raises NotFound."""
    key = f"loupe_{secrets.token_urlsafe(32)}"
    _require_person(await db.fetchval(SQL["make_api_key"], secret_hash(key), person_id, name))
    return key


async def set_password(db: Database, person_id: UUID, password_hash: str) -> None:
    """Store the argon2 hash of a new password. Raises NotFound."""
    _require_person(await db.fetchval(SQL["set_password"], person_id, password_hash))


async def password_of(db: Database, email: str) -> Password | None:
    """The password of an active person who has set one."""
    row = await db.fetchrow(SQL["password"], email)
    return Password(row["id"], row["password_hash"]) if row else None


async def disable(db: Database, person_id: UUID, *, by: UUID | None = None) -> None:
    """Refuse a person everywhere: sessions, login links, leases and reservations end in one transaction.

    Their keys stop with them, and what they submitted stays. Without `by` it is the operator. Raises NotFound.
    """
    async with recorded_change(db, person_id, by=by) as connection:
        _require_person(await connection.fetchval(SQL["disable"], person_id))
        await connection.execute(SQL["end_sign_ins"], person_id)
        await end_login_links(connection, person_id)
        await assignments.end_holds(connection, [person_id], None)


async def leave_team(db: Database, person_id: UUID, team: str) -> None:
    """Take a person out of a work team, for the operator; their leases and reservations of its work end with it.

    Raises NotFound where they are not in it.
    """
    async with recorded_change(db, person_id, by=None) as connection:
        await memberships.leave(connection, person_id, team)


async def lock(connection: Connection) -> None:
    """Let people be changed one after the other until the end of the transaction, so that rights stay as they were."""
    await connection.execute(SQL["lock"])


@asynccontextmanager
async def recorded_change(db: Database, person_id: UUID, *, by: UUID | None) -> AsyncGenerator[Connection]:
    """A transaction that changes a person, one such after the other; what it changed is recorded at its end."""
    async with transaction(db) as connection:
        await lock(connection)
        before = await _state(connection, person_id)
        yield connection
        await record_change(connection, person_id, before, by=by)


async def end_login_links(db: Database, person_id: UUID) -> None:
    """End a person's login links that were not used."""
    await db.execute(SQL["end_login_links"], person_id)


async def new_login_link(db: Database, person_id: UUID, *, seconds: int) -> LoginLink:
    """A link that signs in once within `seconds`. Raises NotFound."""
    token = secrets.token_urlsafe(32)
    expires_at = await db.fetchval(SQL["make_login_link"], secret_hash(token), person_id, float(seconds))
    _require_person(expires_at)
    return LoginLink(token, expires_at)


async def record_change(
    connection: Connection, person_id: UUID, before: dict[str, Any] | None, *, by: UUID | None
) -> None:
    """Tell what differs from `before`, as [before, after]; nothing where nothing does."""
    after = await _state(connection, person_id) or {}
    changes = {
        field: [None if before is None else before[field], value]
        for field, value in after.items()
        if before is None or before[field] != value
    }
    if not changes:
        return
    kind = "added" if before is None else "changed"
    if before is not None and "disabled" in changes:
        kind = "disabled" if after["disabled"] else "enabled"
    await record(connection, person_id, f"loupe.person.{kind}", by=by, data={"changes": changes})


async def record(
    connection: Connection, person_id: UUID, kind: str, *, by: UUID | None, data: dict[str, Any] | None = None
) -> None:
    """Write an event about a person; without `by` it was the operator."""
    await connection.execute(SQL["record"], person_id, kind, by, data or {})


async def _state(connection: Connection, person_id: UUID | None) -> dict[str, Any] | None:
    row = await connection.fetchrow(SQL["state"], person_id)
    return None if row is None else dict(row)


def check(email: str, name: str, role: str, teams: Sequence[str]) -> None:
    """Raises BadRequest that names each field that no person may have so."""
    wrong: list[FieldError] = []
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        wrong.append(FieldError("email", f"{email!r} is not an e-mail address of at most 254 characters"))
    if not 1 <= len(name) <= 200:
        wrong.append(FieldError("name", "give a name of 1 to 200 characters"))
    if role not in ROLES:
        wrong.append(FieldError("role", f"{role!r} is not a role: use one of {', '.join(ROLES)}"))
    wrong += [
        FieldError("teams", f"{team!r} is not a team name: letters, digits and hyphens inside, at most 63 characters")
        for team in teams
        if len(team) > 63 or not _TEAM.fullmatch(team)
    ]
    if wrong:
        raise BadRequest("; ".join(f"{item.field}: {item.message}" for item in wrong), errors=tuple(wrong))


def _require_person(found: object) -> None:
    if found is None:
        raise NotFound("there is no active person of this id")
