"""A task's page, where the Temporal UI's links lead."""

from typing import Any

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any


def test_managers_see_state_output_and_answers(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow()
    loop = flow.start(text="Fine.")
    manager = open_portal(make_person(role="team_manager"))
    manager.page.goto(f"/tasks/{flow.task_id(loop)}")
    expect(manager.page.get_by_role("heading", name=loop)).to_be_visible()
    facts = manager.page.get_by_role("region", name="Facts")
    expect(facts).to_contain_text("Open")
    expect(manager.page.get_by_text("Nobody has answered yet.")).to_be_visible()

    worker = open_portal(make_person(flow.team))
    worker.start(flow.title)
    worker.page.keyboard.press("f")
    worker.page.keyboard.press("1")
    worker.submit.click()
    worker.my_work()
    flow.output(loop)
    manager.page.get_by_role("button", name="Refresh").click()
    expect(facts).to_contain_text("Completed")
    expect(facts).to_contain_text(f"s3://{flow.site.endpoints.s3_bucket}/browser")
    expect(manager.page.get_by_role("article").first).to_contain_text('"label": "Positive"')

    manager.page.get_by_role("button", name="Show in the template").click()
    frame = manager.page.frame_locator("iframe")
    expect(frame.get_by_text("What is the mood?")).to_be_visible()
    expect(frame.get_by_role("radio", name="Positive")).to_be_checked()
    expect(frame.get_by_role("radio", name="Negative")).to_be_disabled()


def test_annotators_and_wrong_addresses_are_told_so(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("404", "422", "400")
    flow = make_flow()
    address = f"/tasks/{flow.task_id(flow.start(text=''))}"
    annotator = open_portal(make_person(flow.team))
    annotator.page.goto(address)
    expect(annotator.page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
    manager = open_portal(make_person(role="admin"))
    for wrong in ("00000000-0000-4000-8000-000000000000", "not-an-id"):
        manager.page.goto(f"/tasks/{wrong}")
        expect(manager.page.get_by_role("alert")).to_contain_text("There is no such task.")
