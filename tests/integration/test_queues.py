"""Who is offered what, in which order; cursors never hide work; what nobody can take is seen."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from schemas.errors import LimitExceeded
from store import assignments, people, queues


async def take(world, person, **options):
    item = await world.take(person, **options)
    return None if item is None else await world.pool.fetchval("SELECT name FROM tasks WHERE id = $1", item.task_id)


async def settle(world):
    """All that is queued is older than any statement could run."""
    await world.pool.execute("UPDATE takeable SET queued_at = queued_at - interval '5 minutes'")


async def test_the_oldest_goes_first_and_a_returned_one_keeps_its_place(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    for name in ("a", "b", "c"):
        await world.opened(name)
    first = await world.take(ann)
    assert await take(world, bob) == "b"
    await assignments.release(world.pool, first.id, ann.id, first.lease_token)
    assert await take(world, bob) == "a"


async def test_higher_priority_goes_before_age(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("old")
    await world.loop("urgent")
    await world.pool.execute("UPDATE tasks SET priority = 90 WHERE name = 'urgent'")
    await world.opened("urgent")
    assert [await take(world, ann), await take(world, ann)] == ["urgent", "old"]


async def test_people_see_only_the_queues_of_their_teams_and_roles(world):
    await world.person("ann")
    stranger = await world.person("eve", teams=("others",))
    viewer = await world.person("vic", role="viewer")
    reviewer = await world.person("rev", role="reviewer")
    await world.flow()
    await world.opened("a")
    for person in (stranger, viewer, reviewer):
        assert await queues.list_for(world.pool, person.id) == []
        assert await take(world, person) is None


async def test_a_queue_can_be_chosen(world):
    ann = await world.person("ann")
    await world.flow("first")
    await world.flow("second")
    await world.opened("a", flow="first")
    await world.opened("b", flow="second")
    assert await take(world, ann, project="second") == "b"
    assert await take(world, ann, project="second") is None
    [first, second] = await queues.list_for(world.pool, ann.id)
    assert (first.project, first.takeable, first.held) == ("first", 1, 0)
    assert (second.project, second.takeable, second.held) == ("second", 0, 1)


async def test_nobody_hoards(world):
    ann = await world.person("ann")
    await world.flow()
    for number in range(3):
        await world.opened(f"a{number}")
    for _ in range(2):
        assert await queues.take_next(
            world.pool, ann.id, project=None, stage=None, prefetch=False, lease_seconds=60, most_held=2
        )
    with pytest.raises(LimitExceeded):
        await queues.take_next(
            world.pool, ann.id, project=None, stage=None, prefetch=False, lease_seconds=60, most_held=2
        )


async def test_a_cursor_passes_what_the_person_has_done_and_comes_back_for_returned_work(world):
    world.cursor_step = 2
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow(overlap=2)
    for number in range(12):
        await world.opened(f"a{number:02}")
    await settle(world)
    declined = [await world.take(ann) for _ in range(8)]
    kept = await world.take(bob)
    for item in declined[1:]:
        await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "")
    await settle(world)
    assert await take(world, ann) == "a08"
    cursors = await world.pool.fetch("SELECT rank FROM queue_cursors WHERE person_id = $1", ann.id)
    assert len(cursors) == 1
    await settle(world)
    # Bob has the first one; Ann's own first comes back long before her cursor.
    assert kept is not None
    await assignments.release(world.pool, declined[0].id, ann.id, declined[0].lease_token)
    assert await take(world, ann) == "a00"
    assert await take(world, ann) == "a09"


async def test_the_head_moves_over_what_is_gone_and_back_for_returned_work(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    for number in range(6):
        await world.opened(f"a{number}")
    await settle(world)
    items = [await world.take(ann) for _ in range(4)]
    await queues.advance_heads(world.pool)
    assert await world.pool.fetchval("SELECT head_rank FROM queues") == await world.pool.fetchval(
        "SELECT rank FROM visits v JOIN tasks t ON t.id = v.task_id WHERE t.name = 'a4'"
    )
    await assignments.release(world.pool, items[1].id, ann.id, items[1].lease_token)
    assert await take(world, bob) == "a1"


async def test_only_queues_that_people_go_through_have_their_heads_looked_at(world):
    """Work that is closed without anybody searching for it is passed at the next look at all queues."""
    await world.person("ann")
    await world.flow()
    for name in ("a", "b"):
        await world.opened(name)
    await settle(world)
    await world.pool.execute("DELETE FROM takeable WHERE rank = (SELECT min(rank) FROM takeable)")
    await queues.advance_heads(world.pool)
    assert await world.pool.fetchval("SELECT head_rank FROM queues") == 0
    await queues.forget_passed(world.pool)
    await queues.advance_heads(world.pool)
    head = await world.pool.fetchval("SELECT rank FROM takeable")
    assert await world.pool.fetchrow("SELECT head_rank, cursors_moved FROM queues") == (head, False)


async def test_work_goes_to_the_team_that_has_the_name_now(world):
    await world.person("ann")
    await world.flow()
    await world.opened("a")
    await world.pool.execute("UPDATE work_teams SET name = 'former' WHERE name = 'crew'")
    await world.person("bob")
    await world.opened("b")
    served = await world.pool.fetch(
        "SELECT t.name, w.name FROM tasks t JOIN visits v ON v.task_id = t.id JOIN queues q ON q.id = v.queue_id"
        " JOIN work_teams w ON w.id = q.team_id ORDER BY t.name"
    )
    assert [tuple(row.values()) for row in served] == [("a", "former"), ("b", "crew")]


async def test_a_young_row_moves_no_head(world):
    """Rows before it may still be on their way in a transaction that is not visible yet."""
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    await world.opened("b")
    await world.take(ann)
    await queues.advance_heads(world.pool)
    assert await world.pool.fetchval("SELECT head_rank FROM queues") == 0


async def test_random_work_hides_nothing(world):
    """Whatever people do, with cursors and heads moving, all that is left is found by somebody."""
    world.cursor_step = 1
    chance = random.Random(7)
    crew = [await world.person(name) for name in ("ann", "bob", "eve")]
    await world.flow(overlap=2)
    for number in range(25):
        await world.opened(f"a{number}")
    held = []
    for step in range(150):
        if step % 10 == 0:
            await settle(world)
            await queues.advance_heads(world.pool)
        person = chance.choice(crew)
        if held and chance.random() < 0.4:
            owner, item = held.pop(chance.randrange(len(held)))
            await assignments.release(world.pool, item.id, owner.id, item.lease_token)
        elif (item := await world.take(person)) is not None:
            held.append((person, item))
    for owner, item in held:
        await assignments.release(world.pool, item.id, owner.id, item.lease_token)
    for person in crew[:2]:
        while (item := await world.take(person)) is not None:
            await world.submit(item, person)
    assert await world.pool.fetchval("SELECT count(*) FROM submissions") == 50
    assert await world.pool.fetchval("SELECT count(*) FROM takeable") == 0


async def starved(world):
    await queues.mark_starved(world.pool)
    return await world.pool.fetchval("SELECT starved_reason FROM visits WHERE closed_at IS NULL")


async def test_a_team_that_is_too_small_is_seen_until_somebody_joins(world):
    ann = await world.person("ann")
    await world.flow(overlap=2)
    task = await world.opened("a")
    assert await starved(world) is None
    await world.submit(await world.take(ann), ann)
    assert await starved(world) == "team_too_small"
    await world.person("bob")
    assert await starved(world) is None
    assert "exhausted" not in await world.kinds(task)


async def test_a_team_without_members_is_seen(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    await people.disable(world.pool, ann.id)
    assert await starved(world) == "no_members"


async def test_when_all_declined_the_workflow_is_told_once_and_may_close(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "")
    assert await starved(world) == "all_declined"
    await queues.mark_starved(world.pool)
    assert await world.kinds(task) == ["start", "exhausted"]
    closing = await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="exhausted")
    assert closing.reason == "expired"


async def test_an_exhausted_visit_stays_open_where_somebody_joined_meanwhile(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "")
    await starved(world)
    await world.person("bob")
    closing = await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="exhausted")
    assert not closing.closed


async def test_one_person_asking_many_times_at_once_takes_one_slot_of_each_visit(world):
    ann = await world.person("ann")
    await world.flow(overlap=3)
    for number in range(12):
        await world.opened(f"a{number}")
    taken = await asyncio.gather(*(world.take(ann) for _ in range(10)))
    tasks = [item.task_id for item in taken if item is not None]
    assert len(tasks) == len(set(tasks)) > 0


async def test_work_past_its_deadline_is_not_offered_and_blocks_nothing(world):
    """Its workflow closes it when Temporal is there again."""
    ann = await world.person("ann")
    await world.flow()
    await world.opened("late", deadline=datetime.now(UTC) - timedelta(seconds=1))
    await world.opened("good")
    assert await take(world, ann) == "good"
    assert await take(world, ann) is None
    [queue] = await queues.list_for(world.pool, ann.id)
    assert queue.takeable == 0


async def test_the_workflow_is_told_again_when_somebody_who_joined_declines_too(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "")
    await starved(world)
    bob = await world.person("bob")
    await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="exhausted")
    await starved(world)
    item = await world.take(bob)
    await assignments.decline(world.pool, item.id, bob.id, item.lease_token, "")
    await starved(world)
    assert await world.kinds(task) == ["start", "exhausted", "exhausted"]


async def test_a_returned_slot_is_as_old_as_its_visit(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    await world.pool.execute("UPDATE visits SET opened_at = opened_at - interval '5 days'")
    item = await world.take(ann)
    await assignments.release(world.pool, item.id, ann.id, item.lease_token)
    [queue] = await queues.depth(world.pool)
    assert datetime.now(UTC) - queue.oldest_at > timedelta(days=4)


async def test_a_hold_that_outlived_its_persons_membership_or_role_is_ended_by_the_sweep(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    await world.opened("a")
    await world.opened("b")
    await world.take(ann)
    await world.take(bob)
    await world.pool.execute("DELETE FROM group_members WHERE person_id = $1", ann.id)
    await world.person("bob", role="viewer")
    assert await assignments.end_left_behind(world.pool) == 2
    assert await assignments.end_left_behind(world.pool) == 0
    assert await world.pool.fetchval("SELECT count(*) FROM takeable") == 2


async def test_a_flow_definition_is_a_queue_before_its_first_loop(world):
    ann = await world.person("ann")
    await world.flow()
    [queue] = await queues.list_for(world.pool, ann.id)
    assert (queue.project, queue.takeable, queue.oldest_at) == ("flow", 0, None)
