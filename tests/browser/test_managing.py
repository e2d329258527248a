"""A team manager's day: projects, overview, queue, graph and a task, live; looked at in light and dark."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, expect

from store import people

# As conftest.py of this folder gives them.
Look = Site = MakePerson = OpenPortal = Any

TEMPLATE = '<crowd-form><crowd-input name="mood" label="Mood"></crowd-input></crowd-form>'
# More than the queue shows at first.
TASKS = 120


@dataclass(frozen=True)
class Moods:
    """A project with annotation and review, and clients of its people."""

    name: str
    title: str
    admin: httpx.Client
    annotator: httpx.Client
    reviewer: httpx.Client
    annotator_email: str

    def take(self, client: httpx.Client) -> dict[str, Any]:
        """The next work of a person."""
        return client.post("/v1/work/next", json={"project": self.name}).raise_for_status().json()

    def hand_in(self, client: httpx.Client, work: dict[str, Any], verb: str, **body: object) -> None:
        """Submit, approve or reject it."""
        given = {"lease_token": work["lease"]["token"], "submission_id": str(uuid4()), "active_seconds": 2, **body}
        client.post(f"/v1/assignments/{work['id']}/{verb}", json=given).raise_for_status()

    def answer(self) -> str:
        """Let the annotator answer a task; its id."""
        work = self.take(self.annotator)
        self.hand_in(self.annotator, work, "submit", content={"mood": "good"})
        return work["task_id"]

    def reject(self) -> str:
        """Let the reviewer send back what waits for them; its task's id."""
        work = self.take(self.reviewer)
        verdict = {"answer": 1, "label": "/mood", "verdict": "reject", "comment": "Look again."}
        self.hand_in(self.reviewer, work, "reject", comment="Not so.", label_verdicts=[verdict])
        return work["task_id"]

    def counts(self) -> dict[str, Any]:
        """Its overview."""
        return self.admin.get(f"/v1/projects/{self.name}/overview").raise_for_status().json()

    def wait(self, done: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until its overview is `done`."""
        end = time.monotonic() + 30
        while not done(seen := self.counts()):
            assert time.monotonic() < end, seen


@pytest.fixture
def moods(site: Site, make_person: MakePerson) -> Any:
    """The project, with most of its tasks open."""
    name = f"moods-{uuid4().hex[:6]}"
    clients = []

    def client(role: str, *teams: str, who: str) -> httpx.Client:
        person = make_person(*teams, role=role, name=who)
        key = site.database.call(people.make_api_key, person.id, "test")
        made = httpx.Client(base_url=site.endpoints.api, headers={"Authorization": f"Bearer {key}"}, timeout=30)
        clients.append((made, person.email))
        return made

    admin = client("admin", who="Root")
    annotator = client("annotator", f"{name}-crew", who="Ann Annotator")
    reviewer = client("reviewer", f"{name}-reviewers", who="Rita Reviewer")
    body = {
        "name": name,
        "title": f"Moods of {name}",
        "template": TEMPLATE,
        "graph": "annotate-review",
        "teams": {"Annotate 1": f"{name}-crew", "Review 1": f"{name}-reviewers"},
        "output": f"s3://{site.endpoints.s3_bucket}/browser",
        "max_concurrent_tasks": TASKS - 10,
    }
    admin.post("/v1/projects", json=body).raise_for_status()
    tasks = [{"name": f"review-{n:03}", "input": {"text": f"Text {n}"}} for n in range(TASKS)]
    admin.post(f"/v1/projects/{name}/tasks", json={"tasks": tasks}).raise_for_status()
    made = Moods(name, body["title"], admin, annotator, reviewer, clients[1][1])
    made.wait(lambda seen: any(stage["tasks"] == TASKS - 10 for stage in seen["stages"] if stage["stage"]))
    yield made
    for each, _ in clients:
        each.close()


def figure(portal: Any, word: str) -> Locator:
    return portal.page.get_by_role("link", name=word)


def rows(portal: Any) -> Locator:
    return portal.page.get_by_role("region", name="Tasks").get_by_role("row")


def see(portal: Any, heading: str) -> None:
    expect(portal.page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_figures_are_live_and_lead_to_their_tasks(
    moods: Moods, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    manager = open_portal(make_person(role="team_manager"))
    manager.page.get_by_role("link", name="Projects").click()
    manager.page.get_by_role("link", name=moods.title).click()
    see(manager, moods.title)
    expect(figure(manager, "Queued")).to_contain_text("10")
    expect(figure(manager, "In review")).to_contain_text("0")
    expect(manager.page.get_by_text("● Live")).to_be_visible()
    held = moods.take(moods.annotator)
    expect(figure(manager, "Held by somebody")).to_contain_text("1")
    moods.hand_in(moods.annotator, held, "submit", content={"mood": "good"})
    expect(figure(manager, "In review")).to_contain_text("1")

    figure(manager, "In review").click()
    see(manager, "Queue")
    expect(rows(manager)).to_have_count(2)
    expect(rows(manager).nth(1)).to_contain_text("Review 1")
    manager.page.get_by_role("button", name="Show all unfinished").click()
    expect(rows(manager)).to_have_count(101)
    manager.page.go_back()
    see(manager, moods.title)
    manager.page.get_by_role("button", name="Pause").click()
    expect(manager.page.get_by_text("The project is paused:")).to_be_visible()
    manager.page.get_by_role("button", name="Resume").click()
    expect(manager.page.get_by_text("The project is paused:")).to_have_count(0)


def test_tasks_are_changed_one_by_one_and_all_that_match(
    moods: Moods, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    manager = open_portal(make_person(role="team_manager"))
    page = manager.page
    page.goto(f"/projects/{moods.name}/queue")
    for name in ("review-005", "review-007"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("button", name="Priority", exact=True).click()
    page.get_by_role("spinbutton", name="Priority", exact=True).fill("90")
    page.get_by_role("button", name="Set priority").click()
    expect(manager.dialog.get_by_role("status").filter(has_text="2 done")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(rows(manager).nth(1)).to_contain_text("review-005")
    expect(rows(manager).nth(2)).to_contain_text("review-007")

    page.get_by_role("checkbox", name="Select all tasks shown").check()
    page.get_by_role("button", name="Select all that match").click()
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_label("Person").fill(moods.annotator_email)
    manager.dialog.get_by_role("button", name="Assign").click()
    expect(manager.dialog.get_by_role("status").filter(has_text=f"{TASKS} done")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.get_by_label("Assigned to").select_option(moods.annotator_email)
    expect(page).to_have_url(re.compile("person="))
    expect(rows(manager)).to_have_count(101)
    expect(rows(manager).nth(1)).to_contain_text("reserved for Ann Annotator")

    taken = moods.take(moods.annotator)["task_id"]
    page.get_by_role("searchbox", name="Name or id").fill(taken)
    page.keyboard.press("Enter")
    expect(rows(manager)).to_have_count(2)
    page.get_by_role("checkbox", name="Select all tasks shown").check()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("To the stage").select_option("Review 1")
    page.get_by_role("button", name="Check first").click()
    expect(manager.dialog.get_by_text("0 of 1 can be moved now.")).to_be_visible()
    expect(manager.dialog.get_by_text("somebody holds the task: release it first")).to_be_visible()
    expect(manager.dialog.get_by_role("button", name="Move")).to_be_disabled()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Release").click()
    manager.dialog.get_by_role("button", name="Release").click()
    expect(manager.dialog.get_by_role("row").nth(1)).to_contain_text("1 released")
    page.get_by_role("button", name="Done").click()
    # It is nobody's now.
    expect(page.get_by_role("heading", name="No task matches")).to_be_visible()
    page.get_by_label("Assigned to").select_option("")
    page.get_by_role("checkbox", name="Select all tasks shown").check()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("To the stage").select_option("Review 1")
    page.get_by_role("button", name="Check first").click()
    expect(manager.dialog.get_by_text("1 of 1 can be moved now.")).to_be_visible()
    manager.dialog.get_by_role("button", name="Move").click()
    expect(manager.dialog.get_by_role("row").nth(1)).to_contain_text("Asked for")
    page.get_by_role("button", name="Done").click()
    expect(rows(manager).nth(1)).to_contain_text("Review 1")


def test_the_graph_shows_where_tasks_are_and_leads_there_by_key(
    moods: Moods, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    viewer = open_portal(make_person(role="viewer"))
    page = viewer.page
    page.goto(f"/projects/{moods.name}/graph")
    stage = page.get_by_role("link", name=f"Review 1 review team {moods.name}-reviewers: no open tasks")
    expect(stage).to_be_visible()
    moods.answer()
    stage = page.get_by_role("link", name=f"Review 1 review team {moods.name}-reviewers: 1 open task")
    stage.focus()
    page.keyboard.press("Enter")
    see(viewer, "Queue")
    expect(rows(viewer)).to_have_count(2)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("toolbar")).to_have_count(0)
    rows(viewer).nth(1).get_by_role("link").click()
    expect(page.get_by_role("region", name="Facts")).to_contain_text("Review 1")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    expect(page.get_by_text("Write an issue")).to_have_count(0)


def test_a_tasks_story_and_what_may_be_done_with_it(
    moods: Moods, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    moods.answer()
    moods.wait(lambda seen: seen["in_review"] == 1)
    task = moods.reject()
    manager = open_portal(make_person(role="team_manager"))
    page = manager.page
    page.goto(f"/tasks/{task}")
    expect(page.get_by_text("Rita Reviewer rejected mood of answer 1")).to_be_visible()
    expect(page.get_by_text("Look again.")).to_be_visible()
    expect(page.get_by_role("region", name="What it waits for")).to_contain_text("reserved for Ann Annotator")
    taken = page.get_by_role("listitem").filter(has_text="Ann Annotator took it").first
    taken.get_by_role("button").click()
    then = page.get_by_role("region", name="State at this moment")
    expect(then).to_contain_text("held by Ann Annotator")
    expect(then).to_contain_text("No answers yet.")
    page.get_by_role("slider", name="How things were").press("End")
    expect(then).to_have_count(0)

    page.get_by_text("Write an issue").click()
    page.get_by_label("Title").fill("Is it ironic?")
    page.get_by_role("button", name="Write the issue").click()
    issue = page.get_by_role("article").filter(has_text="Is it ironic?")
    issue.get_by_label("Comment").fill("It is not.")
    issue.get_by_role("button", name="Resolve").click()
    expect(issue).to_contain_text("resolved")
    expect(issue).to_contain_text("It is not.")

    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel the tasks").click()
    expect(manager.dialog.get_by_role("row").nth(1)).to_contain_text("Asked for")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("region", name="Facts")).to_contain_text("Cancelled")
    page.get_by_role("button", name="Reopen").first.click()
    manager.dialog.get_by_role("button", name="Reopen").click()
    expect(manager.dialog.get_by_role("row").nth(1)).to_contain_text("Done")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Opening 2: goes on")).to_be_visible()


def test_a_decision_on_an_agent_that_failed(
    moods: Moods, site: Site, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    [task] = site.database.rows(
        "SELECT id FROM tasks WHERE name = 'review-003' AND project_id = (SELECT id FROM projects WHERE name = $1)",
        moods.name,
    )
    site.database.execute(
        """INSERT INTO agent_dead_letters (task_id, opening, visit, call, stage, attempts, error, pathways)
           VALUES ($1, 1, 7, 1, 'Pre-label', 3, 'the model is on fire', ARRAY['labelled', 'failed'])""",
        task["id"],
    )
    manager = open_portal(make_person(role="team_manager"))
    page = manager.page
    page.goto(f"/projects/{moods.name}/queue?name=review-003")
    expect(rows(manager).nth(1)).to_contain_text("Agent failed")
    page.goto(f"/tasks/{task['id']}")
    expect(page.get_by_text("the model is on fire")).to_be_visible()
    page.get_by_role("button", name="Send along failed").click()
    expect(page.get_by_text("the model is on fire")).to_have_count(0)
    [letter] = site.database.rows("SELECT pathway FROM agent_dead_letters WHERE task_id = $1", task["id"])
    assert letter["pathway"] == "failed"


def test_every_screen_can_be_read_by_all(
    moods: Moods, theme: str, look: Look, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    moods.answer()
    moods.wait(lambda seen: seen["in_review"] == 1)
    task = moods.reject()
    moods.take(moods.annotator)
    manager = open_portal(make_person(role="team_manager"), color_scheme=theme)
    page = manager.page
    for name, path, heading in (
        ("projects", "/projects", "Projects"),
        ("overview", f"/projects/{moods.name}", moods.title),
        ("queue", f"/projects/{moods.name}/queue", "Queue"),
        ("queue-empty", f"/projects/{moods.name}/queue?status=failed", "Queue"),
        ("graph", f"/projects/{moods.name}/graph", "Graph"),
        ("managed-task", f"/tasks/{task}", "review-"),
    ):
        page.goto(path)
        see(manager, heading)
        expect(page.get_by_text("Loading…")).to_have_count(0)
        look(manager, name)
    page.get_by_role("listitem").filter(has_text="Ann Annotator took it").first.get_by_role("button").click()
    expect(page.get_by_role("region", name="State at this moment")).to_be_visible()
    look(manager, "task-moment")
    page.goto(f"/projects/{moods.name}/queue")
    page.get_by_role("checkbox", name="Select all tasks shown").check()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("To the stage").select_option("Review 1")
    page.get_by_role("button", name="Check first").click()
    expect(manager.dialog.get_by_text("can be moved now.")).to_be_visible()
    look(manager, "move-tasks")
