"""Problems that people report about their tasks, and what managers answer."""

from uuid import uuid4

import pytest

from schemas.problems import OwnProblemsPage, ProblemsPage
from walked_project import walked_project


@pytest.fixture
async def project(world):
    made = await walked_project(world)
    await made.open(await made.add("a"), 1, "annotate")
    return made


@pytest.fixture
async def ann(project, as_person):
    return await as_person(project.annotator)


@pytest.fixture
async def boss(world, as_person):
    return await as_person(await world.person("boss", role="team_manager", teams=()))


@pytest.fixture
async def item(ann):
    return (await ann.post("/v1/work/next", json={})).json()


async def report(client, item, **changes):
    body = {"lease_token": item["lease"]["token"], "text": "the picture is black"} | changes
    return await client.post(f"/v1/assignments/{item['id']}/problems", json=body)


async def own(client):
    return OwnProblemsPage.model_validate((await client.get("/v1/work/problems")).json()).items


async def of_project(client, **params):
    return ProblemsPage.model_validate((await client.get("/v1/projects/project/problems", params=params)).json()).items


async def test_a_problem_is_reported_and_answered_and_the_task_stays(ann, boss, item):
    reported = await report(ann, item, label="/answer")
    assert reported.status_code == 201
    [mine] = await own(ann)
    assert (str(mine.id), mine.text, mine.label, mine.answer) == (
        reported.json()["id"], "the picture is black", "/answer", None,
    )  # fmt: skip
    [seen] = await of_project(boss, status="open")
    assert (seen.id, seen.task_name, seen.by) == (mine.id, "a", "ann")
    assert await of_project(boss, status="answered") == []
    answered = await boss.post(f"/v1/problems/{mine.id}/answer", json={"text": "skip it, please"})
    assert answered.status_code == 200
    assert [(one.answer, one.answered_by) for one in await own(ann)] == [("skip it, please", "boss")]
    assert await of_project(boss, status="open") == []
    beat = await ann.post(f"/v1/assignments/{item['id']}/heartbeat", json={"lease_token": item["lease"]["token"]})
    assert beat.status_code == 200


async def test_it_is_answered_once(ann, boss, item):
    problem = (await report(ann, item)).json()["id"]
    assert (await boss.post(f"/v1/problems/{problem}/answer", json={"text": "yes"})).status_code == 200
    again = await boss.post(f"/v1/problems/{problem}/answer", json={"text": "no"})
    assert (again.status_code, again.json()["detail"]) == (409, "boss has answered this problem already")
    assert (await boss.post(f"/v1/problems/{uuid4()}/answer", json={"text": "no"})).status_code == 404


async def test_only_who_works_on_the_task_reports(world, as_person, ann, item):
    other = await as_person(await world.person("bob"))
    assert (await report(other, item)).status_code == 404
    assert (await report(ann, item, lease_token="999")).status_code == 409
    assert await own(other) == [] == await own(ann)


@pytest.mark.parametrize(
    "change", [{"text": ""}, {"text": " "}, {"text": "x" * 10_001}, {"text": "a\x00"}, {"label": ""}]
)
async def test_bad_input_names_the_field(ann, item, change):
    response = await report(ann, item, **change)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, next(iter(change)))
    assert await own(ann) == []


async def test_the_same_report_sent_twice_is_one(ann, item):
    body = {"lease_token": item["lease"]["token"], "text": "dark"}
    key = {"Idempotency-Key": "k1"}
    sent = [(await ann.post(f"/v1/assignments/{item['id']}/problems", json=body, headers=key)).json() for _ in range(2)]
    assert sent[0] == sent[1]
    assert len(await own(ann)) == 1


async def test_long_lists_come_in_pages(ann, boss, item):
    for number in range(3):
        await report(ann, item, text=f"no {number}")
    for client, path in ((ann, "/v1/work/problems"), (boss, "/v1/projects/project/problems")):
        first = (await client.get(path, params={"limit": 2})).json()
        rest = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [one["text"] for one in first["items"] + rest["items"]] == ["no 2", "no 1", "no 0"]
        assert rest["next_cursor"] is None
