"""Agent: a program is asked, again and again with growing pauses; where that fails, a pathway or a person decides."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutType
from temporalio.exceptions import TimeoutError as AttemptTimeout

from activities.agents import AgentActivities
from schemas.agents import (
    FAILED,
    AgentAnswer,
    AgentAttempt,
    AgentDecision,
    AttemptEnd,
    DeadCall,
    DecidedAttempt,
    HttpAttempt,
)
from schemas.graphs import ActivityAgent, AgentStage, HttpAgent
from schemas.tasks import TaskMessage
from workflows import activity_calls
from workflows.walk import MovedError, StoppedError, Walk

MOST_BACKOFF_SECONDS = 300.0
# The activity ends an attempt by itself when its time is over; Temporal's timeout is for one that cannot.
HTTP_MARGIN = timedelta(seconds=30)
# A worker or a database that went away is not the agent's failure: the same attempt goes on.
_GO_ON = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))
# Each attempt of a user's own activity is one of ours, so that it is kept and its answer can be refused.
_ONCE = RetryPolicy(maximum_attempts=1)


async def run(walk: Walk, name: str, stage: AgentStage) -> str:
    """Return the pathway that the agent chose, or `failed`, or the one that a person chose for a dead letter.

    Raises StoppedError, MovedError.
    """
    await walk.pass_through(name)
    call = 0
    while True:
        call += 1
        asked = _Call(walk, name, stage, call)
        answer = await asked.answer()
        if answer.pathway is not None:
            return answer.pathway
        if FAILED in stage.pathways:
            return FAILED
        dead = DeadCall(
            **asked.attempt.model_dump(exclude={"attempt"}), attempts=asked.attempt.attempt, error=answer.error or ""
        )
        pathway = await _decision(walk, stage, dead)
        if pathway is not None:
            return pathway


class _Call:
    """One call: its attempts, one after the other, while the inbox is watched. `attempt` is the present one."""

    def __init__(self, walk: Walk, name: str, stage: AgentStage, call: int) -> None:
        self._walk = walk
        self._stage = stage
        self._interrupted = False
        self.attempt = AgentAttempt(
            **walk.ref().model_dump(), stage=name, call=call, attempt=1, pathways=tuple(stage.pathways)
        )

    async def answer(self) -> AgentAnswer:
        """The answer, or how the last attempt failed. Raises StoppedError, MovedError."""
        asking = asyncio.create_task(self._ask())
        try:
            while True:
                await workflow.wait_condition(lambda: asking.done() or self._walk.inbox.ready_for(self._walk.visit))
                if asking.done():
                    return asking.result()
                decided = await self._heed(self._walk.inbox.take(), asking)
                if decided is not None:
                    return decided
        except asyncio.CancelledError:
            await self._interrupt(asking, "the workflow was cancelled")
            raise

    async def _heed(self, message: TaskMessage, asking: "asyncio.Task[AgentAnswer]") -> AgentAnswer | None:
        """What a message that came while the agent was asked decides; None where it is about an earlier visit."""
        match message.kind:
            case "stop" | "cancel":
                self._walk.note(message)
                await self._interrupt(asking, "the task was stopped")
                raise StoppedError
            case "callback" if message.visit == self._walk.visit and message.pathway in self._stage.pathways:
                await self._end_asking(asking)
                return AgentAnswer(outcome="answered", pathway=message.pathway)
            case "move" if message.visit == self._walk.visit:
                answer = await self._interrupt(asking, "the task was moved")
                if answer.pathway is not None:
                    return answer
                raise MovedError(message.stage or "", message.version)
            case _:
                return None

    async def _interrupt(self, asking: "asyncio.Task[AgentAnswer]", why: str) -> AgentAnswer:
        """End the present attempt; how it stands, for its answer may have come first."""
        await self._end_asking(asking)
        end = AttemptEnd(**self.attempt.model_dump(), outcome="cancelled", error=why)
        return await activity_calls.statement(AgentActivities.end_attempt, end, summary=why)

    async def _end_asking(self, asking: "asyncio.Task[AgentAnswer]") -> None:
        self._interrupted = True
        asking.cancel()
        await workflow.wait_condition(asking.done)
        if not asking.cancelled():
            asking.exception()

    def _end_if_interrupted(self) -> None:
        """An activity whose result came at the same moment returns that, and not the cancellation."""
        if self._interrupted:
            raise asyncio.CancelledError

    async def _ask(self) -> AgentAnswer:
        while True:
            number = self.attempt.attempt
            call = self._stage.call
            answer = await (self._over_http(call) if isinstance(call, HttpAgent) else self._by_activity(call))
            if answer.pathway is not None or answer.final or number >= self._stage.max_attempts:
                return answer
            self._end_if_interrupted()
            pause = min(self._stage.first_backoff_seconds * 2.0 ** (number - 1), MOST_BACKOFF_SECONDS)
            await workflow.sleep(pause, summary=f"attempt {number}: {answer.error or ''}"[:200])
            self.attempt = self.attempt.model_copy(update={"attempt": number + 1})

    async def _over_http(self, agent: HttpAgent) -> AgentAnswer:
        limit = timedelta(seconds=self._stage.timeout_seconds)
        until = workflow.now() + limit
        attempt = HttpAttempt(
            **self.attempt.model_dump(),
            agent=agent,
            timeout_seconds=self._stage.timeout_seconds,
            heartbeat_seconds=self._stage.heartbeat_seconds,
        )
        answer = await workflow.execute_activity_method(
            AgentActivities.call_agent,
            attempt,
            start_to_close_timeout=limit + HTTP_MARGIN,
            heartbeat_timeout=timedelta(seconds=self._stage.heartbeat_seconds),
            retry_policy=_GO_ON,
            summary=f"{attempt.stage}, attempt {attempt.attempt}",
        )
        if answer.outcome != "waiting":
            return answer
        self._end_if_interrupted()
        await workflow.sleep(max(until - workflow.now(), timedelta(seconds=1)), summary="waits to be called back")
        return await self._failed("timed_out", f"did not call back within {self._stage.timeout_seconds} s")

    async def _by_activity(self, agent: ActivityAgent) -> AgentAnswer:
        task = await activity_calls.output(AgentActivities.prepare_agent, self.attempt, summary="hand over the task")
        self._end_if_interrupted()
        try:
            returned: RawValue = await workflow.execute_activity(
                agent.activity,
                task,
                result_type=RawValue,
                task_queue=agent.task_queue,
                start_to_close_timeout=timedelta(seconds=self._stage.timeout_seconds),
                heartbeat_timeout=timedelta(seconds=self._stage.heartbeat_seconds),
                retry_policy=_ONCE,
                summary=f"{self.attempt.stage}, attempt {self.attempt.attempt}",
            )
            decision = _read(returned)
        except ActivityError as error:
            if self._interrupted:
                raise
            return await self._activity_failed(error.cause)
        except ValueError as error:
            return await self._failed("failed", f"the activity returned what is no decision: {error}")
        self._end_if_interrupted()
        decided = DecidedAttempt(**self.attempt.model_dump(), decision=decision)
        # The content is in S3: reading it is more than a statement.
        accept = activity_calls.output if decision.has_content else activity_calls.statement
        return await accept(AgentActivities.accept_agent, decided, summary="accept the decision")

    async def _activity_failed(self, cause: BaseException | None) -> AgentAnswer:
        if isinstance(cause, AttemptTimeout):
            if cause.type == TimeoutType.HEARTBEAT:
                return await self._failed("timed_out", f"no heartbeat within {self._stage.heartbeat_seconds} s")
            return await self._failed("timed_out", f"no answer within {self._stage.timeout_seconds} s")
        if isinstance(cause, ApplicationError):
            kind = f"{cause.type}: " if cause.type else ""
            answer = await self._failed("failed", f"{kind}{cause.message}")
            return answer.model_copy(update={"final": cause.non_retryable})
        return await self._failed("failed", f"the activity ended without an answer: {cause}")

    async def _failed(self, outcome: str, error: str) -> AgentAnswer:
        """Keep how the present attempt ended; the answer where one came first."""
        end = AttemptEnd.model_validate({**self.attempt.model_dump(), "outcome": outcome, "error": error})
        return await activity_calls.statement(AgentActivities.end_attempt, end, summary=outcome)


async def _decision(walk: Walk, stage: AgentStage, dead: DeadCall) -> str | None:
    """Wait, as a dead letter, for a person: a pathway, or None to try again. Raises StoppedError, MovedError."""
    await activity_calls.statement(AgentActivities.bury_call, dead, summary="dead letter")
    walk.show_details(f"waits for a decision: {dead.error}")
    while True:
        await workflow.wait_condition(lambda: walk.inbox.ready_for(walk.visit))
        message = walk.inbox.take()
        match message.kind:
            case "redrive" if message.visit == walk.visit and (
                message.pathway is None or message.pathway in stage.pathways
            ):
                walk.show_details()
                return message.pathway
            case "stop" | "cancel":
                walk.note(message)
                await activity_calls.statement(AgentActivities.close_letters, walk.ref(), summary="stopped")
                raise StoppedError
            case "move" if message.visit == walk.visit:
                await activity_calls.statement(AgentActivities.close_letters, walk.ref(), summary="moved")
                raise MovedError(message.stage or "", message.version)
            case _:
                continue


def _read(returned: RawValue) -> AgentDecision:
    """The decision that another worker returned. Raises ValueError for what is none."""
    try:
        decision = workflow.payload_converter().from_payload(returned.payload, AgentDecision)
    except Exception as error:
        # Converters raise what they like; whatever it is, the task must not hang on it.
        raise ValueError(str(error)) from error
    # Nothing at all is let through as None.
    if not isinstance(decision, AgentDecision):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError("nothing was returned")
    return decision
