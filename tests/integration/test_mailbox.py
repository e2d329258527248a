"""Claiming, delivering and giving back messages; two relays never lose or mix them."""

import asyncio
from uuid import uuid4

from store import mailbox, outputs


async def claim(world, limit=64):
    return await mailbox.claim(world.pool, lease_seconds=15, limit=limit)


def numbers(claimed):
    return [(letter.task_name, [message.seq for message in letter.messages]) for letter in claimed.letters]


def all_of(claimed):
    return [(letter.task_id, letter.opening, letter.messages[-1].seq) for letter in claimed.letters]


async def test_a_claim_has_all_messages_in_order_and_a_second_relay_gets_none(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    await world.submit(await world.take(ann), ann)
    first = await claim(world)
    assert numbers(first) == [("a", [1, 2])]
    assert [message.kind for message in first.letters[0].messages] == ["start", "submission"]
    assert first.letters[0].graph["start"] == "annotate"
    assert (await claim(world)).letters == []


async def test_what_was_delivered_is_forgotten(world):
    await world.person("ann")
    await world.flow()
    await world.opened("a")
    claimed = await claim(world)
    await mailbox.settle(world.pool, claimed.token, all_of(claimed))
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox") == 0
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox_heads") == 0


async def test_messages_that_came_meanwhile_are_offered_at_once(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    claimed = await claim(world)
    await world.submit(await world.take(ann), ann)
    assert (await claim(world)).letters == []
    await mailbox.settle(world.pool, claimed.token, all_of(claimed))
    again = await claim(world)
    assert numbers(again) == [("a", [2])]
    assert again.letters[0].graph is None


async def test_running_tasks_go_before_starts(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("running")
    claimed = await claim(world)
    await mailbox.settle(world.pool, claimed.token, all_of(claimed))
    for number in range(3):
        await world.loop(f"new-{number}")
    await world.submit(await world.take(ann), ann)
    assert numbers(await claim(world, limit=1)) == [("running", [2])]


async def test_a_killed_relays_claim_is_taken_over_and_its_late_settling_does_nothing(world):
    await world.person("ann")
    await world.flow()
    await world.opened("a")
    dead = await claim(world)
    await world.pool.execute("UPDATE mailbox_heads SET ready_at = now()")
    alive = await claim(world)
    assert numbers(alive) == [("a", [1])]
    await mailbox.settle(world.pool, dead.token, [(*all_of(dead)[0][:2], 0)])
    assert (await claim(world)).letters == []
    await mailbox.settle(world.pool, alive.token, all_of(alive))
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox_heads") == 0


async def test_relays_and_writers_at_once_send_everything_in_order(world):
    """No claim comes without messages, nor with later ones than those that are next; no opening is left behind."""
    await world.person("ann")
    await world.flow()
    tasks = [await world.loop(name) for name in "abc"]
    sent = dict.fromkeys(tasks, 0)
    writing = True

    async def write(task):
        for _ in range(40):
            await world.pool.fetchval("SELECT post_message($1, 'exhausted', '{\"visit\": 1}')", task)

    async def relay():
        while True:
            was_writing = writing
            claimed = await mailbox.claim(world.pool, lease_seconds=3600, limit=2)
            for letter in claimed.letters:
                seqs = [message.seq for message in letter.messages]
                assert seqs == list(range(seqs[0], seqs[-1] + 1)) and seqs[0] <= sent[letter.task_id] + 1
                sent[letter.task_id] = max(sent[letter.task_id], seqs[-1])
            await mailbox.settle(world.pool, claimed.token, all_of(claimed))
            if not claimed.letters and not was_writing:
                return

    relays = [asyncio.create_task(relay()) for _ in range(4)]
    await asyncio.gather(*(write(task) for task in tasks))
    writing = False
    await asyncio.gather(*relays)
    assert sent == dict.fromkeys(tasks, 41)
    left = "SELECT (SELECT count(*) FROM mailbox) + (SELECT count(*) FROM mailbox_heads)"
    assert await world.pool.fetchval(left) == 0


async def test_a_refused_message_stops_only_its_own_task_and_becomes_a_dead_letter(world):
    await world.person("ann")
    await world.flow()
    await world.opened("bad")
    await world.opened("good")
    for attempt in (1, 2, 3):
        await world.pool.execute("UPDATE mailbox_heads SET ready_at = now()")
        claimed = await claim(world)
        bad = next(letter for letter in claimed.letters if letter.task_name == "bad")
        died = await mailbox.refused(world.pool, claimed.token, bad, "INVALID_ARGUMENT: no", max_attempts=3)
        assert died == (attempt == 3)
        good = [item for item in all_of(claimed) if item[0] != bad.task_id]
        await mailbox.settle(world.pool, claimed.token, good)
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox") == 1
    [letter] = await mailbox.dead_letters(world.pool)
    assert (letter.task_name, letter.attempts, letter.last_error) == ("bad", 3, "INVALID_ARGUMENT: no")
    lag = await mailbox.lag(world.pool)
    assert (lag.waiting, lag.dead) == (0, 1)
    assert await mailbox.revive(world.pool, letter.task_id) == 1
    assert await mailbox.revive(world.pool, None) == 0
    assert numbers(await claim(world)) == [("bad", [1])]


async def test_numbers_have_no_gap_under_concurrent_writers(world):
    crew = [await world.person(name) for name in ("ann", "bob", "eve")]
    await world.flow(overlap=3)
    task = await world.opened("a")
    items = [await world.take(person) for person in crew]
    await asyncio.gather(*(world.submit(item, person) for item, person in zip(items, crew, strict=True)))
    rows = await world.pool.fetch("SELECT seq FROM mailbox WHERE task_id = $1 ORDER BY seq", task)
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]


async def test_nothing_is_written_for_a_task_that_is_over(world):
    await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await outputs.finish(
        world.pool, task, 1, state="cancelled", output_uri=None, failure_code=None, failure_reason=None
    )
    assert await world.pool.fetchval("SELECT post_message($1, 'stop', '{}')", task) is None
    assert await mailbox.is_over(world.pool, task, 1)
    await mailbox.drop(world.pool, task, 1)
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox") == 0


async def test_settling_nothing_is_nothing(world):
    await mailbox.settle(world.pool, uuid4(), [])
