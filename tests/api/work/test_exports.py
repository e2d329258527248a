"""The export routes: for administrators alone, and what they refuse."""

from uuid import uuid4

import pytest

from schemas.exports import ExportsView, ExportView
from walked_project import walked_project
from workers.exports import Exports


@pytest.fixture
async def project(world):
    return await walked_project(world)


@pytest.fixture
async def admin(project, as_person):
    return await as_person(project.admin)


PATH = "/v1/projects/project/exports"


async def test_the_way_of_an_export(project, admin, pool, s3):
    await project.completed("first")
    asked = await admin.post(PATH, json={})
    view = ExportView.model_validate(asked.json())
    assert (asked.status_code, view.status, view.count, view.uri) == (202, "queued", 0, None)
    exporter = Exports(pool, s3)
    while await exporter.turn():
        pass
    view = ExportView.model_validate((await admin.get(f"{PATH}/{view.id}")).json())
    assert (view.status, view.count, view.error) == ("completed", 1, None)
    assert view.uri.endswith(f"/out/project/exports/{view.id}.jsonl")
    assert view.finished_at >= view.created_at
    later = await admin.post(PATH, json={"since": view.created_at.isoformat()})
    assert ExportView.model_validate(later.json()).since == view.created_at


async def test_exports_are_listed_newest_first_in_pages(project, admin):
    asked = [(await admin.post(PATH)).json()["id"] for _ in range(3)]
    first = ExportsView.model_validate((await admin.get(PATH, params={"limit": 2})).json())
    second = ExportsView.model_validate(
        (await admin.get(PATH, params={"limit": 2, "cursor": first.next_cursor})).json()
    )
    assert [str(export.id) for export in (*first.items, *second.items)] == asked[::-1]
    assert second.next_cursor is None


@pytest.mark.parametrize("role", ["team_manager", "viewer", "annotator", "reviewer", "annotator_reviewer"])
async def test_nobody_else_exports_anything(project, admin, world, as_person, pool, role):
    export = (await admin.post(PATH)).json()["id"]
    other = await as_person(await world.person("other", role=role))
    answers = [await other.post(PATH, json={}), await other.get(PATH), await other.get(f"{PATH}/{export}")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert await pool.fetchval("SELECT count(*) FROM exports") == 1


async def test_unknown_projects_and_exports_are_404(project, admin, world):
    await walked_project(world, "another")
    theirs = (await admin.post("/v1/projects/another/exports")).json()["id"]
    answers = [
        await admin.post("/v1/projects/nobody/exports"),
        await admin.get("/v1/projects/nobody/exports"),
        await admin.get(f"{PATH}/{uuid4()}"),
        await admin.get(f"{PATH}/{theirs}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await admin.get(f"{PATH}/nonsense")).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-01-01T00:00:00"}, "since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since"),
        ({"x": 1}, "x"),
    ],
)
async def test_bad_input_names_the_field_and_changes_nothing(project, admin, pool, body, field):
    answer = await admin.post(PATH, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await pool.fetchval("SELECT count(*) FROM exports") == 0


async def test_a_cursor_of_another_list_is_refused(project, admin, world):
    await walked_project(world, "another")
    for _ in range(2):
        await admin.post(PATH)
    cursor = (await admin.get(PATH, params={"limit": 1})).json()["next_cursor"]
    answer = await admin.get("/v1/projects/another/exports", params={"cursor": cursor})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]
