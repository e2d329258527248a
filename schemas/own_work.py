"""What people see of their own work: what they handed in, what came back to them, their figures.

Nothing here tells a benchmark task from another: an answer is submitted or returned, whatever became of its task; and
shares of reviewed work are told of ten tasks or more, never of one.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class OwnSubmission(BaseModel):
    """Something that one handed in. `returned`: it waits for the person again, or is with them."""

    id: UUID
    assignment_id: UUID
    project: str
    stage: str = Field(description="what the stage is shown as")
    kind: Literal["annotate", "review", "consensus"]
    title: str
    decision: Literal["approved", "rejected", "agreed", "no_consensus"] | None
    submitted_at: datetime
    active_seconds: float
    withdraw_until: datetime | None = Field(description="until when it may be taken back, if it may")
    status: Literal["submitted", "returned"]


class OwnSubmissionsPage(BaseModel):
    """What one handed in, newest first."""

    items: list[OwnSubmission]
    next_cursor: str | None


class ReturnedVerdict(BaseModel):
    """What a reviewer said of one rejected label."""

    label: str
    comment: str


class ReturnedWork(BaseModel):
    """Rework that waits for its author: reserved to them until `reserved_until`, or with them where it is `held`."""

    assignment_id: UUID
    project: str
    stage: str = Field(description="what the stage is shown as")
    title: str
    returned_at: datetime
    reserved_until: datetime | None
    held: bool
    comment: str
    verdicts: list[ReturnedVerdict]


class ReturnedPage(BaseModel):
    """All that came back: there is no second page."""

    items: list[ReturnedWork]
    next_cursor: None = None


class OwnPeriod(BaseModel):
    """One's work since a moment.

    `first_pass_approval`: of one's tasks whose review ended in that time, the share that was approved without any
    rejection; null for fewer than ten of them.
    """

    since: datetime
    submitted: int
    active_seconds_per_task: float | None
    first_pass_approval: float | None


class OwnFigures(BaseModel):
    """Today, and the week that began on Monday, in the time zone that was asked for."""

    today: OwnPeriod
    week: OwnPeriod
