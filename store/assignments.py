"""Visits, their assignments, leases and submissions."""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from schemas.errors import Conflict, LeaseLost, NotAnAnnotation, NotFound, VisitClosed
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("assignments")


@dataclass(frozen=True)
class Closing:
    """What closing a visit came to: `reason` once closed; else `held_until`, when the last held work is over.

    `decision` is that of the one person of a review, or of a decision between annotators.
    """

    closed: bool
    reason: str | None
    answers: int
    held_until: datetime | None
    decision: str | None


@dataclass(frozen=True)
class Item:
    """An assignment as its holder sees it; `input` and `draft` are JSON texts, `instructions` are Markdown."""

    id: UUID
    task_id: UUID
    project: str
    stage: str
    kind: str
    title: str
    description: str
    lease_token: int
    lease_until: datetime
    accepted_at: datetime | None
    hold_until: datetime | None
    time_limit_seconds: int
    input: str
    draft: str | None
    draft_saved_at: datetime | None
    has_template: bool
    opening: int
    visit: int
    answer: int | None
    person_id: UUID
    extend_seconds: int
    extensions_left: int
    instructions: str


@dataclass(frozen=True)
class Accepted:
    """When an answer was submitted, and until when its author may take it back, if they may."""

    submitted_at: datetime
    withdraw_until: datetime | None


@dataclass(frozen=True)
class Held:
    """Work that is reserved to a person."""

    id: UUID
    task_id: UUID
    project: str
    stage: str
    kind: str
    title: str
    accepted_at: datetime
    hold_until: datetime
    lease_expires_at: datetime | None
    has_draft: bool


@dataclass(frozen=True)
class Over:
    """A hold whose time is over."""

    assignment_id: UUID
    person_id: UUID
    flow: str


@dataclass(frozen=True)
class QueueKey:
    """Which queue: a project's stages with one `shown_as`, of one kind, served by one team, by its name."""

    project_id: UUID
    shown_as: str
    kind: str
    team: str


async def queue_for(db: Database, *, project_id: UUID, shown_as: str, kind: str, team: str) -> int:
    """Id of the queue of a stage, made where it is not there. Raises NotFound for an unknown work team."""
    key = (project_id, shown_as, kind, team)
    found = await db.fetchval(SQL["find_queue"], *key)
    if found is None:
        await db.execute(SQL["make_queue"], *key)
        found = await db.fetchval(SQL["find_queue"], *key)
    if found is None:
        raise NotFound(f"team: there is no work team {team}: make it again, or change the graph")
    return found


@dataclass(frozen=True)
class Owed:
    """What a visit owes to those before it; see schemas.tasks.Rework."""

    rejected_in: int | None
    again_after: int | None
    reservation_seconds: int
    allow_own: bool
    allow_reassessment: bool


async def open_visit(
    db: Database,
    *,
    queue: QueueKey,
    task_id: UUID,
    opening: int,
    visit: int,
    stage: str,
    overlap: int,
    time_limit_seconds: int,
    deadline_at: datetime | None,
    owed: Owed | None = None,
) -> int | None:
    """Open a task's visit and offer its slots; how many it has. A second call changes nothing.

    Where others went before, with what is `owed` to them: None where the task is over; rework has one slot for each
    author of a rejected label, reserved for them; people who may not take it are excluded. Raises NotFound for an
    unknown work team.
    """
    values = (*astuple(queue), task_id, opening, visit, stage, overlap, time_limit_seconds, deadline_at)
    statement = SQL["open_visit"]
    if owed is not None:
        statement = SQL["open_later_visit"]
        values = (*values, *astuple(owed))
    row = await db.fetchrow(statement, *values)
    if row is None:
        await queue_for(db, **asdict(queue))
        row = await db.fetchrow(statement, *values)
    return None if row is None else row["slots"]


async def escalate_visit(db: Database, *, task_id: UUID, opening: int, visit: int, mode: str) -> None:
    """Offer a visit to managers alone: its time is over (expired), or nobody else is left (exhausted)."""
    await db.fetchval(SQL["escalate_visit"], task_id, opening, visit, mode)


async def end_reservations(db: Database) -> int:
    """Offer to the whole team what was reserved for too long, or for who may not take it any more; how many."""
    rows = await db.fetch(SQL["reservations_over"])
    ended = [await db.fetchval(SQL["end_reservation"], row["id"], row["why"]) for row in rows]
    return sum(ended)


async def close_visit(db: Database, *, task_id: UUID, opening: int, visit: int, mode: str) -> Closing:
    """Close a visit under its row lock; a second call tells what the first did.

    `mode` is submitted, expired, stopped, exhausted or cancelled. Raises NotFound for a visit that was never opened.
    """
    row = await db.fetchrow(SQL["close_visit"], task_id, opening, visit, mode)
    if row is None:
        raise NotFound(f"visit {visit} of task {task_id} was never opened")
    return Closing(*row.values())


async def item(db: Database, assignment_id: UUID, person_id: UUID) -> Item:
    """An assignment for the person who holds it. Raises as `standing` says."""
    row = await db.fetchrow(SQL["item"], assignment_id, person_id)
    if row is None:
        raise await standing(db, assignment_id, person_id)
    return Item(*row.values())


async def open_assignment(
    db: Database, assignment_id: UUID, person_id: UUID, *, lease_seconds: int, token: int | None = None
) -> None:
    """Give the holder a new lease; the token before it is dead. With `token`, only where that is still the lease's.

    Raises NotFound, LeaseLost, VisitClosed.
    """
    if await db.fetchval(SQL["open"], assignment_id, person_id, lease_seconds, token) is None:
        raise await standing(db, assignment_id, person_id)


# Why a hold is not extended.
_NO_EXTENSION = {
    "never": "this project gives no more time: submit, or release the task so that somebody else can take it",
    "used_up": "the time was extended as often as this project allows: submit before it is over",
    "stopped": "the task was stopped, so there is no more time: submit before it is over",
    "deadline": "the task's own deadline leaves no more time: submit before it is over",
}


async def extend(db: Database, assignment_id: UUID, person_id: UUID, token: int, *, lease_seconds: int) -> None:
    """Extend a live hold by what its project allows. Raises NotFound, LeaseLost, VisitClosed, Conflict."""
    outcome = await db.fetchval(SQL["extend"], assignment_id, person_id, token, lease_seconds)
    if outcome == "gone":
        raise await standing(db, assignment_id, person_id)
    if outcome != "done":
        raise Conflict(_NO_EXTENSION[outcome])


async def heartbeat(
    db: Database, assignment_id: UUID, person_id: UUID, token: int, *, lease_seconds: int
) -> tuple[datetime, datetime]:
    """Renew a live lease: (lease_until, hold_until). Raises NotFound, LeaseLost, VisitClosed."""
    row = await db.fetchrow(SQL["heartbeat"], assignment_id, person_id, token, lease_seconds)
    if row is None:
        raise await standing(db, assignment_id, person_id)
    return row["lease_until"], row["hold_until"]


async def submit(
    db: Database,
    assignment_id: UUID,
    person_id: UUID,
    token: int,
    *,
    submission_id: UUID,
    content: str,
    active_seconds: float | None,
) -> Accepted:
    """Accept an answer and return when it was submitted; the same submission id again gets the first answer.

    `active_seconds` counts up to the wall time since acceptance; None counts all of it. Raises NotFound, LeaseLost,
    VisitClosed, NotAnAnnotation for reviews and decisions, and Conflict where the submission id belongs to other work.
    """
    values = (assignment_id, person_id, token, submission_id, content, active_seconds)
    try:
        row = await db.fetchrow(SQL["submit"], *values)
    except asyncpg.UniqueViolationError:
        row = None
    if row is not None and row["at"] is not None:
        return Accepted(*row.values())
    kind = await db.fetchval(SQL["other_kind"], assignment_id, person_id, token)
    if kind is not None:
        raise NotAnAnnotation(f"this is a {kind}: approve or reject it")
    return await accepted_before(db, assignment_id, person_id, submission_id)


async def accepted_before(db: Database, assignment_id: UUID, person_id: UUID, submission_id: UUID) -> Accepted:
    """When a submission was accepted that is sent once more, after it was not accepted now.

    Raises NotFound, LeaseLost, VisitClosed, and Conflict where the submission id belongs to other work.
    """
    first = await db.fetchrow(SQL["first_answer"], submission_id)
    if first is None:
        raise await standing(db, assignment_id, person_id)
    if first["assignment_id"] != assignment_id or first["person_id"] != person_id:
        raise Conflict("submission_id: it was used for other work: make a new UUID for each answer")
    if first["taken_back"]:
        raise Conflict("submission_id: its answer was taken back: make a new UUID for each answer")
    return Accepted(first["submitted_at"], first["withdraw_until"])


async def release(db: Database, assignment_id: UUID, person_id: UUID, token: int) -> None:
    """Give work back to its queue. Raises NotFound, LeaseLost, VisitClosed."""
    if not await db.fetchval(SQL["end_hold"], assignment_id, person_id, token, "released"):
        raise await standing(db, assignment_id, person_id)


async def decline(pool: Pool, assignment_id: UUID, person_id: UUID, token: int, reason: str) -> None:
    """Give work back and never be offered it again. Raises NotFound, LeaseLost, VisitClosed."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval(SQL["end_hold"], assignment_id, person_id, token, "declined"):
            raise await standing(connection, assignment_id, person_id)
        await connection.execute(SQL["decline"], assignment_id, person_id, reason)


async def end_holds(connection: Connection, people: Sequence[UUID], team_ids: Sequence[UUID] | None) -> None:
    """End people's leases and reservations, in the caller's transaction; for all teams or for some."""
    values = (list(people), None if team_ids is None else list(team_ids))
    await connection.execute(SQL["lock_held"], *values)
    await connection.execute(SQL["end_holds"], *values)
    await connection.execute(SQL["end_reservations"], *values)


async def end_left_behind(db: Database) -> int:
    """End what people still hold who have left its team or the role that it needs; how many."""
    left = await db.fetch(SQL["left_behind"])
    ended = [await db.fetchval(SQL["end_hold"], row["id"], row["person_id"], None, "removed") for row in left]
    return sum(ended)


async def save_draft(db: Database, assignment_id: UUID, person_id: UUID, token: int, content: str) -> datetime:
    """Keep a draft that only its author is ever shown. Raises NotFound, LeaseLost, VisitClosed."""
    saved_at = await db.fetchval(SQL["save_draft"], assignment_id, person_id, token, content)
    if saved_at is None:
        raise await standing(db, assignment_id, person_id)
    return saved_at


async def held(db: Database, person_id: UUID) -> list[Held]:
    """What is reserved to a person, oldest first."""
    return [Held(*row.values()) for row in await db.fetch(SQL["held"], person_id)]


async def lapse_leases(db: Database) -> dict[str, int]:
    """End leases that nobody renewed: how many, by flow definition. The work stays reserved to its holder."""
    return {row["flow"]: row["leases"] for row in await db.fetch(SQL["lapse_leases"])}


async def over(db: Database) -> list[Over]:
    """Holds and unopened prefetches whose time is over."""
    return [Over(*row.values()) for row in await db.fetch(SQL["over"])]


async def expire(db: Database, hold: Over) -> bool:
    """Put work whose hold is over back into its queue; false where something else ended it first."""
    return await db.fetchval(SQL["end_hold"], hold.assignment_id, hold.person_id, None, "expired")


async def count_up(db: Database, name: str, flow: str, by: int) -> None:
    """Add to a total that outlives the process."""
    await db.execute(SQL["count_up"], name, flow, by)


async def standing(db: Database, assignment_id: UUID, person_id: UUID) -> Exception:
    """Why this person cannot work on this assignment; what was never theirs is not told from what does not exist."""
    row = await db.fetchrow(SQL["standing"], assignment_id, person_id)
    if row is None or not (row["mine"] or row["was_mine"] or row["answered"]):
        return NotFound("there is no such assignment, or it was never yours")
    if row["answered"]:
        return Conflict("you have submitted this work already")
    if row["close_reason"] is not None:
        return VisitClosed()
    return LeaseLost()
