"""What people can do with a task besides answering it, and what they see of their own work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from review_desks import look

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = MakeFlow = Any

TEMPLATE = """
<crowd-form>
  <p>{{ task.input.text }}</p>
  <crowd-input name="word" label="Word" required></crowd-input>
</crowd-form>
"""
INSTRUCTIONS = """
What stands before a heading belongs to the full text. <script>document.title = "stolen"</script>

## Short
Write **one** word. See the [rules](https://example.org/rules).

## Good examples
- sea

## Bad examples
- the sea
"""
HOSTILE = """<img src="nowhere" onerror="document.title = 'stolen'"><iframe src="/"></iframe>"""


@dataclass(frozen=True)
class Project:
    """A native project of one stage with a team of its own, as its administrator's programs see it."""

    client: httpx.Client
    name: str
    title: str

    def add(self, *texts: str) -> list[str]:
        """Tasks with these texts, in this order; their ids."""
        tasks = [
            {"name": f"{number}", "input": {"text": text}, "priority": 90 - number} for number, text in enumerate(texts)
        ]
        answer = self.client.post(f"/v1/projects/{self.name}/tasks", json={"tasks": tasks})
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """The administrator's programs."""
    headers = {"Authorization": f"Bearer {site.endpoints.api_key}"}
    with httpx.Client(base_url=site.endpoints.api, headers=headers) as opened:
        yield opened


@pytest.fixture
def make_project(site: Site, client: httpx.Client, make_person: MakePerson) -> Callable[..., Project]:
    """Makes a project whose work team has the project's name."""

    def make(*, instructions: str = "", template: str = TEMPLATE, **settings: Any) -> Project:
        name = f"w-{uuid4().hex[:10]}"
        make_person(name)
        stage = {"type": "annotate", "instructions": instructions, "pathways": {"submitted": "complete"}}
        body = {
            "name": name,
            "title": f"Words of {name}",
            "template": template,
            "graph": {"start": "annotate", "stages": {"annotate": stage, "complete": {"type": "complete"}}},
            "teams": {"annotate": name},
            "output": f"s3://{site.endpoints.s3_bucket}/{name}",
            **settings,
        }
        answer = client.post("/v1/projects", json=body)
        assert answer.status_code == 201, answer.text
        return Project(client, name, f"Words of {name}")

    return make


def begin(portal: Any, project: Project, waiting: int) -> None:
    """Start the project's queue once so many of its tasks wait."""
    row = portal.page.get_by_role("listitem").filter(has_text=project.title)
    expect(row.or_(portal.page.get_by_text("No queues yet"))).to_be_visible()
    while row.count() == 0 or f"{waiting} waiting" not in row.inner_text():
        with portal.page.expect_response("**/v1/work/queues"):
            portal.page.get_by_role("button", name="Refresh").click()
    portal.start(project.title)


def answer(portal: Any, word: str) -> None:
    portal.frame.get_by_label("Word").fill(word)
    portal.submit.click()


def held(site: Site, project: Project) -> int:
    """How many of a project's tasks people hold, opened or fetched ahead."""
    query = """SELECT count(*) AS held FROM assignments a JOIN tasks t ON t.id = a.task_id
               JOIN projects p ON p.id = t.project_id WHERE p.name = $1 AND a.state = 'held'"""
    (row,) = site.database.rows(query, project.name)
    return row["held"]


def ahead(portal: Any) -> Any:
    """The next task's template, loading out of sight."""
    return portal.page.locator("loupe-template-frame.ahead")


def test_a_skipped_task_comes_after_everything_else(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    project.add("first", "second")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 2)
    expect(portal.frame.get_by_text("first")).to_be_visible()
    portal.page.get_by_role("heading", level=1).click()
    portal.page.keyboard.press("s")
    portal.dialog.get_by_label("Reason (optional)").fill("not sure yet")
    portal.page.keyboard.press("Enter")
    expect(portal.frame.get_by_text("second")).to_be_visible()
    portal.ready(project.title)
    answer(portal, "two")
    expect(portal.frame.get_by_text("first")).to_be_visible()


def test_an_answer_is_taken_back_while_the_next_task_is_open(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal, site: Site
) -> None:
    project = make_project(withdraw_seconds=120)
    first, _ = project.add("first", "second")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 2)
    answer(portal, "hasty")
    expect(portal.frame.get_by_text("second")).to_be_visible()
    portal.page.get_by_role("button", name="Undo: take back your answer").click()
    expect(portal.frame.get_by_text("first")).to_be_visible()
    portal.ready(project.title)
    expect(portal.frame.get_by_label("Word")).to_have_value("hasty")
    expect(portal.page.get_by_role("button", name="Undo")).to_have_count(0)
    answer(portal, "better")
    portal.my_work()
    portal.page.get_by_role("tab", name="Submitted").click()
    submitted = portal.page.get_by_role("list", name="Submitted")
    expect(submitted.get_by_role("button", name="Take back your answer")).to_have_count(1)
    query = """SELECT s.content FROM submissions s JOIN assignments a ON a.id = s.assignment_id
               WHERE a.task_id = $1::text::uuid"""
    assert [row["content"] for row in site.database.rows(query, first)] == ['{"word":"better"}']


def test_more_time_is_asked_for_when_it_runs_out(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal, site: Site
) -> None:
    project = make_project(extend_seconds=600, max_extensions=1)
    project.add("first")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 1)
    assignment = portal.page.url.rpartition("/")[2]
    soon = "UPDATE assignments SET hold_until = now() + interval '90 s' WHERE id = $1::text::uuid"
    lease = "UPDATE assignments SET lease_until = now() + interval '80 s' WHERE id = $1::text::uuid"
    site.database.execute(lease, assignment)
    site.database.execute(soon, assignment)
    portal.page.reload()
    portal.ready(project.title)
    expect(portal.page.get_by_text("The time for this task is nearly over.")).to_be_visible()
    portal.page.get_by_role("button", name="Extend by 10 min (once)").click()
    expect(portal.page.get_by_text("The time for this task is nearly over.")).to_be_hidden()
    answer(portal, "in time")
    portal.my_work()


def test_a_problem_is_reported_without_losing_the_task_and_its_answer_is_read(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    project.add("first")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 1)
    portal.frame.get_by_label("Word").fill("kept")
    portal.page.get_by_role("button", name="Report a problem").click()
    portal.dialog.get_by_label("What is wrong").fill("There is no picture.")
    portal.dialog.get_by_label("Which part of the task (optional)").fill("word")
    portal.dialog.get_by_role("button", name="Report").click()
    expect(portal.dialog).to_have_count(0)
    expect(portal.frame.get_by_label("Word")).to_have_value("kept")
    answer(portal, "done")
    portal.my_work()

    (problem,) = project.client.get(f"/v1/projects/{project.name}/problems").json()["items"]
    said = project.client.post(f"/v1/problems/{problem['id']}/answer", json={"text": "None is needed."})
    assert said.status_code == 200
    portal.page.get_by_role("tab", name="Problems").click()
    item = portal.page.get_by_role("list", name="Problems").get_by_role("listitem")
    expect(item).to_contain_text("There is no picture.")
    expect(item).to_contain_text("None is needed.")


def test_comments_are_read_written_and_settled_beside_the_task(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    (task,) = project.add("first")
    project.client.post(f"/v1/tasks/{task}/issues", json={"title": "Mind the accents", "tags": ["style"]})
    portal = open_portal(make_person(project.name))
    begin(portal, project, 1)
    portal.page.get_by_role("heading", level=1).click()
    portal.page.keyboard.press("c")
    panel = portal.page.get_by_role("complementary", name="Comments")
    expect(panel).to_contain_text("Mind the accents")
    panel.get_by_label("Say something about this task").fill("Which spelling?")
    panel.get_by_label("Tags").fill("spelling, style")
    panel.get_by_role("button", name="Add").click()
    expect(panel.get_by_role("button", name="Resolve Which spelling?")).to_be_visible()
    panel.get_by_role("button", name="Resolve Mind the accents").click()
    panel.get_by_role("button", name="Reopen Mind the accents").click()
    expect(panel.get_by_role("button", name="Resolve Mind the accents")).to_be_visible()
    titles = {item["title"]: item["tags"] for item in project.client.get(f"/v1/tasks/{task}/issues").json()["items"]}
    assert titles == {"Mind the accents": ["style"], "Which spelling?": ["spelling", "style"]}


def test_instructions_stand_beside_the_task_and_run_nothing(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    # The page's policy would have blocked it, too.
    page_problems.expect("inline event handler", "nowhere")
    project = make_project(instructions=INSTRUCTIONS + HOSTILE)
    project.add("first")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 1)
    portal.page.get_by_role("heading", level=1).click()
    portal.page.keyboard.press("i")
    panel = portal.page.get_by_role("complementary", name="Instructions")
    expect(panel.get_by_role("heading", level=3)).to_have_text(["In short", "In full", "Good examples", "Bad examples"])
    link = panel.get_by_role("link", name="rules")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    for refused in ("<script", "onerror", "<iframe"):
        assert refused not in panel.inner_html()
    assert "stolen" not in portal.page.title()
    portal.page.keyboard.press("i")
    expect(panel).to_have_count(0)


def test_own_work_is_told_under_its_tabs(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    project.add("first")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 1)
    answer(portal, "done")
    portal.my_work()
    portal.page.get_by_role("tab", name="Queues").press("ArrowRight")
    expect(portal.page.get_by_text("Nothing came back")).to_be_visible()
    portal.page.keyboard.press("ArrowRight")
    expect(portal.page.get_by_role("list", name="Submitted")).to_contain_text(project.title)
    portal.page.keyboard.press("ArrowRight")
    expect(portal.page.get_by_text("No problems reported")).to_be_visible()
    portal.page.keyboard.press("ArrowRight")
    expect(portal.page.get_by_role("row", name="Submitted 1 1")).to_be_visible()


def test_two_tabs_fetch_one_task_ahead_and_share_all_of_them(
    make_project: Callable[..., Project],
    make_person: MakePerson,
    open_portal: OpenPortal,
    site: Site,
    page_problems: Any,
) -> None:
    # The tab whose task ahead was taken by the other one asks for another.
    page_problems.expect("409")
    words = ["a", "b", "c", "d", "e"]
    project = make_project()
    project.add(*words)
    portal = open_portal(make_person(project.name))
    begin(portal, project, 5)
    expect(ahead(portal)).to_have_count(1)
    other = type(portal)(portal.context.new_page(), portal.context)
    other.page.goto("/")
    other.start(project.title)
    expect(ahead(other)).to_have_count(1)
    assert held(site, project) == 3
    for _ in words:
        for tab in (portal, other):
            if "/work/" in tab.page.url:
                tab.page.bring_to_front()
                tab.ready(project.title)
                with tab.page.expect_response("**/v1/assignments/*/submit") as taken:
                    answer(tab, "x")
                assert taken.value.ok
                expect(tab.submit.or_(tab.page.get_by_role("heading", name="My work"))).to_be_visible()
    query = """SELECT count(*) AS answers, count(DISTINCT a.task_id) AS tasks FROM submissions s
               JOIN assignments a ON a.id = s.assignment_id JOIN tasks t ON t.id = a.task_id
               JOIN projects p ON p.id = t.project_id WHERE p.name = $1"""
    (counted,) = site.database.rows(query, project.name)
    assert (counted["answers"], counted["tasks"]) == (5, 5)


def test_leaving_gives_back_what_was_fetched_ahead(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal, site: Site
) -> None:
    project = make_project()
    project.add("first", "second")
    portal = open_portal(make_person(project.name))
    begin(portal, project, 2)
    expect(ahead(portal)).to_have_count(1)
    assert held(site, project) == 2
    with portal.page.expect_response("**/release"):
        portal.page.get_by_role("button", name="Stop and resume later").click()
    assert held(site, project) == 1
    portal.page.get_by_role("button", name=f"Resume {project.title}").click()
    portal.ready(project.title)
    expect(ahead(portal)).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screens_are_accessible_in_light_and_dark(
    make_project: Callable[..., Project], make_person: MakePerson, open_portal: OpenPortal, pictures: Path, theme: str
) -> None:
    project = make_project(instructions=INSTRUCTIONS, withdraw_seconds=300, extend_seconds=600, max_extensions=2)
    first, _ = project.add("first", "second")
    for title in ("Mind the accents", "Which spelling?"):
        project.client.post(
            f"/v1/tasks/{first}/issues", json={"title": title, "tags": ["style"], "comment": "Look it up."}
        )
    portal = open_portal(make_person(project.name), color_scheme=theme)
    begin(portal, project, 2)
    heading = portal.page.get_by_role("heading", level=1)
    for key, name in (("i", "instructions"), ("c", "comments")):
        heading.click()
        portal.page.keyboard.press(key)
        expect(portal.page.get_by_role("complementary", name=name.title())).to_be_visible()
        look(portal, pictures, f"work-{name}-{theme}")
    portal.page.get_by_role("button", name="Close the comments").click()
    portal.page.keyboard.press("!")
    expect(portal.dialog).to_have_count(1)
    look(portal, pictures, f"work-problem-{theme}")
    portal.dialog.get_by_label("What is wrong").fill("The text is cut off.")
    portal.dialog.get_by_role("button", name="Report").click()
    expect(portal.dialog).to_have_count(0)
    answer(portal, "hasty")
    expect(portal.page.get_by_role("button", name="Undo: take back your answer")).to_be_visible()
    look(portal, pictures, f"work-undo-{theme}")
    portal.page.goto("/")
    portal.my_work()
    for tab in ("Queues", "Returned", "Submitted", "Problems", "Figures"):
        portal.page.get_by_role("tab", name=tab).click()
        expect(portal.page.get_by_text("Loading…")).to_have_count(0)
        look(portal, pictures, f"my-{tab.lower()}-{theme}")
