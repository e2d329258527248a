"""Relays of several workers share the mailbox; some of them stop in the middle."""

import signal

from store import mailbox


async def test_a_relay_that_stops_after_its_claim_and_wakes_up_after_another_delivered(live, load, poll):
    """It read its messages, slept past its claim, and sends them all again when it wakes up."""
    flow = await live.flow()
    offered = [await live.start(flow) for _ in range(4)]
    items = [await live.take(flow, number) for number in range(4)]
    work = load(live, flow, started={name: f'{{"text": "{name}"}}' for name in offered})
    async with live.site.worker(LOUPE_RELAY_LEASE_SECONDS="2") as sleeper:
        with live.site.frozen("worker"):
            async with live.held_up("LOCK TABLE graphs IN ACCESS EXCLUSIVE MODE"):
                for number, item in enumerate(items):
                    answer = await live.submit(item, number)
                    assert answer.status_code == 200
                    work.submitted[answer.json()["submission_id"]] = item["task_id"]
                await live.waits_for_lock("loupe worker")
                sleeper.send_signal(signal.SIGSTOP)
        for name in offered:
            await live.becomes(name, "Completed")
        await poll(lambda: live.mailbox_is_empty(flow))
        sleeper.send_signal(signal.SIGCONT)
        async with work.running():
            await work.progress(answers=20)
    await work.prove()


async def test_a_claim_that_another_relay_emptied_leaves_nothing_behind(live, poll):
    """One relay stalls, the next one claims and dies, the first wakes up and settles what it had sent."""
    flow = await live.flow()
    with live.site.frozen("worker"):
        name = await live.start(flow)
        task = await live.pool.fetchval("SELECT id FROM tasks WHERE name = $1", name)
        stalled = await mailbox.claim(live.pool, lease_seconds=0, limit=100)
        assert task in [letter.task_id for letter in stalled.letters]
        await mailbox.claim(live.pool, lease_seconds=0, limit=100)
        await mailbox.settle(live.pool, stalled.token, [(task, 1, 1)])
    await poll(lambda: live.mailbox_is_empty(flow))


async def test_a_message_that_cannot_be_sent_stops_its_own_task_alone(live, load, poll):
    broken, flow = await live.flow(), await live.flow()
    body = await _replace_graph(live, broken, {"start": "nowhere"})
    name = await live.start(broken)

    async def refused() -> None:
        assert await live.pool.fetchval(
            "SELECT h.last_error FROM mailbox_heads h JOIN tasks t ON t.id = h.task_id WHERE t.name = $1", name
        )

    await poll(refused)
    work = load(live, flow)
    async with work.running():
        await work.progress(answers=10)
    await work.prove()
    await _replace_graph(live, broken, body)
    assert (await live.submit(await live.take(broken))).status_code == 200
    await live.becomes(name, "Completed")


async def _replace_graph(live, flow: str, body: dict) -> dict:
    """Overwrite a flow definition's graph, as nothing in Loupe does; what it was."""
    project = await live.pool.fetchval("SELECT id FROM projects WHERE name = $1", flow)
    before = await live.pool.fetchval("SELECT body FROM graphs WHERE project_id = $1", project)
    await live.pool.execute("UPDATE graphs SET body = $2 WHERE project_id = $1", project, body)
    return before
