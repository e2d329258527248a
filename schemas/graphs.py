"""Workflow graphs: stages and the pathways between them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnnotateStage(_Stage):
    """Opens `overlap` assignments and waits for the answers or the deadline.

    Pathways: submitted, expired. Times are in seconds; `deadline_seconds` runs from the opening of the visit, for the
    first visit of a task from the task's creation.
    """

    type: Literal["annotate"] = "annotate"
    team: str = Field(description="name of the work team that is offered the work")
    shown_as: str = Field(description="what annotators see and filter by")
    overlap: int = Field(default=1, ge=1, le=9)
    time_limit_seconds: int = Field(default=3600, ge=30)
    deadline_seconds: int | None = Field(default=None, ge=1)
    pathways: dict[Literal["submitted", "expired"], str]


class CompleteStage(_Stage):
    """An end: writes the output."""

    type: Literal["complete"] = "complete"


class FailStage(_Stage):
    """An end: the task failed, with a code and a reason that its client is shown."""

    type: Literal["fail"] = "fail"
    code: str
    reason: str = Field(max_length=1024)


Stage = Annotated[AnnotateStage | CompleteStage | FailStage, Field(discriminator="type")]


class Graph(BaseModel):
    """One version of a workflow graph; immutable once used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: str
    stages: dict[str, Stage] = Field(min_length=1, max_length=200)
