"""The servers that Loupe works with stop for a while: Temporal, PostgreSQL, S3."""

import os
import signal

import pytest


async def test_loops_are_started_and_answered_while_temporal_hangs(live, load):
    flow = await live.flow()
    async with load(live, flow).running() as work:
        await work.progress(answers=10)
        with live.site.frozen("temporal"):
            # What was offered before can still be answered; what is started meanwhile waits for its delivery.
            names = [await live.start(flow) for _ in range(10)]
            work.started |= {name: f'{{"text": "{name}"}}' for name in names}
        await work.progress(answers=10)
    assert work.refusals == {}
    await work.prove()


async def test_loops_are_started_and_answered_while_temporal_is_gone(live, load):
    """Killed, and not started again for a while: the stack's own watch is held up too."""
    flow = await live.flow()
    offered = [await live.start(flow) for _ in range(4)]
    items = [await live.take(flow, number) for number in range(4)]
    up = live.site.stack.process.pid
    os.kill(up, signal.SIGSTOP)
    try:
        pid = live.site.signal("temporal", signal.SIGKILL)
        work = load(live, flow, started={name: f'{{"text": "{name}"}}' for name in offered})
        for number, item in enumerate(items):
            answer = await live.submit(item, number)
            assert answer.status_code == 200
            work.submitted[answer.json()["submission_id"]] = item["task_id"]
        for _ in range(6):
            name = await live.start(flow)
            work.started[name] = f'{{"text": "{name}"}}'
        assert [await live.status(name) for name in offered] == ["InProgress"] * 4
    finally:
        os.kill(up, signal.SIGCONT)
    await live.site.restarted("temporal", pid)
    async with work.running():
        await work.progress(answers=10)
    assert work.refusals == {}
    await work.prove()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "restarted"])
async def test_postgresql_goes_away_under_load(live, load, how):
    flow = await live.flow()
    async with load(live, flow).running() as work:
        await work.progress(answers=10)
        await live.site.restarted("postgres", live.site.signal("postgres", how))
        await work.progress(answers=20)
    assert work.refusals[503] > 0
    await work.prove()


async def test_the_s3_gateway_goes_away_under_load(live, load):
    flow = await live.flow()
    async with load(live, flow).running() as work:
        await work.progress(answers=10)
        await live.site.restarted("s3", live.site.signal("s3", signal.SIGKILL))
        await work.progress(answers=10)
    assert work.refusals == {}
    await work.prove()
