"""Work that is fetched ahead: one piece for each person, never lost, never held twice."""

import asyncio

import pytest

from schemas.errors import LeaseLost
from store import assignments, history, human_loops, management, skips
from walked_project import walked_project


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


async def test_what_is_stopped_or_paused_is_not_begun(world, ann):
    ahead = await world.take(ann, prefetch=True)
    await world.pool.execute("UPDATE projects SET paused_at = now()")
    with pytest.raises(LeaseLost):
        await assignments.open_assignment(world.pool, ahead.id, ann.id, lease_seconds=300, token=ahead.lease_token)
    assert await world.take(ann) is None
    await world.pool.execute("UPDATE projects SET paused_at = NULL")
    name = await world.pool.fetchval("SELECT name FROM tasks WHERE id = $1", ahead.task_id)
    await human_loops.stop(world.pool, name, person_id=None)
    with pytest.raises(LeaseLost):
        await assignments.open_assignment(world.pool, ahead.id, ann.id, lease_seconds=300, token=ahead.lease_token)
    for prefetch in (True, False):
        assert (await world.take(ann, prefetch=prefetch)).id != ahead.id


async def test_work_that_was_begun_before_a_stop_or_a_pause_goes_on(world, ann):
    item = await world.take(ann)
    name = await world.pool.fetchval("SELECT name FROM tasks WHERE id = $1", item.task_id)
    await human_loops.stop(world.pool, name, person_id=None)
    await world.pool.execute("UPDATE projects SET paused_at = now()")
    await assignments.open_assignment(world.pool, item.id, ann.id, lease_seconds=300, token=item.lease_token)


class TestReserved:
    """Rework that waits for its author, whose page fetched it ahead without anybody looking at it."""

    @pytest.fixture
    async def project(self, world):
        made = await walked_project(world)
        task = await made.add("a")
        await made.answer(task, 1, {"answer": "x"})
        await made.judge(task, 2, "reject", comment="no")
        await made.open(task, 3, "annotate", rejected_in=2)
        return made

    async def test_a_fetch_that_came_to_nothing_leaves_it_reserved(self, world, project, backdate):
        bob = await world.person("bob")
        ahead = await world.take(project.annotator, prefetch=True)
        await backdate(ahead.id)
        [over] = await assignments.over(world.pool)
        assert await assignments.expire(world.pool, over)
        assert await world.take(bob) is None
        again = await world.take(project.annotator, prefetch=True)
        assert again.id == ahead.id
        await assignments.release(world.pool, again.id, project.annotator.id, again.lease_token)
        assert await world.take(bob) is None
        now = await world.pool.fetchval("SELECT clock_timestamp()")
        [slot] = await world.pool.fetch(history.SQL["slots"], ahead.task_id, now, 1, 3)
        assert (slot["state"], slot["person"]["email"]) == ("reserved", project.annotator.email)
        assert (await world.take(project.annotator)).id == ahead.id

    async def test_its_time_goes_by_meanwhile(self, world, project):
        bob = await world.person("bob")
        ahead = await world.take(project.annotator, prefetch=True)
        await world.pool.execute("UPDATE assignments SET reserved_until = now() WHERE id = $1", ahead.id)
        await assignments.release(world.pool, ahead.id, project.annotator.id, ahead.lease_token)
        assert (await world.take(bob)).id == ahead.id

    @pytest.mark.parametrize("how", ["opened", "declined", "skipped", "taken away"])
    async def test_whoever_gives_it_up_gives_it_to_the_team(self, world, project, how):
        bob, ann = await world.person("bob"), project.annotator
        ahead = await world.take(ann, prefetch=how != "opened")
        if how == "opened":
            await assignments.release(world.pool, ahead.id, ann.id, ahead.lease_token)
        elif how == "declined":
            await assignments.decline(world.pool, ahead.id, ann.id, ahead.lease_token, "not mine")
        elif how == "skipped":
            await skips.skip(world.pool, ahead.id, ann.id, ahead.lease_token)
        else:
            await management.release(world.pool, ahead.task_id, email=None, by=project.admin.id)
        assert (await world.take(bob)).id == ahead.id
