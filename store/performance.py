"""How much people did in a project, how long it took them and how it fared.

Triggers count work as it is handed in (migration 15): nothing here walks visits and submissions.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from schemas.performance import CountedTask, Counts, DayFigures, Figure, PersonFigures
from store.database import Database
from store.queries import load

SQL = load("performance")

Record = asyncpg.Record
# Moment, task and visit of what a page ends with.
Place = tuple[datetime, UUID, int]


@dataclass(frozen=True)
class Span:
    """What figures are of: from `since` to before `until`, in one stage or all. `seen_by`: of this manager's teams."""

    project_id: UUID
    since: datetime
    until: datetime
    stage: str | None
    seen_by: UUID | None


async def people(db: Database, span: Span) -> list[PersonFigures]:
    """Everybody who did something that counts, by name."""
    asked = (span.project_id, span.since, span.until, span.stage)
    days: defaultdict[UUID, list[Record]] = defaultdict(list)
    for row in await db.fetch(SQL["days"], *asked):
        days[row["person_id"]].append(row)
    medians = {row["person_id"]: row for row in await db.fetch(SQL["medians"], *asked)}
    rows = await db.fetch(SQL["people"], list(days), span.seen_by)
    return [_figures(row, days[row["id"]], medians.get(row["id"])) for row in rows]


def _figures(person: Record, days: list[Record], medians: Record | None) -> PersonFigures:
    total = {name: sum(day[name] for day in days) for name in (*Counts.model_fields, "task_seconds", "review_seconds")}
    fields = {
        **person,
        **total,
        "first_pass_approval": _share(total["approved_at_once"], total["reviewed"]),
        "task_seconds_median": None if medians is None else medians["task_seconds"],
        "task_seconds_mean": _share(total["task_seconds"], total["submitted"]),
        "review_seconds_median": None if medians is None else medians["review_seconds"],
        "review_seconds_mean": _share(total["review_seconds"], total["reviews"]),
        "days": [_day(row) for row in days],
    }
    return PersonFigures.model_validate(fields)


def _day(row: Record) -> DayFigures:
    means = {
        "task_seconds": _share(row["task_seconds"], row["submitted"]),
        "review_seconds": _share(row["review_seconds"], row["reviews"]),
    }
    return DayFigures.model_validate({**row, **means})


async def name_of(db: Database, person_id: UUID, span: Span) -> str | None:
    """A person's name; None for nobody, or somebody whom the asker does not see."""
    return await db.fetchval(SQL["person"], person_id, span.seen_by)


async def tasks(
    db: Database, span: Span, person_id: UUID, figure: Figure, *, after: Place | None, limit: int
) -> list[CountedTask]:
    """Up to `limit` of what a figure of a person counts, newest first, from behind `after`."""
    rows = await db.fetch(
        SQL["tasks"],
        span.project_id,
        span.since,
        span.until,
        span.stage,
        person_id,
        figure,
        *(after or (None, None, None)),
        limit,
    )
    return [CountedTask.model_validate({**row, "visit": row["visit"] or None}) for row in rows]


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
