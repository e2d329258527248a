"""Bodies and answers of what managers do with tasks, one by one and in bulk."""

from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.moments import Moment
from schemas.projects import TaskState

MOST_TASKS = 1000
StageName = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00]*$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\x00]*$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetPriority(_Body):
    """Another place in the queue: higher goes first, then age."""

    priority: int = Field(ge=0, le=100)


class Assign(_Body):
    """Reserve a slot of the task's present visit for a person, with no end or `until` a time.

    Where no slot is free the hold or reservation of whoever has the last one ends; where several have one, `instead_of`
    names whose.
    """

    email: Email
    until: Moment | None = None
    instead_of: Email | None = None


class Release(_Body):
    """Give back what people hold of the task's present visit, and what is reserved to them; `email`: one person's."""

    email: Email | None = None


class Cancel(_Body):
    """End the task without an output; what people hold of it is withdrawn."""


class Reopen(_Body):
    """A new opening of a task that has ended, with the answers that it ended with; at the graph's start or a stage."""

    stage: StageName | None = None


class Move(_Body):
    """Move a task that waits for people, and that nobody holds or has answered, to another stage of its graph."""

    stage: StageName


class Filter(_Body):
    """The tasks of the project in a state and a stage."""

    status: TaskState | None = None
    stage: StageName | None = None


class Selection(_Body):
    """Which tasks: ids, or a filter, of whose tasks 1000 are done at a time: `cursor` goes on behind the last."""

    tasks: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MOST_TASKS)
    filter: Filter | None = None
    cursor: UUID | None = Field(default=None, description="next_cursor of the call before, with the same filter")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.tasks is None) == (self.filter is None):
            raise ValueError("give tasks or filter, and not both")
        if self.cursor is not None and self.filter is None:
            raise ValueError("cursor goes with filter")
        return self


class SetPriorities(Selection, SetPriority):
    """SetPriority for many tasks."""


class AssignMany(Selection, Assign):
    """Assign for many tasks."""


class ReleaseMany(Selection, Release):
    """Release for many tasks."""


class CancelMany(Selection, Cancel):
    """Cancel for many tasks."""


class ReopenMany(Selection, Reopen):
    """Reopen for many tasks."""


class MoveMany(Selection, Move):
    """Move for many tasks."""


Change: TypeAlias = SetPriority | Assign | Release | Cancel | Reopen | Move
ChangeMany: TypeAlias = SetPriorities | AssignMany | ReleaseMany | CancelMany | ReopenMany | MoveMany


class Outcome(BaseModel):
    """What became of one task: `requested` where its workflow still has to do or decide it, `move_id` where to look."""

    id: UUID
    outcome: Literal["done", "requested", "refused"]
    detail: str | None = None
    move_id: UUID | None = None


class Outcomes(BaseModel):
    """One outcome for each task; `next_cursor` where a filter has more."""

    items: list[Outcome]
    next_cursor: UUID | None


class PauseView(BaseModel):
    """Whether a project is paused: then nothing of it is started or offered, and work that is held may be finished."""

    project: str
    paused: bool
