"""Bodies and answers of moving tasks to another version of their project's graph."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.management import MOST_TASKS, StageName


class MoveTasks(BaseModel):
    """Move a project's tasks to a version of its graph: all, or `tasks`.

    A waiting task goes to the stage of the same name, or to the one that `map` gives for it; a task that has not
    started starts in the new version. Tasks of that version already are left out. A dry run writes nothing.
    """

    model_config = ConfigDict(extra="forbid")

    to_version: int = Field(ge=1)
    map: dict[StageName, StageName] = Field(default_factory=dict[str, str], max_length=200)
    tasks: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MOST_TASKS)
    dry_run: bool = False
    cursor: UUID | None = Field(default=None, description="next_cursor of the dry run's page before")


class MovedTask(BaseModel):
    """What became of one task, or in a dry run would become of it now."""

    id: UUID
    name: str
    from_stage: str | None
    to_stage: str | None
    outcome: Literal["pending", "moved", "refused"]
    detail: str | None
    settled_at: datetime | None = None


class StageCount(BaseModel):
    """How many tasks of a stage have an outcome; tasks that have not started are in no stage."""

    from_stage: str | None
    to_stage: str | None
    outcome: Literal["pending", "moved", "refused"]
    detail: str | None
    tasks: int


class MoveView(BaseModel):
    """A request to move tasks; `id` is null for a dry run. `items` are a page, by age of the task."""

    id: UUID | None
    project: str
    to_version: int | None
    requested_by: str
    at: datetime
    counts: list[StageCount]
    items: list[MovedTask]
    next_cursor: UUID | None
