"""Work teams: whose people they are is said by groups; the settings are kept as the wire has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import Conflict, FieldError, NameInUse, NotFound, wrong_field
from schemas.tags import Tag
from schemas.work_teams import Definition
from store import assignments, tags
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("work_teams")

# Groups are Loupe's own; those of a team made here are shown as a user pool's, as DescribeWorkteam has to.
_USER_POOL = "local_loupe"
_CLIENT_ID = "loupe"


@dataclass(frozen=True)
class WorkTeam:
    """A team as clients see it."""

    id: UUID
    name: str
    workforce_name: str | None
    description: str
    member_definitions: list[dict[str, Any]]
    notification_configuration: dict[str, Any] | None
    worker_access_configuration: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime

    def sort_key(self, *, by_name: bool) -> str:
        """The text that `list_page` orders by."""
        return self.name if by_name else f"{self.created_at:%Y%m%d%H%M%S%f}{self.id}"


@dataclass(frozen=True)
class Overview:
    """A team as those see it who manage people; `members` counts the active ones."""

    name: str
    description: str
    created_at: datetime
    members: int
    contact: str
    confidentiality: str


@dataclass(frozen=True)
class Rules:
    """What the people of a team are told beside their work: whom they can ask, what they must keep to themselves."""

    team: str
    contact: str
    confidentiality: str


async def create(
    pool: Pool, *, name: str, arn: str, workforce_name: str | None, definition: Definition, given_tags: Sequence[Tag]
) -> None:
    """Make a team of the named workforce, else of the one that exists, else of none; its groups are made where they
    are new. Raises BadRequest, NameInUse."""
    async with pool.acquire() as connection, connection.transaction():
        workforce = await connection.fetchrow(SQL["workforce"], workforce_name)
        if workforce_name is not None and workforce is None:
            raise wrong_field(
                "WorkforceName", f"there is no workforce {workforce_name}: make it with CreateWorkforce first"
            )
        if workforce is not None:
            _require_kind(definition, oidc=workforce["oidc"])
        team_id = await connection.fetchval(
            SQL["create"],
            name,
            workforce["name"] if workforce else None,
            definition.description,
            definition.members,
            definition.notification_configuration,
            definition.worker_access_configuration,
        )
        if team_id is None:
            raise NameInUse(f"WorkteamName: a work team {name} exists already")
        await _set_groups(connection, team_id, definition.groups)
        await tags.put(connection, arn, given_tags)


async def make_local(connection: Connection, name: str, *, description: str) -> bool:
    """Make a team whose only group will have the team's name; false where there is a team of this name."""
    members = [{"CognitoMemberDefinition": {"UserPool": _USER_POOL, "UserGroup": name, "ClientId": _CLIENT_ID}}]
    made = await connection.fetchval(SQL["create"], name, None, description, members, None, None)
    if made is not None:
        await _set_groups(connection, made, (name,))
    return made is not None


async def create_local(
    pool: Pool, name: str, *, description: str, contact: str, confidentiality: str, by: UUID
) -> None:
    """Make a team for people whom Loupe itself keeps. Raises NameInUse."""
    async with pool.acquire() as connection, connection.transaction():
        if not await make_local(connection, name, description=description):
            message = f"there is a work team {name} already"
            raise NameInUse(f"name: {message}", errors=(FieldError("name", message),))
        await connection.execute(SQL["change"], name, None, contact, confidentiality)
        await connection.execute(SQL["record"], "loupe.work_team.created", by, {"team": name})


async def change(
    pool: Pool, name: str, *, description: str | None, contact: str | None, confidentiality: str | None, by: UUID
) -> None:
    """Change what is said about a team; None leaves it as it is."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["change"], name, description, contact, confidentiality)
        await connection.execute(SQL["record"], "loupe.work_team.changed", by, {"team": name})


async def rules(db: Database, names: Sequence[str]) -> list[Rules]:
    """What these teams tell their people; teams that say nothing are left out."""
    return [Rules(*row.values()) for row in await db.fetch(SQL["rules"], list(names))]


async def list_visible(
    db: Database, *, by: UUID, name_contains: str | None, after: str | None, limit: int
) -> list[Overview]:
    """Up to `limit` teams by name that `by` sees: administrators all, team managers their own."""
    return [Overview(*row.values()) for row in await db.fetch(SQL["visible"], by, name_contains, after, limit)]


async def visible(db: Database, name: str, *, by: UUID) -> Overview:
    """Raises NotFound for a team that `by` does not see."""
    row = await db.fetchrow(SQL["one_visible"], by, name)
    if row is None:
        raise NotFound(f"there is no work team {name}, or it is not one of yours")
    return Overview(*row.values())


async def users(db: Database, name: str) -> list[str]:
    """Names of up to five projects and flow definitions whose graph gives work to a team."""
    return [row["name"] for row in await db.fetch(SQL["users"], name)]


async def get(db: Database, name: str) -> WorkTeam:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return _work_team(row)


async def list_page(
    db: Database, *, name_contains: str | None, by_name: bool, ascending: bool, after: str | None, limit: int
) -> list[WorkTeam]:
    """Up to `limit` teams by name or by time of creation, from behind the sort key `after`."""
    rows = await db.fetch(SQL["list_page"], name_contains, by_name, ascending, after, limit)
    return [_work_team(row) for row in rows]


async def update(pool: Pool, name: str, definition: Definition) -> WorkTeam:
    """Change what is given; people who are not in the team any more lose what they hold of its work.

    Raises NotFound, and BadRequest for members that the team's workforce cannot have.
    """
    async with pool.acquire() as connection, connection.transaction():
        team = await connection.fetchrow(SQL["lock"], name)
        if team is None:
            raise _unknown(name)
        current = await get(connection, name)
        if definition.members is not None:
            if current.workforce_name is not None:
                _require_kind(definition, oidc=team["oidc"])
            await _change_groups(connection, current.id, definition.groups)
        await connection.execute(
            SQL["update"],
            current.id,
            definition.members,
            definition.description,
            definition.notification_configuration,
            definition.worker_access_configuration,
        )
        return await get(connection, name)


async def delete(pool: Pool, *, name: str, arn: str) -> None:
    """Remove a team; its groups keep their people. Raises NotFound, Conflict while a project gives work to it."""
    async with pool.acquire() as connection, connection.transaction():
        await _delete(connection, name, arn)


async def delete_with_groups(pool: Pool, *, name: str, arn: str, by: UUID) -> None:
    """Remove a team, and those of its groups that no other team has. Raises NotFound, Conflict, see `delete`."""
    async with pool.acquire() as connection, connection.transaction():
        groups = [row["group_name"] for row in await connection.fetch(SQL["groups"], name)]
        await _delete(connection, name, arn)
        await connection.execute(SQL["forget_groups"], groups)
        await connection.execute(SQL["record"], "loupe.work_team.deleted", by, {"team": name})


async def _delete(connection: Connection, name: str, arn: str) -> None:
    team = await connection.fetchrow(SQL["lock"], name)
    if team is None:
        raise _unknown(name)
    projects = await users(connection, name)
    if projects:
        raise Conflict(f"{name} works for {', '.join(projects)}: delete these flow definitions and projects first")
    await _change_groups(connection, team["id"], ())
    await connection.execute(SQL["delete"], team["id"])
    await tags.remove_all(connection, arn)


async def _change_groups(connection: Connection, team_id: UUID, groups: Sequence[str]) -> None:
    before = await _members(connection, team_id)
    await connection.execute(SQL["clear_groups"], team_id)
    await _set_groups(connection, team_id, groups)
    left = before - await _members(connection, team_id)
    await assignments.end_holds(connection, sorted(left), [team_id])


async def _set_groups(connection: Connection, team_id: UUID, groups: Sequence[str]) -> None:
    await connection.execute(SQL["make_groups"], list(groups))
    await connection.execute(SQL["attach_groups"], team_id, list(groups))


async def _members(connection: Connection, team_id: UUID) -> set[UUID]:
    return {row["person_id"] for row in await connection.fetch(SQL["members"], team_id)}


def _require_kind(definition: Definition, *, oidc: bool) -> None:
    if definition.oidc != oidc:
        kinds = ("OidcMemberDefinition", "an OIDC") if oidc else ("CognitoMemberDefinition", "a Cognito")
        raise wrong_field("MemberDefinitions", f"the workforce of this team is {kinds[1]} one: use {kinds[0]}")


def _work_team(row: asyncpg.Record) -> WorkTeam:
    return WorkTeam(*row.values())


def _unknown(name: str) -> NotFound:
    # Clients such as Terraform's provider know a team that is gone by the first three words.
    return NotFound(f"The work team {name} does not exist in this account and region")
