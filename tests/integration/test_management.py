"""What managers do with tasks: order in the queue, who gets a slot, cancelling and reopening; nobody loses a slot."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.errors import BadRequest, Conflict, NotFound
from store import assignments, management, queues


@pytest.fixture
async def boss(world):
    return await world.person("boss", role="team_manager", teams=())


async def name_of(world, item):
    return None if item is None else await world.pool.fetchval("SELECT name FROM tasks WHERE id = $1", item.task_id)


async def order(world, person):
    return [await name_of(world, await world.take(person)) for _ in range(3)]


async def settle(world):
    """All that is queued is older than any statement could run."""
    await world.pool.execute("UPDATE takeable SET queued_at = queued_at - interval '5 minutes'")


async def slots(world, task):
    """(free in the queue, open without a reservation, reserved, held, submitted)"""
    return tuple(
        await world.pool.fetchrow(
            "SELECT coalesce((SELECT sum(free_slots)::integer FROM takeable t JOIN visits v ON v.id = t.visit_id"
            "                 WHERE v.task_id = $1), 0),"
            " count(*) FILTER (WHERE state = 'open' AND reserved_for IS NULL),"
            " count(*) FILTER (WHERE state = 'open' AND reserved_for IS NOT NULL),"
            " count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE state = 'submitted')"
            " FROM assignments WHERE task_id = $1",
            task,
        )
    )


class TestPriority:
    async def test_a_raised_task_goes_first_and_a_lowered_one_last(self, world, boss):
        ann = await world.person("ann")
        await world.flow()
        first, _, third = [await world.opened(name) for name in "abc"]
        await management.set_priority(world.pool, third, 80, by=boss.id)
        await management.set_priority(world.pool, first, 20, by=boss.id)
        assert await order(world, ann) == ["c", "b", "a"]

    async def test_cursors_see_what_is_raised_before_them(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        world.cursor_step = 0
        await world.flow(overlap=2)
        tasks = [await world.opened(str(number)) for number in range(4)]
        await settle(world)
        for _ in range(3):
            await world.submit(await world.take(ann), ann)
        # Ann's cursor stands at the last task now; the first is put behind it and then before everything.
        assert await world.pool.fetchval("SELECT count(*) FROM queue_cursors") == 1
        await management.set_priority(world.pool, tasks[2], 10, by=boss.id)
        await management.set_priority(world.pool, tasks[3], 90, by=boss.id)
        assert await name_of(world, await world.take(ann)) == "3"
        assert await order(world, bob) == ["3", "0", "1"]

    async def test_work_of_ordinary_priority_is_not_hidden_behind_a_lowered_task(self, world, boss):
        ann = await world.person("ann")
        world.cursor_step = 0
        await world.flow(overlap=2)
        lowered, kept = await world.opened("lowered"), await world.opened("kept")
        await settle(world)
        await management.set_priority(world.pool, lowered, 10, by=boss.id)
        await settle(world)
        await world.submit(await world.take(ann), ann)
        item = await world.take(ann)
        assert await name_of(world, item) == "lowered"
        await assignments.release(world.pool, item.id, ann.id, item.lease_token)
        await settle(world)
        again = await world.take(ann)
        await assignments.release(world.pool, again.id, ann.id, again.lease_token)
        await world.opened("new")
        assert await name_of(world, await world.take(ann)) == "new"
        assert kept

    async def test_held_work_comes_back_to_its_new_place(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow()
        task = await world.opened("held")
        await world.opened("other")
        item = await world.take(ann)
        await management.set_priority(world.pool, task, 10, by=boss.id)
        await assignments.release(world.pool, item.id, ann.id, item.lease_token)
        assert await order(world, bob) == ["other", "held", None]

    async def test_a_task_that_waits_for_its_start_opens_at_its_new_place(self, world, boss):
        ann = await world.person("ann")
        await world.flow()
        await world.opened("old")
        task = await world.loop("urgent")
        await management.set_priority(world.pool, task, 90, by=boss.id)
        await world.opened("urgent")
        assert await order(world, ann) == ["urgent", "old", None]

    async def test_it_is_an_event_once(self, world, boss):
        await world.person("ann")
        await world.flow()
        task = await world.opened("a")
        for _ in range(2):
            await management.set_priority(world.pool, task, 70, by=boss.id)
        rows = await world.pool.fetch("SELECT person_id, data FROM events WHERE type = 'loupe.task.prioritised'")
        assert [(row["person_id"], row["data"]) for row in rows] == [(boss.id, {"priority": 70, "before": 50})]

    async def test_unknown_and_ended_tasks_are_refused(self, world, boss):
        with pytest.raises(NotFound):
            await management.set_priority(world.pool, uuid4(), 70, by=boss.id)
        await world.person("ann")
        await world.flow()
        task = await ended(world)
        with pytest.raises(Conflict, match="over"):
            await management.set_priority(world.pool, task, 70, by=boss.id)


async def ended(world, name="a", state="cancelled"):
    task = await world.opened(name)
    await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="cancelled")
    await world.pool.execute("UPDATE tasks SET state = $2, ended_at = now() WHERE id = $1", task, state)
    return task


async def assign(world, task, person, boss, **options):
    options = {"until": None, "instead_of": None} | options
    await management.assign(world.pool, task, person.email, by=boss.id, **options)


class TestAssign:
    async def test_only_that_person_is_offered_the_slot(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow()
        task = await world.opened("a")
        await assign(world, task, bob, boss)
        assert await slots(world, task) == (0, 0, 1, 0, 0)
        assert await world.take(ann) is None
        assert (await world.take(bob)).task_id == task

    async def test_one_slot_of_several_is_reserved(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow(overlap=2)
        task = await world.opened("a")
        await assign(world, task, bob, boss)
        await assign(world, task, bob, boss, until=datetime.now(UTC) + timedelta(hours=1))
        assert await slots(world, task) == (1, 1, 1, 0, 0)
        assert (await world.take(ann)).task_id == task
        assert (await world.take(bob)).task_id == task

    async def test_reassigning_ends_the_hold_and_a_late_answer_is_refused(self, world, boss):
        ann, bob, eve = await world.person("ann"), await world.person("bob"), await world.person("eve")
        await world.flow()
        task = await world.opened("a")
        item = await world.take(ann)
        await assign(world, task, bob, boss)
        with pytest.raises(Conflict):
            await world.submit(item, ann)
        await assign(world, task, eve, boss)
        assert await world.take(bob) is None
        await world.submit(await world.take(eve), eve)
        assert await slots(world, task) == (0, 0, 0, 0, 1)
        with pytest.raises(Conflict, match="answered"):
            await assign(world, task, bob, boss)

    async def test_with_several_holders_the_manager_says_whose(self, world, boss):
        ann, bob, eve = await world.person("ann"), await world.person("bob"), await world.person("eve")
        await world.flow(overlap=2)
        task = await world.opened("a")
        mine, _ = await world.take(ann), await world.take(bob)
        with pytest.raises(Conflict, match="instead_of"):
            await assign(world, task, eve, boss)
        with pytest.raises(BadRequest, match="instead_of"):
            await assign(world, task, eve, boss, instead_of="boss@example.org")
        await assign(world, task, eve, boss, instead_of="ann@example.org")
        assert (await world.take(eve)).id == mine.id

    async def test_who_may_not_have_it(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.person("eve", teams=("others",))
        await world.person("rev", role="reviewer")
        await world.flow(overlap=2)
        task = await world.opened("a")
        item = await world.take(ann)
        for email, why in (
            ("eve@example.org", "not in the stage's team"),
            ("rev@example.org", "role"),
            ("ann@example.org", "holds a slot"),
            ("nobody@example.org", "no active person"),
        ):
            with pytest.raises(BadRequest, match=why) as caught:
                await management.assign(world.pool, task, email, until=None, instead_of=None, by=boss.id)
            assert caught.value.errors[0].field == "email"
        await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "blurred")
        with pytest.raises(BadRequest, match="declined"):
            await assign(world, task, ann, boss)
        visit = await world.pool.fetchval("SELECT id FROM visits")
        await world.pool.execute("INSERT INTO exclusions VALUES ($1, $2, 'worked_before')", visit, bob.id)
        assert await world.take(bob) is None
        await assign(world, task, bob, boss)
        assert (await world.take(bob)).task_id == task
        with pytest.raises(BadRequest, match="until"):
            await assign(world, task, bob, boss, until=datetime.now(UTC))

    async def test_a_manager_may_be_given_work_of_any_team(self, world, boss):
        await world.person("ann")
        await world.flow()
        task = await world.opened("a")
        await assign(world, task, boss, boss)
        assert (await world.take(boss)).task_id == task

    async def test_who_takes_a_slot_at_this_moment_is_not_given_another(self, world, boss):
        ann = await world.person("ann")
        await world.flow(overlap=2)
        task = await world.opened("a")
        queue = await world.pool.fetchval("SELECT id FROM queues")
        async with world.pool.acquire() as connection:
            taking = connection.transaction()
            await taking.start()
            assert await connection.fetchval(queues.SQL["take"], ann.id, queue, 0, False, 300)
            assigning = asyncio.create_task(assign(world, task, ann, boss))
            while not await world.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                assert not assigning.done(), assigning
            await taking.commit()
        with pytest.raises(BadRequest, match="holds a slot"):
            await assigning
        assert await slots(world, task) == (1, 1, 0, 1, 0)

    async def test_an_escalated_visit_is_given_out_by_managers_alone(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow()
        task = await world.opened("a")
        assert await world.pool.fetchval("SELECT escalate_visit($1, 1, 1, 'expired')", task)
        assert await world.take(ann) is None
        await assign(world, task, bob, boss)
        assert await world.take(ann) is None
        item = await world.take(bob)
        await management.release(world.pool, task, email=None, by=boss.id)
        assert await slots(world, task) == (0, 1, 0, 0, 0)
        assert item and await world.take(bob) is None

    async def test_a_queued_task_keeps_the_wish_for_its_first_visit(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow()
        task = await world.loop("a")
        await assign(world, task, ann, boss)
        await assign(world, task, bob, boss)
        await world.opened("a")
        assert await slots(world, task) == (0, 0, 1, 0, 0)
        assert await world.take(ann) is None
        assert (await world.take(bob)).task_id == task

    async def test_a_wish_that_cannot_be_met_is_dropped_with_an_event(self, world, boss):
        ann = await world.person("ann")
        stranger = await world.person("eve", teams=("others",))
        await world.flow()
        task = await world.loop("a")
        await assign(world, task, stranger, boss)
        await world.opened("a")
        assert (await world.take(ann)).task_id == task
        data = await world.pool.fetchval("SELECT data FROM events WHERE type = 'loupe.task.assignment_dropped'")
        assert data["reason"] == "not_allowed"

    async def test_stopped_overdue_and_ended_tasks_are_refused(self, world, boss):
        ann = await world.person("ann")
        await world.flow()
        overdue = await world.opened("overdue", deadline=datetime.now(UTC) - timedelta(seconds=1))
        with pytest.raises(Conflict, match="deadline"):
            await assign(world, overdue, ann, boss)
        stopped = await world.opened("stopped")
        await management.cancel(world.pool, stopped, by=boss.id)
        with pytest.raises(Conflict, match="cancelled"):
            await assign(world, stopped, ann, boss)
        with pytest.raises(Conflict, match="over"):
            await assign(world, await ended(world), ann, boss)


class TestRelease:
    async def test_holds_and_reservations_go_back(self, world, boss):
        ann, bob, eve = await world.person("ann"), await world.person("bob"), await world.person("eve")
        await world.flow(overlap=3)
        task = await world.opened("a")
        await world.submit(await world.take(ann), ann)
        item = await world.take(bob)
        await assign(world, task, eve, boss)
        assert await slots(world, task) == (0, 0, 1, 1, 1)
        assert await management.release(world.pool, task, email="bob@example.org", by=boss.id) == 1
        assert await slots(world, task) == (1, 1, 1, 0, 1)
        assert await management.release(world.pool, task, email=None, by=boss.id) == 1
        assert await slots(world, task) == (2, 2, 0, 0, 1)
        with pytest.raises(Conflict):
            await world.submit(item, bob)
        assert await management.release(world.pool, task, email=None, by=boss.id) == 0
        assert (await world.take(bob)).task_id == task

    async def test_a_wish_for_a_queued_task_is_dropped(self, world, boss):
        ann, bob = await world.person("ann"), await world.person("bob")
        await world.flow()
        task = await world.loop("a")
        await assign(world, task, bob, boss)
        assert await management.release(world.pool, task, email=None, by=boss.id) == 1
        await world.opened("a")
        assert (await world.take(ann)).task_id == task


class TestCancel:
    async def test_the_workflow_is_told_once_and_nothing_more_is_offered(self, world, boss):
        ann = await world.person("ann")
        await world.flow()
        task = await world.opened("a")
        for _ in range(2):
            assert not await management.cancel(world.pool, task, by=boss.id)
        assert await world.kinds(task) == ["start", "cancel"]
        assert await world.take(ann) is None
        closing = await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="cancelled")
        assert closing.reason == "cancelled"

    async def test_a_task_that_waits_for_its_window_ends_at_once(self, world, boss):
        await world.person("ann")
        await world.flow()
        task = await queued(world)
        assert await management.cancel(world.pool, task, by=boss.id)
        assert await management.cancel(world.pool, task, by=boss.id)
        row = await world.pool.fetchrow("SELECT state, ended_at, mail_seq FROM tasks WHERE id = $1", task)
        assert (row["state"], row["mail_seq"]) == ("cancelled", 0)
        assert row["ended_at"] is not None
        assert await world.kinds(task) == []

    async def test_what_ended_otherwise_is_refused(self, world, boss):
        await world.person("ann")
        await world.flow()
        with pytest.raises(Conflict, match="over"):
            await management.cancel(world.pool, await ended(world, state="archived"), by=boss.id)


async def queued(world, name="queued"):
    """A task that has no workflow yet, as bulk intake writes it."""
    task = await world.loop(name)
    await world.pool.execute("DELETE FROM mailbox WHERE task_id = $1", task)
    await world.pool.execute("DELETE FROM mailbox_heads WHERE task_id = $1", task)
    await world.pool.execute("UPDATE tasks SET mail_seq = 0 WHERE id = $1", task)
    return task


class TestReopen:
    @pytest.fixture
    async def finished(self, world):
        ann = await world.person("ann")
        await world.flow()
        task = await world.opened("a")
        await world.pool.execute("UPDATE projects SET kind = 'project'")
        await world.submit(await world.take(ann), ann, content='{"answer":"yes"}')
        await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="submitted")
        await world.pool.execute(
            "UPDATE tasks SET state = 'completed', ended_at = now(), output_uri = 's3://b/k', rejections = 2"
            " WHERE id = $1",
            task,
        )
        await world.pool.execute("DELETE FROM mailbox")
        await world.pool.execute("DELETE FROM mailbox_heads")
        return task

    async def test_a_new_opening_starts_with_the_answers(self, world, boss, finished):
        before = await world.pool.fetchrow("SELECT * FROM tasks")
        await management.reopen(world.pool, finished, stage=None, by=boss.id)
        after = await world.pool.fetchrow("SELECT * FROM tasks")
        assert (after["opening"], after["mail_seq"], after["state"], after["visit"], after["rejections"]) == (
            2,
            1,
            "open",
            0,
            0,
        )
        assert (after["ended_at"], after["output_uri"]) == (None, None)
        assert after["output_stamp"] > before["output_stamp"]
        letter = await world.pool.fetchrow("SELECT opening, seq, kind, body FROM mailbox")
        assert tuple(letter) == (2, 1, "start", {})
        [label] = await world.pool.fetch("SELECT * FROM label_set($1, 2, 1)", finished)
        assert label["content"] == '{"answer":"yes"}'
        with pytest.raises(Conflict, match="not over"):
            await management.reopen(world.pool, finished, stage=None, by=boss.id)

    async def test_at_a_stage_of_the_graph(self, world, boss, finished):
        with pytest.raises(BadRequest, match="no stage nowhere"):
            await management.reopen(world.pool, finished, stage="nowhere", by=boss.id)
        await management.reopen(world.pool, finished, stage="annotate", by=boss.id)
        assert await world.pool.fetchval("SELECT body FROM mailbox") == {"stage": "annotate"}

    async def test_a_visit_that_a_terminated_workflow_left_open_is_closed(self, world, boss, finished):
        await world.pool.execute("UPDATE visits SET closed_at = NULL, close_reason = NULL")
        await world.pool.execute("UPDATE assignments SET state = 'held', submitted_at = NULL")
        for change in (
            management.set_priority(world.pool, finished, 70, by=boss.id),
            management.assign(world.pool, finished, "ann@example.org", until=None, instead_of=None, by=boss.id),
            management.cancel(world.pool, finished, by=boss.id),
        ):
            with pytest.raises(Conflict, match="over"):
                await change
        assert await management.release(world.pool, finished, email=None, by=boss.id) == 0
        await management.reopen(world.pool, finished, stage=None, by=boss.id)
        assert await world.pool.fetchval("SELECT close_reason FROM visits") == "cancelled"

    async def test_two_at_once_open_once(self, world, boss, finished):
        results = await asyncio.gather(
            *(management.reopen(world.pool, finished, stage=None, by=boss.id) for _ in range(4)), return_exceptions=True
        )
        assert sorted(str(result is None) for result in results) == ["False", "False", "False", "True"]
        assert await world.pool.fetchval("SELECT opening FROM tasks") == 2

    async def test_a_human_loop_is_not_reopened(self, world, boss, finished):
        await world.pool.execute("UPDATE projects SET kind = 'flow_definition'")
        with pytest.raises(Conflict, match="human loops"):
            await management.reopen(world.pool, finished, stage=None, by=boss.id)


async def test_a_disabled_person_is_assigned_nothing_and_released(world, boss):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await assign(world, task, ann, boss)
    await world.pool.execute("UPDATE people SET disabled_at = now() WHERE id = $1", ann.id)
    with pytest.raises(BadRequest, match="no active person"):
        await assign(world, task, ann, boss)
    assert await management.release(world.pool, task, email="ann@example.org", by=boss.id) == 1
