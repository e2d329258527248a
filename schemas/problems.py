"""Bodies and answers of problems: what people report about tasks that they work on, and what managers answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.assignments import Leased

# PostgreSQL keeps no NUL in text.
Said = Annotated[str, StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True, pattern=r"^[^\x00]*$")]
Part = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True, pattern=r"^[^\x00]*$")]

ProblemStatus = Literal["open", "answered"]


class NewProblem(Leased):
    """What is wrong with a task that one works on; the task stays with its holder."""

    text: Said
    label: Part | None = Field(default=None, description="which part of the task, in words or as a JSON Pointer")


class ProblemAnswer(BaseModel):
    """What a manager answers."""

    model_config = ConfigDict(extra="forbid")

    text: Said


class NewProblemView(BaseModel):
    """A problem that was just reported."""

    id: UUID


class OwnProblemView(BaseModel):
    """A problem, as the person who reported it sees it; `answer` is null until a manager answers."""

    id: UUID
    project: str
    stage: str | None = Field(description="what the stage is shown as")
    title: str
    label: str | None
    text: str
    created_at: datetime
    answered_at: datetime | None
    answered_by: str | None = Field(description="name of the manager")
    answer: str | None


class ProblemView(OwnProblemView):
    """A problem, as managers see it."""

    task_id: UUID
    task_name: str
    by: str = Field(description="name of the person who reported it")
    by_email: str


class OwnProblemsPage(BaseModel):
    """Problems that one reported, newest first."""

    items: list[OwnProblemView]
    next_cursor: str | None


class ProblemsPage(BaseModel):
    """Problems of a project, newest first."""

    items: list[ProblemView]
    next_cursor: str | None
