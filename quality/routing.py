"""Which way a task is sent: by a share of all tasks, by who worked on it, by conditions.

What is left to chance is decided by a hash of the task, so the same task always goes the same way and nothing has to be
kept for that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from quality import conditions
from schemas.graphs import Condition


class Chosen(NamedTuple):
    """The pathway, and what was wrong with conditions on the way to it."""

    pathway: str
    problems: tuple[str, ...] = ()


def position(task_id: UUID, stage: str) -> float:
    """Where a task stands among all tasks of a stage, from 0 to below 100, evenly spread.

    The first 52 bits of SHA-256 over the task id's 16 bytes and the stage's name in UTF-8, as a percentage: stages draw
    independently of each other.
    """
    digest = hashlib.sha256(task_id.bytes + stage.encode()).digest()
    return (int.from_bytes(digest[:8]) >> 12) * 100 / 2**52


def share_of(task_id: UUID, stage: str, shares: Mapping[str, float]) -> str:
    """The pathway of a task where each pathway gets its percentage of tasks; pathways without a share get none.

    Pathways stand side by side in the order of their names. Raises ValueError where there is no share at all.
    """
    drawn = sorted((name, share) for name, share in shares.items() if share > 0)
    if not drawn:
        raise ValueError("shares: at least one pathway needs a share above 0")
    place = position(task_id, stage)
    for name, share in drawn[:-1]:
        place -= share
        if place < 0:
            return name
    return drawn[-1][0]


def collaborator(email: str | None, people: Mapping[str, Sequence[str]], otherwise: str) -> str:
    """The pathway of a task that this person worked on last; small and capital letters of an address are the same."""
    if email is None:
        return otherwise
    wanted = email.casefold()
    matching = (name for name in sorted(people) if wanted in (listed.casefold() for listed in people[name]))
    return next(matching, otherwise)


def first_true(given: Sequence[Condition], otherwise: str, facts: conditions.Facts) -> Chosen:
    """The pathway of the first condition that is true.

    One that cannot be told, as text that is compared with a number, is not true, and is told as a problem.
    """
    problems: list[str] = []
    seen = conditions.seen(facts)
    for condition in given:
        try:
            if conditions.evaluate(condition.when, seen):
                return Chosen(condition.then, tuple(problems))
        except ValueError as error:
            problems.append(f"{condition.when}: {error}")
    return Chosen(otherwise, tuple(problems))
