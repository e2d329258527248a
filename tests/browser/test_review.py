"""Reviewing and reworking in the portal, on projects with several stages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from review_desks import ANNOTATE, REVIEW, Team, annotate, look, look_again, reviewing_team

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = Any

DECIDE_CALLS = "**/v1/assignments/*/approve"


@pytest.fixture
def make_team(site: Site, make_person: MakePerson, open_portal: OpenPortal) -> Callable[..., Team]:
    """Founds a project with a review, and opens its two people's portals."""
    return partial(reviewing_team, site, make_person, open_portal)


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
    expect(desk.label("mood")).to_contain_text("Rejected in an earlier review, changed since; it was Sad.")
    expect(desk.label("mood")).to_contain_text("The writer likes it.")
    earlier = desk.page.get_by_role("region", name="Earlier reviews")
    expect(earlier).to_contain_text("Read it once more.")
    expect(earlier).to_contain_text("It was: Sad")
    expect(earlier).to_contain_text("Changed since, now: Glad")
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
    desk.page.keyboard.press("e")
    expect(desk.portal.frame.get_by_role("radio", name="Sad")).to_be_focused()
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
    desk.button("Edit labels").click()
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
    expect(desk.portal.frame.locator("[data-loupe-shown]")).to_have_attribute("name", "mood")
    page.keyboard.press("a")
    expect(desk.label("topic")).to_be_focused()
    expect(desk.portal.frame.locator("[data-loupe-shown]")).to_have_attribute("name", "topic")
    page.keyboard.press("ArrowUp")
    expect(desk.label("mood")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.type("a typo")
    expect(page.get_by_label("Comment on topic")).to_have_value("a typo")
    page.keyboard.press("Control+Enter")
    desk.ready(team.project)
    expect(desk.label("topic")).to_contain_text("second")
    page.keyboard.press("Shift+A")
    desk.portal.my_work()
    assert team.project.task(first)["rejections"] == 1
    assert team.project.final(second)["topic"] == "second"


def test_the_task_takes_no_input_until_its_labels_are_to_be_edited(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    task = team.answered(mood="Sad")
    desk.start(team.project)
    frame = desk.portal.frame
    frame.get_by_role("radio", name="Glad").click(force=True)
    expect(frame.get_by_role("radio", name="Sad")).to_be_checked()
    frame.get_by_label("Topic").press_sequentially("typed")
    expect(frame.get_by_label("Topic")).to_have_value("kettle")
    expect(desk.page.get_by_text("You changed this answer.")).to_have_count(0)
    desk.button("Edit labels").click()
    frame.get_by_role("radio", name="Glad").check()
    expect(desk.page.get_by_text("You changed this answer.")).to_be_visible()
    desk.button("Undo my changes").click()
    frame.get_by_role("radio", name="Glad").click(force=True)
    expect(frame.get_by_role("radio", name="Sad")).to_be_checked()
    desk.button("Approve all").click()
    desk.portal.my_work()
    assert team.project.final(task)["mood"] == {"label": "Sad"}


def two_answers_graph() -> dict[str, Any]:
    """Two people annotate each task, one reviews both answers."""
    annotators = {"type": "annotate", "overlap": 2, "pathways": {"submitted": REVIEW}}
    review = {"type": "review", "pathways": {"approved": "Complete", "rejected": ANNOTATE}}
    return {"start": ANNOTATE, "stages": {ANNOTATE: annotators, REVIEW: review, "Complete": {"type": "complete"}}}


def test_several_answers_are_edited_and_approved_together(
    make_team: Callable[..., Team], make_person: MakePerson, open_portal: OpenPortal
) -> None:
    team = make_team(two_answers_graph())
    project, desk = team.project, team.reviewer
    task = project.add("Best kettle I ever had.")
    project.await_offers(task, visit=1, count=2)
    look_again(team.author)
    annotate(team.author, project, "Glad", "first")
    annotate(open_portal(make_person(project.team(ANNOTATE))), project, "Sad", "second")
    project.await_offers(task, visit=2)
    look_again(desk.portal)
    desk.start(project)
    desk.button("Edit labels").click()
    for number in (1, 2):
        desk.button(f"Answer {number}").or_(desk.button(f"Answer {number} (changed)")).click()
        desk.portal.frame.get_by_label("Topic").fill(f"edited {number}")
        expect(desk.button(f"Answer {number} (changed)")).to_be_visible()
    with desk.page.expect_request(DECIDE_CALLS) as sent:
        desk.button("Approve all").click()
    edits = sent.value.post_data_json["edits"]
    assert {(edit["answer"], edit["content"]["topic"]) for edit in edits} == {(1, "edited 1"), (2, "edited 2")}
    desk.portal.my_work()
    project.output(task)


def test_an_issue_with_tags_is_opened_on_a_label_resolved_and_opened_again(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    desk.button("Open an issue on mood").click()
    dialog = desk.portal.dialog
    dialog.get_by_label("What is wrong").fill("Hard to tell")
    dialog.get_by_label("Comment").fill("Irony?")
    dialog.get_by_label("Tags").fill("irony, mood")
    dialog.get_by_role("button", name="Open issue").click()
    expect(dialog).to_have_count(0)
    mood = desk.label("mood")
    expect(mood).to_contain_text("Open: Hard to tell")
    expect(mood).to_contain_text("irony")
    expect(mood).to_contain_text("Irony?")
    expect(desk.label("topic")).not_to_contain_text("Hard to tell")
    desk.button("Resolve Hard to tell").click()
    expect(mood).to_contain_text("Resolved: Hard to tell")

    desk.page.reload()
    desk.ready(team.project)
    desk.button("Reopen Hard to tell").click()
    expect(desk.label("mood")).to_contain_text("Open: Hard to tell")
    query = "SELECT label, answer FROM issues WHERE task_id = $1::text::uuid"
    assert team.project.site.database.rows(query, task) == [{"label": "/mood", "answer": 1}]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


def test_reviewing_and_rework_are_accessible(
    theme: str, pictures: Path, make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("422")
    team = make_team(color_scheme=theme, reduced_motion="reduce")
    desk = team.reviewer
    task = team.answered(mood="Sad")
    look(desk.portal, pictures, f"review-queue-{theme}")
    desk.start(team.project)
    look(desk.portal, pictures, f"review-{theme}")
    desk.button("Reject mood").click()
    desk.page.get_by_label("Comment on mood").fill("The writer likes it.")
    desk.button("Reject").click()
    expect(desk.label("topic")).to_contain_text("Has no verdict")
    look(desk.portal, pictures, f"review-refused-{theme}")
    desk.button("Open an issue on mood").click()
    look(desk.portal, pictures, f"review-issue-{theme}")
    desk.portal.dialog.get_by_label("What is wrong").fill("Hard to tell")
    desk.portal.dialog.get_by_label("Tags").fill("irony, mood")
    desk.portal.dialog.get_by_role("button", name="Open issue").click()
    desk.page.keyboard.press("[")
    desk.button("Edit labels").click()
    desk.portal.frame.get_by_label("Topic").fill("kettles")
    expect(desk.button("Undo my changes")).to_be_visible()
    look(desk.portal, pictures, f"review-edited-{theme}")
    desk.button("Undo my changes").click()
    desk.button("Approve topic").click()
    desk.button("Reject").click()
    desk.portal.my_work()

    team.project.await_offers(task, visit=3)
    look_again(team.author)
    team.author.start(team.project.title)
    look(team.author, pictures, f"rework-{theme}")
    team.author.frame.get_by_role("radio", name="Glad").check()
    team.author.submit.click()
    team.author.my_work()
    team.project.await_offers(task, visit=4)
    look_again(desk.portal)
    desk.start(team.project)
    look(desk.portal, pictures, f"review-again-{theme}")


def test_the_next_review_loads_while_one_is_done(make_team: Callable[..., Team]) -> None:
    team = make_team()
    desk = team.reviewer
    tasks = [team.answered(mood="Sad", topic="kettle"), team.answered(mood="Glad", topic="toaster")]
    pages: list[str] = []
    desk.page.on("request", lambda request: pages.append(request.url) if "/frame/" in request.url else None)
    desk.start(team.project)
    shown = desk.portal.frame.get_by_label("Topic").input_value()
    other = "toaster" if shown == "kettle" else "kettle"
    ahead = desk.page.frame_locator(".ahead iframe")
    expect(ahead.get_by_label("Topic")).to_have_value(other)

    # On a phone the panel stands below the task, not under it.
    desk.page.set_viewport_size({"width": 360, "height": 780})
    task, panel = (desk.page.locator(name).bounding_box() for name in ("iframe:visible", "loupe-review-panel"))
    assert task is not None
    assert panel is not None
    assert task["y"] + task["height"] <= panel["y"]

    desk.button("Approve all").click()
    expect(desk.label("topic")).to_contain_text(other)
    expect(desk.portal.frame.get_by_label("Topic")).to_have_value(other)
    assert len(pages) == 2
    # The answer is still only shown, until the reviewer asks to change it.
    desk.button("Edit labels").click()
    desk.portal.frame.get_by_label("Topic").fill("teapot")
    desk.button("Approve all").click()
    desk.portal.my_work()
    assert sorted(team.project.final(task)["topic"] for task in tasks) == sorted([shown, "teapot"])
