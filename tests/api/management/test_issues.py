"""Issues: who may write and see what; annotators of one visit never learn of each other's work."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.issues import IssuesPage, IssueView
from store import assignments, queues
from store.people import Person


@dataclass
class Hand:
    """Somebody at work on the task."""

    person: Person
    client: httpx.AsyncClient
    task: UUID

    async def write(self, **body):
        return await self.client.post(f"/v1/tasks/{self.task}/issues", json={"title": "t"} | body)

    async def written(self, **body):
        response = await self.write(**body)
        assert response.status_code == 200, response.text
        return IssueView.model_validate(response.json())

    async def titles(self):
        response = await self.client.get(f"/v1/tasks/{self.task}/issues")
        assert response.status_code == 200, response.text
        return [issue.title for issue in IssuesPage.model_validate(response.json()).items]


@pytest.fixture
async def crew(world, as_person, ann):
    """Three annotators of a blind visit, of whom one has answered; a manager and a viewer."""
    people = [ann, await world.person("bob"), await world.person("eve")]
    people.append(await world.person("boss", role="team_manager", teams=()))
    people.append(await world.person("vic", role="viewer", teams=()))
    await world.flow(overlap=3)
    task = await world.opened("a")
    first = await world.take(ann)
    await world.submit(first, ann, content='{"box":"left","note":"dark"}')
    for person in people[1:3]:
        assert await world.take(person)
    return [Hand(person, await as_person(person), task) for person in people]


async def close(world, task):
    return await assignments.close_visit(world.pool, task_id=task, opening=1, visit=1, mode="expired")


async def test_annotators_see_their_own_and_what_is_about_their_answer(world, crew):
    ann, bob, eve, boss, vic = crew
    await ann.written(title="of ann")
    await bob.written(title="of bob", label="/box")
    await boss.written(title="of the boss to all")
    await boss.written(title="of the boss to ann", answer=1, label="/note")
    assert await ann.titles() == ["of ann", "of the boss to ann"]
    assert await bob.titles() == ["of bob"]
    assert await eve.titles() == []
    every = ["of ann", "of bob", "of the boss to all", "of the boss to ann"]
    assert await boss.titles() == every == await vic.titles()
    await close(world, ann.task)
    assert await ann.titles() == every


async def test_what_annotators_get_does_not_tell_how_many_they_are(world, crew):
    ann, bob, _, boss, _ = crew
    mine = await bob.written(title="of bob", label="/box")
    await boss.written(title="to ann", answer=1)
    assert (mine.answer, mine.mine, mine.label) == (None, True, "/box")
    [seen] = (await ann.client.get(f"/v1/tasks/{ann.task}/issues")).json()["items"]
    assert seen["answer"] is None
    assert not {"visit", "stage", "slot", "about"} & set(seen)
    [first, _] = (await boss.client.get(f"/v1/tasks/{ann.task}/issues")).json()["items"]
    assert first["answer"] == 2
    for number in (1, 2, 9):
        response = await ann.write(answer=number)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "answer")


async def test_somebody_elses_issue_is_not_there_for_an_annotator(crew):
    ann, bob, *_ = crew
    issue = await bob.written()
    for path, body in (("comments", {"text": "x"}), ("resolve", {}), ("reopen", {})):
        assert (await ann.client.post(f"/v1/issues/{issue.id}/{path}", json=body)).status_code == 404


async def test_people_who_do_not_work_on_the_task_are_not_told_of_it(world, crew, as_person):
    other = await world.person("other")
    hand = Hand(other, await as_person(other), crew[0].task)
    issue = await crew[0].written()
    assert (await hand.write()).status_code == 404
    assert (await hand.client.get(f"/v1/tasks/{hand.task}/issues")).status_code == 404
    assert (await hand.client.post(f"/v1/issues/{issue.id}/resolve", json={})).status_code == 404
    assert (await crew[3].client.get(f"/v1/tasks/{uuid4()}/issues")).status_code == 404


async def test_a_viewer_only_reads(crew):
    *_, boss, vic = crew
    issue = await boss.written()
    assert (await vic.write()).status_code == 403
    for path, body in (("comments", {"text": "x"}), ("resolve", {}), ("reopen", {})):
        assert (await vic.client.post(f"/v1/issues/{issue.id}/{path}", json=body)).status_code == 403


async def test_a_reviewer_sees_all_and_names_answers(world, crew, as_person):
    ann, bob, *_ = crew
    await close(world, ann.task)
    await ann.written(title="of ann")
    rev = await world.person("rev", role="reviewer")
    queue = await assignments.queue_for(
        world.pool, project_id=world.flows["flow"], shown_as="review", kind="review", team="crew"
    )
    await world.pool.fetchval(
        "SELECT open_visit($1, 1, 2, 'review', $2, 1::smallint, 600, NULL, NULL, NULL, 60, false, false)",
        ann.task,
        queue,
    )
    assert await queues.take_next(
        world.pool, rev.id, project=None, stage=None, prefetch=False, lease_seconds=60, most_held=5
    )
    hand = Hand(rev, await as_person(rev), ann.task)
    issue = await hand.written(title="of rev", answer=1, label="/box")
    assert issue.answer == 1
    assert await hand.titles() == ["of ann", "of rev"]
    for body, field in (
        ({"answer": 7}, "answer"),
        ({"answer": 1, "label": "/nothing"}, "label"),
        ({"answer": 1, "label": "box"}, "label"),
    ):
        response = await hand.write(**body)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)
    assert bob


async def test_the_life_of_an_issue(crew):
    *_, boss, _ = crew
    issue = await boss.written(title=" dark ", comment="too dark", tags=["quality", "quality", "light"])
    assert (issue.title, issue.tags, issue.state, issue.comments[0].text) == (
        "dark",
        ["quality", "light"],
        "open",
        "too dark",
    )
    base = f"/v1/issues/{issue.id}"
    assert (await boss.client.post(f"{base}/reopen", json={})).status_code == 409
    await boss.client.post(f"{base}/comments", json={"text": "still"})
    assert (await boss.client.post(f"{base}/resolve", json={"comment": "new picture"})).json()["state"] == "resolved"
    assert (await boss.client.post(f"{base}/resolve", json={"comment": "again"})).status_code == 409
    last = IssueView.model_validate((await boss.client.post(f"{base}/reopen", json={})).json())
    assert [comment.text for comment in last.comments] == ["too dark", "still", "new picture"]
    assert [(step.state, step.by) for step in last.history] == [("resolved", "boss"), ("open", "boss")]
    assert (await boss.client.get(f"/v1/tasks/{boss.task}/issues?state=resolved")).json()["items"] == []
    assert (await boss.client.post(f"/v1/issues/{uuid4()}/resolve", json={})).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"tags": ["x" * 65]}, "tags.0"),
        ({"tags": [str(n) for n in range(21)]}, "tags"),
        ({"label": "no pointer"}, "label"),
        ({"comment": ""}, "comment"),
        ({"color": "red"}, "color"),
    ],
)
async def test_bad_issues_name_the_field(crew, body, field):
    response = await crew[3].write(**body)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)


async def test_pages(crew):
    *_, boss, _ = crew
    for number in range(3):
        await boss.written(title=str(number))
    path = f"/v1/tasks/{boss.task}/issues"
    first = (await boss.client.get(path, params={"limit": 2})).json()
    second = (await boss.client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [issue["title"] for issue in (*first["items"], *second["items"])] == ["0", "1", "2"]
    assert second["next_cursor"] is None
    assert (await boss.client.get(path, params={"cursor": "nonsense"})).status_code == 422


async def test_an_issue_is_written_once_for_a_key(crew):
    *_, boss, _ = crew
    key, path = {"Idempotency-Key": "one"}, f"/v1/tasks/{boss.task}/issues"
    first = await boss.client.post(path, json={"title": "t"}, headers=key)
    assert (await boss.client.post(path, json={"title": "t"}, headers=key)).json() == first.json()
    assert await boss.titles() == ["t"]


async def test_what_happens_is_in_the_tasks_events(world, crew):
    *_, boss, _ = crew
    issue = await boss.written(comment="c")
    await boss.client.post(f"/v1/issues/{issue.id}/resolve", json={})
    rows = await world.pool.fetch(
        "SELECT type FROM events WHERE task_id = $1 AND type LIKE 'loupe.issue.%' ORDER BY id", boss.task
    )
    assert [row["type"].rpartition(".")[2] for row in rows] == ["opened", "commented", "resolved"]
