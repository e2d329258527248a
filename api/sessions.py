"""Sign in by one-time link or password, sign out, set a password."""

from dataclasses import asdict
from functools import cache
from typing import Annotated, Self
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.auth import COOKIE, RECENT, SignedIn, session_token
from api.bodies import documented, read_body
from api.context import Context, context
from schemas.assignments import Text
from schemas.errors import NotSignedIn
from store import people, sessions, work_teams
from store.people import Person

router = APIRouter(prefix="/v1/session", tags=["session"])

_HASHER = PasswordHasher()
# Each hash takes 64 MiB and a core for some 50 ms.
_HASHING = CapacityLimiter(2)


class Login(BaseModel):
    """Either the token of a one-time link, or e-mail address and password."""

    model_config = ConfigDict(extra="forbid")

    token: str | None = Field(default=None, min_length=1, max_length=200)
    email: Text | None = Field(default=None, min_length=1, max_length=254)
    password: str | None = Field(default=None, min_length=1, max_length=1024)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_password = self.email is not None and self.password is not None
        if (self.token is None) != by_password or (self.token and (self.email or self.password)):
            raise ValueError("give either token, or email and password")
        return self


class NewPassword(BaseModel):
    """The password of the person who is signed in."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(min_length=12, max_length=1024)


class User(BaseModel):
    """The person who is signed in."""

    id: UUID
    email: str
    name: str
    role: people.Role
    teams: list[str]


class TeamRules(BaseModel):
    """What a team tells its people; empty where it says nothing."""

    team: str
    contact: str
    confidentiality: str


class Session(BaseModel):
    """Who is signed in, whom they can ask, and what they must keep to themselves, here and in teams of theirs."""

    user: User
    contact: str | None = None
    confidentiality: str | None = None
    team_rules: list[TeamRules]


ContextOf = Annotated[Context, Depends(context)]


@router.post("", response_model_exclude_none=True, openapi_extra=documented(Login))
async def sign_in(request: Request, response: Response, ctx: ContextOf) -> Session:
    """Start a session; its cookie stays until it is over or the person signs out."""
    login = await read_body(request, Login)
    response.headers["Cache-Control"] = "no-store"
    if login.token is not None:
        person_id = await sessions.use_login_link(ctx.pool, login.token)
    else:
        person_id = await _by_password(ctx, login.email or "", login.password or "")
    token = await sessions.start(ctx.pool, person_id, seconds=ctx.settings.session_seconds)
    response.set_cookie(
        COOKIE,
        token,
        max_age=ctx.settings.session_seconds,
        path="/",
        secure=ctx.settings.portal_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return await _shown(ctx, await people.get(ctx.pool, person_id))


@router.get("", response_model_exclude_none=True)
async def show(person: SignedIn, response: Response, ctx: ContextOf) -> Session:
    """Who is signed in."""
    response.headers["Cache-Control"] = "no-store"
    return await _shown(ctx, person)


@router.delete("", status_code=204)
async def sign_out(request: Request, response: Response, person: SignedIn, ctx: ContextOf) -> None:
    """End this session."""
    token = session_token(request)
    if token:
        await sessions.finish(ctx.pool, token)
    RECENT.forget(person.id)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


@router.put("/password", status_code=204, openapi_extra=documented(NewPassword))
async def set_password(request: Request, person: SignedIn, ctx: ContextOf) -> None:
    """Set a password of at least 12 characters; the person's other sessions end."""
    new = await read_body(request, NewPassword)
    hashed = await to_thread.run_sync(_HASHER.hash, new.password, limiter=_HASHING)
    async with ctx.pool.acquire() as connection, connection.transaction():
        await people.set_password(connection, person.id, hashed)
        await sessions.finish_others(connection, person.id, session_token(request))
    RECENT.forget(person.id)


async def _by_password(ctx: Context, email: str, password: str) -> UUID:
    """Unknown address and wrong password get the same answer after the same work."""
    await sessions.count_login(ctx.pool, email)
    known = await people.password_of(ctx.pool, email)
    right = await to_thread.run_sync(_is_right, known.hash if known else None, password, limiter=_HASHING)
    if known is None or not right:
        raise NotSignedIn("the e-mail address or the password is wrong")
    await sessions.login_succeeded(ctx.pool, email)
    return known.person_id


def _is_right(known_hash: str | None, password: str) -> bool:
    stand_in = _nobodys_hash()
    try:
        return _HASHER.verify(known_hash or stand_in, password)
    except VerifyMismatchError:
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("no person has this hash")


async def _shown(ctx: Context, person: Person) -> Session:
    user = User(id=person.id, email=person.email, name=person.name, role=person.role, teams=list(person.teams))
    settings = ctx.settings
    return Session(
        user=user,
        contact=settings.contact or None,
        confidentiality=settings.confidentiality or None,
        team_rules=[TeamRules(**asdict(rules)) for rules in await work_teams.rules(ctx.pool, person.teams)],
    )
