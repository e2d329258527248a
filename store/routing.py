"""What stages that send tasks on look at, and the way that each task took."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.errors import NotFound
from store.database import Database
from store.queries import load

SQL = load("routing")


@dataclass(frozen=True)
class Passing:
    """A task in a stage of its graph that sends it on; `pathway` is the way that it took in this visit before."""

    stage: dict[str, Any]
    metadata: dict[str, Any]
    prediction: dict[str, Any] | None
    rejections: int
    priority: int
    pathway: str | None


@dataclass(frozen=True)
class Membership:
    """Whether a benchmark set is there, and whether a task's input is in it."""

    known: bool
    member: bool


async def passing(db: Database, task_id: UUID, opening: int, visit: int, *, stage: str, version: int) -> Passing:
    """A task in a visit to a stage of this version of its graph. Raises NotFound."""
    row = await db.fetchrow(SQL["passing"], task_id, opening, visit, stage, version)
    if row is None or row["stage"] is None:
        raise NotFound(f"task {task_id} has no stage {stage} in version {version} of its graph")
    return Passing(*row.values())


async def agreement(db: Database, task_id: UUID, opening: int, before_visit: int) -> float | None:
    """The latest agreement that was measured before a visit, 0 to 1; None where none was."""
    return await db.fetchval(SQL["agreement"], task_id, opening, before_visit)


async def collaborator(db: Database, task_id: UUID, opening: int) -> str | None:
    """E-mail address of who submitted last in an opening; None where nobody did."""
    return await db.fetchval(SQL["collaborator"], task_id, opening)


async def benchmark(db: Database, task_id: UUID, benchmark_set: str) -> Membership:
    """Whether a task's input is in a benchmark set."""
    row = await db.fetchrow(SQL["benchmark"], task_id, benchmark_set)
    if row is None:
        raise RuntimeError("a statement without FROM gave no row")
    return Membership(*row.values())


async def record(
    db: Database,
    task_id: UUID,
    opening: int,
    visit: int,
    *,
    stage: str,
    pathway: str,
    accepted: bool,
    problems: Sequence[str],
) -> bool:
    """Keep the way that a task takes in a visit; `accepted` makes its prediction its label.

    False, and nothing is changed, where a way was kept before or the opening is over.
    """
    told: dict[str, object] = {"opening": opening, "stage": stage, "pathway": pathway}
    if problems:
        told["problems"] = list(problems)
    return bool(await db.fetchval(SQL["record"], task_id, opening, visit, stage, accepted, told))
