"""Agents of loupe_agents beside Loupe's own worker, on a real Temporal server, database and object store."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client

from loupe_agents import Agent, AgentTask, Decision
from runtime import temporal as temporal_client
from runtime.s3 import S3
from runtime.settings import Settings
from schemas.graphs import ActivityAgent, AgentStage, ArchiveStage, FailStage, Graph
from schemas.tasks import Outcome
from store import agents
from store.database import Pool
from workers.main import make_worker
from workflow_fakes import task_start
from workflows.task import TaskWorkflow
from world import World


@dataclass
class House:
    """Loupe's own worker, and a queue for agents."""

    pool: Pool
    settings: Settings
    client: Client
    queue: str
    world: World
    pathways: tuple[str, ...] = ("YES", "NO")

    async def walk(self, stage: str, *, text: str = "hello", pathways: tuple[str, ...] = (), **limits: Any) -> UUID:
        """Start a task whose only stage before its ends is an agent's; the task's id."""
        task = await self.world.loop(uuid.uuid4().hex, text=text)
        ends = {name: f"end {name}" for name in pathways or self.pathways}
        call = ActivityAgent(task_queue=self.queue, activity=stage)
        options = {"max_attempts": 2, "first_backoff_seconds": 0.05, "timeout_seconds": 30, "heartbeat_seconds": 5}
        stages: dict[str, Any] = {stage: AgentStage(call=call, pathways=ends, **(options | limits))}
        stages |= {end: FailStage(code=name, reason="") for name, end in ends.items()} | {"archive": ArchiveStage()}
        start = task_start(Graph(start=stage, stages=stages)).model_copy(update={"task_id": task})
        await self.client.start_workflow(TaskWorkflow.run, start, id=str(task), task_queue=self.settings.task_queue)
        return task

    async def end(self, task: UUID) -> str | None:
        """The pathway that the task took."""
        async with asyncio.timeout(60):
            outcome: Outcome = await self.client.get_workflow_handle_for(TaskWorkflow.run, str(task)).result()
        return outcome.failure_code

    async def label(self, task: UUID) -> Any:
        content = await self.pool.fetchval("SELECT content FROM labels WHERE task_id = $1", task)
        return None if content is None else json.loads(content)


@pytest.fixture
async def house(temporal, settings: Settings, pool: Pool, s3: S3, bucket: str) -> AsyncIterator[House]:
    """Everything real but the relay, which the test plays."""
    client = await temporal_client.connect(settings)
    await temporal_client.register_search_attributes(client)
    world = World(pool, bucket=bucket)
    await world.person("ann")
    await world.flow()
    async with make_worker(settings, client, pool, s3):
        yield House(pool, settings, client, f"agents-{uuid.uuid4().hex}", world)


@pytest.fixture
async def serve(house: House) -> AsyncIterator[Callable[[Agent], Any]]:
    """Serves an agent's stages until the end of the test."""
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(4))

        async def start(agent: Agent) -> None:
            await stack.enter_async_context(agent.worker(house.client, threads))

        yield start


async def test_a_plain_function_reads_the_task_and_leaves_a_label(house, serve):
    agent = Agent(task_queue=house.queue)

    @agent.stage("Benchmark Task?")
    def route(task: AgentTask) -> Decision:
        document = task.read()
        return Decision(pathway="YES", content={"seen": document.input["text"]}, priority=80)

    await serve(agent)
    task = await house.walk("Benchmark Task?", text="hello é")
    assert await house.end(task) == "YES"
    assert await house.label(task) == {"seen": "hello é"}
    assert await house.pool.fetchval("SELECT priority FROM tasks WHERE id = $1", task) == 80
    (attempt,) = await agents.attempts(house.pool, task)
    assert (attempt.via, attempt.outcome, attempt.pathway, attempt.stage) == (
        "activity",
        "answered",
        "YES",
        "Benchmark Task?",
    )


async def test_an_async_function_that_fails_once_is_asked_again(house, serve):
    agent = Agent(task_queue=house.queue)

    @agent.stage("ask")
    async def route(task: AgentTask) -> str:
        document = await task.read_async()
        if document.attempt == 1:
            raise RuntimeError("the model is not loaded")
        return "NO"

    await serve(agent)
    task = await house.walk("ask")
    assert await house.end(task) == "NO"
    attempts = await agents.attempts(house.pool, task)
    assert [(row.attempt, row.outcome, row.error) for row in attempts] == [
        (1, "failed", "RuntimeError: the model is not loaded"),
        (2, "answered", None),
    ]


@pytest.mark.parametrize(
    ("returned", "error"),
    [
        ("MAYBE", "UnknownPathway: 'MAYBE' is not drawn from this stage; use one of: YES, NO"),
        (None, "NoDecision: return a pathway or a Decision, not NoneType"),
        (Decision(pathway="YES", content={"a": float("nan")}), "ValueError: Out of range float values"),
    ],
)
async def test_what_is_no_decision_becomes_a_dead_letter_that_says_why(house, serve, returned, error):
    agent = Agent(task_queue=house.queue)

    @agent.stage("ask")
    async def route(task: AgentTask) -> Any:
        return returned

    await serve(agent)
    task = await house.walk("ask")
    async with asyncio.timeout(60):
        while not (letters := await agents.dead_letters(house.pool)):
            await asyncio.sleep(0.02)
    assert (letters[0].task_id, letters[0].attempts) == (task, 2)
    assert letters[0].error.startswith(error)


async def test_reading_in_an_event_loop_is_refused_with_advice(house, serve):
    agent, told = Agent(task_queue=house.queue), []

    @agent.stage("ask")
    async def route(task: AgentTask) -> str:
        with pytest.raises(RuntimeError) as refusal:
            task.read()
        told.append(str(refusal.value))
        return "YES"

    await serve(agent)
    assert await house.end(await house.walk("ask")) == "YES"
    assert told == ["in an async function, use: await task.read_async()"]


def test_a_stage_is_served_once_and_a_worker_serves_something():
    agent = Agent(task_queue="x")
    agent.stage("ask")(lambda task: "YES")
    with pytest.raises(ValueError, match="'ask'"):
        agent.stage("ask")
    with pytest.raises(ValueError, match="concurrency"):
        Agent(task_queue="x", concurrency=0)


async def test_run_serves_until_it_is_told_to_stop(house, tmp_path):
    """As users run it: a program of its own, found by the environment."""
    program = tmp_path / "agent.py"
    program.write_text(
        "from loupe_agents import Agent, AgentTask\n"
        f"agent = Agent(task_queue={house.queue!r})\n"
        "@agent.stage('ask')\n"
        "def route(task: AgentTask) -> str:\n"
        "    return 'NO' if task.read().input['text'] == 'hello' else 'YES'\n"
        "agent.run()\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), env=dict(os.environ))
    try:
        assert await house.end(await house.walk("ask")) == "NO"
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_killed_agent_is_missed_by_its_heartbeat_and_asked_again(house, serve, tmp_path):
    """The first worker dies with the task in its hands; the next one is given it."""
    program = tmp_path / "agent.py"
    mark = tmp_path / "begun"
    program.write_text(
        "import pathlib, threading\n"
        "from loupe_agents import Agent, AgentTask\n"
        f"agent = Agent(task_queue={house.queue!r})\n"
        "@agent.stage('ask')\n"
        "def route(task: AgentTask) -> str:\n"
        f"    pathlib.Path({str(mark)!r}).touch()\n"
        "    threading.Event().wait()\n"
        "    return 'NO'\n"
        "agent.run()\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), env=dict(os.environ))
    task = await house.walk("ask", timeout_seconds=300)
    async with asyncio.timeout(60):
        while not mark.exists():
            await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    agent = Agent(task_queue=house.queue)

    @agent.stage("ask")
    def route(task: AgentTask) -> str:
        return "YES"

    await serve(agent)
    assert await house.end(task) == "YES"
    attempts = await agents.attempts(house.pool, task)
    assert [(row.outcome, row.error) for row in attempts] == [
        ("timed_out", "no heartbeat within 5 s"),
        ("answered", None),
    ]
