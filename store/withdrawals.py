"""Answers that their authors take back before the workflow hears of them."""

from uuid import UUID

from schemas.errors import Conflict, LeaseLost, NotFound, VisitClosed
from store.database import Database
from store.queries import load

SQL = load("withdrawals")

_REFUSALS: dict[str, Exception] = {
    "unknown": NotFound("there is no such submission of yours"),
    "closed": VisitClosed("this work is closed, and your answer counts: it cannot be taken back any more"),
    "stopped": Conflict("the task was stopped, and your answer counts: it cannot be taken back any more"),
    "too_late": Conflict("the time to take this answer back is over: it was handed on"),
    "not_allowed": LeaseLost("you are not in the team of this work any more"),
}


async def withdraw(
    db: Database, assignment_id: UUID, person_id: UUID, submission_id: UUID, *, lease_seconds: int
) -> None:
    """Take an answer back: its author holds the work again, with the answer as the draft. A second call does nothing.

    Raises NotFound, VisitClosed, LeaseLost, and Conflict where it is too late or the project never allows it.
    """
    outcome = await db.fetchval(SQL["withdraw"], assignment_id, person_id, submission_id, lease_seconds)
    if outcome != "done":
        refusal = _REFUSALS[outcome]
        raise type(refusal)(str(refusal))


async def tell_final(db: Database, *, limit: int = 500) -> int:
    """Write the messages of answers whose time to be taken back is over; how many were told."""
    return await db.fetchval(SQL["tell_final"], limit)
