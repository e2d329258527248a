"""The right to work on a task is lost while somebody types: nothing typed is."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any


@pytest.fixture
def flow(make_flow: MakeFlow) -> Any:
    flow = make_flow("<crowd-form><crowd-text-area name='words' label='Words'></crowd-text-area></crowd-form>")
    flow.start()
    return flow


def test_the_task_is_opened_in_another_tab(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("409")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    other = portal.context.new_page()
    other.goto(portal.page.url)
    expect(other.frame_locator("iframe").get_by_label("Words")).to_be_editable()

    portal.page.bring_to_front()
    portal.frame.get_by_label("Words").press_sequentially("typed in the first tab")
    expect(portal.page.get_by_role("heading", name="This task was opened in another tab")).to_be_visible()
    expect(portal.page.get_by_label("Your answer")).to_have_value('{\n  "words": "typed in the first tab"\n}')

    portal.page.get_by_role("button", name="Continue here").click()
    portal.ready(flow.title)
    expect(portal.frame.get_by_label("Words")).to_have_value("typed in the first tab")


def test_the_time_ends_while_somebody_types(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("409")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    flow.site.database.execute(
        """UPDATE assignments SET hold_until = now() + interval '8 s', wake_at = now() + interval '8 s',
           lease_until = now() + interval '8 s' WHERE id = $1::text::uuid""",
        portal.page.url.rpartition("/")[2],
    )
    portal.page.reload()
    portal.ready(flow.title)
    portal.frame.get_by_label("Words").press_sequentially("typed to the last moment")

    expect(portal.page.get_by_role("heading", name="The time for this task is over")).to_be_visible()
    expect(portal.page.get_by_label("Your answer")).to_have_value('{\n  "words": "typed to the last moment"\n}')
    expect(portal.submit).to_be_disabled()
    portal.page.get_by_role("button", name="Back to My work").click()
    portal.start(flow.title)
    expect(portal.frame.get_by_label("Words")).to_have_value("typed to the last moment")


def test_the_loop_is_stopped_while_somebody_types(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow("<crowd-form><crowd-text-area name='words' label='Words'></crowd-text-area></crowd-form>")
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    flow.site.a2i.stop_human_loop(HumanLoopName=loop)
    portal.frame.get_by_label("Words").press_sequentially("held work may finish")
    with portal.page.expect_response("**/v1/assignments/*/submit"):
        portal.submit.click()
    portal.my_work()
    query = """SELECT s.content FROM submissions s JOIN assignments a ON a.id = s.assignment_id
               WHERE a.task_id = $1::text::uuid"""
    (kept,) = flow.site.database.rows(query, flow.task_id(loop))
    assert json.loads(kept["content"]) == {"words": "held work may finish"}
