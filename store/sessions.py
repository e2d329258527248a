"""Sessions of the portal: how they begin, end, and how many wrong passwords are allowed."""

import secrets
from uuid import UUID

from schemas.errors import NotSignedIn, TooManyRequests
from store.database import Database, Pool
from store.people import Person, read_person, secret_hash
from store.queries import load

SQL = load("sessions")

MAX_FAILED_LOGINS = 10
FAILED_LOGIN_WINDOW_SECONDS = 15 * 60


async def use_login_link(db: Database, token: str) -> UUID:
    """Use up a one-time login link and return whose it is. Raises NotSignedIn."""
    person_id = await db.fetchval(SQL["use_login_link"], secret_hash(token))
    if person_id is None:
        raise NotSignedIn("this login link was used already or is over: ask for a new one")
    return person_id


async def start(db: Database, person_id: UUID, *, seconds: int) -> str:
    """The token of a new session of `seconds`; only its SHA-256 is stored. Raises NotSignedIn for a disabled person."""
    token = secrets.token_urlsafe(32)
    if await db.fetchval(SQL["start"], secret_hash(token), person_id, float(seconds)) is None:
        raise NotSignedIn
    return token


async def person_of(db: Database, token: str) -> Person | None:
    """The active person of a running session."""
    row = await db.fetchrow(SQL["person"], secret_hash(token))
    return read_person(row) if row else None


async def finish(db: Database, token: str) -> None:
    """Sign out; nothing happens where the session is over already."""
    await db.execute(SQL["finish"], secret_hash(token))


async def finish_others(db: Database, person_id: UUID, token: str | None) -> None:
    """End all sessions of a person except the one of `token`."""
    await db.execute(SQL["finish_others"], person_id, secret_hash(token) if token else None)


async def count_login(pool: Pool, email: str) -> None:
    """Count an attempt with a password as failed, until `login_succeeded` is told otherwise.

    Raises TooManyRequests where MAX_FAILED_LOGINS failed within FAILED_LOGIN_WINDOW_SECONDS. An unknown e-mail address
    is counted like a known one, and a refused attempt is not counted, so that the wait ends.
    """
    window = float(FAILED_LOGIN_WINDOW_SECONDS)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["forget_old_attempts"], window)
        await connection.execute(SQL["lock_email"], email)
        if await connection.fetchval(SQL["recent_failures"], email, window) >= MAX_FAILED_LOGINS:
            raise TooManyRequests("too many wrong passwords for this address: wait 15 minutes, or use a login link")
        await connection.execute(SQL["record_attempt"], email)


async def login_succeeded(db: Database, email: str) -> None:
    """Forget the failed attempts of an e-mail address."""
    await db.execute(SQL["forget_attempts"], email)


async def forget_expired(db: Database) -> None:
    """Drop sessions and login links whose time is over."""
    await db.execute(SQL["forget_sessions"])
    await db.execute(SQL["forget_links"])
