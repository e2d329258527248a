"""The worker: serves agent stages from a task queue of its own."""

import asyncio
import contextlib
import inspect
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias, TypeVar

from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from loupe_agents.tasks import AgentTask, Decision, Returned, put_content

Decided: TypeAlias = str | Decision
Handler: TypeAlias = Callable[[AgentTask], Decided | Awaitable[Decided]]
AnyHandler = TypeVar("AnyHandler", bound=Handler)

# Where the stage asks for no heartbeats.
HEARTBEAT_SECONDS = 10.0


class Agent:
    """Functions for agent stages, and the worker that serves them.

    `task_queue` is the one that the graph's stages name. Address, namespace, key and certificates are those of the
    environment (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY...) or of Temporal's configuration file, unless
    they are given here. At most `concurrency` tasks are decided at a time, plain functions each in a thread. At its end
    the worker gives what runs `drain_seconds`.
    """

    def __init__(
        self,
        *,
        task_queue: str,
        address: str | None = None,
        namespace: str | None = None,
        concurrency: int = 10,
        drain_seconds: float = 30.0,
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency: at least 1")
        self._task_queue = task_queue
        self._address = address
        self._namespace = namespace
        self._concurrency = concurrency
        self._drain_seconds = drain_seconds
        self._handlers: dict[str, Handler] = {}

    def stage(self, name: str) -> Callable[[AnyHandler], AnyHandler]:
        """Serve a stage with the decorated function, plain or `async`, that returns a pathway or a Decision.

        In the graph the stage's `activity` is this name. What the function raises is a failed attempt, that is tried
        again; an ApplicationError with non_retryable=True is not. Raises ValueError for a name that is served already.
        """
        if name in self._handlers:
            raise ValueError(f"stage {name!r} is served by another function already")

        def register(handler: AnyHandler) -> AnyHandler:
            self._handlers[name] = handler
            return handler

        return register

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, then finish what runs."""
        asyncio.run(self._run())

    async def serve(self) -> None:
        """Serve until cancelled, then finish what runs. Raises RuntimeError where Temporal is away."""
        client = await self.connect()
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="agent") as threads:
            await self.worker(client, threads).run()

    async def connect(self) -> Client:
        """A client of Temporal, as the environment and the arguments say. Raises RuntimeError where it is away."""
        config = ClientConfig.load_client_connect_config()
        if self._address is not None:
            config["target_host"] = self._address
        if self._namespace is not None:
            config["namespace"] = self._namespace
        config.setdefault("target_host", "localhost:7233")
        return await Client.connect(**config, data_converter=pydantic_data_converter)

    def worker(self, client: Client, threads: ThreadPoolExecutor) -> Worker:
        """A Temporal worker that serves the stages, plain functions in `threads`. Raises ValueError without stages."""
        if not self._handlers:
            raise ValueError("no stage is served: decorate a function with @agent.stage(name)")
        return Worker(
            client,
            task_queue=self._task_queue,
            activities=[_activity(name, handler, threads) for name, handler in self._handlers.items()],
            max_concurrent_activities=self._concurrency,
            graceful_shutdown_timeout=timedelta(seconds=self._drain_seconds),
        )

    async def _run(self) -> None:
        serving = asyncio.create_task(self.serve())
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, serving.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def _activity(name: str, handler: Handler, threads: ThreadPoolExecutor) -> Callable[[AgentTask], Awaitable[Returned]]:
    @activity.defn(name=name)
    async def decide(task: AgentTask) -> Returned:
        async with _heartbeats():
            decision = _decision(await _handled(handler, task, threads), task)
            if decision.content is not None:
                await asyncio.to_thread(put_content, task, decision.content)
        has_content = decision.content is not None
        return Returned(pathway=decision.pathway, has_content=has_content, priority=decision.priority)

    return decide


async def _handled(handler: Handler, task: AgentTask, threads: ThreadPoolExecutor) -> Decided:
    if inspect.iscoroutinefunction(handler):
        return await handler(task)
    decided = await asyncio.get_running_loop().run_in_executor(threads, handler, task)
    # An object whose call returns an awaitable looks like a plain function.
    return await decided if inspect.isawaitable(decided) else decided


def _decision(decided: Decided, task: AgentTask) -> Decision:
    decision = Decision(pathway=decided) if isinstance(decided, str) else decided
    if not isinstance(decision, Decision):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code may be untyped
        raise ApplicationError(f"return a pathway or a Decision, not {type(decision).__name__}", type="NoDecision")
    if decision.pathway not in task.pathways:
        allowed = ", ".join(task.pathways)
        message = f"{decision.pathway!r} is not drawn from this stage; use one of: {allowed}"
        raise ApplicationError(message, type="UnknownPathway")
    return decision


@asynccontextmanager
async def _heartbeats() -> AsyncGenerator[None]:
    """Tells Temporal that this worker lives, and learns from it that the task was stopped."""
    timeout = activity.info().heartbeat_timeout
    pause = timeout.total_seconds() / 3 if timeout else HEARTBEAT_SECONDS

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(pause)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
