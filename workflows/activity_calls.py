"""How the workflow calls activities."""

import asyncio
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError
from temporalio.types import MethodAsyncSingleParam

Argument = TypeVar("Argument")
Result = TypeVar("Result")

# Counted attempts end it: the SDK ends no retries of a local activity by schedule_to_close_timeout (1.35, observed).
_LOCAL_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=50), maximum_interval=timedelta(seconds=1), maximum_attempts=6
)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))
_OUTPUT_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


async def statement(
    activity: MethodAsyncSingleParam[Any, Argument, Result], argument: Argument, *, summary: str
) -> Result:
    """Call an activity of a single SQL statement: locally first, then, where the database is away, as an ordinary one.

    The ordinary one is tried for as long as it takes, and stands in the Temporal UI meanwhile. A cancelled workflow
    waits for it: only so is it known what the statement did.
    """
    call = asyncio.create_task(_statement(activity, argument, summary))
    try:
        return await asyncio.shield(call)
    except asyncio.CancelledError:
        await call
        raise


async def _statement(
    activity: MethodAsyncSingleParam[Any, Argument, Result], argument: Argument, summary: str
) -> Result:
    try:
        return await workflow.execute_local_activity_method(
            activity,
            argument,
            start_to_close_timeout=timedelta(seconds=2),
            schedule_to_close_timeout=timedelta(seconds=5),
            # Without the summary: one payload more in each of them is a tenth of what the worker does for a task.
            retry_policy=_LOCAL_RETRY,
        )
    except FailureError as error:
        workflow.logger.info("once more as an ordinary activity: %s", error)
    return await workflow.execute_activity_method(
        activity,
        argument,
        start_to_close_timeout=timedelta(seconds=5),
        retry_policy=_RETRY,
        summary=summary,
    )


async def output(
    activity: MethodAsyncSingleParam[Any, Argument, Result], argument: Argument, *, summary: str | None = None
) -> Result:
    """Call an activity that writes to S3; refusals are tried again with backoff for as long as it takes."""
    return await workflow.execute_activity_method(
        activity,
        argument,
        start_to_close_timeout=timedelta(seconds=60),
        heartbeat_timeout=timedelta(seconds=10),
        retry_policy=_OUTPUT_RETRY,
        summary=summary,
    )
