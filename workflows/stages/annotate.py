"""Annotate: people answer, each one slot, until all slots are answered or the deadline passes."""

from schemas.graphs import AnnotateStage
from workflows import visits
from workflows.walk import Walk


async def run(walk: Walk, name: str, stage: AnnotateStage) -> str:
    """Return the pathway: `submitted` or `expired`. Raises StoppedError, MovedError.

    After a rejection there is one slot for each author of rejected labels, and what they answer is merged into the
    task's answers.
    """
    reworks = walk.rejected_in is not None
    closing = await visits.run(
        walk, name, stage, kind="annotate", overlap=stage.overlap, team=stage.team, shown_as=stage.shown_as
    )
    if reworks:
        await walk.merge_rework()
    if closing.reason == "expired":
        return "expired"
    walk.rejected_in = None
    return "submitted"
