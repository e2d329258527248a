"""Projects whose answers are reviewed or decided between, and the browsers of the people who do it."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from queue_buttons import press_start
from store import people

# As conftest.py of tests/browser gives it.
Site = Any

ANNOTATE, REVIEW, CONSENSUS = "Annotate 1", "Review 1", "Consensus 1"
TEMPLATE = """
<crowd-form>
  <crowd-classifier name="mood" categories="['Glad', 'Sad', 'Neither']" header="What is the mood?">
    <classification-target>{{ task.input.text }}</classification-target>
    <short-instructions>Choose the mood of the writer.</short-instructions>
  </crowd-classifier>
  <crowd-input name="topic" label="Topic" required></crowd-input>
</crowd-form>
"""


@dataclass(frozen=True)
class Project:
    """A project whose stages have a team each, named `project-stage`."""

    site: Site
    name: str
    title: str

    def team(self, stage: str) -> str:
        return f"{self.name}-{stage.lower().replace(' ', '-')}"

    def add(self, text: str) -> str:
        """Add a task and return its id."""
        item = {"name": f"task-{uuid4().hex[:8]}", "input": {"text": text}}
        (outcome,) = self._call("POST", f"/v1/projects/{self.name}/tasks", {"tasks": [item]})["items"]
        assert outcome["outcome"] == "created", outcome
        return outcome["id"]

    def task(self, task_id: str) -> dict[str, Any]:
        """Where the task is."""
        return self._call("GET", f"/v1/tasks/{task_id}")

    def await_offers(self, task_id: str, *, visit: int, count: int = 1) -> None:
        """Wait until people can take the task in this visit."""
        query = """SELECT a.id FROM assignments a JOIN visits v ON v.id = a.visit_id
                   WHERE a.task_id = $1::text::uuid AND v.visit = $2"""
        poll(lambda: self.site.database.rows(query, task_id, visit), lambda rows: len(rows) >= count)

    def output(self, task_id: str) -> dict[str, Any]:
        """The output object, once the task is completed."""
        seen = poll(lambda: self.task(task_id), lambda task: task["status"] not in ("queued", "open"))
        assert seen["status"] == "completed", seen
        bucket, _, key = seen["output_uri"].removeprefix("s3://").partition("/")
        with self.site.s3.get_object(Bucket=bucket, Key=key)["Body"] as body:
            return json.loads(body.read())

    def final(self, task_id: str) -> Any:
        """The one label that the task ended with."""
        return self.output(task_id)["label"]

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return call(self.site, method, path, body)


def call(site: Site, method: str, path: str, body: Any = None) -> Any:
    """What Loupe's API answers the administrator."""
    headers = {"Authorization": f"Bearer {site.endpoints.api_key}"}
    response = httpx.request(method, f"{site.endpoints.api}{path}", json=body, headers=headers)
    assert response.is_success, response.text
    return response.json()


def poll(look: Callable[[], Any], done: Callable[[Any], bool], seconds: int = 30) -> Any:
    """What `look` returns once it is `done`; for states that no browser shows."""
    watch = threading.Event()
    for _ in range(seconds * 20):
        found = look()
        if done(found):
            return found
        watch.wait(0.05)
    pytest.fail(f"not within {seconds} s; last seen: {found}")


def found_project(site: Site, graph: Any, *stages: str, template: str = TEMPLATE) -> Project:
    """A project from a ready graph, or from one's own; `stages` are those in which people work."""
    name = f"r-{uuid4().hex[:10]}"
    project = Project(site, name, f"Mood of {name}")
    for stage in stages:
        founder = f"{uuid4().hex}@browser.example"
        site.database.call(
            people.add, email=founder, name="Founder", role="annotator_reviewer", teams=(project.team(stage),)
        )
    body = {
        "name": name,
        "title": project.title,
        "description": "Say what the mood is.",
        "template": template,
        "graph": graph,
        "teams": {stage: project.team(stage) for stage in stages},
        "output": f"s3://{site.endpoints.s3_bucket}/browser-review",
    }
    call(site, "POST", "/v1/projects", body)
    return project


@dataclass(frozen=True)
class Desk:
    """A portal in which somebody reviews or decides."""

    portal: Any

    @property
    def page(self) -> Page:
        return self.portal.page

    def start(self, project: Project, stage: str = "") -> None:
        """Take the next task, up to its template being ready; `stage` where one sees several of a project."""
        name = f"Start {project.title}, {stage}" if stage else f"Start {project.title}"
        press_start(self.page, name, exact=True)
        self.ready(project)

    def ready(self, project: Project) -> None:
        expect(self.page.get_by_role("heading", level=1, name=project.title)).to_be_visible()
        expect(self.button("Reject").or_(self.button("No consensus"))).to_be_enabled()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def label(self, name: str) -> Locator:
        """One label with its value and its verdict."""
        return self.page.get_by_role("group", name=name, exact=True)

    @property
    def comment(self) -> Locator:
        return self.page.get_by_label("Comment", exact=True)


def look_again(portal: Any) -> None:
    """Have My work show what was offered in the meantime."""
    portal.page.get_by_role("button", name="Refresh").click()


def annotate(portal: Any, project: Project, mood: str, topic: str) -> None:
    """Take a task, answer it and hand it in."""
    portal.start(project.title)
    portal.frame.get_by_role("radio", name=mood).check()
    portal.frame.get_by_label("Topic").fill(topic)
    portal.submit.click()
    portal.my_work()


@dataclass
class Team:
    """A project with annotate and review, and one person of each stage in a browser."""

    project: Project
    author: Any
    reviewer: Desk

    def answered(self, mood: str = "Glad", topic: str = "kettle") -> str:
        """A task that the author has answered and the reviewer sees in their queue."""
        task = self.project.add("Best kettle I ever had.")
        self.project.await_offers(task, visit=1)
        look_again(self.author)
        annotate(self.author, self.project, mood, topic)
        self.project.await_offers(task, visit=2)
        look_again(self.reviewer.portal)
        return task


def reviewing_team(
    site: Site, make_person: Any, open_portal: Any, graph: Any = "annotate-review", **settings: Any
) -> Team:
    """A project with a review and its two people, signed in."""
    project = found_project(site, graph, ANNOTATE, REVIEW)
    author = open_portal(make_person(project.team(ANNOTATE), name="Ada Author"), **settings)
    reviewer = make_person(project.team(REVIEW), role="reviewer", name="Rex Reviewer")
    return Team(project, author, Desk(open_portal(reviewer, **settings)))


AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Language and landmarks of a template are its author's to state.
AUTHORS = {"html-has-lang": {"enabled": False}}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 780}
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SHOWN = "() => innerWidth > 0 && innerHeight > 0"


def look(portal: Any, folder: Path, name: str) -> None:
    """Check what a portal and its frames show, wide and narrow, and keep pictures of it."""
    page = portal.page
    for size, viewport in (("narrow", NARROW), ("wide", WIDE)):
        page.set_viewport_size(viewport)
        page.evaluate(PAINTED)
        shown = [page, *(frame for frame in page.frames[1:] if frame.evaluate(SHOWN))]
        page.screenshot(path=folder / f"{name}-{size}.png", animations="disabled", full_page=True)
        scrolls = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not scrolls, f"{name} is wider than a {size} window"
        found = [problem for target in shown for problem in violations(target)]
        assert not found, "\n".join([f"{name}, {size}", *found])


def violations(target: Page | Frame) -> list[str]:
    """What axe finds wrong in one document, as short lines."""
    target.evaluate(AXE.read_text())
    scope = {"runOnly": [*RULES, "best-practice"]} if isinstance(target, Page) else {"runOnly": RULES, "rules": AUTHORS}
    options = json.dumps({**scope, "iframes": False, "resultTypes": ["violations"]})
    found = target.evaluate(f"async () => (await axe.run(document, {options})).violations")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
