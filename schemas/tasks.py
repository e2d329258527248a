"""What goes to and from a task's workflow: references and small decisions, never inputs or label contents."""

import re
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from schemas.graphs import Graph

TASK_WORKFLOW = "Task"
DELIVER = "deliver"
SHORT_ID_LENGTH = 8
_WORKFLOW_ID_END = re.compile(r"/([0-9a-f]{8})/([1-9][0-9]{0,8})\Z")

State = Literal["completed", "archived", "cancelled", "failed"]
VisitKind = Literal["annotate", "review", "consensus"]
CloseMode = Literal["submitted", "expired", "stopped", "exhausted", "cancelled", "moved"]
CloseReason = Literal["submitted", "expired", "stopped", "cancelled", "moved"]
Decision = Literal["approved", "rejected", "agreed", "no_consensus"]
MessageKind = Literal["start", "submission", "verdict", "stop", "cancel", "exhausted", "move", "callback", "redrive"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaskMessage(_Frozen):
    """A message after the start; `seq` has no gap within an opening.

    `visit` names the visit that it is about, if any; `stage` and `version` where a move goes, `pathway` what a person
    decided for an agent whose attempts are used up, null to try it again.
    """

    seq: int
    kind: MessageKind
    visit: int | None = None
    stage: str | None = None
    version: int | None = None
    pathway: str | None = None


class Place(_Frozen):
    """Where a walk goes on in a new run: what the run before knew."""

    stage: str
    visit: int
    last_seq: int
    stopped: bool = False
    cancelled: bool = False
    rejected_in: int | None = None
    rejections: dict[str, int] = {}
    last_rejection: dict[str, int] = {}
    last_decision: dict[str, int] = {}
    messages: tuple[TaskMessage, ...] = ()


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
    place: Place | None = None


class VisitRef(_Frozen):
    """One visit of one opening."""

    task_id: UUID
    opening: int
    visit: int


class Rework(_Frozen):
    """What a visit owes to those before it.

    `rejected_in` is the review whose rejected labels go back to their authors; `again_after` the visit whose person
    goes first. Both reserve slots for `reservation_seconds`.
    """

    rejected_in: int | None
    again_after: int | None
    reservation_seconds: int
    allow_own: bool
    allow_reassessment: bool


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
    rework: Rework | None = None


class CloseVisit(VisitRef):
    """Close a visit for a reason, if it may be closed for it."""

    mode: CloseMode


class EscalateVisit(VisitRef):
    """Offer a visit to managers: its time is over (expired), or nobody else is left (exhausted)."""

    mode: CloseMode


class VisitClosing(_Frozen):
    """What closing came to; while held work of a stopped visit may still finish, `held_until` says until when."""

    closed: bool
    reason: CloseReason | None
    answers: int
    held_until: datetime | None
    decision: Decision | None = None


class Agree(VisitRef):
    """Measure how far the annotators of a visit agree; at `threshold` or above the merged label is the task's."""

    measure: str
    threshold: float


class Route(VisitRef):
    """Ask a router that looks at the task: `stage` names it in graph `version`."""

    stage: str
    version: int


class OpeningRef(_Frozen):
    """One opening of a task."""

    task_id: UUID
    opening: int


class GraphVersion(OpeningRef):
    """Another version of the graph of a task's project."""

    version: int


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


def short_id_and_opening(of_workflow_id: str) -> tuple[str, int] | None:
    """What a workflow id says of its task: the first eight digits of its id, and the opening. None for any other id."""
    end = _WORKFLOW_ID_END.search(of_workflow_id)
    return (end[1], int(end[2])) if end else None
