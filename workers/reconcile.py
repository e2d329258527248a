"""Looks in Temporal for what was done to workflows past Loupe: runs that were terminated, and runs that were reset."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from temporalio.api.common.v1 import WorkflowExecution as ExecutionKey
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from runtime.loops import Loop
from runtime.settings import Settings
from schemas.tasks import TASK_WORKFLOW, short_id_and_opening, workflow_id
from store import reconcile
from store.database import Pool
from store.reconcile import Opening

log = structlog.get_logger()

# It is to be seen within a minute: at most twice this, and what visibility is behind.
PAUSE_SECONDS = 15.0
# How far visibility may be behind, and clocks apart.
OVERLAP = timedelta(seconds=30)
RPC_TIMEOUT = timedelta(seconds=10)
# The longest page that a server gives.
BATCH = 1000
AT_ONCE = 8

# By visibility's words. One query each: only so do servers on SQLite find the few of them by an index.
ENDED_BADLY = {
    "Terminated": "its workflow was terminated in Temporal",
    "Failed": "its workflow failed",
    "TimedOut": "its workflow ran past a time limit that was set on it in Temporal",
}
LONGEST_FAILURE_REASON = 1024
LONGEST_IDENTITY = 200


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Found:
    """A run of an opening's workflow."""

    opening: Opening
    workflow_id: str
    run_id: str


@dataclass(frozen=True)
class Ending:
    """How a run ended badly: one of ENDED_BADLY, who did it and why, as far as Temporal says."""

    status: str
    at: datetime | None
    identity: str | None
    reason: str | None

    def in_words(self) -> str:
        """For the client that waits for the task."""
        by = f" by {self.identity[:LONGEST_IDENTITY]}" if self.identity else ""
        why = f": {self.reason}" if self.reason else ""
        return f"It ended without an output, because {ENDED_BADLY[self.status]}{by}{why}"[:LONGEST_FAILURE_REASON]


Settle = Callable[[Found], Awaitable[bool]]


class Reconcile(Loop):
    """Ends tasks whose workflow is gone, and writes down resets. Several loops do no harm: one at a time looks."""

    name = "reconcile"

    def __init__(self, settings: Settings, pool: Pool, client: Client) -> None:
        super().__init__(pause=PAUSE_SECONDS)
        self._task_queue = settings.task_queue
        self._pool = pool
        self._client = client
        # What the last turn settled and visibility still lists.
        self._settled: set[str] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def turn(self) -> bool:
        """Look at what happened since the last turn of any worker.

        Raises ExceptionGroup with what could not be settled; the next turn looks at it again.
        """
        span = await reconcile.begin(self._pool, every_seconds=PAUSE_SECONDS)
        if span is None:
            return False
        since = (span.looked_until - OVERLAP).isoformat()
        settled: set[str] = set()
        errors: list[Exception] = []
        for status in ENDED_BADLY:
            query = f"ExecutionStatus = '{status}' AND CloseTime >= '{since}'"
            errors += await self._look_through(query, _any, partial(self._lost, status), settled)
        # A run that came from a reset has an ExecutionTime of its own, which has an index where StartTime has none.
        errors += await self._look_through(f"ExecutionTime >= '{since}'", _began_late, self._repeated, settled)
        self._settled = settled
        if errors:
            raise ExceptionGroup("runs that could not be settled", errors)
        if not self._stopping:
            await reconcile.looked(self._pool, span.begun_at)
        return False

    async def _look_through(
        self,
        query: str,
        concerns: Callable[[WorkflowExecution, Opening], bool],
        settle: Settle,
        settled: set[str],
    ) -> list[Exception]:
        """Settle the runs of a query that concern us, once each; what went wrong."""
        errors: list[Exception] = []
        async for batch in self._batches(query):
            if self._stopping:
                break
            settled |= {run.run_id for run in batch if run.run_id in self._settled}
            new = [run for run in batch if run.run_id not in settled]
            openings = await self._openings(new)
            found = [
                Found(opening, run.id, run.run_id)
                for run in new
                if (opening := openings.get(run.id)) is not None and concerns(run, opening)
            ]
            results = await asyncio.gather(*(self._try(settle, each) for each in found))
            settled |= {each.run_id for each, result in zip(found, results, strict=True) if result is True}
            errors += [result for result in results if isinstance(result, Exception)]
        return errors

    async def _try(self, settle: Settle, found: Found) -> bool | Exception:
        async with self._slots:
            try:
                return await settle(found)
            except Exception as error:
                error.add_note(f"workflow {found.workflow_id}, run {found.run_id}")
                return error

    async def _batches(self, query: str) -> AsyncIterator[list[WorkflowExecution]]:
        batch: list[WorkflowExecution] = []
        async for run in self._client.list_workflows(query, page_size=BATCH, rpc_timeout=RPC_TIMEOUT):
            if run.workflow_type == TASK_WORKFLOW and run.task_queue == self._task_queue:
                batch.append(run)
            if len(batch) == BATCH:
                yield batch
                batch = []
        yield batch

    async def _openings(self, runs: Sequence[WorkflowExecution]) -> dict[str, Opening]:
        """The openings that runs belong to, by workflow id."""
        named = {parts for run in runs if (parts := short_id_and_opening(run.id)) is not None}
        if not named:
            return {}
        return {
            workflow_id(
                project=each.project, task_name=each.task_name, task_id=each.task_id, opening=each.opening
            ): each
            for each in await reconcile.openings(self._pool, sorted(named))
        }

    async def _lost(self, status: str, found: Found) -> bool:
        """End the opening of a run that ended badly, unless the run goes on in one that came from a reset."""
        over = found.opening.over_since is not None
        latest = await self._describe(found.workflow_id, None)
        if over:
            # It may have come from a reset itself, of a run that had ended.
            await self._note_reset(found)
        elif latest is None or latest.run_id == found.run_id:
            await self._end(found, await self._ending(found, status))
            # Somebody may have reset it meanwhile.
            over, latest = True, await self._describe(found.workflow_id, None)
        if latest is None or latest.run_id == found.run_id:
            return True
        lost = await self._describe(found.workflow_id, found.run_id)
        # The latest run need not be the one that came from the reset: that may have gone on in another.
        repeats = {latest.run_id, lost.raw_description.workflow_extended_info.reset_run_id if lost else ""} - {""}
        settled = [await self._repeat(replace(found, run_id=run_id), over) for run_id in sorted(repeats)]
        return all(settled)

    async def _repeated(self, found: Found) -> bool:
        return await self._repeat(found, True)

    async def _repeat(self, found: Found, over: bool) -> bool:
        """Write down that a run came from a reset; cancel it where its opening is over and it waits for nothing.

        False while it works, which repeats what the run before did and comes to an end by itself.
        """
        await self._note_reset(found)
        run = await self._describe(found.workflow_id, found.run_id) if over else None
        if run is None or run.status != WorkflowExecutionStatus.RUNNING:
            return True
        if run.raw_description.pending_activities or run.raw_description.HasField("pending_workflow_task"):
            return False
        await self._cancel(found)
        return True

    async def _end(self, found: Found, ending: Ending) -> None:
        opening = found.opening
        data = {"run_id": found.run_id, "status": ending.status, "identity": ending.identity, "reason": ending.reason}
        data["terminated_at"] = ending.at.isoformat() if ending.at else None
        if await reconcile.end(
            self._pool, opening.task_id, opening.opening, failure_reason=ending.in_words(), data=data
        ):
            log.warning("workflow ended past Loupe", task=str(opening.task_id), opening=opening.opening, **data)

    async def _note_reset(self, found: Found) -> None:
        event = await self._reset_event(found)
        if event is None:
            return
        reset = event.workflow_task_failed_event_attributes
        data = {
            "base_run_id": reset.base_run_id,
            "reason": _text(reset.failure.message),
            "identity": _person(reset.identity),
            "reset_at": _at(event).isoformat(),
        }
        opening = found.opening
        if await reconcile.note_reset(self._pool, opening.task_id, opening.opening, found.run_id, data):
            log.warning("workflow reset", task=str(opening.task_id), opening=opening.opening, **data)

    async def _describe(self, of_workflow: str, run_id: str | None) -> WorkflowExecutionDescription | None:
        """A run, or the latest; None where its history is gone."""
        handle = self._client.get_workflow_handle(of_workflow, run_id=run_id)
        return await _found(handle.describe(rpc_timeout=RPC_TIMEOUT))

    async def _cancel(self, found: Found) -> None:
        log.info("cancelling a run of a task that is over", workflow=found.workflow_id, run=found.run_id)
        handle = self._client.get_workflow_handle(found.workflow_id, run_id=found.run_id)
        await _found(handle.cancel(rpc_timeout=RPC_TIMEOUT))

    async def _ending(self, found: Found, status: str) -> Ending:
        request = GetWorkflowExecutionHistoryReverseRequest(
            namespace=self._client.namespace,
            execution=ExecutionKey(workflow_id=found.workflow_id, run_id=found.run_id),
            maximum_page_size=1,
        )
        service = self._client.workflow_service
        history = await _found(service.get_workflow_execution_history_reverse(request, timeout=RPC_TIMEOUT))
        if history is None or not history.history.events:
            return Ending(status, None, None, None)
        last = history.history.events[0]
        terminated = last.workflow_execution_terminated_event_attributes
        failed = last.workflow_execution_failed_event_attributes
        reason = terminated.reason or _root(failed.failure).message
        return Ending(status, _at(last), _person(terminated.identity), _text(reason))

    async def _reset_event(self, found: Found) -> HistoryEvent | None:
        """The event of a run's history that says that the run came from a reset."""
        handle = self._client.get_workflow_handle(found.workflow_id, run_id=found.run_id)
        try:
            async for event in handle.fetch_history_events(rpc_timeout=RPC_TIMEOUT):
                task = event.workflow_task_failed_event_attributes
                if (
                    task.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
                    and task.new_run_id == found.run_id
                ):
                    return event
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
        return None


def _any(_run: WorkflowExecution, _opening: Opening) -> bool:
    return True


def _began_late(run: WorkflowExecution, opening: Opening) -> bool:
    return opening.over_since is not None and run.start_time > opening.over_since


async def _found(answer: Awaitable[Answer]) -> Answer | None:
    """What Temporal answers; None where it no longer has what it was asked about."""
    try:
        return await answer
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return None


def _root(failure: Failure) -> Failure:
    while failure.HasField("cause"):
        failure = failure.cause
    return failure


def _at(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)


def _person(identity: str) -> str | None:
    """Who asked; None where the server names itself, as servers up to 1.29 do for a reset."""
    return None if identity.startswith("history-") else _text(identity)


def _text(given: str) -> str | None:
    """A text without what PostgreSQL cannot store; None where there is none."""
    return given.replace("\0", "") or None
