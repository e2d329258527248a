"""Opening and closing of visits."""

from temporalio import activity

from schemas.tasks import CloseVisit, EscalateVisit, OpenVisit, VisitClosing
from store import assignments
from store.database import Pool

_PLACE = {"task_id", "opening", "visit", "stage", "overlap", "time_limit_seconds", "deadline_at"}


class AssignmentActivities:
    """Bound to the worker's pool. Each activity is one idempotent statement, so it may run as a local activity."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._queues: dict[tuple[object, ...], int] = {}

    @activity.defn
    async def open_visit(self, opened: OpenVisit) -> int | None:
        """Open a visit and offer its slots; how many it has, None where the task is over."""
        queue_id = await self._queue(opened)
        place = opened.model_dump(include=_PLACE)
        if opened.rework is None:
            return await assignments.open_visit(self._pool, **place, queue_id=queue_id)
        owed = assignments.Owed(**opened.rework.model_dump())
        return await assignments.open_later_visit(self._pool, **place, queue_id=queue_id, owed=owed)

    @activity.defn
    async def escalate_visit(self, visit: EscalateVisit) -> None:
        """Offer a visit to managers alone."""
        await assignments.escalate_visit(
            self._pool, task_id=visit.task_id, opening=visit.opening, visit=visit.visit, mode=visit.mode
        )

    @activity.defn
    async def close_visit(self, closing: CloseVisit) -> VisitClosing:
        """Close a visit under its row lock; what it returns is what counts, not which messages had arrived."""
        closed = await assignments.close_visit(
            self._pool, task_id=closing.task_id, opening=closing.opening, visit=closing.visit, mode=closing.mode
        )
        return VisitClosing.model_validate(closed, from_attributes=True)

    async def _queue(self, opened: OpenVisit) -> int:
        key = (opened.project_id, opened.shown_as, opened.kind, opened.team)
        if key not in self._queues:
            self._queues[key] = await assignments.queue_for(
                self._pool,
                project_id=opened.project_id,
                shown_as=opened.shown_as,
                kind=opened.kind,
                team=opened.team,
            )
        return self._queues[key]
