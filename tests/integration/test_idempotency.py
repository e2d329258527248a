"""Calls that are sent twice run once, also when both run at the same moment or the first one dies."""

import asyncio

import pytest

from schemas.errors import BadRequest, Conflict
from store import idempotency
from store.idempotency import Claim

CALL, OTHER = b"call", b"other"


@pytest.fixture
async def ann(world):
    return (await world.person("ann")).id


async def test_the_second_call_gets_the_first_answer(world, ann):
    claimed = await idempotency.claim(world.pool, ann, "k", CALL)
    with pytest.raises(Conflict, match="still running"):
        await idempotency.claim(world.pool, ann, "k", CALL)
    await idempotency.answer(world.pool, claimed, '{"done":1}')
    assert await idempotency.claim(world.pool, ann, "k", CALL) == '{"done":1}'
    with pytest.raises(BadRequest, match="another call"):
        await idempotency.claim(world.pool, ann, "k", OTHER)
    bob = (await world.person("bob")).id
    assert isinstance(await idempotency.claim(world.pool, bob, "k", OTHER), Claim)


async def test_of_many_at_once_one_runs(world, ann):
    calls = (idempotency.claim(world.pool, ann, "k", CALL) for _ in range(8))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(result, Claim) for result in results) == 1


async def test_a_failed_call_can_be_sent_again_at_once(world, ann):
    await idempotency.give_up(world.pool, await idempotency.claim(world.pool, ann, "k", CALL))
    assert isinstance(await idempotency.claim(world.pool, ann, "k", OTHER), Claim)


async def test_a_call_that_died_leaves_its_key_to_the_same_call(world, ann):
    dead = await idempotency.claim(world.pool, ann, "k", CALL)
    await age(world, "2 minutes")
    with pytest.raises(BadRequest):
        await idempotency.claim(world.pool, ann, "k", OTHER)
    alive = await idempotency.claim(world.pool, ann, "k", CALL)
    # The dead one, should it live after all, changes nothing any more.
    await idempotency.give_up(world.pool, dead)
    await idempotency.answer(world.pool, dead, "late")
    with pytest.raises(Conflict):
        await idempotency.claim(world.pool, ann, "k", CALL)
    await idempotency.answer(world.pool, alive, "first")
    assert await idempotency.claim(world.pool, ann, "k", CALL) == "first"


async def test_keys_are_kept_for_a_day(world, ann):
    for key in ("k", "old"):
        await idempotency.answer(world.pool, await idempotency.claim(world.pool, ann, key, CALL), "first")
    await age(world, "23 hours")
    assert await idempotency.claim(world.pool, ann, "k", CALL) == "first"
    await age(world, "2 hours")
    assert isinstance(await idempotency.claim(world.pool, ann, "k", OTHER), Claim)
    assert await world.pool.fetchval("SELECT count(*) FROM idempotency_keys") == 1


async def age(world, by):
    await world.pool.execute(f"UPDATE idempotency_keys SET at = at - interval '{by}'")  # noqa: S608 - of this file
