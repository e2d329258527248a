"""Calls that may be sent twice: the second one gets the first one's answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.errors import BadRequest, Conflict, FieldError
from store.database import Database
from store.queries import load

SQL = load("idempotency")

HEADER = "Idempotency-Key"
# No call runs longer, but those that move a whole project; and running one of them twice does no harm.
LONGEST_CALL_SECONDS = 60


@dataclass(frozen=True)
class Claim:
    """A key that this call has; to be answered or given up."""

    person_id: UUID
    key: str
    at: datetime


async def claim(db: Database, person_id: UUID, key: str, request_sha256: bytes) -> Claim | str:
    """The key for this call, or the answer that the same call got before, within a day.

    Raises BadRequest where the key belongs to another call, Conflict while the same one still runs.
    """
    at = await db.fetchval(SQL["claim"], person_id, key, request_sha256, LONGEST_CALL_SECONDS)
    if at is not None:
        return Claim(person_id, key, at)
    first = await db.fetchrow(SQL["first"], person_id, key)
    if first is not None and first["request_sha256"] != request_sha256:
        message = "was used for another call within the last 24 hours: make a new one for each call"
        raise BadRequest(f"{HEADER}: {message}", errors=(FieldError(HEADER, message),))
    if first is None or first["response"] is None:
        raise Conflict(f"{HEADER}: the first call with this key is still running: ask again in a few seconds")
    return first["response"]


async def answer(db: Database, claimed: Claim, response: str) -> None:
    """Keep what the call was answered."""
    await db.execute(SQL["answer"], claimed.person_id, claimed.key, response, claimed.at)


async def give_up(db: Database, claimed: Claim) -> None:
    """Free the key of a call that failed, so that it can be sent again at once."""
    await db.execute(SQL["give_up"], claimed.person_id, claimed.key, claimed.at)
