"""People, the groups that make them members of work teams, their keys and their one-time login links."""

import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

import asyncpg
from asyncpg.pool import Pool

from schemas.errors import BadRequest, FieldError, NotFound
from store import assignments
from store.database import Connection, Database
from store.queries import load

SQL = load("people")

Role = Literal["admin", "team_manager", "annotator", "reviewer", "annotator_reviewer", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# CreateWorkteam's WorkteamName in the SageMaker API.
_TEAM = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
# Groups are Loupe's own; members of a team made here are shown as a user pool's group, as DescribeWorkteam has to.
_USER_POOL = "local_loupe"
_CLIENT_ID = "loupe"


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
    _check(email, name, role, teams)
    async with _transaction(db) as connection:
        person_id = await connection.fetchval(SQL["add"], email, name, role)
        for team in teams:
            await connection.execute(SQL["join_group"], await _group_of(connection, team), person_id)
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
    """The active person that a bearer key stands for."""
    row = await db.fetchrow(SQL["get_by_api_key"], secret_hash(key))
    return read_person(row) if row else None


async def make_login_link(db: Database, person_id: UUID, *, seconds: int) -> str:
    """The token of a link that signs in once within `seconds`; only its SHA-256 is stored. Raises NotFound."""
    token = secrets.token_urlsafe(32)
    _require_person(await db.fetchval(SQL["make_login_link"], secret_hash(token), person_id, float(seconds)))
    return token


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


async def disable(db: Database, person_id: UUID) -> None:
    """Refuse a person everywhere: sessions, login links, leases and reservations end in one transaction.

    Their keys stop with them, and what they submitted stays. Raises NotFound.
    """
    async with _transaction(db) as connection:
        _require_person(await connection.fetchval(SQL["disable"], person_id))
        await connection.execute(SQL["end_sign_ins"], person_id)
        await connection.execute(SQL["end_login_links"], person_id)
        await assignments.end_holds(connection, [person_id], None)


async def remove_from_group(db: Database, person_id: UUID, group: str) -> None:
    """Take a person out of a group; their leases and reservations in teams that they leave by this end with it.

    Raises NotFound where they are not in the group.
    """
    async with _transaction(db) as connection:
        if await connection.fetchval(SQL["leave_group"], group, person_id) is None:
            raise NotFound(f"this person is not in the group {group}")
        left = [row["team_id"] for row in await connection.fetch(SQL["teams_left"], group, person_id)]
        if left:
            await assignments.end_holds(connection, [person_id], left)


async def leave_team(db: Database, person_id: UUID, team: str) -> None:
    """Take a person out of all groups that make them a member of a work team. Raises NotFound where none does."""
    async with _transaction(db) as connection:
        groups = await connection.fetch(SQL["groups_in_team"], person_id, team)
        if not groups:
            raise NotFound(f"this person is not in the work team {team}")
        for row in groups:
            await remove_from_group(connection, person_id, row["group_name"])


async def _group_of(connection: Connection, team: str) -> str:
    members = [{"CognitoMemberDefinition": {"UserPool": _USER_POOL, "UserGroup": team, "ClientId": _CLIENT_ID}}]
    await connection.execute(SQL["make_team"], team, f"People of {team}", members)
    group = await connection.fetchval(SQL["first_group"], team)
    if group is None:
        group = team
        await connection.execute(SQL["make_group"], group)
        await connection.execute(SQL["attach_group"], team, group)
    return group


def _check(email: str, name: str, role: str, teams: Sequence[str]) -> None:
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


def _require_person(person_id: UUID | None) -> None:
    if person_id is None:
        raise NotFound("there is no active person of this id")


@asynccontextmanager
async def _transaction(db: Database) -> AsyncGenerator[Connection]:
    """A transaction on a connection of the pool, or inside the one that `db` may already be in."""
    if isinstance(db, Pool):
        async with db.acquire() as connection, connection.transaction():
            yield connection
    else:
        async with db.transaction():
            yield db
