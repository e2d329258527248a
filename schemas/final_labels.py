"""Answers about the labels that tasks ended with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class FinalLabelSummary(BaseModel):
    """A completed task; `label` is the beginning of its label as text, of `answers` the first."""

    task_id: UUID
    name: str
    opening: int
    completed_at: datetime
    rejections: int
    answers: int = Field(description="answers that it ended with: several where nobody had to choose between them")
    label: str | None
    output_uri: str | None


class FinalLabelsPage(BaseModel):
    """A page of a project's completed tasks, the newest first."""

    items: list[FinalLabelSummary]
    next_cursor: str | None


class TaskRecordView(BaseModel):
    """A completed task as it stands in an export: `label`, or `labels` where it ended with several."""

    model_config = ConfigDict(extra="allow")

    task_id: UUID
    name: str
    opening: int
    project: str
    graph_version: int
    input: Any
    metadata: dict[str, Any]
    completed_at: datetime
