"""Gate: the task's prediction is accepted, or people are asked."""

from workflows.stages import router
from workflows.walk import Walk


async def run(walk: Walk, name: str) -> str:
    """Return the pathway: `accept`, with the prediction as the task's label, or `human`.

    To the process a gate is a router whose one question is the prediction.
    """
    return await router.run(walk, name)
