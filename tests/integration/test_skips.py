"""What somebody puts off is offered to them after everything else, and to others as before."""

import pytest

from schemas.errors import LeaseLost
from store import assignments, queues, skips


async def name_of(world, item):
    return None if item is None else await world.pool.fetchval("SELECT name FROM tasks WHERE id = $1", item.task_id)


async def skip(world, item, person):
    await skips.skip(world.pool, item.id, person.id, item.lease_token)


@pytest.fixture
async def crew(world):
    people = [await world.person("ann"), await world.person("bob")]
    await world.flow()
    for name in "abc":
        await world.opened(name)
    return people


async def test_it_comes_last_and_only_for_who_skipped_it(world, crew):
    ann, bob = crew
    await skip(world, await world.take(ann), ann)
    assert await name_of(world, await world.take(ann)) == "b"
    item = await world.take(bob)
    assert await name_of(world, item) == "a"
    await assignments.release(world.pool, item.id, bob.id, item.lease_token)
    assert [await name_of(world, await world.take(ann)) for _ in range(3)] == ["c", "a", None]


async def test_what_was_put_off_first_comes_back_first(world, crew):
    ann, _ = crew
    for _ in range(3):
        await skip(world, await world.take(ann), ann)
    assert [await name_of(world, await world.take(ann)) for _ in range(4)] == ["a", "b", "c", None]
    assert await world.pool.fetchval("SELECT count(*) FROM skips") == 0


async def test_new_work_goes_before_it(world, crew):
    ann, _ = crew
    for _ in range(3):
        await skip(world, await world.take(ann), ann)
    await world.opened("new")
    assert await name_of(world, await world.take(ann)) == "new"


async def test_a_cursor_behind_it_does_not_hide_it(world, crew):
    ann, _ = crew
    world.cursor_step = 0
    await world.pool.execute("UPDATE takeable SET queued_at = queued_at - interval '5 minutes'")
    await skip(world, await world.take(ann), ann)
    for _ in range(2):
        await world.submit(await world.take(ann), ann)
    [queue] = await queues.list_for(world.pool, ann.id)
    assert queue.takeable == 1
    assert await name_of(world, await world.take(ann)) == "a"


async def test_what_others_took_or_the_person_declined_is_not_offered_again(world, crew):
    ann, bob = crew
    for _ in range(3):
        await skip(world, await world.take(ann), ann)
    await world.take(bob)
    item = await world.take(ann)
    assert await name_of(world, item) == "b"
    await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "")
    assert [await name_of(world, await world.take(ann)) for _ in range(2)] == ["c", None]


async def test_a_dead_token_skips_nothing(world, crew):
    ann, _ = crew
    item = await world.take(ann)
    await assignments.open_assignment(world.pool, item.id, ann.id, lease_seconds=300)
    with pytest.raises(LeaseLost):
        await skip(world, item, ann)
    assert await world.pool.fetchval("SELECT count(*) FROM skips") == 0


async def test_closed_visits_are_forgotten(world, crew):
    ann, bob = crew
    await skip(world, await world.take(ann), ann)
    item = await world.take(bob)
    await world.submit(item, bob)
    await assignments.close_visit(world.pool, task_id=item.task_id, opening=1, visit=1, mode="submitted")
    await skips.forget_closed(world.pool)
    assert await world.pool.fetchval("SELECT count(*) FROM skips") == 0
