"""People, for those who manage them: administrators all, team managers those who work in teams of theirs."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from api import cursors
from api.auth import RECENT, require
from api.bodies import documented, json_response, read_body, told_once
from api.context import Context, context
from api.cursors import Cursor, Limit
from schemas.people import (
    InvitedPerson,
    LoginLink,
    NewPerson,
    PeoplePage,
    PersonChange,
    PersonEvents,
    PersonView,
    Role,
)
from store import accounts
from store.accounts import Account, Which
from store.people import LoginLink as MadeLink
from store.people import Person

router = APIRouter(prefix="/v1/people", tags=["people"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]
Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("", responses={200: {"model": PeoplePage}})
async def list_people(
    person: Manager,
    ctx: Ctx,
    search: Text = None,
    role: Role | None = None,
    team: Text = None,
    disabled: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """People by name; `search` is a part of a name or an e-mail address. Team managers see those of their teams."""
    query = ("people", str(person.id), search, role, team, disabled)
    last = cursors.place_in(ctx, cursor, query)
    rows = await accounts.list_page(
        ctx.pool,
        Which(search or None, role, team or None, disabled),
        by=person.id,
        after=(last[0], UUID(last[1])) if last else None,
        limit=limit + 1,
    )
    return json_response(cursors.page(ctx, rows, asdict, lambda row: (row.name, row.id), query=query, limit=limit))


@router.post("", status_code=201, openapi_extra=documented(NewPerson), responses={201: {"model": InvitedPerson}})
async def invite(request: Request, person: Manager, ctx: Ctx) -> Response:
    """Invite somebody. The answer holds a login link, this once: hand it to them, nothing is sent by e-mail."""
    new = await read_body(request, NewPerson)
    invited, link = await accounts.invite(
        ctx.pool,
        email=new.email,
        name=new.name,
        role=new.role,
        teams=new.teams,
        by=person.id,
        link_seconds=ctx.settings.login_link_seconds,
    )
    return told_once({**asdict(invited), "login_link": _address(ctx, link)})


@router.get("/{person_id}", responses={200: {"model": PersonView}})
async def get_person(person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """One person."""
    return _shown(await accounts.account(ctx.pool, person_id, by=person.id))


@router.get("/{person_id}/events", responses={200: {"model": PersonEvents}})
async def list_events(person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """What was done with a person's account, and by whom."""
    found = await accounts.events(ctx.pool, person_id, by=person.id)
    return json_response({"items": [asdict(event) for event in found], "next_cursor": None})


@router.patch("/{person_id}", openapi_extra=documented(PersonChange), responses={200: {"model": PersonView}})
async def change(person_id: UUID, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Change name, role or teams. What the person holds and may not do any more goes back to its queue at once."""
    changes = await read_body(request, PersonChange)
    changed = await accounts.change(ctx.pool, person_id, changes, by=person.id)
    RECENT.forget(person_id)
    ctx.hint()
    return _shown(changed)


@router.post("/{person_id}/login-link", status_code=201, responses={201: {"model": LoginLink}})
async def new_login_link(person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """A new login link, in place of those that were made before; it is told this once."""
    seconds = ctx.settings.login_link_seconds
    link = await accounts.renew_login_link(ctx.pool, person_id, seconds=seconds, by=person.id)
    return told_once(_address(ctx, link))


@router.post("/{person_id}/disable", responses={200: {"model": PersonView}})
async def disable(person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Refuse a person everywhere: sessions, login links, leases and reservations end, and their keys stop working."""
    await accounts.disable(ctx.pool, person_id, by=person.id)
    RECENT.forget(person_id)
    ctx.hint()
    return _shown(await accounts.account(ctx.pool, person_id, by=person.id))


@router.post("/{person_id}/enable", responses={200: {"model": PersonView}})
async def enable(person_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Let a disabled person in again, with the teams, the password and the keys that they had."""
    await accounts.enable(ctx.pool, person_id, by=person.id)
    return _shown(await accounts.account(ctx.pool, person_id, by=person.id))


def _address(ctx: Context, link: MadeLink) -> dict[str, object]:
    return {"url": ctx.settings.login_url(link.token), "expires_at": link.expires_at}


def _shown(account: Account) -> Response:
    return json_response(asdict(account))
