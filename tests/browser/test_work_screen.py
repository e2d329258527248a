"""The work screen: ways out of a task, its panels, its timer."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any


@pytest.fixture
def flow(make_flow: MakeFlow) -> Any:
    flow = make_flow()
    flow.start(text="The only text.")
    return flow


def test_declined_work_is_not_offered_again(flow: Any, make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    portal.page.keyboard.press("d")
    dialog = portal.dialog
    dialog.get_by_label("Reason (optional)").fill("not my language")
    dialog.get_by_role("button", name="Decline task").click()

    portal.my_work()
    expect(portal.page.get_by_text("Task declined").first).to_be_visible()
    expect(portal.page.get_by_role("button", name=f"Start {flow.title}")).to_be_disabled()
    other = open_portal(make_person(flow.team))
    expect(other.page.get_by_role("button", name=f"Start {flow.title}")).to_be_enabled()


def test_released_work_is_offered_again(flow: Any, make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    portal.page.keyboard.press("l")
    dialog = portal.dialog
    dialog.get_by_role("button", name="Keep working").click()
    expect(dialog).to_have_count(0)
    portal.page.keyboard.press("l")
    dialog.get_by_role("button", name="Release task").press("Enter")

    portal.my_work()
    expect(portal.page.get_by_text("Task released").first).to_be_visible()
    portal.start(flow.title)


def test_the_timer_counts_towards_the_limit(flow: Any, make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    timer = portal.page.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^0:[0-9]{2} of 60 min$"))
    expect(timer).not_to_have_text("0:00 of 60 min")


def test_instructions_open_inside_the_frame_by_key_and_button(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(
        "<crowd-form><crowd-classifier name='a' categories=\"['x', 'y']\" header='h'>"
        "<full-instructions header='How to'><p>Read all of it.</p></full-instructions></crowd-classifier></crowd-form>"
    )
    flow.start(text="")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    text = portal.frame.get_by_text("Read all of it.")
    portal.page.get_by_role("button", name="Instructions").click()
    expect(text).to_be_visible()
    portal.page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    portal.page.get_by_role("heading", name=flow.title).click()
    portal.page.keyboard.press("i")
    expect(text).to_be_visible()


def test_without_instructions_the_description_is_shown(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow("<crowd-form><crowd-input name='a' label='A'></crowd-input></crowd-form>")
    flow.start(text="")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    portal.page.keyboard.press("i")
    expect(portal.dialog).to_contain_text(f"What to do in {flow.title}")


def test_the_shortcuts_of_portal_and_task_are_listed(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    portal.page.keyboard.press("?")
    dialog = portal.dialog
    for text in ("Submit", "Stop and resume later", "Inside this task", "Positive"):
        expect(dialog).to_contain_text(text)
    dialog.get_by_label("Single keys act on this page").uncheck()
    portal.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    portal.page.keyboard.press("s")
    expect(dialog).to_have_count(0)


def test_work_of_others_cannot_be_opened_by_its_address(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("404", "409")
    holder = open_portal(make_person(flow.team))
    holder.start(flow.title)
    other = open_portal(make_person(flow.team))
    other.page.goto(holder.page.url)
    expect(other.page.get_by_role("heading", name="This task cannot be opened")).to_be_visible()
    expect(other.page.locator("iframe")).to_have_count(0)
