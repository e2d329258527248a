"""/metrics: this process's own figures, and what the database counts for all processes."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from api.errors import DATABASE_AWAY
from store import agents, mailbox, queues, tasks
from store.database import Pool

router = APIRouter()

# Counting a large database at every scrape of every scraper would be waste: it takes at most a fiftieth of the time.
FRESH_SECONDS = 5.0
REST = 50


class DatabaseFigures:
    """Figures from the database, read again when they are old."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = asyncio.Lock()
        self._fresh_until = float("-inf")
        self._text = b""

    async def text(self) -> bytes:
        """In Prometheus's text format; while the database is away only that it is."""
        async with self._lock:
            if time.monotonic() > self._fresh_until:
                began = time.monotonic()
                self._text = await self._read()
                now = time.monotonic()
                self._fresh_until = now + max(FRESH_SECONDS, REST * (now - began))
            return self._text

    async def _read(self) -> bytes:
        try:
            families = [*await self._loops(), *await self._queues(), *await self._agents(), *await self._mailbox()]
        except DATABASE_AWAY:
            families = []
        families.append(GaugeMetricFamily("loupe_database_up", "Whether the database answers.", int(bool(families))))
        registry = CollectorRegistry()
        registry.register(_Fixed(families))
        return generate_latest(registry)

    async def _loops(self) -> list[Metric]:
        started = CounterMetricFamily("loupe_loops_started", "Human loops started.", labels=["flow"])
        by_state = {
            "InProgress": GaugeMetricFamily(
                "loupe_loops_open", "Human loops in progress or stopping.", labels=["flow"]
            ),
            "Completed": CounterMetricFamily("loupe_loops_completed", "Human loops completed.", labels=["flow"]),
            "Failed": CounterMetricFamily("loupe_loops_failed", "Human loops failed or expired.", labels=["flow"]),
            "Stopped": CounterMetricFamily("loupe_loops_stopped", "Human loops stopped.", labels=["flow"]),
        }
        outputs = CounterMetricFamily("loupe_loop_outputs", "Human loops with an output object.", labels=["flow"])
        totals: dict[str, dict[str, int]] = {}
        for row in await tasks.tally(self._pool):
            flow = totals.setdefault(row.project, dict.fromkeys((*by_state, "Stopping", "started", "outputs"), 0))
            flow["started"] += row.tasks
            flow["outputs"] += row.outputs
            flow[row.status] += row.tasks
        for flow, counts in totals.items():
            started.add_metric([flow], counts["started"])
            outputs.add_metric([flow], counts["outputs"])
            counts["InProgress"] += counts["Stopping"]
            for status, family in by_state.items():
                family.add_metric([flow], counts[status])
        return [started, *by_state.values(), outputs, *await self._totals()]

    async def _totals(self) -> list[Metric]:
        expiries = CounterMetricFamily("loupe_lease_expiries", "Leases and holds that ended by time.", labels=["flow"])
        refused = CounterMetricFamily("loupe_output_refusals", "Output writes that S3 refused.", labels=["flow"])
        families = {"lease_expiries": expiries, "output_write_failures": refused}
        for total in await tasks.totals(self._pool):
            if total.name in families:
                families[total.name].add_metric([total.flow], total.value)
        return [expiries, refused]

    async def _queues(self) -> list[Metric]:
        labels = ["flow", "stage"]
        visits = GaugeMetricFamily("loupe_queue_depth", "Tasks with a free slot.", labels=labels)
        slots = GaugeMetricFamily("loupe_queue_free_slots", "Free slots.", labels=labels)
        age = GaugeMetricFamily("loupe_queue_oldest_seconds", "Age of the oldest task with a free slot.", labels=labels)
        for row in await queues.depth(self._pool):
            visits.add_metric([row.project, row.stage], row.visits)
            slots.add_metric([row.project, row.stage], row.slots)
            seconds = (datetime.now(UTC) - row.oldest_at).total_seconds() if row.oldest_at else 0
            age.add_metric([row.project, row.stage], seconds)
        starved = GaugeMetricFamily("loupe_starved_tasks", "Tasks that nobody can take.", labels=["flow", "reason"])
        for row in await tasks.starved(self._pool):
            starved.add_metric([row.project, row.reason], row.visits)
        return [visits, slots, age, starved]

    async def _agents(self) -> list[Metric]:
        dead = GaugeMetricFamily(
            "loupe_agent_dead_letters", "Tasks that wait for a decision on their agent.", labels=["flow", "stage"]
        )
        for row in await agents.tally(self._pool):
            dead.add_metric([row.project, row.stage], row.letters)
        return [dead]

    async def _mailbox(self) -> list[Metric]:
        lag = await mailbox.lag(self._pool)
        return [
            GaugeMetricFamily("loupe_mailbox_waiting", "Tasks with undelivered messages.", lag.waiting),
            GaugeMetricFamily("loupe_mailbox_lag_seconds", "Age of the oldest message.", lag.oldest_seconds),
            GaugeMetricFamily("loupe_mailbox_dead_letters", "Tasks whose messages Temporal refuses.", lag.dead),
        ]


class _Fixed(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """For Prometheus."""
    figures = cast("DatabaseFigures", request.app.state.figures)
    return Response(generate_latest(REGISTRY) + await figures.text(), media_type=CONTENT_TYPE_LATEST)
