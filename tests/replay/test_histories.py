"""Every recorded history replays on today's code, and the commands of each shape change on purpose only."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from recorded_histories import HISTORIES, check
from workflow_fakes import FakeStore, Opening, connect, running_worker, start_opening, strict_sandbox
from workflows.task import TaskWorkflow


async def until_open(opening: Opening) -> None:
    async with asyncio.timeout(30):
        while "open" not in opening.store.names():
            await asyncio.sleep(0.01)


async def submitted(opening: Opening) -> None:
    await until_open(opening)
    await opening.submit()


async def three_answers(opening: Opening) -> None:
    await until_open(opening)
    for _ in range(3):
        await opening.submit()


async def expired(opening: Opening) -> None:
    await until_open(opening)


async def exhausted(opening: Opening) -> None:
    await until_open(opening)
    await opening.send(opening.message("exhausted"))


async def stopped(opening: Opening) -> None:
    await until_open(opening)
    await opening.send(opening.message("stop", None))


async def stopped_while_held(opening: Opening) -> None:
    await until_open(opening)
    opening.store.held_until = datetime.now(UTC) + timedelta(hours=1)
    await opening.send(opening.message("stop", None))
    async with asyncio.timeout(30):
        while "close stopped" not in opening.store.names():
            await asyncio.sleep(0.01)
    await opening.submit()


async def output_conflict(opening: Opening) -> None:
    opening.store.conflict = True
    await submitted(opening)


async def cancelled(opening: Opening) -> None:
    await until_open(opening)
    await opening.handle.cancel()


async def database_away(opening: Opening) -> None:
    await until_open(opening)
    opening.store.failures["close"] = 7
    await opening.submit()


SHAPES: dict[str, tuple[Callable[[Opening], Awaitable[None]], dict[str, object]]] = {
    "submitted": (submitted, {}),
    "three_answers": (three_answers, {"overlap": 3}),
    "expired": (expired, {"deadline": timedelta(seconds=2)}),
    "exhausted": (exhausted, {"deadline": None}),
    "stopped": (stopped, {}),
    "stopped_while_held": (stopped_while_held, {}),
    "output_conflict": (output_conflict, {}),
    "cancelled": (cancelled, {}),
    "database_away": (database_away, {}),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_shape_makes_the_commands_that_it_always_made(shape, temporal, record):
    drive, options = SHAPES[shape]
    client, store, queue = await connect(temporal.address), FakeStore(), f"replay-{uuid.uuid4().hex}"
    async with running_worker(client, store, queue):
        opening = await start_opening(client, store, queue, **options)
        await drive(opening)
        try:
            async with asyncio.timeout(60):
                await opening.handle.result()
        except WorkflowFailureError:
            assert shape == "cancelled"
    history = await opening.handle.fetch_history()
    check(shape, history, record=record)


@pytest.mark.parametrize("recorded", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
async def test_a_recorded_history_replays(recorded):
    history = WorkflowHistory.from_json(f"flow/loop/{recorded.stem}/1", recorded.read_text())
    replayer = Replayer(
        workflows=[TaskWorkflow], workflow_runner=strict_sandbox(), data_converter=pydantic_data_converter
    )
    await replayer.replay_workflow(history)


def test_every_shape_has_a_recorded_history():
    assert {path.stem for path in HISTORIES.glob("*.json")} >= set(SHAPES)
