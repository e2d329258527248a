"""What managers do to tasks on their way: move, cancel, reopen, assign, pause; and what is late."""

import copy
import uuid

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from reviewed_graph import REVIEWED, reviewed


async def settled(admin, task):
    """Event types of a task."""
    history = await admin.get(f"/v1/tasks/{task}/history?limit=200")
    return [item["type"] for item in history["items"]]


async def test_a_waiting_task_is_moved_to_another_stage(site, poll):
    project = await site.project(reviewed(strict=False))
    admin, ann, rita = await site.admin(), await site.annotator(), await site.reviewer()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})

    async def in_review():
        assert (await site.shown(task))["stage"] == "Review 1"

    await poll(in_review)
    await admin.post(f"/v1/tasks/{task}/move", {"stage": "Annotate 1"})
    again = await ann.wait()
    assert again["draft"]["content"] == {"mood": "glad"}
    await ann.act(again, "submit", content={"mood": "sad"})
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}
    assert "loupe.task.moved" in await settled(admin, task)


async def test_work_that_is_held_is_not_moved(site, poll):
    project = await site.project(REVIEWED)
    admin, ann = await site.admin(), await site.annotator()
    task = await site.task(project)
    item = await ann.wait()
    await admin.post(f"/v1/tasks/{task}/move", {"stage": "Review 1"}, status=409)
    await ann.act(item, "submit", content={"mood": "glad"})


async def test_waiting_tasks_go_on_with_another_version(site, poll):
    project = await site.project(reviewed(strict=False))
    admin, ann, rita = await site.admin(), await site.annotator(), await site.reviewer()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})

    async def in_review():
        assert (await site.shown(task))["stage"] == "Review 1"

    await poll(in_review)
    graph = copy.deepcopy(reviewed(strict=False))
    graph["stages"]["Review 2"] = copy.deepcopy(graph["stages"]["Review 1"])
    graph["stages"]["Review 1"]["pathways"]["approved"] = "Review 2"
    answer = await admin.http.put(f"/v1/projects/{project}/graph", json={"graph": graph})
    assert answer.status_code == 200, answer.text
    await admin.post(f"/v1/projects/{project}/moves", {"to_version": 2})

    async def on_version_2():
        assert (await site.shown(task))["graph_version"] == 2

    await poll(on_version_2)
    await rita.act(await rita.wait(), "approve")
    sam = await site.reviewer("sam")
    second = await sam.wait()
    assert second["stage"] == "Review 2"
    await sam.act(second, "approve")
    await site.output(task)


async def test_a_cancelled_task_withdraws_its_work_and_can_be_reopened(site):
    project = await site.project(reviewed(strict=False))
    admin, ann, rita = await site.admin(), await site.annotator(), await site.reviewer()
    task = await site.task(project)
    item = await ann.wait()
    await admin.post(f"/v1/tasks/{task}/cancel")
    await site.becomes(task, "cancelled")
    late = await ann.act(item, "submit", status=409, content={"mood": "glad"})
    assert late["type"] == "/problems/visit-closed"
    assert "loupe.submission.late" in await settled(admin, task)
    await admin.post(f"/v1/tasks/{task}/reopen")
    await ann.act(await ann.wait(), "submit", content={"mood": "sad"})
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}
    assert (await site.shown(task))["opening"] == 2


async def test_work_is_assigned_to_one_person(site, poll):
    project = await site.project(REVIEWED)
    admin, ann, bob = await site.admin(), await site.annotator(), await site.annotator("bob")
    task = await site.task(project)

    async def open_():
        assert (await site.shown(task))["status"] == "open"
        assert (await site.shown(task))["stage"] == "Annotate 1"

    await poll(open_)
    await admin.post(f"/v1/tasks/{task}/assign", {"email": "bob@example.org"})
    assert await ann.next() is None
    await bob.act(await bob.wait(), "submit", content={"mood": "glad"})


async def test_a_paused_project_offers_nothing(site, poll):
    project = await site.project(REVIEWED)
    admin, ann = await site.admin(), await site.annotator()
    task = await site.task(project)

    async def open_():
        assert (await site.shown(task))["stage"] == "Annotate 1"

    await poll(open_)
    await admin.post(f"/v1/projects/{project}/pause")
    assert await ann.next() is None
    await admin.post(f"/v1/projects/{project}/resume")
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})


@pytest.fixture
async def agents(site):
    """The task queue of a worker whose agent `broken` fails for good and whose agent `sure` says YES."""

    @activity.defn(name="broken")
    async def broken(task: dict[str, object]) -> None:
        raise ApplicationError("the model is gone", non_retryable=True)

    @activity.defn(name="sure")
    async def sure(task: dict[str, object]) -> dict[str, str]:
        return {"pathway": "YES"}

    queue = f"agents-{uuid.uuid4().hex}"
    async with Worker(site.temporal, task_queue=queue, activities=[broken, sure]):
        yield queue


def asking(queue, agent, *, stage="Ask"):
    """An agent, then an annotator."""
    call = {"via": "activity", "task_queue": queue, "activity": agent}
    return {
        "start": stage,
        "stages": {
            stage: {"type": "agent", "call": call, "pathways": {"YES": "Complete", "NO": "Annotate 1"}},
            "Annotate 1": {"type": "annotate", "team": "annotators", "pathways": {"submitted": "Complete"}},
            "Complete": {"type": "complete"},
        },
    }


async def buried(site, poll, project, *names):
    """Tasks of a project, once their agent has failed for good."""
    tasks = [await site.task(project, name) for name in names]
    admin = await site.admin()

    async def all_dead():
        letters = await admin.get(f"/v1/projects/{project}/agents/dead-letters")
        assert len(letters["items"]) == len(names)

    await poll(all_dead)
    return tasks


async def test_a_dead_letter_is_moved_to_people(site, poll, agents):
    project = await site.project(asking(agents, "broken"))
    admin, ann = await site.admin(), await site.annotator()
    (task,) = await buried(site, poll, project, "task")
    await admin.post(f"/v1/tasks/{task}/move", {"stage": "Annotate 1"})
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})
    assert (await site.output(task))["label"] == {"mood": "glad"}
    assert (await admin.get(f"/v1/projects/{project}/agents/dead-letters"))["items"] == []
    await admin.post(f"/v1/tasks/{task}/agent", {"do": "retry"}, status=409)
    moved = [what for what in await settled(admin, task) if what.startswith("loupe.task.move")]
    assert moved == ["loupe.task.move_requested", "loupe.task.moved"]


async def test_dead_letters_go_on_with_a_version_in_which_the_agent_is_mended(site, poll, agents):
    project = await site.project(asking(agents, "broken"))
    admin = await site.admin()
    tasks = await buried(site, poll, project, "one", "two")
    answer = await admin.http.put(
        f"/v1/projects/{project}/graph", json={"graph": asking(agents, "sure", stage="Ask again")}
    )
    assert answer.status_code == 200, answer.text
    lost = await admin.post(f"/v1/projects/{project}/moves", {"to_version": 2}, status=422)
    assert lost["errors"] == [{"field": "map", "message": "version 2 has no stage Ask: say where its tasks go"}]
    asked = {"to_version": 2, "map": {"Ask": "Ask again"}}
    plan = await admin.post(f"/v1/projects/{project}/moves", asked | {"dry_run": True})
    assert [(count["from_stage"], count["to_stage"], count["outcome"], count["tasks"]) for count in plan["counts"]] == [
        ("Ask", "Ask again", "pending", 2)
    ]
    request = await admin.post(f"/v1/projects/{project}/moves", asked)
    for task in tasks:
        shown = await site.becomes(task, "completed")
        assert (shown["graph_version"], shown["stage"]) == (2, "Ask again")
    done = await admin.get(f"/v1/projects/{project}/moves/{request['id']}")
    assert [(item["outcome"], item["detail"]) for item in done["items"]] == [("moved", None)] * 2
    assert (await admin.get(f"/v1/projects/{project}/agents/dead-letters"))["items"] == []
