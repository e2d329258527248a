"""Work teams: whose people they are is said by groups; the settings are kept as the wire has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import BadRequest, Conflict, FieldError, NameInUse, NotFound
from schemas.tags import Tag
from schemas.work_teams import Definition
from store import assignments, tags
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("work_teams")


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


async def create(
    pool: Pool, *, name: str, arn: str, workforce_name: str | None, definition: Definition, given_tags: Sequence[Tag]
) -> None:
    """Make a team of the named workforce, else of the one that exists, else of none; its groups are made where they
    are new. Raises BadRequest, NameInUse."""
    async with pool.acquire() as connection, connection.transaction():
        workforce = await connection.fetchrow(SQL["workforce"], workforce_name)
        if workforce_name is not None and workforce is None:
            raise _wrong("WorkforceName", f"there is no workforce {workforce_name}: make it with CreateWorkforce first")
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
    """Remove a team. Raises NotFound, Conflict while a project gives work to it."""
    async with pool.acquire() as connection, connection.transaction():
        team = await connection.fetchrow(SQL["lock"], name)
        if team is None:
            raise _unknown(name)
        users = [row["name"] for row in await connection.fetch(SQL["users"], name)]
        if users:
            raise Conflict(f"WorkteamName: {name} works for the flow definitions {', '.join(users)}: delete them first")
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
        raise _wrong("MemberDefinitions", f"the workforce of this team is {kinds[1]} one: use {kinds[0]}")


def _work_team(row: asyncpg.Record) -> WorkTeam:
    return WorkTeam(*row.values())


def _wrong(member: str, message: str) -> BadRequest:
    return BadRequest(f"{member}: {message}", errors=(FieldError(member, message),))


def _unknown(name: str) -> NotFound:
    # Clients such as Terraform's provider know a team that is gone by the first three words.
    return NotFound(f"The work team {name} does not exist in this account and region")
