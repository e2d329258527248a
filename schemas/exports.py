"""Exports: a project's completed tasks as JSON Lines."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.moments import Moment


class ExportRequest(BaseModel):
    """What to export: all completed tasks, or those that were completed after a time."""

    model_config = ConfigDict(extra="forbid")

    since: Moment | None = Field(
        default=None,
        description="only what was completed after this time: created_at of the export before gives what is new",
    )


class ExportView(BaseModel):
    """An export: it holds what was completed when it was asked for, at `created_at`."""

    id: UUID
    status: Literal["queued", "running", "completed", "failed"]
    since: datetime | None
    created_at: datetime
    count: int = Field(description="tasks that are in it so far")
    uri: str | None = Field(description="the object, once it is there")
    finished_at: datetime | None
    error: str | None = Field(description="why it failed, or what held it up last")


class ExportsView(BaseModel):
    """A project's exports, newest first."""

    items: list[ExportView]
    next_cursor: str | None
