"""Projects of data groups: their questions, what comes in, the page that is answered, the answers that are taken."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from data_group_bodies import LABEL_SCHEMA, QUESTIONS, VIDEOS, answer, group, no, yes
from project_bodies import fields, is_problem, project
from schemas.projects import ProjectView, TaskOutcomes
from store import assignments
from store.assignments import Owed, QueueKey
from store.database import Pool
from store.people import Person
from world import World

AsPerson = Callable[[Person], Awaitable[httpx.AsyncClient]]
PREDICTION, SUMMARY = QUESTIONS


def groups(name: str = "drives", **changes: object) -> dict[str, object]:
    """A project of data groups."""
    return project(name, template=None, label_schema=LABEL_SCHEMA, **changes)


@pytest.fixture
async def drives(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """An administrator with the project `drives`."""
    made = await admin.post("/v1/projects", json=groups())
    assert made.status_code == 201, made.text
    return admin


async def outcomes(client: httpx.AsyncClient, *items: dict[str, Any]) -> list[Any]:
    response = await client.post("/v1/projects/drives/tasks", json={"tasks": list(items)})
    assert response.status_code == 200, response.text
    return TaskOutcomes.model_validate(response.json()).items


def item(name: str, data_group: object, **more: object) -> dict[str, Any]:
    return {"name": name, "input": {"data_group": data_group}, **more}


@pytest.fixture
def of_bucket(bucket: str) -> Callable[[], dict[str, Any]]:
    """Makes groups of files that may be shown."""
    return lambda: group(bucket)


async def test_a_project_keeps_the_questions_as_they_were_given(drives: httpx.AsyncClient) -> None:
    view = ProjectView.model_validate((await drives.get("/v1/projects/drives")).json())
    assert view.schema_kind == "data_group"
    assert view.label_schema is not None
    assert view.label_schema.model_dump(mode="json", exclude_none=True, exclude_defaults=True)["questions"] == [
        {
            "name": name,
            "options": [
                {"value": "yes", "label": "YES!"},
                {"value": "no", "label": "No", "nested": [{"name": "What's wrong?", "required": True}]},
            ],
        }
        for name in QUESTIONS
    ]


async def test_a_project_has_a_template_or_questions(admin: httpx.AsyncClient) -> None:
    both = await admin.post("/v1/projects", json=project("x", label_schema=LABEL_SCHEMA))
    assert is_problem(both, 422, "bad-request")
    neither = await admin.post("/v1/projects", json=project("x", template=None))
    assert "label_schema" in neither.json()["detail"]
    wrong = {"questions": [{"name": "Q", "options": [{"value": "a"}]}]}
    assert fields(await admin.post("/v1/projects", json=project("x", template=None, label_schema=wrong))) == {
        "label_schema.questions.0.options"
    }
    assert (await admin.get("/v1/projects/x")).status_code == 404


async def test_each_group_that_comes_in_is_checked_by_itself(
    drives: httpx.AsyncClient, pool: Pool, of_bucket: Callable[[], dict[str, Any]]
) -> None:
    broken = of_bucket()
    broken["layout"]["splitPercentage"] = 97
    broken["layout"]["second"]["first"]["first"]["key"] = "top-lft"
    broken["settings"]["tile_settings"]["instruction"] = {}
    missing = of_bucket()
    del missing["contents"]["bottom-right"]
    outside = group("somebody-elses")
    made = await outcomes(
        drives,
        item("good", of_bucket()),
        item("broken", broken),
        item("missing", missing),
        item("outside", outside),
        {"name": "no group", "input": {"text": "x"}},
    )
    assert [each.outcome for each in made] == ["created", "refused", "refused", "refused", "refused"]
    assert {error.field for error in made[1].errors} == {
        "input.data_group.layout.splitPercentage",
        "input.data_group.layout.second.first.first.key",
        "input.data_group.settings.tile_settings.instruction",
    }
    assert [error.field for error in made[2].errors] == ["input.data_group.layout.second.second.second.key"]
    assert {error.field for error in made[3].errors} == {
        f"input.data_group.contents.{key}.uri" for key in ("instructions", *VIDEOS)
    }
    assert all("LOUPE_MEDIA_BUCKETS" in error.message for error in made[3].errors)
    assert [error.field for error in made[4].errors] == ["input.data_group"]
    assert await pool.fetchval("SELECT count(*) FROM tasks") == 1


async def test_a_prediction_is_checked_by_the_questions_too(
    drives: httpx.AsyncClient, of_bucket: Callable[[], dict[str, Any]]
) -> None:
    guess = {"label": answer(), "confidence": 0.9}
    wrong = {"label": answer(top_left={PREDICTION: yes()}), "confidence": 0.9}
    made = await outcomes(drives, item("a", of_bucket(), prediction=guess), item("b", of_bucket(), prediction=wrong))
    assert [each.outcome for each in made] == ["created", "refused"]
    assert [error.field for error in made[1].errors] == [f"prediction.label.top-left.{SUMMARY}"]


class Work:
    """A group's task on its way through annotation and review, opened by hand as its workflow would."""

    def __init__(self, pool: Pool, task: UUID, project_id: UUID) -> None:
        self.pool, self.task, self.project_id = pool, task, project_id

    async def open(self, visit: int, stage: str, rejected_in: int | None = None) -> None:
        await assignments.open_visit(
            self.pool,
            queue=QueueKey(self.project_id, stage, "review" if stage == "review" else "annotate", "crew"),
            task_id=self.task,
            opening=1,
            visit=visit,
            stage=stage,
            overlap=1,
            time_limit_seconds=3600,
            deadline_at=None,
            owed=None if visit == 1 else Owed(rejected_in, None, 3600, allow_own=False, allow_reassessment=True),
        )

    async def close(self, visit: int) -> None:
        await assignments.close_visit(self.pool, task_id=self.task, opening=1, visit=visit, mode="submitted")


@pytest.fixture
async def work(drives: httpx.AsyncClient, pool: Pool, bucket: str) -> Work:
    [made] = await outcomes(drives, item("drive", group(bucket)))
    project_id = await pool.fetchval("SELECT id FROM projects WHERE name = 'drives'")
    opened = Work(pool, made.id, project_id)
    await opened.open(1, "annotate")
    return opened


async def taken(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.post("/v1/work/next", json={"project": "drives"})
    assert response.status_code == 200, response.text
    return response.json()


def handed_in(assignment: dict[str, Any], **body: object) -> dict[str, object]:
    return {"lease_token": assignment["lease"]["token"], "submission_id": str(uuid4()), **body}


async def test_only_an_answer_to_the_questions_is_taken(
    work: Work, ann: Person, as_person: AsPerson, pool: Pool
) -> None:
    client = await as_person(ann)
    assignment = await taken(client)
    path = f"/v1/assignments/{assignment['id']}/submit"
    wrong = answer(top_left={PREDICTION: {"value": "no", "nested": {}}, "Mood?": yes()})
    del wrong["bottom-right"]
    refused = await client.post(path, json=handed_in(assignment, content={**wrong, "instructions": {}}))
    assert fields(refused) == {
        f"content.top-left.{PREDICTION}.nested.What's wrong?",
        f"content.top-left.{SUMMARY}",
        "content.top-left.Mood?",
        f"content.bottom-right.{PREDICTION}",
        f"content.bottom-right.{SUMMARY}",
        "content.instructions",
    }
    assert await pool.fetchval("SELECT count(*) FROM submissions") == 0
    kept = answer(top_left={PREDICTION: no(), SUMMARY: yes()})
    body = handed_in(assignment, content=kept)
    assert (await client.post(path, json=body)).status_code == 200
    assert (await client.post(path, json=body)).status_code == 200
    assert json.loads(await pool.fetchval("SELECT content FROM submissions")) == kept


async def test_what_is_wrong_with_an_answer_is_told_in_a_bounded_answer(
    work: Work, ann: Person, as_person: AsPerson
) -> None:
    client = await as_person(ann)
    assignment = await taken(client)
    many = handed_in(assignment, content={**answer(), **{str(number): 0 for number in range(5000)}})
    refused = await client.post(f"/v1/assignments/{assignment['id']}/submit", json=many)
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 100
    assert refused.json()["detail"].endswith("; and many more")
    assert len(refused.content) < 50_000


async def test_what_is_wrong_with_a_group_is_told_in_a_bounded_answer(drives: httpx.AsyncClient, bucket: str) -> None:
    twice = {"type": "data_unit_list", "keys": ["top-left"] * 5000}
    [made] = await outcomes(drives, item("many", group(bucket, layout=twice)))
    assert made.outcome == "refused"
    assert len(made.errors) == 100
    assert made.errors[1].field == "input.data_group.layout.keys.2"


async def test_an_answer_of_somebody_else_tells_nothing_of_the_questions(
    work: Work, ann: Person, as_person: AsPerson, world: World
) -> None:
    assignment = await taken(await as_person(ann))
    other = await as_person(await world.person("bob"))
    refused = await other.post(
        f"/v1/assignments/{assignment['id']}/submit", json=handed_in(assignment, content={"a": 1})
    )
    assert refused.status_code == 404
    assert "top-left" not in refused.text


async def test_each_question_of_each_tile_is_reviewed_and_reworked_by_itself(
    work: Work, ann: Person, as_person: AsPerson, world: World
) -> None:
    annotator, reviewer = await as_person(ann), await as_person(await world.person("rob", role="reviewer"))
    first = await taken(annotator)
    await annotator.post(f"/v1/assignments/{first['id']}/submit", json=handed_in(first, content=answer()))
    await work.close(1)
    await work.open(2, "review")
    review = await taken(reviewer)
    labels = [label["label"] for label in review["answers"][0]["labels"]]
    assert labels == [f"/{tile}/{question}" for tile in VIDEOS for question in QUESTIONS]
    rejected = f"/top-right/{SUMMARY}"
    verdicts = [{"label": label, "verdict": "reject" if label == rejected else "approve"} for label in labels]
    verdicts[labels.index(rejected)]["comment"] = "look again"
    said = await reviewer.post(
        f"/v1/assignments/{review['id']}/reject", json=handed_in(review, label_verdicts=verdicts)
    )
    assert said.status_code == 200, said.text

    await work.close(2)
    await work.open(3, "annotate", rejected_in=2)
    rework = await taken(annotator)
    assert rework["draft"]["content"] == answer()
    assert [said["comment"] for said in rework["previous"][0]["verdicts"] if said["verdict"] == "reject"] == [
        "look again"
    ]
    better = answer(top_right={PREDICTION: yes(), SUMMARY: no("the lorry is missing")})
    await annotator.post(f"/v1/assignments/{rework['id']}/submit", json=handed_in(rework, content=better))
    await work.close(3)
    await work.open(4, "review")
    again = await taken(reviewer)
    open_labels = [label["label"] for label in again["answers"][0]["labels"] if label["verdict"] is None]
    assert open_labels == [rejected]

    path = f"/v1/assignments/{again['id']}/approve"
    edited = answer(top_right={PREDICTION: yes(), SUMMARY: {"value": "perhaps", "nested": {}}})
    refused = await reviewer.post(path, json=handed_in(again, content=edited))
    assert fields(refused) == {f"content.top-right.{SUMMARY}.value"}
    several = handed_in(again, edits=[{"answer": 1, "content": edited}])
    assert fields(await reviewer.post(path, json=several)) == {f"edits.0.content.top-right.{SUMMARY}.value"}
    edited["top-right"][SUMMARY] = no("the lorry and the bus are missing")
    assert (await reviewer.post(path, json=handed_in(again, content=edited))).status_code == 200


async def test_the_page_holds_the_group_with_sealed_addresses(
    work: Work, ann: Person, as_person: AsPerson, app: FastAPI
) -> None:
    client = await as_person(ann)
    assignment = await taken(client)
    page = await client.get(assignment["frame_url"])
    assert page.status_code == 200
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["sandbox"] == "allow-scripts allow-forms"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].endswith("/static/groups/")
    assert "unsafe" not in policy["script-src"]
    found = re.search(r'<script type="application/json" id="data-group">(.*?)</script>', page.text)
    assert found is not None
    document = json.loads(found[1])
    assert [tile["key"] for tile in document["tiles"]] == ["instructions", *VIDEOS]
    assert [tile["readOnly"] for tile in document["tiles"]] == [True, False, False, False, False]
    assert document["layout"]["percentage"] == 20
    assert [question["name"] for question in document["questions"]] == list(QUESTIONS)
    assert all("/media/" in tile["url"] for tile in document["tiles"])
    assert "s3://" not in page.text
    assert ".webm" not in page.text


async def test_managers_see_a_task_in_its_editor(
    work: Work, ann: Person, as_person: AsPerson, drives: httpx.AsyncClient
) -> None:
    assignment = await taken(await as_person(ann))
    present = (await drives.get(f"/v1/tasks/{assignment['task_id']}/present")).json()
    page = await drives.get(present["frame_url"])
    assert (page.status_code, 'id="data-group"' in page.text) == (200, True)


async def test_a_title_cannot_end_the_pages_script(
    drives: httpx.AsyncClient, ann: Person, as_person: AsPerson, pool: Pool, bucket: str
) -> None:
    evil = group(bucket)
    evil["settings"]["tile_settings"]["top-left"] = {"title": "</script><script>alert(1)</script>"}
    [made] = await outcomes(drives, item("evil", evil))
    await Work(pool, made.id, await pool.fetchval("SELECT id FROM projects WHERE name = 'drives'")).open(1, "annotate")
    client = await as_person(ann)
    page = await client.get((await taken(client))["frame_url"])
    assert page.text.count("<script") == 2
    assert page.text.count("</script>") == 2


async def test_a_file_that_may_not_be_shown_any_more_is_said_in_its_tile(
    work: Work, ann: Person, as_person: AsPerson, pool: Pool, bucket: str
) -> None:
    statement = "UPDATE task_inputs SET content = replace(content, $1, 's3://gone-away/top-left')"
    await pool.execute(statement, f"s3://{bucket}/top-left")
    client = await as_person(ann)
    page = await client.get((await taken(client))["frame_url"])
    document = json.loads(re.search(r'id="data-group">(.*?)</script>', page.text)[1])  # type: ignore[index]
    tiles = {tile["key"]: tile for tile in document["tiles"]}
    assert tiles["top-left"]["url"] is None
    assert "gone-away" in tiles["top-left"]["problem"]
    assert tiles["top-right"]["url"]
