"""The worker process: registration, relay, sweep, and the drain at its end."""

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.agents import AgentActivities
from activities.assignments import AssignmentActivities
from activities.graphs import GraphActivities
from activities.labels import LabelActivities
from activities.outputs import OutputActivities
from activities.routing import RoutingActivities
from runtime import garbage, logging, temporal
from runtime.loops import Loop
from runtime.notify import Listener
from runtime.s3 import S3
from runtime.settings import Settings
from store.database import Pool, connect
from store.migrate import require_schema
from workers.exports import Exports
from workers.health import HealthServer
from workers.reconcile import Reconcile
from workers.relay import Relay, wake_one
from workers.sweep import Sweep
from workers.windows import Windows
from workflows.task import TaskWorkflow

log = structlog.get_logger()

# One loop may be held up by a slow batch; the other goes on.
RELAYS = 2
TEMPORAL_PAUSE_SECONDS = 1.0
# Pure code and typed references: nothing to gain from loading them again for each workflow.
PASSED_THROUGH = ("schemas", "activities", "workflows", "quality", "store", "runtime")


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then drain: no new work, what runs may finish within `drain_seconds`."""
    logging.configure(settings)
    stop = _stop_signal()
    sdk_port = settings.temporal_metrics_port or _free_port(settings.host)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            await connect(settings.database_url, size=settings.worker_pool_size, name="loupe worker")
        )
        await require_schema(pool)
        s3 = await stack.enter_async_context(S3(settings))
        client = await _temporal_client(settings, telemetry(settings.host, sdk_port), stop)
        if client is None:
            return
        worker = make_worker(settings, client, pool, s3)
        relays = [Relay(settings, pool, client) for _ in range(RELAYS)]
        loops: list[Loop] = [
            *relays,
            Exports(pool, s3),
            Windows(pool, lambda: wake_one(relays)),
            Reconcile(settings, pool, client),
            Sweep(settings, pool),
        ]
        listener = Listener(settings.database_url, [lambda: wake_one(relays)])
        polling = asyncio.create_task(worker.run(), name="worker")
        health = HealthServer(
            settings.host,
            settings.worker_metrics_port,
            lambda: {
                "pollers": worker.is_running,
                "relay": all(relay.running for relay in relays),
                "sweep": loops[-1].running,
            },
        )
        _tell_ports(settings, {"metrics": await health.start(), "temporal_sdk_metrics": sdk_port})
        for loop in (*loops, listener):
            loop.start()
        garbage.settle()
        log.info("worker ready", task_queue=settings.task_queue)
        # Without one of its loops the process is of no use: it ends, and is started again.
        watched = [asyncio.create_task(stop.wait()), *(asyncio.create_task(loop.ended()) for loop in loops)]
        await asyncio.wait((polling, *watched), return_when=asyncio.FIRST_COMPLETED)
        for task in watched:
            task.cancel()
        log.info("draining", seconds=settings.drain_seconds)
        for loop in (listener, *loops):
            await loop.stop()
        await worker.shutdown()
        await health.stop()
        await polling
    log.info("worker ended")


async def _temporal_client(settings: Settings, runtime: Runtime, stop: asyncio.Event) -> Client | None:
    """The client, as soon as Temporal is there; None where the process has to stop before."""
    while not stop.is_set():
        try:
            return await temporal.connect(settings, runtime)
        except RuntimeError as error:
            log.warning("waiting for Temporal", address=settings.temporal_address, error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TEMPORAL_PAUSE_SECONDS)
    return None


def make_worker(settings: Settings, client: Client, pool: Pool, s3: S3) -> Worker:
    """The Temporal worker with everything that it serves."""
    agents = AgentActivities(pool, s3, settings)
    assignments = AssignmentActivities(pool)
    graphs = GraphActivities(pool)
    labels = LabelActivities(pool)
    outputs = OutputActivities(pool, s3)
    routing = RoutingActivities(pool)
    activities = [
        agents.call_agent,
        agents.prepare_agent,
        agents.accept_agent,
        agents.end_attempt,
        agents.bury_call,
        agents.close_letters,
        assignments.open_visit,
        assignments.close_visit,
        assignments.escalate_visit,
        graphs.load_graph,
        labels.merge_rework,
        labels.agree,
        outputs.write_output,
        outputs.finish,
        routing.route,
    ]
    return worker_of(settings, client, workflows=[TaskWorkflow], activities=activities)


def worker_of(
    settings: Settings,
    client: Client,
    *,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    passed_through: Sequence[str] = PASSED_THROUGH,
) -> Worker:
    """A Temporal worker as Loupe runs it, for these workflows and activities."""
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*passed_through)
        ),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=settings.max_concurrent_workflow_tasks,
        max_concurrent_activities=settings.max_concurrent_activities,
        max_concurrent_local_activities=settings.max_concurrent_activities,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=4, maximum=20),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=2, maximum=10),
        graceful_shutdown_timeout=timedelta(seconds=settings.drain_seconds),
    )


def telemetry(host: str, port: int) -> Runtime:
    """The SDK's runtime, with its own metrics at this address."""
    return Runtime(
        telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=f"{host}:{port}", durations_as_seconds=True))
    )


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _tell_ports(settings: Settings, ports: dict[str, int]) -> None:
    if settings.worker_ports_file:
        file = Path(settings.worker_ports_file)
        # Whoever waits for it reads all of it.
        whole = file.with_name(f"{file.name}.new")
        whole.write_text(json.dumps(ports), encoding="utf-8")
        whole.replace(file)
