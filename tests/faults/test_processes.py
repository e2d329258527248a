"""Loupe's own processes are killed under load; the stack starts them again."""

import asyncio
import signal
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest
from botocore.exceptions import ConnectionError as WireConnectionError
from botocore.exceptions import HTTPClientError


async def test_a_worker_that_is_killed_again_and_again(live, load):
    """Two answers for each loop: a slot that was opened or closed twice would show."""
    flow = await live.flow(overlap=2)
    async with load(live, flow, overlap=2).running() as work:
        for _ in range(3):
            await work.progress(answers=12)
            await live.site.restarted("worker", live.site.signal("worker", signal.SIGKILL))
        await work.progress(answers=6)
    await work.prove()


async def test_an_api_that_is_killed_at_random(live, load):
    flow = await live.flow()
    async with load(live, flow).running() as work:
        for _ in range(3):
            await work.progress(answers=15)
            await live.site.restarted("api", live.site.signal("api", signal.SIGKILL))
        await work.progress(answers=10)
    assert work.refusals["network"] > 0
    await work.prove()


async def test_an_answer_that_was_committed_but_never_confirmed_counts_once(live, listener, poll):
    """The statement waits in the database while its API is killed, then commits with nobody to tell."""
    flow = await live.flow()
    name = await live.start(flow)
    item = await live.take(flow)
    submission = uuid4()
    with live.site.api(listener) as api:
        async with (
            live.through(listener) as here,
            live.held_up("SELECT FROM visits WHERE task_id = $1 FOR UPDATE", item["task_id"]),
        ):
            lost = asyncio.create_task(here.submit(item, submission=submission))
            await live.waits_for_lock("loupe api")
            api.kill()
            with pytest.raises(httpx.TransportError):
                await lost

    async def committed() -> None:
        assert await live.pool.fetchval("SELECT count(*) FROM submissions WHERE id = $1", submission) == 1

    await poll(committed)
    again = [await live.submit(item, submission=submission) for _ in range(2)]
    assert [answer.status_code for answer in again] == [200, 200]
    assert again[0].json() == again[1].json()
    await live.becomes(name, "Completed")
    assert await live.answers_in(name) == [str(submission)]


async def test_a_start_that_was_committed_but_never_confirmed_is_one_loop(live, listener, poll):
    flow = await live.flow()
    name = f"loop-{uuid4().hex}"
    with live.site.api(listener) as api:
        async with (
            live.through(listener) as here,
            live.held_up("INSERT INTO human_loop_names (name, output_stamp) VALUES ($1, now())", name),
        ):
            lost = asyncio.create_task(here.start(flow, name))
            await live.waits_for_lock("loupe api")
            api.kill()
            with pytest.raises((HTTPClientError, WireConnectionError)):
                await lost

    async def committed() -> None:
        assert await live.pool.fetchval("SELECT count(*) FROM tasks WHERE name = $1", name) == 1

    await poll(committed)
    await live.start(flow, name)
    assert (await live.submit(await live.take(flow))).status_code == 200
    await live.becomes(name, "Completed")
    assert await live.pool.fetchval("SELECT count(*) FROM tasks WHERE name = $1", name) == 1


async def test_a_drained_api_refuses_nobody(live, load, listener):
    """SIGTERM while it answers; the next one on the same socket takes over."""
    flow = await live.flow()
    with ExitStack() as processes:
        first = processes.enter_context(live.site.api(listener, LOUPE_DRAIN_SECONDS="15"))
        async with live.through(listener) as here:
            work = load(here, flow)
            async with work.running():
                await work.progress(answers=20)
                first.send_signal(signal.SIGTERM)
                # Lives as long as the load: the people ask for more work until that ends.
                second = processes.enter_context(live.site.api(listener))
                assert await asyncio.to_thread(first.wait, 15) == 0
                await work.progress(answers=20)
                assert second.poll() is None
            assert work.refusals == {}
            await work.prove()


async def test_a_drained_worker_ends_in_time_and_leaves_all_work_to_the_next(live, load):
    flow = await live.flow()
    async with live.site.worker(LOUPE_DRAIN_SECONDS="15") as second:
        async with load(live, flow).running() as work:
            await work.progress(answers=20)
            second.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(second.wait, 15) == 0
            await work.progress(answers=10)
        assert work.refusals == {}
        await work.prove()
