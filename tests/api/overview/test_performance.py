"""People's figures are those of a plain recount, whatever happened, and quick with many submissions."""

import random
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.own_work import OwnFigures
from schemas.performance import CountedTasksPage, PerformanceView
from schemas.projects import ProjectChange
from store import people, projects, withdrawals
from store.migrate import migrations
from work_histories import FIRST, Histories

PATH = "/v1/projects/moods/performance"
COUNTS = ("submitted", "reviewed", "approved_at_once", "rejections", "reviews", "approvals")
COUNTED = "SELECT to_jsonb(w) FROM authored_work w UNION ALL SELECT to_jsonb(r) - 'rejected_of' FROM reviews_done r"

MANY = """
WITH task AS (
    SELECT gen_random_uuid() AS id, n, (SELECT id FROM people WHERE email = 'p' || n % 40 || '@example.org') AS person,
           now() - make_interval(secs => n * 40) AS at
    FROM generate_series(1, $2::integer) AS n
), review AS (
    INSERT INTO reviews_done (task_id, opening, visit, person_id, project_id, stage, at, approved, seconds, rejected_of)
    SELECT id, 1, 2, person, $1, 'review', at, n % 5 > 0, n % 90, CASE n % 5 WHEN 0 THEN ARRAY[person] ELSE '{}' END
    FROM task
)
INSERT INTO authored_work (
    task_id, opening, person_id, project_id, stage, first_at, seconds, submissions, made_answer, reviewed_at, rejections
)
SELECT id, 1, person, $1, 'annotate', at, n % 300, 1, true, at, (n % 5 = 0)::integer FROM task
"""


async def performance(client, **query):
    answer = await client.get(PATH, params={name: str(value) for name, value in query.items()})
    return PerformanceView.model_validate(answer.json()).items


async def counted(client, person, figure, **query):
    """The tasks behind a figure, page by page."""
    asked = {"person": str(person), "figure": figure, "limit": "7", **{name: str(query[name]) for name in query}}
    items, cursor = [], None
    while True:
        answer = await client.get(f"{PATH}/tasks", params=asked if cursor is None else {**asked, "cursor": cursor})
        page = CountedTasksPage.model_validate(answer.json())
        items += page.items
        if (cursor := page.next_cursor) is None:
            return items


@pytest.fixture
async def admin(project, as_person):
    return await as_person(project.admin)


@pytest.fixture
async def histories(world, project):
    """A hundred tasks of six people who annotate, decide and review."""
    workers = [await world.person(f"worker-{number}") for number in range(6)]
    played = Histories(project, workers, random.Random(20261121))
    for number in range(100):
        await played.play(f"task-{number}")
    return played


async def test_figures_are_those_of_a_recount_whatever_happened(world, histories, admin):
    everything = (FIRST - timedelta(days=1), FIRST + timedelta(days=300))
    part = (FIRST + timedelta(days=9), FIRST + timedelta(days=23, hours=5))
    for since, until in (everything, part):
        for stage in (None, "annotate", "decide", "review"):
            asked = {"since": since.isoformat(), "until": until.isoformat()} | ({"stage": stage} if stage else {})
            shown = await performance(admin, **asked)
            expected = histories.recount(since, until, stage)
            assert {each.id for each in shown} == set(expected)
            for each in shown:
                for name, value in expected[each.id].items():
                    assert getattr(each, name) == (value if value is None else pytest.approx(value)), (name, stage)
                for name in COUNTS:
                    assert sum(getattr(day, name) for day in each.days) == getattr(each, name)
    worker = (await performance(admin, since=part[0].isoformat(), until=part[1].isoformat()))[0]
    span = {"since": part[0].isoformat(), "until": part[1].isoformat()}
    for name in COUNTS:
        assert len(await counted(admin, worker.id, name, **span)) == getattr(worker, name), name
    assert len(await counted(admin, worker.id, "sent_back", **span)) == worker.reviewed - worker.approved_at_once
    assert len(await counted(admin, worker.id, "rejections_given", **span)) == worker.reviews - worker.approvals


async def test_what_was_done_before_the_upgrade_is_counted_the_same(world, histories):
    """The migration counts what stands in the tables as the triggers counted it when it came."""
    before = {str(row[0]) for row in await world.pool.fetch(COUNTED)}
    rejected = "SELECT task_id, opening, visit, array(SELECT unnest(rejected_of) ORDER BY 1) FROM reviews_done"
    of_whom = {tuple(map(str, row)) for row in await world.pool.fetch(rejected)}
    [text] = [text for _, name, text in migrations() if name == "performance"]
    await world.pool.execute("TRUNCATE authored_work, reviews_done")
    await world.pool.execute(text[text.index("-- What was done before") :])
    assert len(before) > 200
    assert {str(row[0]) for row in await world.pool.fetch(COUNTED)} == before
    assert {tuple(map(str, row)) for row in await world.pool.fetch(rejected)} == of_whom


async def test_a_walk_through_rework_by_hand(project, admin, as_person):
    await project.completed("good")
    task = await project.add("bad")
    await project.answer(task, 1, {"answer": "wrong"})
    await project.judge(task, 2, "reject")
    await project.open(task, 3, "annotate", rejected_in=2)
    await project.world.submit(await project.take(project.annotator), project.annotator)
    await project.close(task, 3)
    await project.judge(task, 4, "approve")
    ann, rob = await performance(admin)
    assert (ann.submitted, ann.reviewed, ann.approved_at_once, ann.rejections) == (2, 2, 1, 1)
    assert ann.first_pass_approval == 0.5
    assert (rob.reviews, rob.approvals, rob.submitted, rob.first_pass_approval) == (3, 2, 0, None)
    assert [item.name for item in await counted(admin, ann.id, "sent_back")] == ["bad"]
    assert [item.visit for item in await counted(admin, ann.id, "rejections")] == [2]
    await project.world.pool.execute("UPDATE tasks SET deleted_at = now() WHERE id = $1", task)
    [ann, _] = await performance(admin)
    assert (ann.submitted, ann.first_pass_approval, ann.rejections) == (1, 1.0, 0)


async def test_an_answer_that_was_taken_back_does_not_count(world, project, admin):
    await projects.change(world.pool, project.name, ProjectChange(withdraw_seconds=60), person_id=project.admin.id)
    await project.open(await project.add("a"), 1, "annotate")
    item, submission = await project.take(project.annotator), uuid4()
    await world.submit(item, project.annotator, submission=submission)
    assert [each.submitted for each in await performance(admin)] == [1]
    await withdrawals.withdraw(world.pool, item.id, project.annotator.id, submission, lease_seconds=300)
    assert await performance(admin) == []


async def test_ones_own_figures_are_the_managers(project, admin, as_person):
    for number in range(10):
        await project.completed(f"t{number}")
    task = await project.add("bad")
    await project.answer(task, 1, {"answer": "wrong"})
    await project.judge(task, 2, "reject")
    own = OwnFigures.model_validate((await (await as_person(project.annotator)).get("/v1/work/figures")).json())
    [ann, _] = await performance(admin)
    assert own.today.first_pass_approval == round(ann.first_pass_approval, 2) == round(10 / 11, 2)


async def test_team_managers_see_people_of_their_teams(world, project, admin, as_person):
    await project.completed("good")
    crew = await as_person(await world.person("crew-boss", role="team_manager", teams=("crew",)))
    assert [each.name for each in await performance(crew)] == ["ann"]
    assert {each.name for each in await performance(admin)} == {"ann", "rob"}
    viewer = await as_person(await world.person("vic", role="viewer", teams=()))
    assert {each.name for each in await performance(viewer)} == {"ann", "rob"}
    hidden = {"person": str(project.reviewer.id), "figure": "reviews"}
    assert (await crew.get(f"{PATH}/tasks", params=hidden)).status_code == 404
    assert (await viewer.get(f"{PATH}/tasks", params=hidden)).status_code == 200
    ann = await as_person(project.annotator)
    assert (await ann.get(PATH)).status_code == 403
    assert (await ann.get(f"{PATH}/tasks", params=hidden)).status_code == 403


async def test_wrong_spans_are_told_by_field(admin):
    for query, field in (
        ({"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "until"),
        ({"since": "2024-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "since"),
        ({"since": "yesterday"}, "since"),
    ):
        answer = await admin.get(PATH, params=query)
        assert answer.status_code == 422, query
        assert field in answer.text
    assert (await admin.get("/v1/projects/nothing/performance")).status_code == 404


async def test_figures_of_100_000_submissions(world, project, admin, capsys):
    for number in range(40):
        await people.add(world.pool, email=f"p{number}@example.org", name=f"P{number}", role="annotator", teams=())
    await world.pool.execute(MANY, project.id, 50_000, timeout=120)
    await world.pool.execute("VACUUM ANALYZE authored_work, reviews_done")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        shown = await performance(admin)
        times.append(time.perf_counter() - began)
    with capsys.disabled():
        told = f"median {sorted(times)[2] * 1000:.0f} ms, worst {max(times) * 1000:.0f} ms"
        print(f"\npeople's figures of 100,000 submissions: {told}")  # noqa: T201
    assert sum(each.submitted + each.reviews for each in shown) == 100_000
