"""What the stages of one opening share: where the task is, its messages, its side effects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from activities.assignments import AssignmentActivities
from activities.graphs import GraphActivities
from activities.labels import LabelActivities
from activities.outputs import OutputActivities
from schemas.graphs import Graph
from schemas.tasks import (
    Agree,
    CloseMode,
    CloseVisit,
    EscalateVisit,
    Finish,
    GraphVersion,
    OpeningRef,
    OpenVisit,
    Outcome,
    Place,
    Rework,
    TaskMessage,
    TaskStart,
    VisitClosing,
    VisitKind,
    VisitRef,
)
from workflows import activity_calls
from workflows.inbox import Inbox

STAGE = SearchAttributeKey.for_keyword("LoupeStage")
STATUS = SearchAttributeKey.for_keyword("LoupeStatus")
TEAM = SearchAttributeKey.for_keyword("LoupeTeam")
OUTCOME = SearchAttributeKey.for_keyword("LoupeOutcome")
REJECTIONS = SearchAttributeKey.for_int("LoupeRejections")


class StoppedError(Exception):
    """The task was stopped before its present stage was done."""


class MovedError(Exception):
    """The task was moved to another stage, or to another version of its graph, before its present visit was done."""

    def __init__(self, stage: str, version: int | None) -> None:
        super().__init__(stage)
        self.stage = stage
        self.version = version


class Walk:
    """The way of one opening through its graph.

    `rejected_in` is the review visit whose rejected labels nobody has reworked yet; `rejections` counts them by stage;
    `last_rejection` and `last_decision` are the visits whose reviewer goes first when the task comes back.
    """

    def __init__(self, start: TaskStart) -> None:
        place = start.place or Place(stage=start.graph.start, visit=0, last_seq=1)
        self.start = start
        self.first_stage = place.stage
        self.inbox = Inbox(last_seq=place.last_seq)
        self.visit = place.visit
        self.visit_is_open = False
        self.stopped = place.stopped
        self.cancelled = place.cancelled
        self.finished = False
        self.rejected_in = place.rejected_in
        self.rejections = dict(place.rejections)
        self.last_rejection = dict(place.last_rejection)
        self.last_decision = dict(place.last_decision)
        self._details: list[str] = []
        for message in place.messages:
            self.inbox.deliver(message)

    def place(self, stage: str) -> Place:
        """What the next run of this opening has to know to go on with `stage`."""
        return Place(
            stage=stage,
            visit=self.visit,
            last_seq=self.inbox.last_taken,
            stopped=self.stopped,
            cancelled=self.cancelled,
            rejected_in=self.rejected_in,
            rejections=self.rejections,
            last_rejection=self.last_rejection,
            last_decision=self.last_decision,
            messages=self.inbox.waiting(),
        )

    def reject(self, stage: str) -> int:
        """Note that the present visit of a review stage rejected; how often that stage has now."""
        self.rejected_in = self.last_rejection[stage] = self.visit
        self.rejections[stage] = self.rejections.get(stage, 0) + 1
        return self.rejections[stage]

    @property
    def is_cancelled(self) -> bool:
        """Whether the task was cancelled, also by a message that nobody took yet."""
        return self.cancelled or self.inbox.holds("cancel")

    def note(self, message: TaskMessage) -> None:
        """Remember a stop or a cancel for what comes after the present visit."""
        self.stopped = self.stopped or message.kind == "stop"
        self.cancelled = self.cancelled or message.kind == "cancel"

    def ref(self) -> VisitRef:
        """The present visit."""
        return VisitRef(task_id=self.start.task_id, opening=self.start.opening, visit=self.visit)

    async def open_visit(
        self,
        *,
        stage: str,
        kind: VisitKind,
        team: str,
        shown_as: str,
        overlap: int,
        time_limit_seconds: int,
        deadline_at: datetime | None,
        rework: Rework | None = None,
    ) -> int:
        """Begin a visit in a people's stage; how many slots it has. Raises StoppedError."""
        self._begin(stage, team, deadline_at)
        self.visit_is_open = True
        opened = OpenVisit(
            task_id=self.start.task_id,
            opening=self.start.opening,
            visit=self.visit,
            project_id=self.start.project_id,
            stage=stage,
            team=team,
            shown_as=shown_as,
            kind=kind,
            overlap=overlap,
            time_limit_seconds=time_limit_seconds,
            deadline_at=deadline_at,
            rework=rework,
        )
        slots = await activity_calls.statement(AssignmentActivities.open_visit, opened, summary=f"open {stage}")
        return slots or overlap

    async def pass_through(self, stage: str) -> None:
        """Begin a visit in a stage that asks nobody. Raises StoppedError."""
        self._begin(stage, "", None)

    def _begin(self, stage: str, team: str, deadline_at: datetime | None) -> None:
        if self.stopped or self.is_cancelled:
            raise StoppedError
        self.visit += 1
        self._show(stage, team, deadline_at)

    async def escalate_visit(self, mode: CloseMode) -> None:
        """Offer the present visit to managers, if its time is over or nobody else is left."""
        escalation = EscalateVisit(**self.ref().model_dump(), mode=mode)
        await activity_calls.statement(AssignmentActivities.escalate_visit, escalation, summary="escalate")

    async def close_visit(self, mode: CloseMode) -> VisitClosing:
        """End the present visit, if it may end for this reason."""
        closing = CloseVisit(task_id=self.start.task_id, opening=self.start.opening, visit=self.visit, mode=mode)
        closed = await activity_calls.statement(AssignmentActivities.close_visit, closing, summary=f"close: {mode}")
        self.visit_is_open = not closed.closed
        return closed

    async def merge_rework(self) -> None:
        """Put what the present visit's authors reworked into the task's answers."""
        await activity_calls.statement(LabelActivities.merge_rework, self.ref(), summary="merge rework")

    async def agree(self, measure: str, threshold: float) -> float:
        """How far the annotators of the present visit agree, 0 to 1; from `threshold` on their label is merged."""
        agree = Agree(**self.ref().model_dump(), measure=measure, threshold=threshold)
        return await activity_calls.statement(LabelActivities.agree, agree, summary="agreement")

    async def load_graph(self, version: int) -> Graph:
        """Another version of the task's graph."""
        asked = GraphVersion(task_id=self.start.task_id, opening=self.start.opening, version=version)
        return await activity_calls.statement(GraphActivities.load_graph, asked, summary=f"graph {version}")

    async def write_output(self) -> str:
        """Write the output object; its URI."""
        opening = OpeningRef(task_id=self.start.task_id, opening=self.start.opening)
        # Without a summary, which is one payload more: the activity's name says it.
        return await activity_calls.output(OutputActivities.write_output, opening)

    async def finish(self, outcome: Outcome) -> None:
        """Record the outcome."""
        shown: list[SearchAttributeUpdate[str]] = [
            STATUS.value_set(outcome.state),
            OUTCOME.value_set(outcome.failure_code or outcome.state),
        ]
        _upsert(shown)
        workflow.set_current_details(
            f"**{outcome.state}**" + (f"  \nOutput: {outcome.output_uri}" if outcome.output_uri else "")
        )
        finish = Finish(task_id=self.start.task_id, opening=self.start.opening, outcome=outcome)
        self.finished = True
        await activity_calls.statement(OutputActivities.finish, finish, summary=outcome.state)

    def _show(self, stage: str, team: str, deadline_at: datetime | None) -> None:
        # The relay sets the first stage's attributes with the start.
        if self.visit > 1:
            updates: list[SearchAttributeUpdate[str] | SearchAttributeUpdate[int]] = [STAGE.value_set(stage)]
            updates.append(TEAM.value_set(team) if team else TEAM.value_unset())
            if self.rejections:
                updates.append(REJECTIONS.value_set(sum(self.rejections.values())))
            _upsert(updates)
        self._details = [
            f"**{stage}** (visit {self.visit})" + (f", team {team}" if team else ""),
            f"since {workflow.now():%Y-%m-%d %H:%M:%S} UTC",
            f"until {deadline_at:%Y-%m-%d %H:%M:%S} UTC" if deadline_at else "without a deadline",
            f"[the task's page]({self.start.task_url})",
        ]
        self.show_details()

    def show_details(self, *more: str) -> None:
        """Show in the Temporal UI where the task is, and what else there is to say."""
        workflow.set_current_details("  \n".join([*self._details, *more]))


def _upsert(updates: Sequence[SearchAttributeUpdate[Any]]) -> None:
    # The SDK leaves the type of the values open.
    workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType]
