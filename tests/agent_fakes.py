"""Agents as their workflow sees them: the activities that ask them, faked under their registered names."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity

from schemas.agents import AgentAnswer, AgentAttempt, AgentTask, AttemptEnd, DeadCall, DecidedAttempt, HttpAttempt
from schemas.graphs import ActivityAgent, AgentStage, ArchiveStage, FailStage, Graph, HttpAgent
from schemas.tasks import VisitRef
from workflow_fakes import FakeStore

ANSWERED = AgentAnswer(outcome="answered", pathway="YES")
FAILED = AgentAnswer(outcome="failed", error="answered 500")
WAITING = AgentAnswer(outcome="waiting")


@dataclass
class FakeAgents(FakeStore):
    """What agents answer, attempt by attempt; the last answer again and again. A None never comes."""

    replies: list[AgentAnswer | None] = field(default_factory=lambda: [ANSWERED])
    # How the database says that an attempt stands which the workflow ends; None: as the workflow says.
    standing: AgentAnswer | None = None
    accepted: list[AgentAnswer] = field(default_factory=lambda: [ANSWERED])

    def activities(self) -> list[Callable[..., Any]]:
        """The fakes of FakeStore, and those of agents."""

        @activity.defn(name="call_agent")
        async def call_agent(attempt: HttpAttempt) -> AgentAnswer:
            self._note("call", attempt)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            while reply is None:
                activity.heartbeat()
                await asyncio.sleep(0.05)
            return reply

        @activity.defn(name="prepare_agent")
        async def prepare_agent(attempt: AgentAttempt) -> AgentTask:
            self._note("prepare", attempt)
            fields = attempt.model_dump(include={"task_id", "stage", "visit", "attempt", "pathways"})
            return AgentTask(project="flow", name="loop", document_url="http://x/", content_url="http://x/", **fields)

        @activity.defn(name="accept_agent")
        async def accept_agent(decided: DecidedAttempt) -> AgentAnswer:
            self._note("accept", decided)
            return self.accepted.pop(0) if len(self.accepted) > 1 else self.accepted[0]

        @activity.defn(name="end_attempt")
        async def end_attempt(end: AttemptEnd) -> AgentAnswer:
            self._note(f"end {end.outcome}", end)
            return self.standing or AgentAnswer(outcome=end.outcome, error=end.error)

        @activity.defn(name="bury_call")
        async def bury_call(call: DeadCall) -> None:
            self._note("bury", call)

        @activity.defn(name="close_letters")
        async def close_letters(visit: VisitRef) -> None:
            self._note("close letters", visit)

        agents = [call_agent, prepare_agent, accept_agent, end_attempt, bury_call, close_letters]
        return [*super().activities(), *agents]


def agent_graph(*, task_queue: str | None = None, failed: bool = False, **settings: Any) -> Graph:
    """An agent that decides between archive and an end; by an activity of its own where there is a task queue."""
    http = HttpAgent(url="http://127.0.0.1:1/", callback=True)
    call = http if task_queue is None else ActivityAgent(task_queue=task_queue, activity="Which way?")
    pathways = {"YES": "archive", "NO": "no", **({"failed": "failed"} if failed else {})}
    options = {"max_attempts": 2, "first_backoff_seconds": 0.05, "timeout_seconds": 60, "heartbeat_seconds": 5}
    return Graph(
        start="Which way?",
        stages={
            "Which way?": AgentStage(call=call, pathways=pathways, **(options | settings)),
            "archive": ArchiveStage(),
            "no": FailStage(code="No", reason="the agent said no"),
            "failed": FailStage(code="AgentFailed", reason="no answer"),
        },
    )
