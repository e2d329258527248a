"""What people see of their own work, and what it must not tell them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.own_work import OwnFigures, OwnSubmissionsPage, ReturnedPage
from schemas.projects import ProjectChange
from store import projects
from walked_project import walked_project


@pytest.fixture
async def project(world):
    return await walked_project(world)


@pytest.fixture
async def ann(project, as_person):
    return await as_person(project.annotator)


async def submissions(client, **params):
    return OwnSubmissionsPage.model_validate((await client.get("/v1/work/submissions", params=params)).json())


async def returned(client):
    return ReturnedPage.model_validate((await client.get("/v1/work/returned")).json()).items


async def test_what_one_handed_in_newest_first_in_pages(project, ann, as_person):
    for name in "abc":
        task = await project.add(name)
        await project.answer(task, 1, {"answer": name})
    first = await submissions(ann, limit=2)
    rest = await submissions(ann, limit=2, cursor=first.next_cursor)
    items = [*first.items, *rest.items]
    assert len({item.id for item in items}) == 3 and rest.next_cursor is None
    assert [item.submitted_at for item in items] == sorted((item.submitted_at for item in items), reverse=True)
    assert {(item.project, item.stage, item.kind, item.status) for item in items} == {
        ("project", "annotate", "annotate", "submitted")
    }
    assert (await submissions(await as_person(project.reviewer))).items == []


async def test_it_does_not_tell_what_became_of_the_task(project, ann):
    """An approved task, an archived one and one that nobody looked at are told alike."""
    approved = await project.completed("approved")
    archived = await project.add("archived")
    await project.answer(archived, 1, {"answer": "x"})
    await project.end(archived, "archived")
    waiting = await project.add("waiting")
    await project.answer(waiting, 1, {"answer": "x"})
    text = (await ann.get("/v1/work/submissions")).text
    items = OwnSubmissionsPage.model_validate_json(text).items
    assert {item.status for item in items} == {"submitted"}
    for told in (approved, archived, waiting):
        assert str(told) not in text
    for word in ("approved", "archived", "completed"):
        assert word not in text
    [today, week] = [(await ann.get("/v1/work/figures")).json()[part] for part in ("today", "week")]
    assert today["first_pass_approval"] is week["first_pass_approval"] is None


async def test_rework_is_listed_with_its_comments_and_taken_by_its_id(project, ann):
    task = await project.add("a")
    await project.answer(task, 1, {"answer": "wrong"})
    await project.judge(task, 2, "reject", comment="look at the wing")
    assert await returned(ann) == []
    await project.open(task, 3, "annotate", rejected_in=2)
    [work] = await returned(ann)
    assert (work.comment, [said.label for said in work.verdicts], work.held) == ("look at the wing", ["/answer"], False)
    assert [item.status for item in (await submissions(ann)).items] == ["returned"]
    taken = await ann.post("/v1/work/next", json={"assignment": str(work.assignment_id)})
    assert taken.status_code == 200 and taken.json()["id"] == str(work.assignment_id)
    assert [work.held for work in await returned(ann)] == [True]
    assert (await ann.post("/v1/work/next", json={"assignment": str(uuid4())})).status_code == 204


async def test_figures_of_today_and_of_the_week(world, project, ann):
    for number in range(11):
        await project.completed(f"t{number}")
    await world.pool.execute("UPDATE submissions SET active_seconds = 6")
    figures = OwnFigures.model_validate((await ann.get("/v1/work/figures", params={"timezone": "Asia/Tokyo"})).json())
    assert (figures.today.submitted, figures.today.active_seconds_per_task) == (11, 6.0)
    assert figures.today.first_pass_approval == 1.0
    assert timedelta(0) <= figures.today.since - figures.week.since <= timedelta(days=6)
    task = await project.add("wrong")
    await project.answer(task, 1, {"answer": "wrong"})
    await project.judge(task, 2, "reject")
    figures = OwnFigures.model_validate((await ann.get("/v1/work/figures")).json())
    assert figures.week.first_pass_approval == round(11 / 12, 2)
    assert (await ann.get("/v1/work/figures", params={"timezone": "Nowhere/At All"})).status_code == 422


async def test_an_answer_is_taken_back_over_http(world, project, ann):
    await projects.change(world.pool, project.name, ProjectChange(withdraw_seconds=60), person_id=project.admin.id)
    await project.open(await project.add("a"), 1, "annotate")
    item = (await ann.post("/v1/work/next", json={})).json()
    path, submission = f"/v1/assignments/{item['id']}", str(uuid4())
    body = {"lease_token": item["lease"]["token"], "submission_id": submission, "content": {"answer": "x"}}
    receipt = (await ann.post(f"{path}/submit", json=body)).json()
    assert receipt["withdraw_until"] > receipt["submitted_at"]
    assert (await ann.post(f"{path}/submit", json=body)).json() == receipt
    assert [item.withdraw_until is not None for item in (await submissions(ann)).items] == [True]
    back = await ann.post(f"{path}/withdraw", json={"submission_id": submission})
    assert (back.status_code, back.json()["draft"]["content"]) == (200, {"answer": "x"})
    again = body | {"lease_token": back.json()["lease"]["token"], "submission_id": str(uuid4())}
    assert (await ann.post(f"{path}/submit", json=again)).status_code == 200
    await world.pool.execute("UPDATE withdrawable_submissions SET until = now()")
    late = await ann.post(f"{path}/withdraw", json={"submission_id": again["submission_id"]})
    assert (late.status_code, late.json()["detail"]) == (
        409,
        "the time to take this answer back is over: it was handed on",
    )


async def test_time_is_extended_over_http(world, project, ann):
    change = ProjectChange(extend_seconds=600, max_extensions=1)
    await projects.change(world.pool, project.name, change, person_id=project.admin.id)
    await project.open(await project.add("a"), 1, "annotate")
    item = (await ann.post("/v1/work/next", json={})).json()
    assert item["extension"] == {"seconds": 600, "left": 1}
    token = {"lease_token": item["lease"]["token"]}
    more = (await ann.post(f"/v1/assignments/{item['id']}/extend", json=token)).json()
    assert more["hold_until"] > item["hold_until"] and more["extension"]["left"] == 0
    assert (await ann.post(f"/v1/assignments/{item['id']}/extend", json=token)).status_code == 409


async def test_a_flow_definition_offers_neither(world, as_person):
    person = await world.person("eve")
    await world.flow()
    await world.opened("a")
    client = await as_person(person)
    item = (await client.post("/v1/work/next", json={})).json()
    assert item["extension"] is None
    body = {"lease_token": item["lease"]["token"], "submission_id": str(uuid4()), "content": {}}
    assert (await client.post(f"/v1/assignments/{item['id']}/submit", json=body)).json()["withdraw_until"] is None
