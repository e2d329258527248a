"""Figure 1: whole tasks per second over HTTP against the bare workflow on the same Temporal server."""

import asyncio
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from time import time

from temporalio.client import Client

from loupe.bench.bare_task import ANSWER, EVENT, OPENED, TASK_QUEUE, BareWorkflow
from loupe.bench.calls import Annotator, start_request
from loupe.bench.crew import SQL, Flow, at_work, hire, make_flow
from loupe.bench.http import Connection
from loupe.bench.timing import until
from loupe.endpoints import Endpoints
from runtime import temporal
from runtime.settings import Settings
from store.database import Pool

# Asked again this often by one client at a time, where nothing is offered.
_IDLE_SECONDS = 0.02


@dataclass(frozen=True)
class Sizes:
    """Tasks of one round, clients that start and that answer, tasks between start and answer, and rounds."""

    tasks: int
    clients: int
    rounds: int

    @property
    def window(self) -> int:
        """How many tasks may be started and not answered."""
        return 4 * self.clients


class Load(ABC):
    """One round on one of the two sides."""

    @abstractmethod
    async def start(self, client: int, number: int) -> None:
        """Start a task."""

    @abstractmethod
    async def answer(self, client: int) -> None:
        """Wait until one is offered, and answer it."""

    @abstractmethod
    async def finished_at(self, tasks: int) -> float:
        """Wait until all are finished; when the last one was."""


async def drive(load: Load, sizes: Sizes) -> float:
    """Tasks per second from the first start to the last end."""
    room = asyncio.Semaphore(sizes.window)
    to_start, to_answer = iter(range(sizes.tasks)), iter(range(sizes.tasks))

    async def starter(client: int) -> None:
        for number in to_start:
            await room.acquire()
            await load.start(client, number)

    async def answerer(client: int) -> None:
        for _ in to_answer:
            await load.answer(client)
            room.release()

    began = time()
    async with asyncio.TaskGroup() as group:
        for client in range(sizes.clients):
            group.create_task(starter(client))
            group.create_task(answerer(client))
    return sizes.tasks / (await load.finished_at(sizes.tasks) - began)


class LoupeLoad(Load):
    """StartHumanLoop, work/next, submit, until the loops are Completed in the database."""

    def __init__(self, pool: Pool, flow: Flow, starts: list[bytes], clients: list[Connection], crew: list[Annotator]):
        self._pool = pool
        self._flow = flow
        self._starts = starts
        self._clients = clients
        self._crew = crew
        self._waiting = asyncio.Lock()

    async def start(self, client: int, number: int) -> None:
        """See Load."""
        await self._clients[client].send(self._starts[number], 200)

    async def answer(self, client: int) -> None:
        """See Load."""
        while True:
            _, assignment = await self._crew[client].next(self._flow.name)
            if assignment is not None:
                await self._crew[client].submit(assignment)
                return
            async with self._waiting:
                await asyncio.sleep(_IDLE_SECONDS)

    async def finished_at(self, tasks: int) -> float:
        """See Load."""

        async def done() -> bool:
            return await self._pool.fetchval(SQL["completed"], self._flow.project_id) == tasks

        await until(done, f"{tasks} loops of {self._flow.name} Completed", every=_IDLE_SECONDS)
        last: datetime = await self._pool.fetchval(SQL["last_completed"], self._flow.project_id)
        return last.timestamp()


class BareLoad(Load):
    """start_workflow and one signal, until the last step of all workflows was done."""

    def __init__(self, client: Client, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._opened: asyncio.Queue[int] = asyncio.Queue()
        self._finished = 0
        self._last_at = 0.0

    def happened(self, event: int, number: int) -> None:
        """Called for what the worker says over its pipe."""
        if event == OPENED:
            self._opened.put_nowait(number)
        else:
            self._finished += 1
            self._last_at = time()

    async def start(self, client: int, number: int) -> None:
        """See Load."""
        await self._client.start_workflow(
            BareWorkflow.run, args=[number, 1], id=f"{self._prefix}/{number}", task_queue=TASK_QUEUE
        )

    async def answer(self, client: int) -> None:
        """See Load."""
        number = await self._opened.get()
        await self._client.get_workflow_handle(f"{self._prefix}/{number}").signal(ANSWER)

    async def finished_at(self, tasks: int) -> float:
        """See Load."""

        async def done() -> bool:
            return self._finished >= tasks

        await until(done, f"{tasks} bare workflows done", every=_IDLE_SECONDS)
        return self._last_at


class BareWorker:
    """The baseline's worker process; `listener` hears what it says."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.listener: Callable[[int, int], None] | None = None
        self._environment = {**os.environ, **endpoints.environment()}
        self._rest = b""

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run it during the block."""
        process, ours = self._start()
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, self._heard, ours)
        try:
            yield
        finally:
            loop.remove_reader(ours)
            process.terminate()
            await asyncio.to_thread(process.wait)
            os.close(ours)

    def _start(self) -> "tuple[subprocess.Popen[bytes], int]":
        """The process, and our end of its pipe."""
        ours, its = os.pipe()
        os.set_blocking(ours, False)
        command = [sys.executable, "-m", "loupe.bench.bare_worker", str(its)]
        process = subprocess.Popen(command, env=self._environment, pass_fds=(its,))
        os.close(its)
        return process, ours

    def _heard(self, pipe: int) -> None:
        data = self._rest + os.read(pipe, 65536)
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for event, number in EVENT.iter_unpack(data[:whole]):
            if self.listener is not None:
                self.listener(event, number)


Round = Callable[[str, int], Awaitable[float]]


@dataclass(frozen=True)
class Rates:
    """Tasks per second of each round, on both sides."""

    ours: list[float]
    bare: list[float]

    def figures(self, *, ratio: str, ours: str, bare: str) -> dict[str, float]:
        """Medians under these names, and the lowest and the highest ratio of a round."""
        ratios = [one / other for one, other in zip(self.ours, self.bare, strict=True)]
        return {
            ratio: round(median(ratios), 3),
            f"{ratio}_min": round(min(ratios), 3),
            f"{ratio}_max": round(max(ratios), 3),
            ours: round(median(self.ours), 1),
            bare: round(median(self.bare), 1),
        }


async def in_turn(name: str, sizes: Sizes, ours: Round, bare: Round) -> Rates:
    """Both sides in turn, after a short round of each that does not count. A round is given its name and tasks."""
    rates = Rates([], [])
    for number in range(sizes.rounds + 1):
        counts = number > 0
        tasks = sizes.tasks if counts else max(sizes.clients, sizes.tasks // 5)
        measured = [0.0, 0.0]
        # The order alternates as well, so that what slows down over time favours neither.
        for side in (number % 2, 1 - number % 2):
            measured[side] = await (ours, bare)[side](f"{name}-{number}", tasks)
        if counts:
            rates.ours.append(measured[0])
            rates.bare.append(measured[1])
    return rates


async def measure(pool: Pool, endpoints: Endpoints, settings: Settings, sizes: Sizes) -> dict[str, float]:
    """Whole tasks per second, in turn with the bare workflow."""
    client = await temporal.connect(settings)
    worker = BareWorker(endpoints)

    async def ours(name: str, tasks: int) -> float:
        return await _loupe_round(pool, endpoints, name, replace(sizes, tasks=tasks))

    async def bare(name: str, tasks: int) -> float:
        return await _bare_round(worker, client, f"bare-{name}", replace(sizes, tasks=tasks))

    async with worker.running():
        rates = await in_turn("bench", sizes, ours, bare)
    return rates.figures(ratio="throughput_ratio", ours="tasks_per_s", bare="baseline_tasks_per_s")


async def _loupe_round(pool: Pool, endpoints: Endpoints, name: str, sizes: Sizes) -> float:
    flow = await make_flow(pool, endpoints, name)
    hired = await hire(pool, flow, [f"annotator{number}" for number in range(sizes.clients)])
    starts = [start_request(endpoints, flow.name, f"{name}-{number}") for number in range(sizes.tasks)]
    clients = [await Connection.open(endpoints.api) for _ in range(sizes.clients)]
    try:
        async with at_work(endpoints, hired) as crew:
            return await drive(LoupeLoad(pool, flow, starts, clients, crew), sizes)
    finally:
        for client in clients:
            client.close()


async def _bare_round(worker: BareWorker, client: Client, name: str, sizes: Sizes) -> float:
    load = BareLoad(client, name)
    worker.listener = load.happened
    return await drive(load, sizes)
