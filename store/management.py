"""What managers do with tasks: priority, whom they are given to, cancelling, reopening.

The rules stand in SQL functions, which say in one word what came of it; here that becomes an error with a sentence.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from schemas.errors import Conflict, NotFound, wrong_field
from store.database import Database
from store.queries import load

SQL = load("management")

_OVER = "the task is over: reopen it first"
_REFUSALS = {
    "over": _OVER,
    "not_waiting": "nobody is asked for the task right now: it is in a stage without people, or between two stages",
    "closed": "the visit closed at this moment: ask again",
    "stopped": "the task is being stopped or cancelled: nothing of it is given out any more",
    "overdue": "the visit's deadline has passed",
    "all_answered": "all slots of the task's present visit are answered",
    "several": "no slot is free, and several people have one: say in instead_of whose it should be",
    "busy": "somebody took the work or answered at this moment: look again",
    "open": "the task is not over: only a task that has ended can be opened again",
    "deleted": "the task or its project is deleted",
    "a2i": "human loops of a flow definition cannot be opened again: start a new one",
}
_WRONG_PERSON = {
    "not_allowed": "may not work there: they are not in the stage's team, or their role is not for it",
    "declined": "declined this work",
    "contributed": "contributed to what is to be reviewed here",
    "holds": "holds a slot of this visit already",
    "answered": "has answered in this visit already",
}


async def project_id(db: Database, name: str) -> UUID:
    """A project's id. Raises NotFound."""
    found = await db.fetchval(SQL["project"], name)
    if found is None:
        raise NotFound(f"there is no project {name}")
    return found


async def belonging(db: Database, project: UUID, tasks: Sequence[UUID]) -> set[UUID]:
    """Those of the tasks that are in the project."""
    return {row["id"] for row in await db.fetch(SQL["chosen"], project, list(tasks))}


async def matching(
    db: Database, project: UUID, *, state: str | None, stage: str | None, after: UUID | None, limit: int
) -> list[UUID]:
    """Up to `limit` tasks of a project in a state and a stage, oldest first, from behind the task `after`."""
    return [row["id"] for row in await db.fetch(SQL["matching"], project, state, stage, after, limit)]


async def set_priority(db: Database, task_id: UUID, priority: int, *, by: UUID) -> None:
    """Give a task another place in its queue; one that is queued too. Raises NotFound, Conflict."""
    _check(await db.fetchval(SQL["set_priority"], task_id, priority, by))


async def assign(
    db: Database, task_id: UUID, email: str, *, until: datetime | None, instead_of: str | None, by: UUID
) -> None:
    """Reserve a slot of the task's present visit for a person; the first visit's, where none has been opened.

    Whoever has the slot loses it. Raises BadRequest where this person may not have it, NotFound, Conflict.
    """
    if until is not None and until <= datetime.now(UTC):
        raise wrong_field("until", "this time is over: leave it out for no end")
    person = await db.fetchval(SQL["active_person"], email)
    if person is None:
        raise wrong_field("email", f"there is no active person {email}")
    other = None if instead_of is None else await _person(db, instead_of, "instead_of")
    outcome = await db.fetchval(SQL["assign"], task_id, person, until, other, by)
    if outcome in _WRONG_PERSON:
        raise wrong_field("email", f"{email} {_WRONG_PERSON[outcome]}")
    if outcome == "not_theirs":
        raise wrong_field("instead_of", f"{instead_of} has no slot of this visit, or has answered")
    _check(outcome)


async def release(db: Database, task_id: UUID, *, email: str | None, by: UUID) -> int:
    """Give back what people hold of the task's present visit and what is reserved to them; how many slots.

    With `email` only that person's. Raises BadRequest, NotFound.
    """
    person = None if email is None else await _person(db, email, "email")
    freed = await db.fetchval(SQL["release"], task_id, person, by)
    _check(freed)
    return freed


async def cancel(db: Database, task_id: UUID, *, by: UUID) -> bool:
    """Cancel a task; true where it is over now, false where its workflow is asked to end it.

    Asking again changes nothing. Raises NotFound, Conflict where it had ended otherwise.
    """
    outcome = await db.fetchval(SQL["cancel"], task_id, by)
    _check(outcome)
    return outcome == "cancelled"


async def reopen(db: Database, task_id: UUID, *, stage: str | None, by: UUID) -> None:
    """Begin a new opening of a task that has ended, in the project's present graph, at its start or at `stage`.

    The answers that it ended with are kept. Raises BadRequest for an unknown stage, NotFound, Conflict.
    """
    outcome = await db.fetchval(SQL["reopen"], task_id, stage, by)
    if outcome == "no_stage":
        raise wrong_field("stage", f"the project's graph has no stage {stage}")
    _check(outcome)


async def _person(db: Database, email: str, field: str) -> UUID:
    person = await db.fetchval(SQL["any_person"], email)
    if person is None:
        raise wrong_field(field, f"there is no person {email}")
    return person


def _check(outcome: object) -> None:
    if outcome is None:
        raise NotFound("there is no such task")
    if isinstance(outcome, str) and outcome in _REFUSALS:
        raise Conflict(_REFUSALS[outcome])
