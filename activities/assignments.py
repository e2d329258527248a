"""Opening and closing of visits."""

from temporalio import activity

from schemas.errors import NotFound
from schemas.tasks import CloseVisit, EscalateVisit, OpenVisit, VisitClosing
from store import assignments
from store.assignments import Owed, QueueKey
from store.database import Pool

_PLACE = {"task_id", "opening", "visit", "stage", "overlap", "time_limit_seconds", "deadline_at"}


class AssignmentActivities:
    """Bound to the worker's pool. Each activity is one idempotent statement, so it may run as a local activity."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn
    async def open_visit(self, opened: OpenVisit) -> int | None:
        """Open a visit and offer its slots; how many it has, None where the task is over."""
        return await assignments.open_visit(
            self._pool,
            queue=QueueKey(opened.project_id, opened.shown_as, opened.kind, opened.team),
            **opened.model_dump(include=_PLACE),
            owed=Owed(**opened.rework.model_dump()) if opened.rework else None,
        )

    @activity.defn
    async def escalate_visit(self, visit: EscalateVisit) -> None:
        """Offer a visit to managers alone."""
        await assignments.escalate_visit(
            self._pool, task_id=visit.task_id, opening=visit.opening, visit=visit.visit, mode=visit.mode
        )

    @activity.defn
    async def close_visit(self, closing: CloseVisit) -> VisitClosing:
        """Close a visit under its row lock; what it returns is what counts, not which messages had arrived."""
        try:
            closed = await assignments.close_visit(
                self._pool, task_id=closing.task_id, opening=closing.opening, visit=closing.visit, mode=closing.mode
            )
        except NotFound:
            # A run that somebody reset after its task was over opened nothing, and has nothing to withdraw.
            if closing.mode != "cancelled":
                raise
            return VisitClosing(closed=True, reason="cancelled", answers=0, held_until=None)
        return VisitClosing.model_validate(closed, from_attributes=True)
