"""Work that is fetched ahead: one piece for each person, never lost, never held twice."""

import asyncio

import pytest

from schemas.errors import LeaseLost
from store import assignments, skips


@pytest.fixture
async def ann(world):
    person = await world.person("ann")
    await world.flow()
    for name in "abc":
        await world.opened(name)
    return person


async def held(world, person):
    return await world.pool.fetchval(
        "SELECT count(*) FROM assignments WHERE state = 'held' AND person_id = $1", person.id
    )


async def test_two_tabs_do_not_take_two(world, ann):
    taken = await asyncio.gather(*(world.take(ann, prefetch=True, lease=120) for _ in range(6)))
    assert len({item.id for item in taken if item}) == 1
    assert await held(world, ann) == 1


async def test_asking_again_renews_it_under_a_new_token(world, ann):
    first = await world.take(ann, prefetch=True, lease=30)
    second = await world.take(ann, prefetch=True, lease=120)
    assert second.id == first.id
    assert second.lease_token > first.lease_token and second.lease_until > first.lease_until
    assert second.accepted_at is None


async def test_work_that_is_taken_begins_with_it(world, ann):
    ahead = await world.take(ann, prefetch=True)
    taken = await world.take(ann)
    assert taken.id == ahead.id and taken.accepted_at is not None and taken.hold_until is not None
    assert await held(world, ann) == 1


async def test_it_opens_only_under_its_own_token_where_one_is_given(world, ann):
    ahead = await world.take(ann, prefetch=True)
    other_tab = await world.take(ann)
    assert other_tab.id == ahead.id
    with pytest.raises(LeaseLost):
        await assignments.open_assignment(world.pool, ahead.id, ann.id, lease_seconds=300, token=ahead.lease_token)
    await assignments.open_assignment(world.pool, ahead.id, ann.id, lease_seconds=300, token=other_tab.lease_token)


async def test_it_goes_back_when_it_is_released_or_its_lease_is_over(world, ann, backdate):
    bob = await world.person("bob")
    ahead = await world.take(ann, prefetch=True)
    await assignments.release(world.pool, ahead.id, ann.id, ahead.lease_token)
    assert (await world.take(bob)).id == ahead.id
    ahead = await world.take(ann, prefetch=True)
    await backdate(ahead.id)
    assert (await world.take(ann, prefetch=True)).id != ahead.id
    [over] = await assignments.over(world.pool)
    assert await assignments.expire(world.pool, over)
    assert (await world.take(bob)).id == ahead.id


async def test_it_is_of_the_queue_that_is_asked_for(world, ann):
    await world.flow("other")
    await world.opened("x", flow="other")
    ahead = await world.take(ann, prefetch=True, project="flow")
    other = await world.take(ann, project="other")
    assert other.project == "other"
    assert (await world.take(ann, project="flow")).id == ahead.id


async def test_what_was_put_off_is_fetched_ahead_when_nothing_else_is_left(world, ann):
    for _ in range(3):
        item = await world.take(ann)
        await skips.skip(world.pool, item.id, ann.id, item.lease_token)
    first = await world.take(ann, prefetch=True)
    assert first is not None and (await world.take(ann, prefetch=True)).id == first.id
