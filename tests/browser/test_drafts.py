"""What a person types is kept by itself and comes back to them, and to nobody else."""

import json
from typing import Any

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

NOTES = """
<crowd-form>
  <p>{{ task.input.text }}</p>
  <crowd-input name="subject" label="Subject" required></crowd-input>
  <crowd-text-area name="notes" label="Notes"></crowd-text-area>
</crowd-form>
"""


def type_subject(portal: Any, text: str) -> None:
    """Type, and wait until the server has the draft."""
    portal.frame.get_by_label("Subject").press_sequentially(text)
    expect(portal.page.get_by_text("Draft saved")).to_be_visible()


def test_a_reload_shows_what_was_typed(make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal) -> None:
    flow = make_flow(NOTES)
    loop = flow.start(text="A letter")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    type_subject(portal, "Complaint")

    portal.page.reload()
    portal.ready(flow.title)
    expect(portal.frame.get_by_label("Subject")).to_have_value("Complaint")
    expect(portal.page.get_by_text("Your draft from")).to_be_visible()

    portal.submit.click()
    portal.my_work()
    assert flow.answer(loop)["subject"] == "Complaint"


def test_work_is_stopped_and_resumed_in_another_browser(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(NOTES)
    flow.start(text="A letter")
    person = make_person(flow.team)
    first = open_portal(person)
    first.start(flow.title)
    first.frame.get_by_label("Subject").fill("Begun here")
    first.page.get_by_role("button", name="Stop and resume later").click()
    first.my_work()
    expect(first.page.get_by_text("The task is reserved for you until").first).to_be_visible()
    expect(first.page.get_by_text("Begun, draft saved")).to_be_visible()

    second = open_portal(make_person(flow.team, email=person.email))
    second.page.get_by_role("button", name=f"Resume {flow.title}").click()
    second.ready(flow.title)
    expect(second.frame.get_by_label("Subject")).to_have_value("Begun here")


def test_parts_without_a_field_are_shown_beside_the_frame_and_not_submitted(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, save_draft: Any
) -> None:
    flow = make_flow(NOTES)
    loop = flow.start(text="A letter")
    portal = open_portal(make_person(flow.team))
    assignment = save_draft(portal, flow, {"subject": "Kept", "rating": {"stars": 4}})
    portal.page.goto(f"/work/{assignment}")
    portal.ready(flow.title)

    aside = portal.page.get_by_role("complementary")
    expect(aside).to_contain_text("Earlier parts without a field")
    expect(aside).to_contain_text("rating")
    expect(aside).to_contain_text('"stars": 4')
    portal.frame.get_by_label("Notes").press_sequentially("more")
    expect(portal.page.get_by_text("Draft saved")).to_be_visible()
    (draft,) = flow.site.database.rows("SELECT content FROM drafts WHERE assignment_id = $1::text::uuid", assignment)
    assert json.loads(draft["content"]) == {"subject": "Kept", "notes": "more", "rating": {"stars": 4}}

    portal.submit.click()
    portal.my_work()
    assert flow.answer(loop) == {"subject": "Kept", "notes": "more"}


def test_nobody_is_shown_the_draft_of_somebody_else(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(NOTES)
    flow.start(text="A letter")
    portal = open_portal(make_person(flow.team, name="First Reader"))
    portal.start(flow.title)
    type_subject(portal, "private words")
    portal.page.get_by_role("button", name="Release task").click()
    portal.dialog.get_by_role("button", name="Release task").click()
    portal.my_work()
    portal.page.get_by_role("button", name="Account of First Reader").click()
    portal.page.get_by_role("button", name="Sign out").click()

    # The same browser, so that also what the device keeps is put to the test.
    portal.sign_in(make_person(flow.team, name="Second Reader"))
    portal.start(flow.title)
    expect(portal.frame.get_by_label("Subject")).to_have_value("")
    expect(portal.page.get_by_text("Your draft from")).to_be_hidden()
