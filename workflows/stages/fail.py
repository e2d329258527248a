"""Fail: an end with a code that the task's client is shown."""

from schemas.graphs import FailStage
from schemas.tasks import Outcome
from workflows.walk import Walk


async def run(walk: Walk, stage: FailStage) -> Outcome:
    """Be failed, without output; a stop that was asked for before goes first."""
    if walk.stopped:
        return Outcome(state="cancelled")
    return Outcome(state="failed", failure_code=stage.code, failure_reason=stage.reason)
