"""Taking an answer back before the workflow hears of it, and what goes on meanwhile."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.errors import Conflict, LeaseLost, NotFound, VisitClosed
from schemas.projects import ProjectChange
from store import assignments, history, management, people, projects, withdrawals
from walked_project import walked_project


@pytest.fixture
async def project(world):
    """A project whose answers may be taken back for a minute."""
    made = await walked_project(world)
    await projects.change(world.pool, made.name, ProjectChange(withdraw_seconds=60), person_id=made.admin.id)
    return made


async def answered(project, name="a"):
    """A task that was just answered: its id, the work as it was taken, the submission's id."""
    task = await project.add(name)
    await project.open(task, 1, "annotate")
    item = await project.take(project.annotator)
    submission = uuid4()
    await project.world.submit(item, project.annotator, submission=submission, content='{"answer":"hasty"}')
    return task, item, submission


async def take_back(project, item, submission, person=None):
    await withdrawals.withdraw(
        project.world.pool, item.id, (person or project.annotator).id, submission, lease_seconds=300
    )


async def pass_time(world, seconds):
    """As if an answer had been submitted so much earlier."""
    await world.pool.execute(
        "UPDATE withdrawable_submissions SET until = until - make_interval(secs => $1)", float(seconds)
    )


async def test_the_workflow_hears_of_an_answer_once_it_is_final(world, project):
    task, _, submission = await answered(project)
    assert await withdrawals.tell_final(world.pool) == 0
    assert await world.kinds(task) == ["start"]
    await pass_time(world, 60)
    told = await asyncio.gather(*(withdrawals.tell_final(world.pool) for _ in range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    assert await world.kinds(task) == ["start", "submission"]
    assert await withdrawals.tell_final(world.pool) == 0
    assert await world.pool.fetchval("SELECT id FROM submissions") == submission


async def test_an_answer_that_is_taken_back_is_its_authors_draft_again(world, project):
    task, item, submission = await answered(project)
    await take_back(project, item, submission)
    again = await assignments.item(world.pool, item.id, project.annotator.id)
    assert again.draft == '{"answer":"hasty"}'
    assert again.lease_token > item.lease_token
    assert timedelta(0) <= again.hold_until - item.hold_until < timedelta(seconds=30)
    with pytest.raises(LeaseLost):
        await world.submit(item, project.annotator)
    await world.submit(again, project.annotator, content='{"answer":"better"}')
    await pass_time(world, 60)
    await withdrawals.tell_final(world.pool)
    assert await world.kinds(task) == ["start", "submission"]
    assert await world.pool.fetchval("SELECT content FROM submissions") == '{"answer":"better"}'
    assert await world.pool.fetchval("SELECT content FROM withdrawn_submissions") == '{"answer":"hasty"}'


async def test_the_same_withdrawal_again_changes_nothing(world, project):
    _, item, submission = await answered(project)
    await take_back(project, item, submission)
    token = (await assignments.item(world.pool, item.id, project.annotator.id)).lease_token
    await take_back(project, item, submission)
    assert (await assignments.item(world.pool, item.id, project.annotator.id)).lease_token == token


async def test_it_is_audited_and_the_task_is_shown_as_held(world, project):
    task, item, submission = await answered(project)
    await take_back(project, item, submission)
    types = [
        row["type"] for row in await world.pool.fetch("SELECT type FROM events WHERE task_id = $1 ORDER BY id", task)
    ]
    assert types[-2:] == ["loupe.assignment.submitted", "loupe.assignment.taken_back"]
    now = await world.pool.fetchval("SELECT clock_timestamp()")
    rows = await world.pool.fetch(history.SQL["slots"], task, now, 1, 1)
    assert [row["state"] for row in rows] == ["held"]


async def test_when_it_is_too_late_it_says_why(world, project):
    _, item, submission = await answered(project)
    await pass_time(world, 60)
    with pytest.raises(Conflict, match="handed on"):
        await take_back(project, item, submission)
    with pytest.raises(NotFound):
        await take_back(project, item, uuid4())
    with pytest.raises(NotFound):
        await take_back(project, item, submission, project.reviewer)


async def test_without_the_setting_the_workflow_hears_at_once(world, project):
    await projects.change(world.pool, project.name, ProjectChange(withdraw_seconds=0), person_id=project.admin.id)
    task, item, submission = await answered(project)
    assert await world.kinds(task) == ["start", "submission"]
    with pytest.raises(Conflict):
        await take_back(project, item, submission)


async def test_human_loops_are_final(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await world.submit(await world.take(ann), ann)
    assert await world.kinds(task) == ["start", "submission"]
    with pytest.raises(Exception, match="projects_a2i_is_final"):
        await world.pool.execute("UPDATE projects SET withdraw_seconds = 5")


@pytest.mark.parametrize("mode", ["expired", "stopped", "cancelled"])
async def test_a_visit_that_closed_counts_the_answer(world, project, mode):
    task, item, submission = await answered(project)
    closing = await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode=mode)
    assert (closing.reason, closing.answers) == ("submitted", 1)
    with pytest.raises(VisitClosed, match="counts"):
        await take_back(project, item, submission)
    await pass_time(world, 60)
    await withdrawals.tell_final(world.pool)
    assert await world.kinds(task) == ["start"]


async def test_a_withdrawal_and_a_deadline_at_once_give_one_truth(world, project):
    outcomes = set()
    for number in range(20):
        task, item, submission = await answered(project, f"race-{number}")
        calls = [
            take_back(project, item, submission),
            assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="expired"),
        ]
        back, closing = await asyncio.gather(*calls, return_exceptions=True)
        withdrawn = back is None
        assert withdrawn or isinstance(back, VisitClosed)
        assert (closing.reason, closing.answers) == (("expired", 0) if withdrawn else ("submitted", 1))
        outcomes.add(withdrawn)
    assert outcomes


async def test_a_withdrawal_and_the_telling_at_once_give_one_truth(world, project):
    for number in range(20):
        task, item, submission = await answered(project, f"race-{number}")
        await pass_time(world, 59.99)
        back, _ = await asyncio.gather(
            take_back(project, item, submission), withdrawals.tell_final(world.pool), return_exceptions=True
        )
        await pass_time(world, 1)
        await withdrawals.tell_final(world.pool)
        assert await world.kinds(task) == (["start"] if back is None else ["start", "submission"])


async def test_a_task_that_is_being_cancelled_keeps_its_answer(world, project):
    task, item, submission = await answered(project)
    await management.cancel(world.pool, task, by=project.admin.id)
    with pytest.raises(Conflict, match="stopped"):
        await take_back(project, item, submission)


async def test_who_left_the_team_takes_nothing_back(world, project):
    _, item, submission = await answered(project)
    await people.leave_team(world.pool, project.annotator.id, "crew")
    with pytest.raises(LeaseLost):
        await take_back(project, item, submission)


async def test_other_messages_do_not_wait_for_it(world, project):
    task, _, _ = await answered(project)
    await management.cancel(world.pool, task, by=project.admin.id)
    assert await world.kinds(task) == ["start", "cancel"]
    rows = await world.pool.fetch("SELECT seq FROM mailbox WHERE task_id = $1 ORDER BY seq", task)
    assert [row["seq"] for row in rows] == [1, 2]


async def test_what_is_answered_after_a_stop_is_final(world, project):
    task = await project.add("a")
    await project.open(task, 1, "annotate")
    item = await project.take(project.annotator)
    await projects.delete(world.pool, project.name, person_id=project.admin.id)
    accepted = await world.submit(item, project.annotator)
    assert accepted.withdraw_until is None
    assert await world.kinds(task) == ["start", "stop", "submission"]


async def test_nothing_is_taken_back_past_the_deadline(world, project):
    task = await project.add("a")
    await project.open(task, 1, "annotate")
    item = await project.take(project.annotator)
    deadline = await world.pool.fetchval(
        "UPDATE visits SET deadline_at = now() + interval '20 s' RETURNING deadline_at"
    )
    assert (await world.submit(item, project.annotator)).withdraw_until == deadline


async def test_the_id_of_an_answer_that_was_taken_back_is_used_up(world, project):
    task, item, submission = await answered(project)
    await take_back(project, item, submission)
    again = await assignments.item(world.pool, item.id, project.annotator.id)
    for held in (item, again):
        with pytest.raises(Conflict, match="new UUID"):
            await world.submit(held, project.annotator, submission=submission)
    fresh = uuid4()
    await world.submit(again, project.annotator, submission=fresh)
    await take_back(project, item, fresh)
    assert await world.kinds(task) == ["start"]


async def test_the_history_knows_what_was_taken_back(world, project):
    task, item, submission = await answered(project)
    subject = await history.subject(world.pool, task)
    between = await world.pool.fetchval("SELECT clock_timestamp()")
    await take_back(project, item, submission)
    for at, slot, contents in (
        (between, "submitted", ['{"answer":"hasty"}']),
        (await world.pool.fetchval("SELECT clock_timestamp()"), "held", []),
    ):
        state = await history.state(world.pool, subject, at)
        assert ([each.state for each in state.slots], [each.content for each in state.labels]) == ([slot], contents)
    entries = await history.entries(world.pool, task, at=None, after=None, limit=100)
    [told] = [json.loads(entry.data) for entry in entries if entry.type == "loupe.assignment.submitted"]
    assert told["submission"] == str(submission) and told["active_seconds"] <= 1.0
