"""Review: one person approves the task's labels, or rejects some of them."""

from schemas.graphs import ReviewStage
from workflows import visits
from workflows.walk import Walk


async def run(walk: Walk, name: str, stage: ReviewStage) -> str:
    """Return the pathway: approved, rejected, rejected_too_often or expired. Raises StoppedError, MovedError.

    Who rejected a task here is offered its rework first.
    """
    closing = await visits.run(
        walk,
        name,
        stage,
        kind="review",
        overlap=1,
        team=stage.team,
        shown_as=stage.shown_as,
        again_after=walk.last_rejection.get(name),
        allow_own=stage.allow_own,
    )
    if closing.reason == "expired":
        return "expired"
    if closing.decision != "rejected":
        return "approved"
    rejections = walk.reject(name)
    bounded = stage.max_rejections is not None and rejections > stage.max_rejections
    return "rejected_too_often" if bounded else "rejected"
