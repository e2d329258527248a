"""Archive: an end without output."""

from schemas.tasks import Outcome
from workflows.walk import Walk


async def run(walk: Walk) -> Outcome:
    """Be archived; a stop that was asked for before goes first."""
    return Outcome(state="cancelled" if walk.stopped else "archived")
