"""Deciding in the portal between the answers of annotators."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from review_desks import CONSENSUS, Desk, Project, annotate, found_project, look, poll

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = Any

LONG = "Well, it boils. " * 150


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
def disputed(site: Site, make_person: MakePerson, open_portal: OpenPortal) -> Callable[..., tuple[Project, str, Desk]]:
    """A task that two annotators answered differently, and the portal of who decides."""

    def make(decision: str, *, text: str = "Well, it boils.", **settings: Any) -> tuple[Project, str, Desk]:
        project = found_project(site, consensus_graph(decision), CONSENSUS)
        task = project.add(text)
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


def answer_frame(desk: Desk, number: int) -> Any:
    """The frame of one of the answers that stand side by side."""
    return desk.page.frame_locator(f"iframe[title='Task: answer {number}']")


def mood_of(desk: Desk, number: int) -> str:
    """What an answer says; which slot answered what is left to chance."""
    glad = answer_frame(desk, number).get_by_role("radio", name="Glad", include_hidden=True)
    neither = answer_frame(desk, number).get_by_role("radio", name="Neither", include_hidden=True)
    expect(glad.and_(desk.page.locator(":checked")).or_(neither.and_(desk.page.locator(":checked")))).to_have_count(1)
    return "Glad" if glad.is_checked() else "Neither"


def test_somebody_compares_the_answers_and_says_which_one_wins(disputed: Any) -> None:
    project, task, desk = disputed("determine")
    page = desk.page
    moods = [mood_of(desk, number) for number in (1, 2)]
    assert sorted(moods) == ["Glad", "Neither"]
    table = page.get_by_role("grid", name="Field by field")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("row").nth(1)).to_contain_text("1 of 2 (50 %)")
    expect(page.get_by_text("Agreement 75 %: 1 of 2 fields differ.")).to_be_visible()
    page.get_by_role("button", name="Show 1 equal field").click()
    expect(table.get_by_role("row").nth(2)).to_contain_text("2 of 2 (100 %)")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Pick the answer that wins")).to_be_visible()
    desk.button("Pick answer 1").focus()
    page.keyboard.press("2")
    expect(desk.button("Pick answer 2")).to_have_attribute("aria-pressed", "true")
    desk.button("Answer 2 wins").click()
    desk.portal.my_work()
    expect(page.get_by_text("Decision handed in.").first).to_be_visible()
    assert project.final(task) == {"mood": {"label": moods[1]}, "topic": "kettle"}


def test_values_are_merged_by_keyboard_and_the_draft_is_edited(disputed: Any) -> None:
    project, task, desk = disputed("refine")
    page = desk.page
    draft = page.frame_locator("loupe-consensus-board > loupe-template-frame iframe")
    mood = mood_of(desk, 2)
    cells = page.get_by_role("gridcell")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(answer_frame(desk, 2).locator("[data-loupe-shown]")).to_have_attribute("name", "mood")
    page.keyboard.press("Enter")
    expect(cells.nth(1)).to_have_attribute("aria-selected", "true")
    expect(draft.get_by_role("radio", name=mood)).to_be_checked()
    with page.expect_response(lambda response: "a kettle" in (response.request.post_data or "")):
        draft.get_by_label("Topic").fill("a kettle")
    expect(page.get_by_text("You changed the draft in the task.")).to_be_visible()

    # What was merged and typed outlives a reload.
    page.reload()
    desk.ready(project)
    expect(draft.get_by_label("Topic")).to_have_value("a kettle")
    desk.button("Agreed").click()
    desk.portal.my_work()
    assert project.final(task) == {"mood": {"label": mood}, "topic": "a kettle"}


def test_an_answer_is_taken_as_the_draft_and_everything_is_taken_back(disputed: Any) -> None:
    project, task, desk = disputed("refine")
    draft = desk.page.frame_locator("loupe-consensus-board > loupe-template-frame iframe")
    first, second = mood_of(desk, 1), mood_of(desk, 2)
    expect(draft.get_by_role("radio", name=first)).to_be_checked()
    desk.button("Take as draft: answer 2").click()
    expect(draft.get_by_role("radio", name=second)).to_be_checked()
    desk.button("Begin again with the merged answers").click()
    expect(draft.get_by_role("radio", name=first)).to_be_checked()
    desk.button("Agreed").click()
    desk.portal.my_work()
    assert project.final(task)["mood"] == {"label": first}


def test_a_draft_that_the_template_finds_incomplete_is_not_handed_in(disputed: Any) -> None:
    project, task, desk = disputed("refine")
    draft = desk.page.frame_locator("loupe-consensus-board > loupe-template-frame iframe")
    draft.get_by_label("Topic").fill("")
    desk.button("Agreed").click()
    expect(desk.page.get_by_text("One part needs your attention").first).to_be_visible()
    draft.get_by_label("Topic").fill("tea")
    desk.button("Agreed").click()
    desk.portal.my_work()
    assert project.final(task)["topic"] == "tea"


def test_answers_side_by_side_scroll_together_until_that_is_switched_off(disputed: Any) -> None:
    _, _, desk = disputed("determine", text=LONG)
    page = desk.page
    mood_of(desk, 2)
    first, second = (page.frame(url=frame.url) for frame in page.frames[1:3])
    frames = [frame for frame in page.frames[1:] if frame.evaluate("innerHeight") > 0]
    assert first and second and len(frames) == 2
    frames[0].evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    top = "document.scrollingElement.scrollTop"
    poll(lambda: frames[1].evaluate(top), lambda at: at > 100)
    assert frames[1].evaluate(top) == frames[0].evaluate(top)
    page.get_by_label("Scroll together").uncheck()
    frames[0].evaluate("scrollTo(0, 0)")
    poll(lambda: frames[0].evaluate(top), lambda at: at == 0)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert frames[1].evaluate(top) > 100


def test_somebody_says_that_there_is_no_consensus(disputed: Any) -> None:
    project, task, desk = disputed("determine")
    desk.page.keyboard.press("r")
    expect(desk.comment).to_be_focused()
    desk.comment.press_sequentially("Both may be right.")
    desk.page.keyboard.press("Control+Enter")
    desk.portal.my_work()
    poll(lambda: project.task(task)["status"], lambda status: status == "archived")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_deciding_is_accessible(disputed: Any, theme: str, pictures: Path) -> None:
    _, _, desk = disputed("determine", color_scheme=theme, reduced_motion="reduce")
    mood_of(desk, 2)
    look(desk.portal, pictures, f"determine-{theme}")
    desk.page.keyboard.press("2")
    desk.page.get_by_role("button", name="Show 1 equal field").click()
    look(desk.portal, pictures, f"determine-picked-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_merging_is_accessible(disputed: Any, theme: str, pictures: Path) -> None:
    _, _, desk = disputed("refine", color_scheme=theme, reduced_motion="reduce")
    mood_of(desk, 2)
    look(desk.portal, pictures, f"refine-{theme}")
    draft = desk.page.frame_locator("loupe-consensus-board > loupe-template-frame iframe")
    draft.get_by_role("radio", name="Sad").check()
    expect(desk.button("Begin again with the merged answers")).to_be_visible()
    desk.page.get_by_role("gridcell").first.focus()
    look(desk.portal, pictures, f"refine-edited-{theme}")
