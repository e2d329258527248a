"""Complete: an end that writes the output."""

from temporalio.exceptions import ActivityError, ApplicationError

from schemas.tasks import Outcome
from workflows.walk import Walk


async def run(walk: Walk) -> Outcome:
    """Write the output object, then be completed: so Completed implies that the object exists.

    A stopped task whose work was all finished has its object, and is stopped. A key that holds other content fails
    the task: it is never overwritten.
    """
    try:
        uri = await walk.write_output()
    except ActivityError as error:
        if not isinstance(error.cause, ApplicationError) or error.cause.type != "OutputConflict":
            raise
        return Outcome(state="failed", failure_code="InternalError", failure_reason=error.cause.message)
    return Outcome(state="cancelled" if walk.stopped else "completed", output_uri=uri)
