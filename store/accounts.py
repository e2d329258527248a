"""People as those see them who manage people: administrators everybody, team managers those of their teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.errors import Conflict, FieldError, Forbidden, NameInUse, NotFound, NotSignedIn, wrong_field
from schemas.people import MANAGING_ROLES, WORKING_ROLES, PersonChange, Role
from store import memberships, people
from store.database import Connection, Database, Pool, transaction
from store.people import LoginLink
from store.queries import load

SQL = load("accounts")


@dataclass(frozen=True)
class Account:
    """A person as those see them who manage people; `may_change` is about who asks."""

    id: UUID
    email: str
    name: str
    role: Role
    worker_id: str
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    teams: Sequence[str]
    may_change: bool


@dataclass(frozen=True)
class Which:
    """Which people a list shows; None: it does not matter."""

    search: str | None = None
    role: Role | None = None
    team: str | None = None
    disabled: bool | None = None


@dataclass(frozen=True)
class Event:
    """Something that was done with a person's account, and the e-mail address of who did it."""

    type: str
    time: datetime
    by: str | None
    data: dict[str, Any]


async def account(db: Database, person_id: UUID, *, by: UUID) -> Account:
    """A person as `by` sees them, who manages people. Raises NotFound where they do not see this one."""
    row = await db.fetchrow(SQL["account"], person_id, by)
    if row is None:
        raise NotFound("there is no such person, or they are in none of your teams")
    return Account(*row.values())


async def list_page(
    db: Database, which: Which, *, by: UUID, after: tuple[str, UUID] | None, limit: int
) -> list[Account]:
    """Up to `limit` people whom `by` sees, by name, from behind the name and id `after`."""
    name, last_id = after or (None, None)
    rows = await db.fetch(
        SQL["list_page"], by, which.search, which.role, which.team, which.disabled, name, last_id, limit
    )
    return [Account(*row.values()) for row in rows]


async def events(db: Database, person_id: UUID, *, by: UUID) -> list[Event]:
    """What was done with a person's account, latest first. Raises NotFound where `by` does not see them."""
    await account(db, person_id, by=by)
    return [Event(*row.values()) for row in await db.fetch(SQL["events"], person_id, by)]


async def invite(
    pool: Pool, *, email: str, name: str, role: Role, teams: Sequence[str], by: UUID, link_seconds: int
) -> tuple[Account, LoginLink]:
    """A new person in teams that exist, with a login link.

    Raises BadRequest, Forbidden for what `by` may not give, NameInUse.
    """
    people.check(email, name, role, teams)
    async with transaction(pool) as connection:
        await people.lock(connection)
        asker = await _asker(connection, by)
        asker.require_role(role)
        asker.require_teams(teams, set(teams))
        person_id = await connection.fetchval(SQL["invite"], email, name, role)
        if person_id is None:
            message = f"{email} is somebody's already: change or enable that person instead"
            raise NameInUse(f"email: {message}", errors=(FieldError("email", message),))
        await memberships.set_teams(connection, person_id, teams)
        await people.record_change(connection, person_id, None, by=by)
        link = await people.new_login_link(connection, person_id, seconds=link_seconds)
        return await account(connection, person_id, by=by), link


async def change(pool: Pool, person_id: UUID, changes: PersonChange, *, by: UUID) -> Account:
    """Give a person another name, role or teams; what they hold and may not do any more ends at once.

    Raises NotFound, Forbidden, BadRequest for unknown teams, Conflict for one's own role.
    """
    async with people.recorded_change(pool, person_id, by=by) as connection:
        asker = await _asker(connection, by)
        person = await _to_change(connection, person_id, by)
        if changes.role is not None and changes.role != person.role:
            asker.require_role(changes.role)
            _refuse_self(person_id, by, "change your own role")
        if changes.teams is not None:
            asker.require_teams(changes.teams, set(changes.teams) ^ set(person.teams))
            await memberships.set_teams(connection, person_id, changes.teams)
        await connection.execute(SQL["change"], person_id, changes.name, changes.role)
        await _end_unfit(connection, person_id)
        return await account(connection, person_id, by=by)


async def renew_login_link(pool: Pool, person_id: UUID, *, seconds: int, by: UUID) -> LoginLink:
    """A new login link; those that were made before end now.

    Raises NotFound, Forbidden, Conflict for a disabled person.
    """
    async with transaction(pool) as connection:
        await people.lock(connection)
        await _asker(connection, by)
        person = await _to_change(connection, person_id, by)
        if person.disabled_at is not None:
            raise Conflict(f"{person.email} is disabled: enable them first")
        await people.end_login_links(connection, person_id)
        link = await people.new_login_link(connection, person_id, seconds=seconds)
        await people.record(connection, person_id, "loupe.person.login_link_made", by=by)
        return link


async def disable(pool: Pool, person_id: UUID, *, by: UUID) -> None:
    """Refuse a person everywhere, see `people.disable`. Raises NotFound, Forbidden, Conflict for oneself."""
    async with transaction(pool) as connection:
        await people.lock(connection)
        await _asker(connection, by)
        await _to_change(connection, person_id, by)
        _refuse_self(person_id, by, "disable yourself")
        await people.disable(connection, person_id, by=by)


async def enable(pool: Pool, person_id: UUID, *, by: UUID) -> None:
    """Let a disabled person in again, with their teams, password and keys. Raises NotFound, Forbidden."""
    async with people.recorded_change(pool, person_id, by=by) as connection:
        await _asker(connection, by)
        await _to_change(connection, person_id, by)
        await connection.execute(SQL["enable"], person_id)


async def join_team(pool: Pool, person_id: UUID, team: str, *, by: UUID) -> None:
    """Put a person into a work team. Raises NotFound, Forbidden, BadRequest for an unknown team, Conflict."""
    async with people.recorded_change(pool, person_id, by=by) as connection:
        person = await _member_to_change(connection, person_id, team, by)
        await memberships.set_teams(connection, person_id, {*person.teams, team})


async def leave_team(pool: Pool, person_id: UUID, team: str, *, by: UUID) -> None:
    """Take a person out of a work team; their leases and reservations of its work end in the same transaction.

    Raises NotFound, Forbidden, Conflict where they would leave another team with it.
    """
    async with people.recorded_change(pool, person_id, by=by) as connection:
        person = await _member_to_change(connection, person_id, team, by)
        if team not in person.teams:
            raise NotFound(f"{person.email} is not in the work team {team}")
        await memberships.set_teams(connection, person_id, {*person.teams} - {team})


@dataclass(frozen=True)
class _Asker:
    """Who wants a change, as they are at this moment."""

    role: Role
    teams: Sequence[str]

    def require_role(self, role: Role) -> None:
        if self.role != "admin" and role not in WORKING_ROLES:
            message = f"team managers make people {', '.join(WORKING_ROLES)}: ask an administrator for {role}"
            raise Forbidden(message, errors=(FieldError("role", message),))

    def require_teams(self, teams: Sequence[str], changed: set[str]) -> None:
        if self.role == "admin":
            return
        foreign = sorted(changed.difference(self.teams))
        if foreign:
            message = f"{', '.join(foreign)}: you manage people of your own teams alone"
            raise Forbidden(message, errors=(FieldError("teams", message),))
        if not teams:
            raise wrong_field("teams", "choose at least one of your teams: who is in none is managed by administrators")


async def _asker(connection: Connection, by: UUID) -> _Asker:
    """Who wants a change, read under `people.lock`, so that it stays true."""
    row = await connection.fetchrow(SQL["asker"], by)
    if row is None:
        raise NotSignedIn
    if row["role"] not in MANAGING_ROLES:
        raise Forbidden(f"this is for the roles {', '.join(MANAGING_ROLES)}; yours is {row['role']}")
    return _Asker(*row.values())


async def _to_change(connection: Connection, person_id: UUID, by: UUID) -> Account:
    person = await account(connection, person_id, by=by)
    if not person.may_change:
        raise Forbidden(
            f"{person.email} can be changed by administrators alone: they manage, or are in a team that is not yours"
        )
    return person


async def _member_to_change(connection: Connection, person_id: UUID, team: str, by: UUID) -> Account:
    asker = await _asker(connection, by)
    person = await account(connection, person_id, by=by)
    if asker.role != "admin" and (team not in asker.teams or person.role not in WORKING_ROLES):
        raise Forbidden("team managers put people who do the work into teams of their own, and take them out again")
    return person


def _refuse_self(person_id: UUID, by: UUID, what: str) -> None:
    # Who changes an administrator is another one, so this also keeps the last.
    if person_id == by:
        raise Conflict(f"you cannot {what}, so that there is always an administrator: ask another one")


async def _end_unfit(connection: Connection, person_id: UUID) -> None:
    await connection.execute(SQL["lock_unfit"], person_id)
    await connection.execute(SQL["end_unfit_holds"], person_id)
    await connection.execute(SQL["end_unfit_reservations"], person_id)
