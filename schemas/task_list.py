"""The list of tasks that managers work with, one task as it stands now, and what moving tasks would come to."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.management import MOST_TASKS, StageName
from schemas.projects import TaskState

Order = Literal["priority", "oldest", "newest"]
ListedState = Literal["unfinished", "queued", "open", "completed", "archived", "cancelled", "failed"]
FilterText = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00]*$")]


class PersonView(BaseModel):
    """A person as managers see them."""

    worker_id: str
    name: str
    email: str


class ListedPerson(PersonView):
    """Who has a slot of a task's present visit; `planned`: the first one of a task that has not started."""

    state: Literal["held", "submitted", "reserved", "planned"]


class ListedTask(BaseModel):
    """A task of the list. `kind`, `waiting_since` and `deadline_at` are of its open visit.

    `stopping`: a stop or cancellation was asked for; `agent_failed`: it waits for a decision on its agent.
    """

    id: UUID
    name: str
    status: TaskState
    stage: str | None
    visit: int
    opening: int
    priority: int
    created_at: datetime
    ended_at: datetime | None
    rejections: int
    stopping: bool
    kind: str | None
    waiting_since: datetime | None
    deadline_at: datetime | None
    starved_reason: str | None
    escalated: bool
    agent_failed: bool
    people: list[ListedPerson]


class TaskListPage(BaseModel):
    """A page of the tasks that match."""

    items: list[ListedTask]
    next_cursor: str | None


class SlotView(BaseModel):
    """One slot of the open visit. `at_work`: its lease is alive; until `hold_until` it stays with the person."""

    slot: int
    state: Literal["free", "reserved", "held", "submitted", "withdrawn"]
    person: PersonView | None
    accepted_at: datetime | None
    hold_until: datetime | None
    reserved_until: datetime | None
    at_work: bool | None


class OpenVisit(BaseModel):
    """The visit that a task waits in now."""

    visit: int
    kind: str
    shown_as: str
    team: str | None
    opened_at: datetime
    deadline_at: datetime | None
    starved_reason: str | None
    escalated: bool
    slots: list[SlotView]


class NamedStage(BaseModel):
    """A stage of the graph version that a task walks."""

    name: str
    type: str


class LabelView(BaseModel):
    """One of a task's answers by now; `authors` by JSON Pointer, '' for all that no longer one names."""

    answer: int
    visit: int
    source: str
    content: Any
    authors: dict[str, PersonView]


class WaitingLetter(BaseModel):
    """An agent that failed for good, and where a person may send the task."""

    stage: str
    attempts: int
    error: str
    pathways: list[str]
    dead_at: datetime


class PresentTask(BaseModel):
    """What a task is and waits for now; `frame_url`, once somebody worked on it, shows its page for five minutes."""

    id: UUID
    input: Any
    labels: list[LabelView]
    open_visit: OpenVisit | None
    planned: PersonView | None
    stopping: bool
    stages: list[NamedStage]
    dead_letter: WaitingLetter | None
    frame_url: str | None


class PlanMove(BaseModel):
    """What would become of tasks of a project if they were moved to a stage of their graph now."""

    model_config = ConfigDict(extra="forbid")

    tasks: tuple[UUID, ...] = Field(min_length=1, max_length=MOST_TASKS)
    stage: StageName


class PlannedMove(BaseModel):
    """What would become of one task: `pending` is asked of its workflow, which decides."""

    id: UUID
    name: str
    from_stage: str | None
    outcome: Literal["pending", "refused"]
    detail: str | None


class MovePlan(BaseModel):
    """One outcome for each of the tasks that the project has; nothing was changed."""

    items: list[PlannedMove]
    next_cursor: None = None
