"""Answers of the managers' overview of projects."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Counts = dict[str, int]


class ListedProject(BaseModel):
    """A project with how its tasks stand: `counts` by status, those that are 0 left out."""

    name: str
    title: str
    kind: str
    created_at: datetime
    paused: bool
    deleting: bool
    counts: Counts
    starved: int
    oldest_at: datetime | None = Field(description="creation of the oldest task that is queued or open")


class ProjectsOverview(BaseModel):
    """All projects by name."""

    items: list[ListedProject]
    next_cursor: str | None


class StageView(BaseModel):
    """Open tasks in a stage now; `stage` is empty for those that have not reached their first."""

    stage: str
    type: str | None
    tasks: int
    held: int
    starved: int


class DeadlinesView(BaseModel):
    """`expiring`: open visits whose deadline is within an hour, or just over and not closed yet.

    `escalated`: past their deadline or declined by everybody, with no pathway for that, so managers give them out.
    `expired`: tasks with a visit that its deadline ended in the last 24 hours.
    """

    expiring: int
    escalated: int
    expired: int


class OldestTask(BaseModel):
    """The unfinished task that was created first."""

    id: UUID
    name: str
    created_at: datetime


class OverviewView(BaseModel):
    """A project at a glance. Of the open tasks `held` have somebody at work, `in_review` are in a review stage.

    `starved` counts open tasks that no active person may take, by reason.
    """

    project: str
    title: str
    kind: str
    paused: bool
    deleting: bool
    graph_version: int
    at: datetime
    counts: Counts
    held: int
    in_review: int
    starved: Counts
    stages: list[StageView]
    deadlines: DeadlinesView
    oldest: OldestTask | None


class EndingsView(BaseModel):
    """Tasks that ended in one hour or day, which begins at `starts_at` (UTC), by how they ended."""

    starts_at: datetime
    completed: int
    archived: int
    cancelled: int
    failed: int


class ThroughputView(BaseModel):
    """The last 48 hours or 30 days, oldest first; the last span is not over yet. There is no second page."""

    per: Literal["hour", "day"]
    items: list[EndingsView]
    next_cursor: None = None


class WorkerView(BaseModel):
    """A person who may take work of the project, in these stages as they are shown."""

    id: UUID
    email: str
    name: str
    role: str
    stages: list[str]


class WorkersView(BaseModel):
    """All of them by name: there is no second page."""

    items: list[WorkerView]
    next_cursor: None = None
