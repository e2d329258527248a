"""Work teams on the AWS wire and for the portal.

They are private ones: teams of vendors and of the public crowd do not exist here.
"""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api import cursors
from api.auth import require
from api.aws_protocol import Call, epoch, present
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.page_tokens import page, page_size, position
from api.paths import NamePath
from schemas import tags
from schemas import work_teams as definitions
from schemas.arns import Place
from schemas.errors import NotFound
from schemas.work_teams import NewTeam, TeamChange, TeamDetail, TeamsPage, TeamView
from store import accounts, work_teams
from store.people import Person
from store.work_teams import WorkTeam

router = APIRouter(prefix="/v1/teams", tags=["people"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]


@router.get("", responses={200: {"model": TeamsPage}})
async def list_teams(
    person: Manager,
    ctx: Ctx,
    search: Annotated[str | None, Query(max_length=63, pattern=r"^[^\x00]*$")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Work teams by name: administrators see all, team managers their own."""
    query = ("teams", str(person.id), search)
    last = cursors.place_in(ctx, cursor, query)
    rows = await work_teams.list_visible(
        ctx.pool, by=person.id, name_contains=search or None, after=last[0] if last else None, limit=limit + 1
    )
    return json_response(cursors.page(ctx, rows, asdict, lambda row: (row.name,), query=query, limit=limit))


@router.post("", status_code=201, openapi_extra=documented(NewTeam), responses={201: {"model": TeamView}})
async def create_team(request: Request, person: Admin, ctx: Ctx) -> Response:
    """A work team without people yet; flow definitions and stages of graphs name it."""
    new = await read_body(request, NewTeam)
    description = new.description or f"People of {new.name}"
    await work_teams.create_local(
        ctx.pool,
        new.name,
        description=description,
        contact=new.contact,
        confidentiality=new.confidentiality,
        by=person.id,
    )
    answer = json_response(asdict(await work_teams.visible(ctx.pool, new.name, by=person.id)))
    answer.status_code = 201
    return answer


@router.get("/{name}", responses={200: {"model": TeamDetail}})
async def get_team(name: NamePath, person: Manager, ctx: Ctx) -> Response:
    """A work team, and what gives work to it; its people are in GET /v1/people?team=NAME."""
    team = await work_teams.visible(ctx.pool, name, by=person.id)
    return json_response({**asdict(team), "used_by": await work_teams.users(ctx.pool, name)})


@router.patch("/{name}", openapi_extra=documented(TeamChange), responses={200: {"model": TeamView}})
async def change_team(name: NamePath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Change a team's description, and what its people are told beside their work."""
    change = await read_body(request, TeamChange)
    await work_teams.visible(ctx.pool, name, by=person.id)
    await work_teams.change(
        ctx.pool,
        name,
        description=change.description,
        contact=change.contact,
        confidentiality=change.confidentiality,
        by=person.id,
    )
    return json_response(asdict(await work_teams.visible(ctx.pool, name, by=person.id)))


@router.delete("/{name}", status_code=204)
async def delete_team(name: NamePath, person: Admin, ctx: Ctx) -> Response:
    """Remove a team that nothing gives work to; its people stay, and are in one team less."""
    await work_teams.visible(ctx.pool, name, by=person.id)
    arn = Place(ctx.settings.account_id, ctx.settings.region).arn("workteam", name)
    await work_teams.delete_with_groups(ctx.pool, name=name, arn=arn, by=person.id)
    ctx.hint()
    return Response(status_code=204)


@router.put("/{name}/members/{person_id}", status_code=204)
async def add_member(name: NamePath, person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Put a person into a team; they see its queues at once."""
    await accounts.join_team(ctx.pool, person_id, name, by=person.id)
    ctx.hint()
    return Response(status_code=204)


@router.delete("/{name}/members/{person_id}", status_code=204)
async def remove_member(name: NamePath, person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Take a person out of a team; what they hold of its work, and what is reserved to them, goes back at once."""
    await accounts.leave_team(ctx.pool, person_id, name, by=person.id)
    ctx.hint()
    return Response(status_code=204)


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
