"""Work teams on the AWS wire. They are private ones: teams of vendors and of the public crowd do not exist here."""

from typing import Any

from api.aws_protocol import Call, epoch, present
from api.page_tokens import page, page_size, position
from schemas import tags
from schemas import work_teams as definitions
from schemas.errors import NotFound
from store import work_teams
from store.work_teams import WorkTeam


async def create(call: Call) -> dict[str, Any]:
    """CreateWorkteam."""
    name = call.input["WorkteamName"]
    arn = call.place.arn("workteam", name)
    await work_teams.create(
        call.ctx.pool,
        name=name,
        arn=arn,
        workforce_name=call.input.get("WorkforceName"),
        definition=definitions.read(call.input),
        given_tags=tags.read(call.input.get("Tags", [])),
    )
    return {"WorkteamArn": arn}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeWorkteam."""
    return {"Workteam": _show(call, await work_teams.get(call.ctx.pool, call.input["WorkteamName"]))}


async def list_page(call: Call) -> dict[str, Any]:
    """ListWorkteams: by CreateDate and ascending where the call does not say."""
    size = page_size(call)
    by_name = call.input.get("SortBy") == "Name"
    last = position(call)
    rows = await work_teams.list_page(
        call.ctx.pool,
        name_contains=call.input.get("NameContains"),
        by_name=by_name,
        ascending=call.input.get("SortOrder") != "Descending",
        after=last[0] if last else None,
        limit=size + 1,
    )
    return page(
        call, "Workteams", rows, lambda row: _show(call, row), lambda row: [row.sort_key(by_name=by_name)], size=size
    )


async def update(call: Call) -> dict[str, Any]:
    """UpdateWorkteam."""
    changed = await work_teams.update(call.ctx.pool, call.input["WorkteamName"], definitions.read(call.input))
    call.ctx.hint()
    return {"Workteam": _show(call, changed)}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteWorkteam."""
    name = call.input["WorkteamName"]
    await work_teams.delete(call.ctx.pool, name=name, arn=call.place.arn("workteam", name))
    call.ctx.hint()
    return {"Success": True}


async def list_subscribed(call: Call) -> dict[str, Any]:
    """ListSubscribedWorkteams: nobody can subscribe to a vendor's team here, so there is none."""
    position(call)
    return {"SubscribedWorkteams": []}


async def describe_subscribed(call: Call) -> dict[str, Any]:
    """DescribeSubscribedWorkteam. Raises NotFound, see `list_subscribed`."""
    raise NotFound(f"The work team {call.input['WorkteamArn']} is not known: teams of vendors do not exist here")


def portal_host(call: Call) -> str:
    """The portal's address as SubDomain has it: without the scheme, which clients put before it."""
    return call.ctx.settings.portal_url.partition("://")[2]


def _show(call: Call, team: WorkTeam) -> dict[str, Any]:
    workforce = team.workforce_name
    return present(
        {
            "WorkteamName": team.name,
            "MemberDefinitions": team.member_definitions,
            "WorkteamArn": call.place.arn("workteam", team.name),
            "WorkforceArn": call.place.arn("workforce", workforce) if workforce else None,
            "Description": team.description,
            "SubDomain": portal_host(call),
            "CreateDate": epoch(team.created_at),
            "LastUpdatedDate": epoch(team.updated_at),
            "NotificationConfiguration": team.notification_configuration,
            "WorkerAccessConfiguration": team.worker_access_configuration,
        }
    )
