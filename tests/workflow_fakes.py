"""The task workflow on a real Temporal server, with activities faked under their registered names."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from runtime.temporal import register_search_attributes
from schemas.graphs import AnnotateStage, CompleteStage, FailStage, Graph
from schemas.tasks import (
    DELIVER,
    CloseVisit,
    Finish,
    OpeningRef,
    OpenVisit,
    Route,
    TaskMessage,
    TaskStart,
    VisitClosing,
    workflow_id,
)
from workflows.task import TaskWorkflow


@dataclass
class FakeStore:
    """What PostgreSQL and S3 would say, kept in lists; tests set what is held and what is refused."""

    overlap: int = 1
    answers: int = 0
    held_until: datetime | None = None
    nobody_left: bool = True
    failures: dict[str, int] = field(default_factory=dict)
    conflict: bool = False
    routes: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def names(self) -> list[str]:
        """Names of the calls in order; a close with its mode."""
        return [f"close {value.mode}" if name == "close" else name for name, value in self.calls]

    def last(self, name: str) -> Any:
        """Argument of the last call of this name."""
        return next(value for called, value in reversed(self.calls) if called == name)

    def _note(self, name: str, value: Any) -> None:
        if self.failures.get(name, 0):
            self.failures[name] -= 1
            raise ConnectionError(f"{name}: the database is away")
        self.calls.append((name, value))

    def activities(self) -> list[Callable[..., Any]]:
        """Fakes of all activities."""

        @activity.defn(name="open_visit")
        async def open_visit(opened: OpenVisit) -> None:
            self._note("open", opened)

        @activity.defn(name="close_visit")
        async def close_visit(closing: CloseVisit) -> VisitClosing:
            self._note("close", closing)
            return self._close(closing)

        @activity.defn(name="write_output")
        async def write_output(opening: OpeningRef) -> str:
            self._note("write", opening)
            if self.conflict:
                raise ApplicationError("other content", type="OutputConflict", non_retryable=True)
            return "s3://bucket/output.json"

        @activity.defn(name="finish")
        async def finish(finish: Finish) -> None:
            self._note("finish", finish)

        @activity.defn(name="route")
        async def route(route: Route) -> str:
            self._note("route", route)
            return self.routes[route.stage]

        return [open_visit, close_visit, write_output, finish, route]

    def _close(self, closing: CloseVisit) -> VisitClosing:
        reason = None
        if self.answers >= self.overlap:
            reason = "submitted"
        elif closing.mode in ("expired", "cancelled"):
            reason = closing.mode
        elif closing.mode == "stopped" and self.held_until is None:
            reason = "stopped"
        elif closing.mode == "exhausted" and self.nobody_left:
            reason = "expired"
        held = self.held_until if reason is None else None
        return VisitClosing(closed=reason is not None, reason=reason, answers=self.answers, held_until=held)


@dataclass
class Opening:
    """A running task workflow and the relay's end of its mailbox."""

    store: FakeStore
    handle: WorkflowHandle[Any, Any]
    seq: int = 1

    def message(self, kind: str, visit: int | None = 1) -> TaskMessage:
        """The next message."""
        self.seq += 1
        return TaskMessage.model_validate({"seq": self.seq, "kind": kind, "visit": visit})

    async def send(self, *messages: TaskMessage) -> None:
        """Deliver as the relay does."""
        await self.handle.signal(DELIVER, list(messages))

    async def submit(self) -> None:
        """An answer was accepted, and the workflow is told."""
        self.store.answers += 1
        await self.send(self.message("submission"))


def small_graph(*, overlap: int = 1, deadline_seconds: int | None = 86_400) -> Graph:
    """The graph of a flow definition."""
    return Graph(
        start="annotate",
        stages={
            "annotate": AnnotateStage(
                team="crew",
                shown_as="annotate",
                overlap=overlap,
                deadline_seconds=deadline_seconds,
                pathways={"submitted": "complete", "expired": "expired"},
            ),
            "complete": CompleteStage(),
            "expired": FailStage(code="Expired", reason="too late"),
        },
    )


def task_start(graph: Graph, *, created_at: datetime | None = None) -> TaskStart:
    """The first message of a new task."""
    return TaskStart(
        task_id=uuid.uuid4(),
        opening=1,
        project_id=uuid.uuid4(),
        project="flow",
        task_name="loop",
        created_at=created_at or datetime.now(UTC),
        graph_version=1,
        graph=graph,
        task_url="http://127.0.0.1:8400/tasks/x",
    )


def strict_sandbox() -> SandboxedWorkflowRunner:
    """Loads the workflow code itself into the sandbox, as strictly as it can be."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "schemas", "activities", "quality", "store", "runtime"
    )
    return SandboxedWorkflowRunner(restrictions=restrictions)


@asynccontextmanager
async def running_worker(client: Client, store: FakeStore, queue: str, *, cached: int = 100) -> AsyncIterator[None]:
    """A worker with the fake activities."""
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[TaskWorkflow],
        activities=store.activities(),
        workflow_runner=strict_sandbox(),
        max_cached_workflows=cached,
    )
    async with worker:
        yield


async def connect(address: str) -> Client:
    """A client of the real server, with our search attributes."""
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    await register_search_attributes(client)
    return client


async def start_opening(
    client: Client,
    store: FakeStore,
    queue: str,
    *,
    overlap: int = 1,
    deadline: timedelta | None = timedelta(days=1),
    age: timedelta = timedelta(0),
) -> Opening:
    """Start a task workflow on the smallest graph, as the relay does."""
    store.overlap = overlap
    seconds = None if deadline is None else max(1, int(deadline.total_seconds()))
    start = task_start(small_graph(overlap=overlap, deadline_seconds=seconds), created_at=datetime.now(UTC) - age)
    name = workflow_id(project="flow", task_name="loop", task_id=start.task_id, opening=1)
    return Opening(store, await client.start_workflow(TaskWorkflow.run, start, id=name, task_queue=queue))
