"""A visit in a people's stage, from its opening to its closing."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from schemas.graphs import PeopleStage, ReviewStage
from schemas.tasks import CloseMode, Rework, TaskMessage, VisitClosing, VisitKind
from workflows.walk import MovedError, StoppedError, Walk

# Clocks of Temporal and PostgreSQL may differ by this much.
CLOCK_MARGIN = timedelta(seconds=1)


async def run(
    walk: Walk,
    name: str,
    stage: PeopleStage,
    *,
    kind: VisitKind,
    overlap: int,
    team: str,
    shown_as: str,
    again_after: int | None = None,
    allow_own: bool = False,
) -> VisitClosing:
    """Open a visit and return how it closed: `reason` is submitted or expired. Raises StoppedError, MovedError.

    Work that nobody is left to take goes the way of `expired`; where that is not drawn, managers are asked.
    """
    deadline_at = _deadline(walk, stage)
    slots = await walk.open_visit(
        stage=name,
        kind=kind,
        team=team,
        shown_as=shown_as,
        overlap=overlap,
        time_limit_seconds=stage.time_limit_seconds,
        deadline_at=deadline_at,
        rework=_rework(walk, stage, again_after, allow_own=allow_own),
    )
    closing = await _until_closed(walk, slots, deadline_at, escalates="expired" not in stage.pathways)
    if closing.reason in ("stopped", "cancelled"):
        raise StoppedError
    return closing


def _rework(walk: Walk, stage: PeopleStage, again_after: int | None, *, allow_own: bool) -> Rework | None:
    if walk.visit == 0 and walk.start.opening == 1:
        return None
    return Rework(
        rejected_in=None if isinstance(stage, ReviewStage) else walk.rejected_in,
        again_after=again_after,
        reservation_seconds=stage.reservation_seconds,
        allow_own=allow_own,
        allow_reassessment=stage.allow_reassessment,
    )


def _deadline(walk: Walk, stage: PeopleStage) -> datetime | None:
    if stage.deadline_seconds is None:
        return None
    since = walk.start.created_at if walk.visit == 0 else workflow.now()
    return since + timedelta(seconds=stage.deadline_seconds)


async def _until_closed(walk: Walk, slots: int, deadline_at: datetime | None, *, escalates: bool) -> VisitClosing:
    answers = 0
    on_alarm: CloseMode = "expired"
    # Without a summary, which is one payload more: the current details say until when.
    alarm = _alarm(deadline_at)
    while True:
        await workflow.wait_condition(lambda alarm=alarm: walk.inbox.ready_for(walk.visit) or alarm.done())
        message = walk.inbox.take() if walk.inbox.ready_for(walk.visit) else None
        mode = on_alarm if message is None else _mode(walk, message)
        if mode is None:
            continue
        if mode == "submitted":
            answers += 1
            if answers < slots and not walk.stopped:
                continue
        if escalates and not walk.stopped and mode in ("expired", "exhausted"):
            await walk.escalate_visit(mode)
            if mode == "expired":
                alarm = _alarm(None)
            continue
        closing = await walk.close_visit(mode)
        if closing.reason is not None:
            alarm.cancel()
            if closing.reason == "moved" and message is not None:
                raise MovedError(message.stage or "", message.version)
            return closing
        if walk.stopped and closing.held_until is not None:
            alarm.cancel()
            alarm = _alarm(closing.held_until + CLOCK_MARGIN, "held work of a stopped task")
            on_alarm = "stopped"


def _mode(walk: Walk, message: TaskMessage) -> CloseMode | None:
    """What a message asks of the visit; None where it is about an earlier one."""
    walk.note(message)
    match message.kind:
        case "stop":
            return "stopped"
        case "cancel":
            return "cancelled"
        case "submission" | "verdict" if message.visit == walk.visit:
            return "submitted"
        case "exhausted" if message.visit == walk.visit:
            return "exhausted"
        case "move" if message.visit == walk.visit:
            return "moved"
        case _:
            return None


def _alarm(at: datetime | None, summary: str | None = None) -> "asyncio.Future[None]":
    if at is None:
        return asyncio.get_running_loop().create_future()
    wait = max(at - workflow.now(), CLOCK_MARGIN)
    return asyncio.create_task(workflow.sleep(wait, summary=summary))
