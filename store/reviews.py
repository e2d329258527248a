"""Decisions of reviewers, and of those who settle what annotators did not agree on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import NotFound
from store.assignments import accepted_before
from store.database import Database
from store.labels import Answer
from store.queries import load

SQL = load("reviews")


@dataclass(frozen=True)
class Standing:
    """What an assignment is about; `settings` are those of its stage, as the graph has them."""

    task_id: UUID
    opening: int
    visit: int
    stage: str
    kind: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What was said about one label, and of which value."""

    visit: int
    stage: str
    answer: int
    label: str
    value_sha256: bytes
    verdict: str
    comment: str
    at: datetime
    person_id: UUID


@dataclass(frozen=True)
class Decided:
    """How a reviewer or a decider decided."""

    visit: int
    stage: str
    kind: str
    decision: str
    comment: str
    at: datetime


@dataclass(frozen=True)
class NewVerdict:
    """A verdict to be kept: `verdict` is approve or reject."""

    answer: int
    label: str
    value_sha256: bytes
    verdict: str
    comment: str


@dataclass(frozen=True)
class Decision:
    """A decision to be kept: approved, rejected, agreed or no_consensus; `content` is a JSON text where there is one.

    `answers` are all answers of the task, where the decision changes them; else none.
    """

    submission_id: UUID
    decision: str
    comment: str
    content: str | None
    active_seconds: float | None
    verdicts: Sequence[NewVerdict]
    answers: Sequence[Answer]


async def standing(db: Database, assignment_id: UUID, person_id: UUID) -> Standing:
    """What an assignment that is or was this person's is about. Raises NotFound."""
    row = await db.fetchrow(SQL["standing"], assignment_id, person_id)
    if row is None:
        raise NotFound("there is no such assignment, or it was never yours")
    return Standing(*row.values())


async def earlier_verdicts(db: Database, task_id: UUID, opening: int, visit: int) -> list[Verdict]:
    """What was said about a task's labels before a visit, oldest first."""
    return [Verdict(*row.values()) for row in await db.fetch(SQL["earlier_verdicts"], task_id, opening, visit)]


async def earlier_decisions(db: Database, task_id: UUID, opening: int, visit: int) -> list[Decided]:
    """How the reviews and decisions before a visit ended, oldest first."""
    return [Decided(*row.values()) for row in await db.fetch(SQL["earlier_decisions"], task_id, opening, visit)]


async def decide(db: Database, assignment_id: UUID, person_id: UUID, token: int, decision: Decision) -> datetime:
    """Accept a decision and return when it was made; the same submission id again gets the first answer.

    Raises NotFound, LeaseLost, VisitClosed, and Conflict where the submission id belongs to other work.
    """
    values = _values(assignment_id, person_id, token, decision)
    try:
        decided_at = await db.fetchval(SQL["decide"], *values)
    except asyncpg.UniqueViolationError:
        decided_at = None
    if decided_at is not None:
        return decided_at
    return (await accepted_before(db, assignment_id, person_id, decision.submission_id)).submitted_at


def _values(assignment_id: UUID, person_id: UUID, token: int, decision: Decision) -> tuple[object, ...]:
    verdicts, answers = decision.verdicts, decision.answers
    return (
        assignment_id,
        person_id,
        token,
        decision.submission_id,
        decision.content,
        decision.active_seconds,
        decision.decision,
        decision.comment,
        [verdict.answer for verdict in verdicts],
        [verdict.label for verdict in verdicts],
        [verdict.value_sha256 for verdict in verdicts],
        [verdict.verdict for verdict in verdicts],
        [verdict.comment for verdict in verdicts],
        [answer.answer for answer in answers],
        [answer.source for answer in answers],
        [answer.content for answer in answers],
        [json.dumps(answer.authors) for answer in answers],
    )
