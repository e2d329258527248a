"""A task's history as managers read it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

Status = Literal["queued", "open", "completed", "archived", "cancelled", "failed"]


class PersonView(BaseModel):
    """A person as managers see them."""

    worker_id: str
    name: str
    email: str


class OpeningView(BaseModel):
    """One run of a task, from its start to its end, and its workflow."""

    opening: int
    began_at: datetime
    ended_at: datetime | None
    outcome: Literal["completed", "archived", "cancelled", "failed"] | None
    workflow_id: str
    workflow_url: str | None = Field(description="in the Temporal UI, where one is known")


class SubjectView(BaseModel):
    """The task, with its openings."""

    id: UUID
    name: str
    project: str
    created_at: datetime
    openings: list[OpeningView]


class EntryView(BaseModel):
    """One thing that happened: `type` says what, `data` what there is to say about it."""

    at: datetime
    type: str
    opening: int
    visit: int | None
    stage: str | None
    person: PersonView | None = Field(description="who did it, or whose work it was; null where the process did it")
    data: dict[str, Any]


class SlotView(BaseModel):
    """Who had a slot of the visit at the moment."""

    assignment: UUID
    slot: int
    answer: int | None = Field(description="which of the task's answers is reworked here")
    state: Literal["free", "reserved", "held", "submitted", "withdrawn"]
    person: PersonView | None
    since: datetime | None


class LabelView(BaseModel):
    """One of the task's answers at the moment; `authors` are worker ids by JSON Pointer."""

    answer: int
    visit: int
    source: Literal["person", "rework", "edit", "merge", "agent", "prediction"]
    content: Any
    authors: dict[str, str]


class StateView(BaseModel):
    """Where the task was at a moment."""

    at: datetime
    opening: int
    status: Status
    stage: str | None
    visit: int
    escalated: bool
    stop_requested: bool
    priority: int
    slots: list[SlotView]
    labels: list[LabelView]


class HistoryView(BaseModel):
    """What happened, oldest first; with `at` only what had happened by then, and the `state` at that moment."""

    task: SubjectView
    state: StateView | None
    items: list[EntryView]
    next_cursor: str | None
