"""The history route: who may read it, its pages, its state at a moment."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from schemas.history import HistoryView
from walked_project import walked_project


@pytest.fixture
async def project(world):
    return await walked_project(world)


@pytest.fixture
async def task(project):
    return await project.completed("first")


@pytest.fixture
async def viewer(project, world, as_person):
    return await as_person(await world.person("viewer", role="viewer", teams=()))


async def test_all_that_happened_with_the_workflow_of_each_opening(project, task, viewer):
    view = HistoryView.model_validate((await viewer.get(f"/v1/tasks/{task}/history")).json())
    assert (view.task.id, view.task.name, view.task.project, view.state) == (task, "first", "project", None)
    (opening,) = view.task.openings
    assert (opening.outcome, opening.workflow_id) == ("completed", f"project/first/{task.hex[:8]}/1")
    people = {entry.person.email for entry in view.items if entry.person}
    assert people == {project.admin.email, project.annotator.email, project.reviewer.email}
    assert view.next_cursor is None


async def test_pages_join_to_the_whole(task, viewer):
    whole = (await viewer.get(f"/v1/tasks/{task}/history")).json()["items"]
    joined, cursor = [], None
    for _ in range(len(whole)):
        page = (
            await viewer.get(f"/v1/tasks/{task}/history", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        ).json()
        joined += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert joined == whole


async def test_the_state_at_a_moment(project, task, viewer):
    whole = HistoryView.model_validate((await viewer.get(f"/v1/tasks/{task}/history")).json())
    accepted = next(entry for entry in whole.items if entry.type == "loupe.assignment.accepted")
    answer = await viewer.get(f"/v1/tasks/{task}/history", params={"at": accepted.at.isoformat()})
    then = HistoryView.model_validate(answer.json())
    assert (then.state.status, then.state.stage, then.state.visit, then.state.labels) == ("open", "annotate", 1, [])
    (slot,) = then.state.slots
    assert (slot.state, slot.person.worker_id) == ("held", project.annotator.worker_id)
    assert then.items[-1] == accepted
    assert then.task.openings[0].outcome is None
    now = (await viewer.get(f"/v1/tasks/{task}/history", params={"at": "2999-01-01T00:00:00Z"})).json()["state"]
    assert (now["status"], [label["content"] for label in now["labels"]]) == ("completed", [{"answer": "first"}])


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("admin", 200),
        ("team_manager", 200),
        ("viewer", 200),
        ("annotator", 403),
        ("reviewer", 403),
        ("annotator_reviewer", 403),
    ],
)
async def test_managers_and_viewers_read_it(task, world, as_person, role, status):
    person = await as_person(await world.person("somebody", role=role))
    assert (await person.get(f"/v1/tasks/{task}/history")).status_code == status


async def test_unknown_tasks_and_moments_before_the_task_are_404(task, viewer):
    assert (await viewer.get(f"/v1/tasks/{uuid4()}/history")).status_code == 404
    created = datetime.fromisoformat((await viewer.get(f"/v1/tasks/{task}/history")).json()["task"]["created_at"])
    earlier = await viewer.get(f"/v1/tasks/{task}/history", params={"at": (created - timedelta(days=1)).isoformat()})
    assert earlier.status_code == 404
    assert "the task came later" in earlier.json()["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"at": "noon"}, "query.at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "query.at"),
        ({"at": "2026-01-01T00:00:00"}, "query.at"),
        ({"limit": 0}, "query.limit"),
        ({"cursor": "x"}, "cursor"),
    ],
)
async def test_bad_input_names_the_field(task, viewer, query, field):
    answer = await viewer.get(f"/v1/tasks/{task}/history", params=query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
