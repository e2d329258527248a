"""Who is asking: a bearer key or the portal's session cookie."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from api.context import Context, context
from schemas.errors import Forbidden, NotSignedIn
from store import people, sessions
from store.people import Person, Role

COOKIE = "loupe_session"
CSRF_HEADER = "X-Loupe-CSRF"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RecentPeople:
    """People by the hash of what they signed in with, for at most `seconds`; the oldest entry makes room.

    A person who is disabled elsewhere is refused here when the entry is over.
    """

    def __init__(self, *, seconds: float, size: int) -> None:
        self._seconds = seconds
        self._size = size
        self._entries: OrderedDict[bytes, tuple[float, Person]] = OrderedDict()

    def get(self, secret: str) -> Person | None:
        """The person, while the entry is fresh."""
        key = people.secret_hash(secret)
        until, person = self._entries.get(key, (0.0, None))
        if person is not None and until <= time.monotonic():
            del self._entries[key]
            return None
        return person

    def put(self, secret: str, person: Person) -> None:
        """Remember what the database just said."""
        key = people.secret_hash(secret)
        self._entries[key] = (time.monotonic() + self._seconds, person)
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def forget(self, person_id: UUID) -> None:
        """Ask the database again for everything this person signed in with."""
        for key in [key for key, (_, known) in self._entries.items() if known.id == person_id]:
            del self._entries[key]


RECENT = RecentPeople(seconds=2.0, size=10_000)


def session_token(request: Request) -> str | None:
    """The session cookie, where the request has no bearer key."""
    return None if _bearer_key(request) else request.cookies.get(COOKIE)


async def signed_in(request: Request, ctx: Annotated[Context, Depends(context)]) -> Person:
    """FastAPI dependency: the person of the bearer key, else of the session cookie.

    By cookie, requests that change something have to carry the header `X-Loupe-CSRF: 1`, which a foreign site cannot
    send. Raises NotSignedIn and Forbidden.
    """
    key = _bearer_key(request)
    if key is not None:
        return await _recent(key, lambda: people.get_by_api_key(ctx.pool, key), "this API key is not valid")
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    person = await _recent(token, lambda: sessions.person_of(ctx.pool, token), "your session is over: sign in again")
    if request.method not in _SAFE_METHODS and request.headers.get(CSRF_HEADER) != "1":
        raise Forbidden(f"requests by session cookie that change something need the header {CSRF_HEADER}: 1")
    return person


SignedIn = Annotated[Person, Depends(signed_in)]


def require(*roles: Role) -> Callable[[Person], Awaitable[Person]]:
    """A dependency for people of these roles alone. It raises Forbidden for others."""

    async def of_role(person: SignedIn) -> Person:
        if person.role not in roles:
            raise Forbidden(f"this is for the roles {', '.join(roles)}; yours is {person.role}")
        return person

    return of_role


def _bearer_key(request: Request) -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


async def _recent(secret: str, ask: Callable[[], Awaitable[Person | None]], refusal: str) -> Person:
    person = RECENT.get(secret)
    if person is None:
        person = await ask()
        if person is None:
            raise NotSignedIn(refusal)
        RECENT.put(secret, person)
    return person
