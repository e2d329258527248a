"""Who is in which work team: people are in groups, and a team's people are those of its groups."""

from collections.abc import Collection
from uuid import UUID

from schemas.errors import BadRequest, Conflict, FieldError, NotFound
from store import assignments, work_teams
from store.database import Connection, Database, transaction
from store.queries import load

SQL = load("memberships")


async def join(connection: Connection, person_id: UUID, team: str) -> None:
    """Put a person into a team's first group; a team or group that does not exist is made."""
    await work_teams.make_local(connection, team, description=f"People of {team}")
    group = await connection.fetchval(SQL["first_group"], team)
    if group is None:
        group = team
        await connection.execute(SQL["make_group"], group)
        await connection.execute(SQL["attach_group"], team, group)
    await connection.execute(SQL["join_group"], group, person_id)


async def leave(db: Database, person_id: UUID, team: str) -> None:
    """Take a person out of all groups that make them a member of a work team. Raises NotFound where none does."""
    async with transaction(db) as connection:
        groups = await connection.fetch(SQL["groups_in_team"], person_id, team)
        if not groups:
            raise NotFound(f"this person is not in the work team {team}")
        for row in groups:
            await leave_group(connection, person_id, row["group_name"])


async def leave_group(db: Database, person_id: UUID, group: str) -> None:
    """Take a person out of a group; their leases and reservations in teams that they leave by this end with it.

    Raises NotFound where they are not in the group.
    """
    async with transaction(db) as connection:
        if await connection.fetchval(SQL["leave_group"], group, person_id) is None:
            raise NotFound(f"this person is not in the group {group}")
        left = [row["team_id"] for row in await connection.fetch(SQL["teams_left"], group, person_id)]
        if left:
            await assignments.end_holds(connection, [person_id], left)


async def set_teams(connection: Connection, person_id: UUID, teams: Collection[str]) -> None:
    """Make these all the teams that a person is in; what they hold of those that they leave ends.

    Raises BadRequest for a team that does not exist, Conflict where groups that teams share do not allow it.
    """
    await require_teams(connection, teams)
    wanted, present = set(teams), set(await teams_of(connection, person_id))
    for team in sorted(present - wanted):
        # An earlier team's groups may have been this one's too.
        if team in await teams_of(connection, person_id):
            await leave(connection, person_id, team)
    for team in sorted(wanted - present):
        await join(connection, person_id, team)
    await _require_exactly(connection, person_id, wanted, present)


async def teams_of(connection: Connection, person_id: UUID) -> list[str]:
    """Names of the work teams of a person, also of a disabled one."""
    return await connection.fetchval(SQL["teams_of"], person_id)


async def require_teams(connection: Connection, teams: Collection[str]) -> None:
    """Keep these teams against deletion. Raises BadRequest where one does not exist."""
    unknown = [row["name"] for row in await connection.fetch(SQL["unknown_teams"], sorted(teams))]
    if unknown:
        problems = tuple(FieldError("teams", f"there is no work team {name}: make it first") for name in unknown)
        raise BadRequest("; ".join(f"teams: {each.message}" for each in problems), errors=problems)


async def _require_exactly(connection: Connection, person_id: UUID, wanted: set[str], before: set[str]) -> None:
    other = wanted ^ set(await teams_of(connection, person_id))
    if other:
        concerned = ", ".join(sorted(other | (wanted ^ before)))
        raise Conflict(
            f"of the teams {concerned} some share a group: their members come and go together, so choose all of them "
            "or none, or give the teams groups of their own"
        )
