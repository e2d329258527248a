"""An administrator sets a project up, fills it, changes its graph and exports its labels, all in the portal."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Dialog, Frame, Locator, Page, expect

from looking import SIZES

# As conftest.py of this folder gives them.
Look = MakePerson = OpenPortal = Site = Any

WIDE = SIZES["wide"]
# The sample of a data group names files that are nowhere, which its tiles say.
NO_FILE = "A file of this task could not be loaded"
CSRF = {"X-Loupe-CSRF": "1"}
TABLE = 'name,text\nfirst,"Good, and cheap."\nsecond,Bad.\nthird,"He said ""fine""."\n'
WITHOUT_REVIEW = {
    "start": "Annotate 1",
    "stages": {
        "Annotate 1": {"type": "annotate", "pathways": {"submitted": "Complete"}},
        "Complete": {"type": "complete"},
    },
}


def section(page: Page, name: str) -> Locator:
    """A part of a page by its heading."""
    return page.get_by_role("region", name=name, exact=True)


def preview(page: Page) -> Frame:
    """The frame that shows a template."""
    found = page.locator("loupe-template-preview iframe").element_handle()
    assert found is not None
    frame = found.content_frame()
    assert frame is not None
    return frame


def answer(portal: Any, project: str, content: dict[str, Any]) -> None:
    """Take the next task of a project in a browser's session, and submit an answer."""
    api = portal.context.request
    offered = poll(
        lambda: api.post("/v1/work/next", data={"project": project}, headers=CSRF), lambda one: one.status == 200
    )
    taken = offered.json()
    body = {"lease_token": taken["lease"]["token"], "submission_id": str(uuid4()), "content": content}
    sent = api.post(f"/v1/assignments/{taken['id']}/submit", data=body, headers=CSRF)
    assert sent.ok, sent.text()


def poll(look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    """What `look` returns once it is `done`; for states that no browser shows."""
    watch = threading.Event()
    for _ in range(600):
        found = look()
        if done(found):
            return found
        watch.wait(0.05)
    pytest.fail(f"not within 30 s; last seen: {found}")


def set_up(page: Page, name: str, team: str) -> None:
    """Fill the form of a new project in: a ready template, annotate and review by one new team."""
    page.goto("/projects/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Title", exact=True).fill(f"Mood of {name}")
    new_team = page.get_by_label("Name of the team")
    if not new_team.is_visible():
        page.get_by_text("Make a new team").click()
    new_team.fill(team)
    page.get_by_role("button", name="Make team").click()
    expect(page.get_by_label("Annotate 1")).to_have_value(team)
    expect(page.get_by_label("Review 1")).to_have_value(team)


def create(page: Page) -> None:
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("The project is there.")).to_be_visible()


def import_tasks(page: Page, text: str) -> None:
    page.get_by_label("Tasks", exact=True).fill(text)
    page.get_by_role("button", name=re.compile(r"Import \d+ task")).click()


def change_graph(page: Page, graph: dict[str, Any]) -> None:
    """Write a new version of the graph in the settings."""
    page.get_by_role("link", name="Graph", exact=True).last.click()
    page.get_by_label("Graph", exact=True).fill(json.dumps(graph))
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 2 is used for new tasks.")).to_be_visible()


def test_from_nothing_to_an_export(
    site: Site, look: Look, theme: str, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    name = f"p-{uuid4().hex[:8]}"
    team = f"{name}-crew"
    admin = open_portal(make_person(role="admin"), viewport=WIDE, color_scheme=theme)
    page = admin.page
    set_up(page, name, team)
    expect(page.frame_locator("loupe-template-preview iframe").get_by_text("How does the writer feel")).to_be_visible()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("Loupe can write to s3://")).to_be_visible()
    create(page)
    worker = open_portal(make_person(team, role="annotator_reviewer"))

    import_tasks(page, TABLE)
    expect(page.get_by_text("3 created, 0 were there already, 0 refused.")).to_be_visible()
    page.get_by_role("button", name="Import more").click()
    import_tasks(page, TABLE.replace("Bad.", "Other."))
    expect(page.get_by_text("0 created, 2 were there already, 1 refused.")).to_be_visible()
    expect(page.get_by_role("row", name="second refused")).to_contain_text("another input")
    with page.expect_download() as refused:
        page.get_by_role("button", name="Download what was refused").click()
    assert json.loads(refused.value.path().read_text())["name"] == "second"

    change_graph(page, WITHOUT_REVIEW)
    difference = page.get_by_role("region", name="Differences")
    expect(difference.get_by_role("row", name="Review 1 stage")).to_contain_text("removed")
    expect(difference.get_by_role("row", name="Annotate 1 pathway submitted")).to_contain_text("Complete")
    move = section(page, "Move tasks to another version")
    move.get_by_role("button", name="Try it out").click()
    expect(move.get_by_text("This would happen now:")).to_be_visible()
    expect(move.get_by_role("row", name="first")).to_contain_text("would go to Annotate 1")
    move.get_by_role("button", name="Move 3 tasks").click()
    expect(move.get_by_text("This happened:")).to_be_visible()
    expect(move.get_by_role("row", name=re.compile("moved to Annotate 1"))).to_have_count(3, timeout=30_000)

    for mood in ("Positive", "Negative", "Neutral"):
        answer(worker, name, {"class": {"label": mood}})
    query = "SELECT 1 FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.name = $1 AND t.state = 'completed'"
    poll(lambda: site.database.rows(query, name), lambda done: len(done) == 3)
    page.get_by_role("link", name="Labels").click()
    rows = section(page, "Completed tasks").locator("tbody").get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_label("Name holds").fill("THIRD")
    page.get_by_label("Name holds").press("Enter")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="JSON of third").click()
    expect(admin.dialog.get_by_role("region", name="Record of the task")).to_contain_text('He said \\"fine\\".')
    look(admin, "project-label")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Export", exact=True).click()
    exports = page.get_by_role("region", name="Table of exports")
    expect(exports.get_by_text("completed", exact=True)).to_be_visible(timeout=30_000)
    with page.expect_download() as exported:
        exports.get_by_role("link", name="Download").click()
    lines = [json.loads(line) for line in exported.value.path().read_text().splitlines()]
    assert {line["name"]: line["input"]["text"] for line in lines} == {
        "first": "Good, and cheap.",
        "second": "Bad.",
        "third": 'He said "fine".',
    }
    assert {line["label"]["class"]["label"] for line in lines} == {"Positive", "Negative", "Neutral"}
    assert {line["graph_version"] for line in lines} == {2}
    page.get_by_label("Name holds").fill("")
    page.get_by_label("Name holds").press("Enter")
    expect(rows).to_have_count(3)
    look(admin, "project-labels-exported")


def test_what_is_wrong_is_said_at_its_field(
    site: Site, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("409")
    page = open_portal(make_person(role="admin")).page
    page.goto("/projects/new")
    expect(page.get_by_text("3 stages, nothing is wrong.")).to_be_visible()
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_text("Give the project a name.")).to_be_visible()
    expect(page.get_by_text("Choose who does this work.").first).to_be_visible()

    page.get_by_text("Edit the graph as JSON").click()
    page.get_by_label("Graph", exact=True).fill('{"start": "A", "stages": {"B": {"type": "complete"}}}')
    expect(page.get_by_text("names A, which is no stage of this graph")).to_be_visible()
    page.get_by_label("Template", exact=True).fill("line one\n{% if %}")
    expect(page.get_by_text(re.compile("^Line 2:"))).to_be_visible()
    page.get_by_label("Sample input").fill("{")
    expect(page.get_by_text("This is no JSON")).to_be_visible()
    page.get_by_label("Output location").fill("s3://there-is-no-such-bucket/x")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("there is no bucket there-is-no-such-bucket")).to_be_visible()

    name, team = f"p-{uuid4().hex[:8]}", f"t-{uuid4().hex[:8]}"
    set_up(page, name, team)
    create(page)
    set_up(page, name, f"{team}-2")
    page.get_by_role("button", name="Create project").click()
    expect(page.locator("#name-error")).to_contain_text("exists already")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def test_leaving_asks_where_something_would_be_lost(make_person: MakePerson, open_portal: OpenPortal) -> None:
    page = open_portal(make_person(role="admin")).page
    page.goto("/projects/new")
    page.get_by_label("Name", exact=True).fill("begun")
    questions: list[str] = []

    def answer_with(stay: bool) -> Callable[[Dialog], None]:
        def told(dialog: Dialog) -> None:
            questions.append(dialog.message)
            dialog.dismiss() if stay else dialog.accept()

        return told

    page.once("dialog", answer_with(stay=True))
    page.get_by_role("link", name="Teams", exact=True).first.click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("begun")
    page.once("dialog", answer_with(stay=False))
    page.get_by_role("link", name="Teams", exact=True).first.click()
    expect(page.get_by_role("heading", name="Teams", level=1)).to_be_visible()
    assert len(questions) == 2
    assert all("not saved" in question for question in questions)


def test_a_preview_can_do_nothing_and_shows_its_answer(make_person: MakePerson, open_portal: OpenPortal) -> None:
    page = open_portal(make_person(role="admin"), viewport=WIDE).page
    page.goto("/projects/new")
    page.get_by_label("Template", exact=True).fill(
        "<crowd-form><crowd-input name='word' label='Word'></crowd-input></crowd-form>"
        "<script>document.body.dataset.origin = self.origin;"
        "try { document.body.dataset.portal = parent.document.title }"
        "catch { document.body.dataset.portal = 'refused' }"
        "</script>"
    )
    shown = page.frame_locator("loupe-template-preview iframe")
    shown.get_by_label("Word").fill("hello")
    body = shown.locator("body")
    expect(body).to_have_attribute("data-origin", "null")
    expect(body).to_have_attribute("data-portal", "refused")
    shown.get_by_role("button", name="Submit").click()
    expect(page.get_by_text('"word": "hello"')).to_be_visible()


def test_every_ready_template_works_as_it_is(pictures: Path, make_person: MakePerson, open_portal: OpenPortal) -> None:
    page = open_portal(make_person(role="admin"), viewport=WIDE).page
    page.goto("/projects/new")
    schema = section(page, "Label schema")
    ready = schema.get_by_label("Begin with")
    signs = {
        "Text classification": "Neutral",
        "Image classification": "Boat",
        "Text review with nested questions": "Is everything in it correct?",
        "Prediction check": "Were the predicted values right?",
        "Free form": "Your answer",
    }
    expect(ready.get_by_role("option")).to_have_text(list(signs))
    shown = page.frame_locator("loupe-template-preview iframe")
    for title, sign in signs.items():
        ready.select_option(label=title)
        expect(shown.get_by_text(sign).first).to_be_visible()
        expect(schema.get_by_role("alert")).to_have_count(0)
        page.locator("loupe-template-preview").scroll_into_view_if_needed()
        page.screenshot(path=pictures / f"template-{title.replace(' ', '-').lower()}.png")

    ready.select_option(label="Text review with nested questions")
    wrong = shown.get_by_role("group", name="Is everything in it correct?")
    expect(wrong.get_by_label("What is wrong?")).to_be_hidden()
    wrong.get_by_label("No").check()
    wrong.get_by_label("What is wrong?").fill("The colour.")
    shown.get_by_role("group", name="Does the text tell all that happened?").get_by_label("Yes").check()
    shown.get_by_role("button", name="Submit").click()
    expect(page.get_by_text('"correct-wrong": "The colour."')).to_be_visible()


def test_a_team_manager_reads_and_imports(make_person: MakePerson, open_portal: OpenPortal) -> None:
    name, team = f"p-{uuid4().hex[:8]}", f"t-{uuid4().hex[:8]}"
    admin = open_portal(make_person(role="admin")).page
    set_up(admin, name, team)
    create(admin)
    page = open_portal(make_person(team, role="team_manager")).page
    page.goto(f"/projects/{name}/settings")
    expect(page.get_by_text("Administrators change these.")).to_be_visible()
    page.get_by_role("button", name="Pause project").click()
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    page.get_by_role("link", name="Import tasks").click()
    import_tasks(page, '{"name": "one", "input": {"text": "x"}}')
    expect(page.get_by_text("1 created, 0 were there already, 0 refused.")).to_be_visible()
    page.get_by_role("link", name="Graph", exact=True).last.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    expect(page.get_by_role("heading", name="New version")).to_have_count(0)
    page.goto(f"/projects/{name}/labels")
    expect(page.get_by_text("Nothing is completed yet")).to_be_visible()
    expect(page.get_by_role("heading", name="Export")).to_have_count(0)
    page.goto("/projects/new")
    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()


def test_deleting_a_project_asks_first(site: Site, make_person: MakePerson, open_portal: OpenPortal) -> None:
    name = f"p-{uuid4().hex[:8]}"
    admin = open_portal(make_person(role="admin"))
    page = admin.page
    set_up(page, name, f"{name}-crew")
    create(page)
    page.goto(f"/projects/{name}/settings")
    page.get_by_role("button", name="Delete project…").click()
    admin.dialog.get_by_role("button", name="Cancel").click()
    query = "SELECT 1 FROM projects WHERE name = $1 AND deleting_at IS NULL"
    assert len(site.database.rows(query, name)) == 1
    page.get_by_role("button", name="Delete project…").click()
    admin.dialog.get_by_role("button", name="Delete project", exact=True).click()
    expect(page.get_by_role("heading", name="Projects", level=1)).to_be_visible()
    assert site.database.rows(query, name) == []


def test_a_project_of_data_groups_asks_its_questions(
    make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("422", NO_FILE)
    name = f"p-{uuid4().hex[:8]}"
    admin = open_portal(make_person(role="admin"))
    page = admin.page
    set_up(page, name, f"{name}-crew")
    page.get_by_label("Data groups").check()
    page.get_by_label("Question 1", exact=True).fill("Prediction correct?")
    page.get_by_label("Option 1").fill("YES!")
    page.get_by_label("asks for").nth(1).fill("What's wrong?")
    shown = page.frame_locator("loupe-template-preview iframe")
    shown.get_by_label("YES!").check()
    page.get_by_role("button", name="Submit the preview").click()
    expect(shown.get_by_text("Choose an answer.")).to_be_visible()
    shown.get_by_label("YES!").check()
    page.get_by_role("button", name="Submit the preview").click()
    expect(page.get_by_text('"Prediction correct?"')).to_have_count(1)
    page.get_by_label("Sample input").fill('{"data_group": {}}')
    expect(page.get_by_text("input.data_group.layout: ")).to_be_visible()
    page.get_by_role("button", name="Add a question").click()
    page.get_by_label("Question 2", exact=True).fill("Prediction correct?")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("'Prediction correct?' is there more than once").first).to_be_visible()
    page.get_by_role("button", name="Remove question 2").click()
    create(page)
    made = admin.context.request.get(f"/v1/projects/{name}").json()
    [question] = made["label_schema"]["questions"]
    assert (question["name"], [option["value"] for option in question["options"]]) == (
        "Prediction correct?",
        ["YES!", "No"],
    )
    assert [text["name"] for text in question["options"][1]["nested"]] == ["What's wrong?"]


def test_settings_teams_saved_graphs_and_benchmark_sets(make_person: MakePerson, open_portal: OpenPortal) -> None:
    name = f"p-{uuid4().hex[:8]}"
    page = open_portal(make_person(role="admin")).page
    set_up(page, name, f"{name}-crew")
    create(page)
    settings = page.get_by_role("navigation", name="Settings")
    settings.get_by_role("link", name="General").click()
    page.get_by_label("Seconds to take an answer back").fill("900")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Give a whole number from 0 to 300.")).to_be_visible()
    page.get_by_label("Seconds to take an answer back").fill("60")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Seconds to take an answer back")).to_have_value("60")

    settings.get_by_role("link", name="People").click()
    page.get_by_text("Make a new team").click()
    page.get_by_label("Name of the team").fill(f"{name}-reviewers")
    page.get_by_role("button", name="Make team").click()
    expect(page.get_by_text(f"The team {name}-reviewers is there.")).to_be_visible()
    page.get_by_label("Review 1").select_option(f"{name}-reviewers")
    page.get_by_role("button", name="Save as a new version of the graph").click()
    expect(page.get_by_text("Version 2 is used for new tasks.")).to_be_visible()

    settings.get_by_role("link", name="Graph").click()
    changed = page.get_by_role("region", name="Differences").get_by_role("row", name="Review 1 team")
    expect(changed).to_contain_text(f"{name}-reviewers")
    page.get_by_text("Save version 2 as a graph for other projects").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(f"{name}-graph")
    page.get_by_role("button", name="Save graph").click()
    expect(page.get_by_text(f"new projects can begin with {name}-graph")).to_be_visible()

    settings.get_by_role("link", name="Benchmark sets").click()
    page.get_by_label("New set").fill(f"{name}-gold")
    page.get_by_role("button", name="Make set").click()
    page.get_by_label("Set", exact=True).select_option(f"{name}-gold")
    page.get_by_label("Inputs with their right answers").fill('{"input": {"text": "Good."}, "label": {"mood": "glad"}}')
    page.get_by_role("button", name="Add 1 input").click()
    expect(page.get_by_text(f"1 input is in {name}-gold.")).to_be_visible()
    expect(page.get_by_role("row", name=f"{name}-gold 1")).to_be_visible()

    page.goto("/projects/new")
    section(page, "Workflow graph").get_by_label("Begin with").select_option(f"{name}-graph")
    expect(page.get_by_label("Review 1")).to_have_value(f"{name}-reviewers")


def test_every_screen_of_project_setup(
    theme: str,
    look: Look,
    pictures: Path,
    make_person: MakePerson,
    open_portal: OpenPortal,
    page_problems: Any,
) -> None:
    page_problems.expect(NO_FILE)
    name = f"p-{uuid4().hex[:8]}"
    admin = open_portal(make_person(role="admin"), color_scheme=theme, viewport=WIDE)
    page = admin.page
    page.goto("/projects/new")
    expect(page.get_by_text("As people will see it.")).to_be_visible()
    page.locator("loupe-template-preview iframe").scroll_into_view_if_needed()
    expect(page.frame_locator("loupe-template-preview iframe").get_by_text("Positive", exact=True)).to_be_visible()
    page.screenshot(path=pictures / f"project-new-preview-{theme}.png", animations="disabled")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("Give the project a name.")).to_be_visible()
    look(admin, "project-new-wrong")
    page.get_by_label("Data groups").check()
    expect(page.frame_locator("loupe-template-preview iframe").get_by_text("Is it correct?")).to_be_visible()
    look(admin, "project-new-data-groups")
    set_up(page, name, f"{name}-crew")
    expect(page.get_by_text("As people will see it.")).to_be_visible()
    look(admin, "project-new")
    create(page)
    import_tasks(page, TABLE)
    expect(page.get_by_text("3 created")).to_be_visible()
    look(admin, "project-settings-tasks")
    change_graph(page, WITHOUT_REVIEW)
    section(page, "Move tasks to another version").get_by_role("button", name="Try it out").click()
    expect(page.get_by_text("This would happen now:")).to_be_visible()
    look(admin, "project-settings-graph")
    for title in ("General", "People", "Benchmark sets"):
        page.get_by_role("navigation", name="Settings").get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(page.get_by_text("Loading…")).to_have_count(0)
        look(admin, f"project-settings-{title.split()[0].lower()}")
    page.goto(f"/projects/{name}/labels")
    expect(page.get_by_text("Nothing is completed yet")).to_be_visible()
    look(admin, "project-labels")
