"""Annotate: people answer, each one slot, until all slots are answered or the deadline passes."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from schemas.graphs import AnnotateStage
from schemas.tasks import CloseMode, CloseReason, TaskMessage
from workflows.walk import StoppedError, Walk

# Clocks of Temporal and PostgreSQL may differ by this much.
CLOCK_MARGIN = timedelta(seconds=1)


async def run(walk: Walk, name: str, stage: AnnotateStage) -> str:
    """Return the pathway: `submitted` or `expired`. Raises StoppedError.

    Work that nobody is left to take goes the way of `expired`.
    """
    deadline_at = _deadline(walk, stage)
    await walk.open_visit(
        stage=name,
        kind="annotate",
        team=stage.team,
        shown_as=stage.shown_as,
        overlap=stage.overlap,
        time_limit_seconds=stage.time_limit_seconds,
        deadline_at=deadline_at,
    )
    reason = await _until_closed(walk, stage.overlap, deadline_at)
    if reason in ("stopped", "cancelled"):
        raise StoppedError
    return reason


def _deadline(walk: Walk, stage: AnnotateStage) -> datetime | None:
    if stage.deadline_seconds is None:
        return None
    since = walk.start.created_at if walk.visit == 0 else workflow.now()
    return since + timedelta(seconds=stage.deadline_seconds)


async def _until_closed(walk: Walk, overlap: int, deadline_at: datetime | None) -> CloseReason:
    answers = 0
    on_alarm: CloseMode = "expired"
    alarm = _alarm(deadline_at, "deadline")
    while True:
        await workflow.wait_condition(lambda alarm=alarm: bool(walk.inbox) or alarm.done())
        mode = _mode(walk, walk.inbox.take()) if walk.inbox else on_alarm
        if mode is None:
            continue
        if mode == "submitted":
            answers += 1
            if answers < overlap and not walk.stopped:
                continue
        closing = await walk.close_visit(mode)
        if closing.reason is not None:
            alarm.cancel()
            return closing.reason
        if walk.stopped and closing.held_until is not None:
            alarm.cancel()
            alarm = _alarm(closing.held_until + CLOCK_MARGIN, "held work of a stopped task")
            on_alarm = "stopped"


def _mode(walk: Walk, message: TaskMessage) -> CloseMode | None:
    """What a message asks of the visit; None where it is about an earlier one."""
    match message.kind:
        case "stop":
            walk.stopped = True
            return "stopped"
        case "submission" if message.visit == walk.visit:
            return "submitted"
        case "exhausted" if message.visit == walk.visit:
            return "exhausted"
        case _:
            return None


def _alarm(at: datetime | None, summary: str) -> "asyncio.Future[None]":
    if at is None:
        return asyncio.get_running_loop().create_future()
    wait = max(at - workflow.now(), CLOCK_MARGIN)
    return asyncio.create_task(workflow.sleep(wait, summary=summary))
