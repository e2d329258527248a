"""Bodies and answers of issues: what people have to say about a task, one of its answers, or one label."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.assignments import Text

MOST_TAGS = 20

Tag = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")]
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")
]
# RFC 6901.
Pointer = Annotated[str, StringConstraints(max_length=1000, pattern=r"^(/([^~/\x00]|~[01])*)*$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewIssue(_Body):
    """An issue about the task, or about one of its answers or a label of it.

    Annotators leave `answer` out: a label that they name is one of their own answer.
    """

    title: Title
    comment: Text | None = Field(default=None, min_length=1, max_length=10_000)
    answer: int | None = Field(default=None, ge=1, le=32_767)
    label: Pointer | None = Field(default=None, description="JSON Pointer into the answer's content")
    tags: tuple[Tag, ...] = Field(default=(), max_length=MOST_TAGS)


class NewComment(_Body):
    """Something more about an issue."""

    text: Text = Field(min_length=1, max_length=10_000)


class SettleIssue(_Body):
    """Resolve or reopen it, with a comment or without."""

    comment: Text | None = Field(default=None, min_length=1, max_length=10_000)


class CommentView(BaseModel):
    """What somebody said, and when."""

    id: UUID
    by: str
    text: str
    at: datetime


class SettledView(BaseModel):
    """Who resolved or reopened an issue, and when."""

    state: Literal["open", "resolved"]
    by: str
    at: datetime


class IssueView(BaseModel):
    """An issue. `answer` is null for those who may not know how many answers the task has."""

    id: UUID
    task_id: UUID
    title: str
    state: Literal["open", "resolved"]
    answer: int | None
    label: str | None
    tags: list[str]
    by: str = Field(description="name of the person")
    mine: bool
    at: datetime
    comments: list[CommentView]
    history: list[SettledView]


class IssuesPage(BaseModel):
    """Issues of a task's present opening, and for managers of earlier ones; oldest first."""

    items: list[IssueView]
    next_cursor: str | None
