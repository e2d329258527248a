"""Runs all figures on one stack, prints the table and writes the results."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from loupe.bench import bulk, latency, next_work, reviewed, throughput
from loupe.bench.crew import SQL
from loupe.bench.own_stack import own_stack
from loupe.bench.table import table
from loupe.endpoints import Endpoints
from runtime import temporal
from runtime.settings import Settings
from store.database import Pool, connect

Results = dict[str, float | int | str | bool]


@dataclass(frozen=True)
class Options:
    """How much is measured; `quick` is for seeing that it works, its figures say little."""

    rounds: int
    tasks: int
    clients: int
    quick: bool


@dataclass(frozen=True)
class _Amounts:
    few: int
    many: int
    answered: int
    claimed: int
    next_calls: int
    loops: int
    starts: int
    bulk_calls: int
    bulk_tasks: int
    consensus: int


_WHOLE = _Amounts(
    few=1_000,
    many=1_000_000,
    answered=100_000,
    claimed=100_000,
    next_calls=400,
    loops=200,
    starts=2_000,
    bulk_calls=20,
    bulk_tasks=5_000,
    consensus=10_000,
)
_QUICK = _Amounts(
    few=200,
    many=2_000,
    answered=400,
    claimed=200,
    next_calls=20,
    loops=5,
    starts=50,
    bulk_calls=4,
    bulk_tasks=250,
    consensus=30,
)


def run(options: Options, results_file: Path, say: Callable[[str], None]) -> None:
    """Measure, print and write. Raises PartFailed where the stack does not start, UnexpectedAnswerError, OSError."""
    results_file.parent.mkdir(parents=True, exist_ok=True)
    say("bench: starting a stack of its own")
    with own_stack() as endpoints:
        endpoints.adopt()
        results = uvloop.run(_measure(endpoints, Settings.load(), options, say))
    results["load_average_at_end"] = round(os.getloadavg()[0], 1)
    results_file.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    Console().print(table(results))
    say(f"bench: written to {results_file}")


async def _measure(endpoints: Endpoints, settings: Settings, options: Options, say: Callable[[str], None]) -> Results:
    amounts = _QUICK if options.quick else _WHOLE
    async with await connect(settings.database_url, size=4, name="loupe bench") as pool:
        results = await _facts(pool, settings, options)
        say(f"bench: {amounts.loops} whole loops, one at a time")
        results |= await latency.one_at_a_time(pool, endpoints, amounts.loops)
        say(f"bench: {options.rounds} rounds of {options.tasks} whole tasks, in turn with a bare workflow")
        sizes = throughput.Sizes(options.tasks, options.clients, options.rounds)
        results |= await throughput.measure(pool, endpoints, settings, sizes)
        say(f"bench: {options.rounds} rounds of {options.tasks // 2} reviewed tasks, in turn with a bare workflow")
        halves = throughput.Sizes(max(1, options.tasks // 2), options.clients, options.rounds)
        results |= await reviewed.measure(pool, endpoints, settings, halves)
        results |= await reviewed.offered(pool, endpoints, amounts.loops // 2)
        say(f"bench: {amounts.consensus} tasks through a consensus of {reviewed.ANNOTATORS}")
        results |= await reviewed.consensus(pool, endpoints, amounts.consensus, options.clients)
        say(f"bench: {amounts.starts} starts at once")
        results |= await latency.many_starts(pool, endpoints, loops=amounts.starts, clients=2 * options.clients)
        say(f"bench: {amounts.bulk_calls} calls of bulk intake, {amounts.bulk_tasks:,} tasks each")
        results |= await bulk.intake(pool, endpoints, calls=amounts.bulk_calls, tasks_of_a_call=amounts.bulk_tasks)
        say(f"bench: the next task among {amounts.few:,} and {amounts.many:,} open ones")
        results |= await next_work.measure(
            pool,
            endpoints,
            few=amounts.few,
            many=amounts.many,
            answered=amounts.answered,
            claimed=amounts.claimed,
            calls=amounts.next_calls,
        )
    return results


async def _facts(pool: Pool, settings: Settings, options: Options) -> Results:
    client = await temporal.connect(settings)
    system = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": options.quick,
        "rounds": options.rounds,
        "tasks": options.tasks,
        "clients": options.clients,
        "cores": os.cpu_count() or 0,
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "machine": f"{platform.system()} {platform.machine()}",
        "load_average_at_start": round(os.getloadavg()[0], 1),
        "python_version": platform.python_version(),
        "loupe_version": version("loupe"),
        "temporalio_version": version("temporalio"),
        "temporal_server_version": system.server_version,
        "postgresql_version": await pool.fetchval(SQL["version"]),
    }
