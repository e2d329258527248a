"""The labels that tasks ended with, one by one, and the file of an export."""

from datetime import timedelta
from uuid import uuid4

import pytest

from project_bodies import fields, is_problem
from schemas.exports import ExportView
from schemas.final_labels import FinalLabelsPage, TaskRecordView
from store import benchmark_sets
from walked_project import walked_project
from workers.exports import Exports

LABELS = "/v1/projects/project/labels"


@pytest.fixture
async def project(world):
    return await walked_project(world)


@pytest.fixture
async def admin(project, as_person):
    return await as_person(project.admin)


async def labels(client, **params):
    answer = await client.get(LABELS, params=params)
    assert answer.status_code == 200, answer.text
    return FinalLabelsPage.model_validate(answer.json())


async def test_completed_tasks_are_listed_with_what_they_ended_with(project, admin):
    first = await project.completed("first")
    second = await project.completed("second")
    await project.add("third")
    seen = await labels(admin)
    assert [item.task_id for item in seen.items] == [second, first]
    assert (seen.items[0].label, seen.items[0].answers, seen.items[0].rejections) == ('{"answer": "second"}', 1, 0)
    assert seen.items[0].output_uri == "s3://somewhere/output.json"

    one = TaskRecordView.model_validate((await admin.get(f"{LABELS}/{first}")).json())
    assert (one.name, one.input, one.model_extra["label"]) == ("first", {"text": "hello"}, {"answer": "first"})
    assert one.completed_at < seen.items[0].completed_at


async def test_a_long_label_is_shortened_in_the_list_alone(project, admin):
    task = await project.add("long")
    await project.answer(task, 1, {"answer": "x" * 1000})
    await project.judge(task, 2, "approve")
    await project.end(task)
    assert len((await labels(admin)).items[0].label) == 300
    assert len((await admin.get(f"{LABELS}/{task}")).json()["label"]["answer"]) == 1000


async def test_the_list_goes_by_name_time_and_page(project, admin):
    for name in ("Hawk one", "owl", "hawk two"):
        await project.completed(name)
    assert [item.name for item in (await labels(admin, task_name="HAWK")).items] == ["hawk two", "Hawk one"]
    owl = (await labels(admin, task_name="owl")).items[0].completed_at
    assert [item.name for item in (await labels(admin, since=owl.isoformat())).items] == ["hawk two", "owl"]
    assert [item.name for item in (await labels(admin, until=owl.isoformat())).items] == ["Hawk one"]
    later = (owl + timedelta(days=1)).isoformat()
    assert (await labels(admin, since=later)).items == []
    page = await labels(admin, limit=2)
    rest = await labels(admin, limit=2, cursor=page.next_cursor)
    assert [item.name for item in (*page.items, *rest.items)] == ["hawk two", "owl", "Hawk one"]
    assert rest.next_cursor is None


async def test_benchmark_tasks_are_in_no_list_of_labels(project, admin, pool):
    gold = await project.completed("gold", text="known")
    sha256 = await pool.fetchval("SELECT input_sha256 FROM tasks WHERE id = $1", gold)
    await benchmark_sets.put(pool, "gold")
    await benchmark_sets.add(pool, "gold", {sha256: None})
    assert (await labels(admin)).items == []
    assert is_problem(await admin.get(f"{LABELS}/{gold}"), 404, "not-found")


async def test_what_is_not_there_or_not_over_is_404(project, admin, world):
    await walked_project(world, "another")
    task = await project.completed("first")
    running = await project.add("running")
    assert is_problem(await admin.get(f"/v1/projects/another/labels/{task}"), 404, "not-found")
    assert is_problem(await admin.get(f"{LABELS}/{running}"), 404, "not-found")
    assert is_problem(await admin.get("/v1/projects/nobody/labels"), 404, "not-found")
    assert "query.since" in fields(await admin.get(LABELS, params={"since": "yesterday"}))


async def test_managers_and_viewers_see_labels_but_download_nothing(project, admin, as_person, world):
    await project.completed("first")
    export = (await admin.post("/v1/projects/project/exports")).json()["id"]
    for role, status in (("team_manager", 200), ("viewer", 200), ("annotator", 403)):
        other = await as_person(await world.person(role, role=role))
        assert (await other.get(LABELS)).status_code == status
        assert (await other.get(f"/v1/projects/project/exports/{export}/file")).status_code == 403


async def test_the_file_of_an_export_is_its_object(project, admin, pool, s3):
    await project.completed("first")
    asked = ExportView.model_validate((await admin.post("/v1/projects/project/exports")).json())
    path = f"/v1/projects/project/exports/{asked.id}/file"
    assert is_problem(await admin.get(path), 409, "conflict")
    exporter = Exports(pool, s3)
    while await exporter.turn():
        pass
    view = ExportView.model_validate((await admin.get(f"/v1/projects/project/exports/{asked.id}")).json())
    bucket, _, key = view.uri.removeprefix("s3://").partition("/")
    stored = await (await s3.client.get_object(Bucket=bucket, Key=key))["Body"].read()
    file = await admin.get(path)
    assert (file.status_code, file.content) == (200, stored)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="project-')

    await s3.client.delete_object(Bucket=bucket, Key=key)
    assert is_problem(await admin.get(path), 404, "not-found")
    assert is_problem(await admin.get(f"/v1/projects/project/exports/{uuid4()}/file"), 404, "not-found")
