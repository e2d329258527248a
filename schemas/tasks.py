"""What goes to and from a task's workflow: references and small decisions, never inputs or label contents."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from schemas.graphs import Graph

TASK_WORKFLOW = "Task"
DELIVER = "deliver"
SHORT_ID_LENGTH = 8

State = Literal["completed", "archived", "cancelled", "failed"]
VisitKind = Literal["annotate", "review", "consensus"]
CloseMode = Literal["submitted", "expired", "stopped", "exhausted", "cancelled"]
CloseReason = Literal["submitted", "expired", "stopped", "cancelled"]
MessageKind = Literal["start", "submission", "stop", "exhausted"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaskStart(_Frozen):
    """The first message of an opening. The graph is recorded in the history with it: one run has one graph."""

    task_id: UUID
    opening: int
    project_id: UUID
    project: str
    task_name: str
    created_at: datetime
    graph_version: int
    graph: Graph
    task_url: str


class TaskMessage(_Frozen):
    """A later message; `seq` has no gap within an opening. `visit` names the visit that it is about, if any."""

    seq: int
    kind: MessageKind
    visit: int | None = None


class VisitRef(_Frozen):
    """One visit of one opening."""

    task_id: UUID
    opening: int
    visit: int


class OpenVisit(VisitRef):
    """Open the slots of a people's stage."""

    project_id: UUID
    stage: str
    team: str
    shown_as: str
    kind: VisitKind
    overlap: int
    time_limit_seconds: int
    deadline_at: datetime | None


class CloseVisit(VisitRef):
    """Close a visit for a reason, if it may be closed for it."""

    mode: CloseMode


class VisitClosing(_Frozen):
    """What closing came to; while held work of a stopped visit may still finish, `held_until` says until when."""

    closed: bool
    reason: CloseReason | None
    answers: int
    held_until: datetime | None


class OpeningRef(_Frozen):
    """One opening of a task."""

    task_id: UUID
    opening: int


class Outcome(_Frozen):
    """How an opening ended."""

    state: State
    output_uri: str | None = None
    failure_code: str | None = None
    failure_reason: str | None = None


class Finish(OpeningRef):
    """Record an outcome."""

    outcome: Outcome


def workflow_id(*, project: str, task_name: str, task_id: UUID, opening: int) -> str:
    """`<project>/<task name>/<short id>/<opening>`, at most 255 characters (SQL visibility stores no more).

    Only the task's name is cut where it is too long: the short id keeps it unique.
    """
    tail = f"/{task_id.hex[:SHORT_ID_LENGTH]}/{opening}"
    return f"{project}/{task_name}"[: 255 - len(tail)] + tail
