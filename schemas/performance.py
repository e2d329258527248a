"""People's figures in a project, and what each of them counts.

All are of a span from `since` (included) to `until` (not included). Deleted tasks do not count, nor do answers that
were taken back. A task that is reopened counts anew: every opening is work of its own.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.projects import TaskState

Figure = Literal[
    "submitted",
    "reviewed",
    "approved_at_once",
    "sent_back",
    "rejections",
    "reviews",
    "approvals",
    "rejections_given",
]


class Counts(BaseModel):
    """What is counted of a person, in the whole span or on one day of it; the days add up to the span."""

    submitted: int = Field(
        description="tasks annotated, or decided on between annotators; at the moment when they were handed in first"
    )
    reviewed: int = Field(
        description="of the person's tasks, those that were reviewed after their work, each once; at the last such"
        " review. A decision between annotators is no review"
    )
    approved_at_once: int = Field(
        description="of the reviewed ones, those of which no review ever rejected a label of this person"
    )
    rejections: int = Field(description="reviews that rejected labels of this person; a task may have several")
    reviews: int = Field(description="reviews that the person handed in; a task that comes again is another one")
    approvals: int = Field(description="of these, those that approved; the others rejected")


class DayFigures(Counts):
    """One day (UTC) on which there was something to count; seconds are means, null where nothing was done."""

    day: datetime
    task_seconds: float | None
    review_seconds: float | None


class PersonFigures(Counts):
    """A person's figures. Times are active seconds: without pauses of over a minute and hidden tabs.

    A task's time is all that the person spent on it until now, rework too.
    """

    id: UUID
    name: str
    email: str
    role: str
    disabled: bool
    first_pass_approval: float | None = Field(description="approved_at_once / reviewed; null where none was reviewed")
    task_seconds_median: float | None
    task_seconds_mean: float | None
    review_seconds_median: float | None
    review_seconds_mean: float | None
    days: list[DayFigures]


class PerformanceView(BaseModel):
    """Everybody who has something to count in the span, by name; team managers see people of their teams.

    `stage`, where it is given: tasks by the stage in which the person first handed them in, reviews by their own.
    """

    since: datetime
    until: datetime
    stage: str | None
    items: list[PersonFigures]
    next_cursor: None = None


class CountedTask(BaseModel):
    """A task behind a figure: counted at that moment; `visit` is the review's, where each review counts."""

    id: UUID
    name: str
    status: TaskState
    opening: int
    visit: int | None
    at: datetime
    seconds: float | None


class CountedTasksPage(BaseModel):
    """A page of what one figure of one person counts, newest first."""

    person: str
    items: list[CountedTask]
    next_cursor: str | None
