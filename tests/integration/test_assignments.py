"""Leases, holds, fencing tokens, submissions, and the closing of visits."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activities.assignments import AssignmentActivities
from schemas.errors import Conflict, LeaseLost, NotFound, VisitClosed
from schemas.tasks import CloseVisit
from store import assignments, memberships, people


async def close(world, task, mode):
    return await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode=mode)


async def test_opening_twice_offers_once(world):
    await world.person("ann")
    await world.flow(overlap=3)
    task = await world.opened("a")
    await assignments.open_visit(
        world.pool,
        task_id=task,
        opening=1,
        visit=1,
        stage="annotate",
        queue=assignments.QueueKey(world.flows["flow"], "annotate", "annotate", "crew"),
        overlap=3,
        time_limit_seconds=60,
        deadline_at=None,
    )
    assert await world.pool.fetchval("SELECT count(*) FROM assignments") == 3
    assert await world.pool.fetchval("SELECT free_slots FROM takeable") == 3


async def test_a_submission_is_answered_once_and_told_once(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    assert item is not None and item.input == '{"text": "hello"}'
    submission = uuid4()
    first = await world.submit(item, ann, submission=submission)
    assert await world.submit(item, ann, submission=submission) == first
    with pytest.raises(Conflict):
        await world.submit(item, ann)
    assert await world.kinds(task) == ["start", "submission"]
    assert await world.pool.fetchval("SELECT count(*) FROM submissions") == 1


async def test_many_equal_submissions_at_once_count_once(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    submission = uuid4()
    answers = await asyncio.gather(*(world.submit(item, ann, submission=submission) for _ in range(10)))
    assert len(set(answers)) == 1
    assert await world.kinds(task) == ["start", "submission"]


async def test_a_submission_id_of_other_work_is_a_conflict(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    await world.opened("b")
    first, second = await world.take(ann), await world.take(ann)
    submission = uuid4()
    await world.submit(first, ann, submission=submission)
    with pytest.raises(Conflict, match="submission_id"):
        await world.submit(second, ann, submission=submission)
    assert (await assignments.item(world.pool, second.id, ann.id)).id == second.id


async def test_an_old_token_changes_nothing(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    old = await world.take(ann)
    await assignments.open_assignment(world.pool, old.id, ann.id, lease_seconds=300)
    new = await assignments.item(world.pool, old.id, ann.id)
    assert new.lease_token > old.lease_token
    for call in (
        world.submit(old, ann),
        assignments.heartbeat(world.pool, old.id, ann.id, old.lease_token, lease_seconds=300),
        assignments.save_draft(world.pool, old.id, ann.id, old.lease_token, "1"),
        assignments.release(world.pool, old.id, ann.id, old.lease_token),
        assignments.decline(world.pool, old.id, ann.id, old.lease_token, ""),
    ):
        with pytest.raises(LeaseLost):
            await call
    assert await world.kinds(task) == ["start"]
    await world.submit(new, ann)


async def test_a_token_past_its_end_is_refused_though_nobody_took_the_work(world, backdate):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await backdate(item.id)
    with pytest.raises(LeaseLost):
        await world.submit(item, ann)


async def test_a_lapsed_lease_keeps_the_work_reserved_with_its_draft(world, backdate):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await assignments.save_draft(world.pool, item.id, ann.id, item.lease_token, '{"answer":"half"}')
    await backdate(item.id)
    assert await assignments.lapse_leases(world.pool) == {"flow": 1}
    assert await assignments.over(world.pool) == []
    assert await world.take(bob) is None
    [held] = await assignments.held(world.pool, ann.id)
    assert (held.id, held.lease_expires_at, held.has_draft) == (item.id, None, True)
    await assignments.open_assignment(world.pool, item.id, ann.id, lease_seconds=300)
    again = await assignments.item(world.pool, item.id, ann.id)
    assert again.draft == '{"answer":"half"}'
    assert again.accepted_at == item.accepted_at and again.hold_until == item.hold_until
    await world.submit(again, ann)


async def test_after_the_hold_the_work_goes_back_and_its_draft_stays_its_authors(world, backdate):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await assignments.save_draft(world.pool, item.id, ann.id, item.lease_token, '"mine"')
    await backdate(item.id, hold=True)
    [over] = await assignments.over(world.pool)
    ended = await asyncio.gather(*(assignments.expire(world.pool, over) for _ in range(3)))
    assert sorted(ended) == [False, False, True]
    taken = await world.take(bob)
    assert taken.id == item.id and taken.draft is None
    with pytest.raises(LeaseLost):
        await world.submit(item, ann)
    await assignments.release(world.pool, taken.id, bob.id, taken.lease_token)
    assert (await world.take(ann)).draft == '"mine"'


async def test_a_heartbeat_never_goes_past_the_hold(world):
    ann = await world.person("ann")
    await world.flow(limit=60)
    await world.opened("a")
    item = await world.take(ann, lease=10)
    lease, hold = await assignments.heartbeat(world.pool, item.id, ann.id, item.lease_token, lease_seconds=300)
    assert lease == hold == item.hold_until


async def test_a_hold_never_goes_past_the_deadline(world):
    ann = await world.person("ann")
    await world.flow(limit=3600)
    deadline = datetime.now(UTC) + timedelta(seconds=100)
    await world.opened("a", deadline=deadline)
    assert (await world.take(ann)).hold_until == deadline


async def test_prefetched_work_is_accepted_when_it_is_opened(world, backdate):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann, prefetch=True, lease=120)
    assert item.accepted_at is None and item.hold_until is None
    await assignments.open_assignment(world.pool, item.id, ann.id, lease_seconds=300)
    assert (await assignments.item(world.pool, item.id, ann.id)).accepted_at is not None
    await world.opened("b")
    unopened = await world.take(ann, prefetch=True, lease=120)
    await backdate(unopened.id)
    [over] = await assignments.over(world.pool)
    assert await assignments.expire(world.pool, over)
    assert (await world.take(bob)).id == unopened.id


async def test_decline_excludes_for_good_and_release_does_not(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await assignments.release(world.pool, item.id, ann.id, item.lease_token)
    item = await world.take(ann)
    await assignments.decline(world.pool, item.id, ann.id, item.lease_token, "too blurred")
    assert await world.take(ann) is None


async def test_nobody_takes_two_slots_of_one_visit(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow(overlap=2)
    await world.opened("a")
    taken = await asyncio.gather(*(world.take(ann) for _ in range(8)))
    assert sum(item is not None for item in taken) == 1
    assert await world.take(bob) is not None
    assert await world.take(bob) is None


async def test_leaving_the_team_or_being_disabled_ends_holds(world):
    ann, bob, eve = await world.person("ann"), await world.person("bob"), await world.person("eve")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await people.disable(world.pool, ann.id)
    with pytest.raises(LeaseLost):
        await world.submit(item, ann)
    taken = await world.take(bob)
    assert taken.id == item.id
    group = await world.pool.fetchval("SELECT group_name FROM work_team_groups")
    await memberships.leave_group(world.pool, bob.id, group)
    with pytest.raises(LeaseLost):
        await world.submit(taken, bob)
    assert (await world.take(eve)).id == item.id
    assert await world.take(bob) is None


async def test_work_of_others_is_not_found(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    with pytest.raises(NotFound):
        await assignments.item(world.pool, item.id, bob.id)
    with pytest.raises(NotFound):
        await world.submit(item, bob)
    with pytest.raises(NotFound):
        await assignments.item(world.pool, uuid4(), bob.id)


async def test_closing_counts_what_was_answered_and_a_second_call_says_the_same(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await world.submit(await world.take(ann), ann)
    first = await close(world, task, "submitted")
    assert (first.closed, first.reason, first.answers) == (True, "submitted", 1)
    assert await close(world, task, "expired") == first


async def test_the_deadline_closes_over_held_work_and_its_answer_is_refused(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    assert (await close(world, task, "expired")).reason == "expired"
    with pytest.raises(VisitClosed):
        await world.submit(item, ann)


async def test_a_deadline_that_fires_while_an_answer_comes_gives_one_truth(world):
    """Run many times: whoever gets the visit's lock first wins, and both sides agree on it."""
    ann = await world.person("ann")
    await world.flow()
    outcomes = set()
    for number in range(30):
        task = await world.opened(f"race-{number}")
        item = await world.take(ann)
        calls = [world.submit(item, ann), close(world, task, "expired")]
        answered, closing = await asyncio.gather(*(calls if number % 2 else reversed(calls)), return_exceptions=True)
        if number % 2 == 0:
            answered, closing = closing, answered
        accepted = not isinstance(answered, BaseException)
        assert closing.closed
        assert (closing.answers == 1) == accepted
        assert closing.reason == ("submitted" if accepted else "expired")
        outcomes.add(accepted)
    assert outcomes


async def test_stop_lets_held_work_finish_and_says_until_when(world):
    ann, bob = await world.person("ann"), await world.person("bob")
    await world.flow(overlap=2)
    task = await world.opened("a")
    item = await world.take(ann)
    closing = await close(world, task, "stopped")
    assert (closing.closed, closing.held_until) == (False, item.hold_until)
    assert await world.take(bob) is None
    await world.submit(item, ann)
    assert (await close(world, task, "stopped")).reason == "stopped"


async def test_releasing_the_last_held_work_of_a_stopped_visit_tells_the_workflow(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    item = await world.take(ann)
    assert not (await close(world, task, "stopped")).closed
    await assignments.release(world.pool, item.id, ann.id, item.lease_token)
    assert await world.kinds(task) == ["start", "exhausted"]
    assert await world.take(ann) is None
    assert (await close(world, task, "exhausted")).reason == "stopped"


async def test_active_seconds_are_at_most_the_time_since_acceptance(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    await assignments.submit(
        world.pool, item.id, ann.id, item.lease_token, submission_id=uuid4(), content="{}", active_seconds=9999.0
    )
    assert await world.pool.fetchval("SELECT active_seconds < 60 FROM submissions")


async def test_a_hold_that_was_taken_while_its_person_left_cannot_be_submitted(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    # What a claim that runs beside the removal leaves behind: held, but no member any more.
    await world.pool.execute("DELETE FROM group_members WHERE person_id = $1", ann.id)
    with pytest.raises(LeaseLost):
        await world.submit(item, ann)
    assert await world.pool.fetchval("SELECT count(*) FROM submissions") == 0


async def test_leaving_a_team_by_name_ends_its_holds_alone(world):
    ann = await world.person("ann", teams=("crew", "others"))
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    with pytest.raises(NotFound):
        await people.leave_team(world.pool, ann.id, "nobody")
    await people.leave_team(world.pool, ann.id, "others")
    await world.submit(item, ann)
    await people.leave_team(world.pool, ann.id, "crew")
    assert (await people.find(world.pool, "ANN@example.org")).teams == ()


async def test_a_run_that_opened_nothing_has_nothing_to_withdraw(world):
    task, activities = uuid4(), AssignmentActivities(world.pool)
    visit = {"task_id": task, "opening": 1, "visit": 1}
    closing = await activities.close_visit(CloseVisit(**visit, mode="cancelled"))
    assert (closing.closed, closing.reason) == (True, "cancelled")
    with pytest.raises(NotFound):
        await activities.close_visit(CloseVisit(**visit, mode="submitted"))
