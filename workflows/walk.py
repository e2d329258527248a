"""What the stages of one opening share: where the task is, its messages, its side effects."""

from datetime import datetime

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from activities.assignments import AssignmentActivities
from activities.outputs import OutputActivities
from schemas.tasks import (
    CloseMode,
    CloseVisit,
    Finish,
    OpeningRef,
    OpenVisit,
    Outcome,
    TaskStart,
    VisitClosing,
    VisitKind,
)
from workflows import activity_calls
from workflows.inbox import Inbox

STAGE = SearchAttributeKey.for_keyword("LoupeStage")
STATUS = SearchAttributeKey.for_keyword("LoupeStatus")
TEAM = SearchAttributeKey.for_keyword("LoupeTeam")
OUTCOME = SearchAttributeKey.for_keyword("LoupeOutcome")


class StoppedError(Exception):
    """The task was stopped before its present stage was done."""


class Walk:
    """The way of one opening through its graph."""

    def __init__(self, start: TaskStart) -> None:
        self.start = start
        self.inbox = Inbox(last_seq=1)
        self.visit = 0
        self.visit_is_open = False
        self.stopped = False
        self.finished = False

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
    ) -> None:
        """Begin a visit in a people's stage."""
        self.visit += 1
        self.visit_is_open = True
        self._show(stage, team, deadline_at)
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
        )
        await activity_calls.statement(AssignmentActivities.open_visit, opened, summary=f"open {stage}")

    async def close_visit(self, mode: CloseMode) -> VisitClosing:
        """End the present visit, if it may end for this reason."""
        closing = CloseVisit(task_id=self.start.task_id, opening=self.start.opening, visit=self.visit, mode=mode)
        closed = await activity_calls.statement(AssignmentActivities.close_visit, closing, summary=f"close: {mode}")
        self.visit_is_open = not closed.closed
        return closed

    async def write_output(self) -> str:
        """Write the output object; its URI."""
        opening = OpeningRef(task_id=self.start.task_id, opening=self.start.opening)
        return await activity_calls.output(OutputActivities.write_output, opening, summary="write output")

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
            updates: list[SearchAttributeUpdate[str]] = [STAGE.value_set(stage), TEAM.value_set(team)]
            _upsert(updates)
        lines = [
            f"**{stage}** (visit {self.visit}), team {team}",
            f"since {workflow.now():%Y-%m-%d %H:%M:%S} UTC",
            f"until {deadline_at:%Y-%m-%d %H:%M:%S} UTC" if deadline_at else "without a deadline",
            f"[the task's page]({self.start.task_url})",
        ]
        workflow.set_current_details("  \n".join(lines))


def _upsert(updates: list[SearchAttributeUpdate[str]]) -> None:
    # The SDK leaves the type of the values open.
    workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType]
