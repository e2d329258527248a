"""Histories: everything that happened, in order, and how things were at any moment."""

import hashlib
import json
from datetime import timedelta

import pytest

from schemas.agents import AgentAttempt, CallRef, DeadCall
from schemas.errors import Conflict, NotFound
from store import agents, assignments, history
from walked_project import walked_project
from world import World


@pytest.fixture
async def project(pool, bucket):
    return await walked_project(World(pool, bucket=bucket))


@pytest.fixture
def now(pool):
    """The present moment on PostgreSQL's clock."""

    async def ask():
        return await pool.fetchval("SELECT clock_timestamp()")

    return ask


@pytest.fixture
def at(pool):
    """How a task was at a moment."""

    async def ask(task, moment):
        return await history.state(pool, await history.subject(pool, task), moment)

    return ask


async def types(pool, task, **options):
    options = {"at": None, "after": None, "limit": 1000} | options
    return [entry.type.removeprefix("loupe.") for entry in await history.entries(pool, task, **options)]


async def test_a_rejected_task_is_told_from_its_beginning_to_its_end(project, pool):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    await project.judge(task, 2, "reject", comment="a dog")
    await project.answer(task, 3, {"answer": "dog"}, rejected_in=2)
    await project.merge(task, 3, {"answer": "dog"})
    await project.judge(task, 4, "approve")
    await project.end(task)
    entries = await history.entries(pool, task, at=None, after=None, limit=1000)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    told = [(entry.type.removeprefix("loupe."), entry.visit, entry.stage) for entry in entries]
    assert told[:2] == [("task.created", None, None), ("task.started", None, None)]
    assert [(what, visit) for what, visit, stage in told if stage == "review"] == [
        ("visit.opened", 2),
        ("assignment.accepted", 2),
        ("label.reject", 2),
        ("assignment.submitted", 2),
        ("visit.closed", 2),
        ("visit.opened", 4),
        ("assignment.accepted", 4),
        ("label.approve", 4),
        ("assignment.submitted", 4),
        ("visit.closed", 4),
        ("task.ended", 4),
    ]
    assert ("label.written", 3, "annotate") in told
    assert told[-1] == ("task.ended", 4, "review")
    by_type = {(entry.type, entry.visit): entry for entry in entries}
    rejected = by_type["loupe.assignment.submitted", 2]
    assert rejected.person == {
        "worker_id": project.reviewer.worker_id,
        "name": project.reviewer.name,
        "email": project.reviewer.email,
    }
    data = json.loads(rejected.data)
    assert (data["decision"], data["comment"], data["slot"]) == ("rejected", "a dog", 1)
    opened = json.loads(by_type["loupe.visit.opened", 2].data)
    assert {name: opened[name] for name in ("kind", "team", "overlap")} == {
        "kind": "review",
        "team": "reviewers",
        "overlap": 1,
    }
    assert json.loads(by_type["loupe.visit.closed", 2].data) == {"reason": "submitted"}
    assert json.loads(by_type["loupe.label.reject", 2].data) == {"answer": 1, "label": "/answer", "comment": "a dog"}


async def test_pages_are_the_whole_in_order(project, pool):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    await project.judge(task, 2, "approve")
    whole = await history.entries(pool, task, at=None, after=None, limit=1000)
    paged, after = [], None
    while page := await history.entries(pool, task, at=None, after=after, limit=2):
        paged += page
        after = (page[-1].at, page[-1].source, page[-1].number)
    assert paged == whole


async def test_who_had_what_at_each_moment(project, pool, now, at):
    task = await project.add("first")
    await project.open(task, 1, "annotate")
    free = await now()
    item = await project.take(project.annotator)
    held = await now()
    await assignments.release(pool, item.id, project.annotator.id, item.lease_token)
    released = await now()
    item = await project.take(project.annotator)
    await project.world.submit(item, project.annotator, content='{"answer": "cat"}')
    submitted = await now()
    await project.close(task, 1)
    closed = await now()

    async def slots(moment):
        state = await at(task, moment)
        assert (state.status, state.stage, state.visit, state.opening) == ("open", "annotate", 1, 1)
        return [(slot.state, slot.person and slot.person["worker_id"]) for slot in state.slots]

    ann = project.annotator.worker_id
    assert await slots(free) == [("free", None)]
    assert await slots(held) == [("held", ann)]
    assert await slots(released) == [("free", None)]
    assert await slots(submitted) == [("submitted", ann)]
    assert await slots(closed) == [("submitted", ann)]


async def test_rework_was_reserved_for_its_author_until_it_was_not(project, pool, now, at):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    await project.judge(task, 2, "reject")
    await project.open(task, 3, "annotate", rejected_in=2)
    reserved = await now()
    assignment = await pool.fetchval("SELECT id FROM assignments WHERE reserved_for IS NOT NULL")
    assert (await at(task, reserved)).slots[0].state == "reserved"
    await pool.execute("SELECT end_reservation($1, 'expired')", assignment)
    ended = await now()
    slot = (await at(task, reserved)).slots[0]
    assert (slot.state, slot.person["worker_id"], slot.answer) == ("reserved", project.annotator.worker_id, 1)
    assert (await at(task, ended)).slots[0].state == "free"


async def test_work_of_a_visit_that_was_stopped_is_withdrawn_from_then_on(project, now, at):
    task = await project.add("first")
    await project.open(task, 1, "annotate")
    await project.take(project.annotator)
    held = await now()
    await project.close(task, 1, "cancelled")
    over = await now()
    assert (await at(task, held)).slots[0].state == "held"
    slot = (await at(task, over)).slots[0]
    assert (slot.state, slot.person) == ("withdrawn", None)


async def test_labels_are_those_of_the_moment(project, now, at):
    task = await project.add("first")
    moments = [await now()]
    await project.answer(task, 1, {"answer": "cat"})
    moments.append(await now())
    await project.judge(task, 2, "reject")
    await project.answer(task, 3, {"answer": "dog"}, rejected_in=2)
    moments.append(await now())
    await project.merge(task, 3, {"answer": "dog"})
    moments.append(await now())
    seen = [
        [(label.source, json.loads(label.content)) for label in (await at(task, moment)).labels] for moment in moments
    ]
    assert seen == [
        [],
        [("person", {"answer": "cat"})],
        # What was reworked is an answer once it is merged.
        [("person", {"answer": "cat"})],
        [("rework", {"answer": "dog"})],
    ]
    (label,) = (await at(task, moments[-1])).labels
    assert label.authors == {"": project.annotator.worker_id}


async def test_status_and_opening_at_each_moment(project, pool, now, at):
    created = await pool.fetchval("SELECT clock_timestamp()")
    task = await project.add("first")
    began = await pool.fetchval("SELECT time FROM events WHERE task_id = $1 AND type = 'loupe.task.created'", task)
    await project.answer(task, 1, {"answer": "cat"})
    walking = await now()
    await project.end(task)
    ended = await now()
    assert await pool.fetchval("SELECT reopen_task($1, 'annotate', $2)", task, project.admin.id) == "reopened"
    reopened = await now()
    await project.answer(task, 1, {"answer": "dog"}, opening=2)
    again = await now()
    await project.end(task, "archived", opening=2)
    seen = [await at(task, moment) for moment in (began, walking, ended, reopened, again, await now())]
    assert [(state.status, state.opening, state.visit) for state in seen] == [
        ("queued", 1, 0),
        ("open", 1, 1),
        ("completed", 1, 1),
        ("open", 2, 0),
        ("open", 2, 1),
        ("archived", 2, 1),
    ]
    with pytest.raises(NotFound, match="the task came later"):
        await at(task, created - timedelta(seconds=1))
    runs = await history.openings(pool, task, None)
    assert [(run.opening, run.outcome) for run in runs] == [(1, "completed"), (2, "archived")]
    assert runs[0].began_at < runs[0].ended_at < runs[1].began_at < runs[1].ended_at
    assert [(run.opening, run.outcome) for run in await history.openings(pool, task, walking)] == [(1, None)]
    whole = await history.entries(pool, task, at=None, after=None, limit=1000)
    submitted = [entry.opening for entry in whole if entry.type == "loupe.assignment.submitted"]
    assert submitted == [1, 2]
    assert (await types(pool, task, at=walking))[-1] == "visit.closed"


async def test_priority_stop_and_escalation_at_each_moment(project, pool, now, at):
    task = await project.add("first")
    await project.open(task, 1, "annotate")
    before = await now()
    await pool.execute("SELECT set_priority($1, 80::smallint, $2)", task, project.admin.id)
    await pool.execute("SELECT escalate_visit($1, 1, 1, 'expired')", task)
    between = await now()
    await pool.execute("SELECT set_priority($1, 90::smallint, $2)", task, project.admin.id)
    await pool.execute("SELECT cancel_task($1, $2)", task, project.admin.id)
    seen = [await at(task, moment) for moment in (before, between, await now())]
    assert [(state.priority, state.escalated, state.stop_requested) for state in seen] == [
        (50, False, False),
        (80, True, False),
        (90, True, True),
    ]


async def test_who_declined_and_why(project, pool):
    task = await project.add("first")
    await project.open(task, 1, "annotate")
    item = await project.take(project.annotator)
    await assignments.decline(pool, item.id, project.annotator.id, item.lease_token, "too dark")
    (entry,) = [
        entry
        for entry in await history.entries(pool, task, at=None, after=None, limit=1000)
        if entry.type == "loupe.assignment.declined"
    ]
    assert json.loads(entry.data)["reason"] == "too dark"
    assert entry.person["worker_id"] == project.annotator.worker_id


async def test_an_agents_attempts_are_told_with_their_outcome(project, pool, now, at):
    task = await project.add("first")
    begin = "SELECT * FROM begin_agent_attempt($1, 1, 1, 1, $2, 'judge', 'http', '{yes,no}')"
    end = "SELECT * FROM end_agent_attempt($1, 1, 1, 1, $2, $3, $4, $5, $6, NULL, NULL)"
    await pool.execute(begin, task, 1)
    asked = await now()
    await pool.execute(end, task, 1, "failed", 500, "internal error", None)
    await pool.execute(begin, task, 2)
    await pool.execute(end, task, 2, "answered", 200, None, "yes")
    calls = [
        json.loads(entry.data)
        for entry in await history.entries(pool, task, at=None, after=None, limit=1000)
        if entry.type == "loupe.agent.called"
    ]
    assert [(call["attempt"], call["outcome"], call["status"], call["pathway"]) for call in calls] == [
        (1, "failed", 500, None),
        (2, "answered", 200, "yes"),
    ]
    (first,) = [
        json.loads(entry.data)
        for entry in await history.entries(pool, task, at=asked, after=None, limit=1000)
        if entry.type == "loupe.agent.called"
    ]
    assert "outcome" not in first
    state = await at(task, asked)
    assert (state.status, state.stage, state.visit, state.slots) == ("open", "judge", 1, ())


async def test_what_comes_from_an_agent_of_an_earlier_opening_is_told_there(project, pool, now, at):
    """Its workflow was terminated, and the task opened again, while three of its agent's attempts were on their way."""
    task = await project.add("first")
    attempt = AgentAttempt(
        task_id=task, opening=1, visit=3, call=1, attempt=1, stage="judge", pathways=("yes", "no", "failed")
    )
    second, third = (attempt.model_copy(update={"attempt": number}) for number in (2, 3))
    for begun in (attempt, second, third):
        await agents.begin(pool, begun, "http")
    await project.end(task, "archived")
    await pool.fetchval("SELECT reopen_task($1, NULL, $2)", task, project.admin.id)
    await project.answer(task, 1, {"answer": "cat"}, opening=2)
    assert (
        await agents.end(pool, attempt, "answered", pathway="yes", content="{}", priority=90)
    ).outcome == "cancelled"
    assert (await agents.end(pool, attempt, "answered", pathway="no")).outcome == "cancelled"
    assert (await agents.end(pool, second, "failed", error="answered 500")).outcome == "failed"
    with pytest.raises(Conflict):
        await agents.call_back(
            pool,
            CallRef(**third.model_dump(include=set(CallRef.model_fields))),
            pathway="no",
            content=None,
            priority=None,
        )
    await agents.begin(pool, attempt.model_copy(update={"attempt": 4}), "http")
    await agents.bury(pool, DeadCall(**attempt.model_dump(exclude={"attempt"}), attempts=4, error="answered 500"))

    told = [
        (entry.type.removeprefix("loupe.agent."), entry.opening, entry.visit, entry.stage)
        for entry in await history.entries(pool, task, at=None, after=None, limit=1000)
        if entry.type.startswith("loupe.agent.")
    ]
    whats = ["called", "called", "called", "late", "late", "failed", "late", "called", "dead"]
    assert told == [(what, 1, 3, "judge") for what in whats]
    state = await at(task, await now())
    assert (state.opening, state.visit, state.stage, state.priority) == (2, 1, "annotate", 50)
    assert [(label.source, json.loads(label.content)) for label in state.labels] == [("person", {"answer": "cat"})]
    assert await agents.dead_letters(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM labels WHERE opening = 1") == 0


async def test_the_agreement_of_annotators_is_told(project, pool):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    await pool.execute("INSERT INTO agreements VALUES ($1, 1, 1, 'exact', 0.5)", task)
    (entry,) = [
        entry
        for entry in await history.entries(pool, task, at=None, after=None, limit=1000)
        if entry.type == "loupe.visit.agreement"
    ]
    assert (entry.stage, json.loads(entry.data)) == ("annotate", {"measure": "exact", "agreement": 0.5})


async def test_an_answer_that_came_too_late_is_kept_once(project, pool):
    task = await project.add("first")
    await project.open(task, 1, "annotate")
    item = await project.take(project.annotator)
    await project.close(task, 1, "expired")
    content = json.dumps({"answer": "cat"})
    for _ in range(2):
        await history.record_late(pool, item.id, project.annotator.id, content)
    await history.record_late(pool, item.id, project.annotator.id, json.dumps({"answer": "ä" * 70_000}))
    late = [
        entry
        for entry in await history.entries(pool, task, at=None, after=None, limit=1000)
        if entry.type == "loupe.submission.late"
    ]
    assert [(entry.visit, entry.opening, entry.person["worker_id"]) for entry in late] == [
        (1, 1, project.annotator.worker_id)
    ] * 2
    kept, cut = [json.loads(entry.data) for entry in late]
    assert (kept["content"], kept["cut"], kept["close_reason"]) == (content, False, "expired")
    assert kept["content_sha256"] == hashlib.sha256(content.encode()).hexdigest()
    assert cut["cut"]
    assert 64 * 1024 - 12 < len(cut["content"].encode()) <= 64 * 1024


async def test_a_human_loop_has_a_history_too(pool, now, at):
    world = World(pool)
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("loop")
    opened = await now()
    item = await world.take(ann)
    await world.submit(item, ann, content='{"answer": "yes"}')
    await assignments.close_visit(pool, task_id=task, opening=1, visit=1, mode="submitted")
    await pool.execute("UPDATE tasks SET state = 'completed', output_uri = 's3://b/k', ended_at = clock_timestamp()")
    assert [(await at(task, moment)).status for moment in (opened, await now())] == ["open", "completed"]
    assert await types(pool, task) == [
        "human_loop.status_changed",
        "visit.opened",
        "assignment.accepted",
        "assignment.submitted",
        "visit.closed",
    ]


async def test_an_unknown_task_has_no_history(pool, project):
    with pytest.raises(NotFound):
        await history.subject(pool, project.id)
