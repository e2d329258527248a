"""Reviewing, reworking and deciding in the portal, on projects with several stages."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from store import people

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = Any

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
DECIDE_CALLS = "**/v1/assignments/*/approve"


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


@pytest.fixture
def make_project(site: Site) -> Callable[..., Project]:
    """Makes a project from a ready graph, or from one's own; `stages` are those in which people work."""

    def make(graph: Any, *stages: str, template: str = TEMPLATE) -> Project:
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

    return make


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
        self.page.get_by_role("button", name=name, exact=True).click()
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


@pytest.fixture
def make_team(make_project: Any, make_person: MakePerson, open_portal: OpenPortal) -> Callable[..., Team]:
    """Makes a project with a review, and opens its two people's portals."""

    def make(**settings: Any) -> Team:
        project = make_project("annotate-review", ANNOTATE, REVIEW)
        author = open_portal(make_person(project.team(ANNOTATE), name="Ada Author"), **settings)
        reviewer = make_person(project.team(REVIEW), role="reviewer", name="Rex Reviewer")
        return Team(project, author, Desk(open_portal(reviewer, **settings)))

    return make


def test_rejected_work_comes_back_to_its_author_with_the_comments_and_is_approved_after_rework(
    make_team: Callable[..., Team],
) -> None:
    team = make_team()
    project, author, desk = team.project, team.author, team.reviewer
    task = team.answered(mood="Sad", topic="kettle")

    expect(desk.page.get_by_role("listitem").filter(has_text=project.title)).to_contain_text("Review")
    desk.start(project)
    expect(desk.portal.frame.get_by_role("radio", name="Sad")).to_be_checked()
    expect(desk.portal.frame.get_by_label("Topic")).to_have_value("kettle")
    expect(desk.label("mood")).to_contain_text("Sad")
    expect(desk.label("topic")).to_contain_text("kettle")
    desk.button("Approve topic").click()
    desk.button("Reject mood").click()
    desk.page.get_by_label("Comment on mood").fill("The writer likes it.")
    desk.comment.fill("Read it once more.")
    desk.button("Reject").click()
    desk.portal.my_work()
    expect(desk.page.get_by_text("Review handed in.").first).to_be_visible()

    project.await_offers(task, visit=3)
    look_again(author)
    author.start(project.title)
    said = author.page.get_by_role("region", name="What the reviewer said")
    expect(said).to_contain_text("Read it once more.")
    expect(said).to_contain_text("mood: rejected")
    expect(said).to_contain_text("Your answer: Sad")
    expect(said).to_contain_text("The writer likes it.")
    expect(said).to_contain_text("topic: approved")
    expect(author.page.get_by_text("The earlier answer is shown")).to_be_visible()
    expect(author.frame.get_by_role("radio", name="Sad")).to_be_checked()
    expect(author.frame.get_by_label("Topic")).to_have_value("kettle")
    author.frame.get_by_role("radio", name="Glad").check()
    author.submit.click()
    author.my_work()

    project.await_offers(task, visit=4)
    look_again(desk.portal)
    desk.start(project)
    expect(desk.label("topic")).to_contain_text("Approved in an earlier review, unchanged since.")
    expect(desk.label("mood")).not_to_contain_text("earlier review")
    earlier = desk.page.get_by_role("region", name="Earlier reviews")
    expect(earlier).to_contain_text("Read it once more.")
    desk.button("Approve mood").click()
    desk.button("Approve").click()
    desk.portal.my_work()

    assert project.final(task) == {"mood": {"label": "Glad"}, "topic": "kettle"}
    assert project.task(task)["rejections"] == 1


def test_a_strict_review_names_each_label_without_a_verdict_at_that_label(
    make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("422")
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    desk.button("Approve mood").click()
    desk.button("Approve").click()

    alert = desk.page.get_by_role("alert").filter(has_text="One label needs your attention.")
    expect(alert).to_be_visible()
    expect(desk.label("topic")).to_be_focused()
    expect(desk.label("topic")).to_contain_text("Has no verdict")
    expect(desk.label("mood")).not_to_contain_text("Has no verdict")
    expect(desk.page.get_by_role("button", name="not accepted")).to_have_count(0)

    # Nothing was decided: what was said so far outlives a reload, and the review goes on from there.
    desk.page.reload()
    desk.ready(team.project)
    expect(desk.button("Approve mood")).to_have_attribute("aria-pressed", "true")
    desk.button("Approve topic").click()
    desk.button("Approve").click()
    desk.portal.my_work()
    assert team.project.final(task) == {"mood": {"label": "Glad"}, "topic": "kettle"}


def test_a_rejected_label_stands_against_approval_until_it_is_taken_back(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    desk.button("Reject topic").click()
    desk.button("Approve all").click()
    expect(desk.label("topic")).to_contain_text("You rejected this label")
    desk.button("Reject topic").click()
    desk.button("Approve all").click()
    desk.portal.my_work()
    assert team.project.task(task)["rejections"] == 0
    assert team.project.final(task)["topic"] == "kettle"


def test_a_reviewer_edits_the_answer_and_approves_it(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    task = team.answered(mood="Sad")
    desk.start(team.project)
    desk.portal.frame.get_by_role("radio", name="Glad").check()
    expect(desk.page.get_by_text("You changed this answer. Approving hands in your version.")).to_be_visible()
    expect(desk.label("mood")).to_contain_text("You changed this in the task.")
    expect(desk.label("topic")).not_to_contain_text("You changed this")
    desk.button("Approve all").click()
    desk.portal.my_work()

    output = team.project.output(task)
    assert output["label"] == {"mood": {"label": "Glad"}, "topic": "kettle"}
    assert len(set(output["authors"].values())) == 2


def test_an_edit_that_is_incomplete_or_undone_is_not_handed_in(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    topic = desk.portal.frame.get_by_label("Topic")
    topic.fill("")
    desk.button("Approve all").click()
    expect(desk.page.get_by_text("One part needs your attention").first).to_be_visible()
    desk.button("Undo my changes").click()
    expect(topic).to_have_value("kettle")
    with desk.page.expect_request(DECIDE_CALLS) as sent:
        desk.button("Approve all").click()
    assert "content" not in sent.value.post_data_json
    desk.portal.my_work()
    assert team.project.final(task)["topic"] == "kettle"


def test_a_task_is_reviewed_by_keyboard_alone(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    first, second = team.answered(topic="first"), team.answered(topic="second")
    page = desk.page
    page.keyboard.press("n")
    desk.ready(team.project)
    page.keyboard.press("?")
    expect(desk.portal.dialog).to_contain_text("Approve all labels and hand in")
    expect(desk.portal.dialog).to_contain_text("Reject: go to the comment")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    expect(desk.label("mood")).to_be_focused()
    page.keyboard.press("y")
    expect(desk.label("topic")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.type("a typo")
    expect(page.get_by_label("Comment on topic")).to_have_value("a typo")
    page.keyboard.press("Control+Enter")
    desk.ready(team.project)
    expect(desk.label("topic")).to_contain_text("second")
    page.keyboard.press("a")
    desk.portal.my_work()
    assert team.project.task(first)["rejections"] == 1
    assert team.project.final(second)["topic"] == "second"


def test_a_decision_whose_receipt_was_lost_is_sent_again_and_counts_once(
    make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("ERR_FAILED")
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/approve"):
            sent.append(request.post_data_json["submission_id"])

    def lose_the_first_receipt(route: Route) -> None:
        if len(sent) == 1:
            assert route.fetch().ok
            route.abort()
        else:
            route.continue_()

    desk.page.on("request", note)
    desk.page.route(DECIDE_CALLS, lose_the_first_receipt)
    with desk.page.expect_response(DECIDE_CALLS):
        desk.button("Approve all").click()
    expect(desk.page.get_by_role("button", name="waiting to be sent")).to_have_count(0)
    expect(desk.page.get_by_text("The server has your review.")).to_be_visible()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert team.project.final(task) == {"mood": {"label": "Glad"}, "topic": "kettle"}
    assert len(team.project.output(task)["decisions"]) == 1


def consensus_graph(decision: str) -> dict[str, Any]:
    """Two annotators; where they differ somebody decides."""
    consensus = {
        "type": "consensus",
        "overlap": 2,
        "decision": decision,
        "pathways": {"agreed": "Complete", "no_consensus": "Archive"},
    }
    stages = {CONSENSUS: consensus, "Complete": {"type": "complete"}, "Archive": {"type": "archive"}}
    return {"start": CONSENSUS, "stages": stages}


@pytest.fixture
def disputed(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal
) -> Callable[..., tuple[Project, str, Desk]]:
    """A task that two annotators answered differently, and the portal of who decides."""

    def make(decision: str, **settings: Any) -> tuple[Project, str, Desk]:
        project = make_project(consensus_graph(decision), CONSENSUS)
        task = project.add("Well, it boils.")
        project.await_offers(task, visit=1, count=2)
        for mood in ("Glad", "Neither"):
            annotator = open_portal(make_person(project.team(CONSENSUS)))
            annotate(annotator, project, mood, "kettle")
        project.await_offers(task, visit=2)
        decider = make_person(project.team(CONSENSUS), role="annotator_reviewer", name="Dee Decider")
        desk = Desk(open_portal(decider, **settings))
        desk.start(project, f"{CONSENSUS}: decision")
        return project, task, desk

    return make


def shown_mood(desk: Desk, mood: str) -> None:
    expect(desk.portal.frame.get_by_role("radio", name=mood)).to_be_checked()


def other_mood(desk: Desk) -> str:
    """Show the second answer and return its mood."""
    desk.button("Answer 2").click()
    expect(desk.button("Answer 2")).to_have_attribute("aria-pressed", "true")
    value = desk.page.get_by_role("list", name="Labels of answer 2").get_by_role("listitem").first
    mood = "Glad" if "Glad" in value.inner_text() else "Neither"
    shown_mood(desk, mood)
    return mood


def test_somebody_looks_at_each_answer_and_says_which_one_wins(disputed: Any) -> None:
    project, task, desk = disputed("determine")
    labels = desk.page.get_by_role("list", name="Labels of answer 1").get_by_role("listitem")
    expect(labels.filter(has_text="mood")).to_contain_text("Only this answer says so.")
    expect(labels.filter(has_text="topic")).to_contain_text("All answers say this.")
    mood = other_mood(desk)
    desk.button("This one wins").click()
    desk.portal.my_work()
    expect(desk.page.get_by_text("Decision handed in.").first).to_be_visible()
    assert project.final(task) == {"mood": {"label": mood}, "topic": "kettle"}


def test_somebody_edits_what_the_annotators_should_agree_on(disputed: Any) -> None:
    project, task, desk = disputed("refine")
    desk.portal.frame.get_by_role("radio", name="Sad").check()
    desk.portal.frame.get_by_label("Topic").fill("a kettle")
    desk.button("Agreed").click()
    desk.portal.my_work()
    assert project.final(task) == {"mood": {"label": "Sad"}, "topic": "a kettle"}


def test_somebody_says_that_there_is_no_consensus(disputed: Any) -> None:
    project, task, desk = disputed("determine")
    desk.page.keyboard.press("r")
    expect(desk.comment).to_be_focused()
    desk.comment.press_sequentially("Both may be right.")
    desk.page.keyboard.press("Control+Enter")
    desk.portal.my_work()
    poll(lambda: project.task(task)["status"], lambda status: status == "archived")


AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, pictures: Path) -> Any:
    """Checks what a portal shows now, and keeps pictures of it; `theme` is what the portal is to be opened with."""

    def check(portal: Any, name: str) -> None:
        page = portal.page
        for size, viewport in (("narrow", NARROW), ("wide", WIDE)):
            page.set_viewport_size(viewport)
            for frame in page.frames:
                frame.evaluate(PAINTED)
            page.screenshot(path=pictures / f"{name}-{request.param}-{size}.png", animations="disabled", full_page=True)
            scrolls = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not scrolls, f"{name} is wider than a {size} window"
            page.evaluate(AXE.read_text())
            options = json.dumps({"runOnly": RULES, "iframes": False, "resultTypes": ["violations"]})
            found = page.evaluate(f"async () => (await axe.run(document, {options})).violations")
            nodes = [(rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]]
            assert nodes == [], f"{name}, {size}"

    check.theme = request.param  # type: ignore[attr-defined]
    return check


def test_reviewing_and_rework_are_accessible(look: Any, make_team: Callable[..., Team], page_problems: Any) -> None:
    page_problems.expect("422")
    team = make_team(color_scheme=look.theme)
    desk = team.reviewer
    task = team.answered(mood="Sad")
    look(desk.portal, "review-queue")
    desk.start(team.project)
    look(desk.portal, "review")
    desk.button("Reject mood").click()
    desk.page.get_by_label("Comment on mood").fill("The writer likes it.")
    desk.button("Reject").click()
    expect(desk.label("topic")).to_contain_text("Has no verdict")
    look(desk.portal, "review-refused")
    desk.button("Approve topic").click()
    desk.button("Reject").click()
    desk.portal.my_work()

    team.project.await_offers(task, visit=3)
    look_again(team.author)
    team.author.start(team.project.title)
    look(team.author, "rework")


def test_deciding_is_accessible(look: Any, disputed: Any) -> None:
    _, _, desk = disputed("refine", color_scheme=look.theme)
    look(desk.portal, "decide")
    desk.portal.frame.get_by_role("radio", name="Sad").check()
    expect(desk.button("Undo my changes")).to_be_visible()
    look(desk.portal, "decide-edited")
