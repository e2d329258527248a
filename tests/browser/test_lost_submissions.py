"""The network loses what was handed in: it is kept, sent again under the same id, and counts once."""

import json
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Request, Route, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

SUBMIT = "**/v1/assignments/*/submit"


@pytest.fixture
def flow(make_flow: MakeFlow) -> Any:
    return make_flow("<crowd-form><crowd-input name='word' label='Word'></crowd-input></crowd-form>")


def sent_by(page: Page) -> list[dict[str, Any]]:
    """The bodies of the submit requests of a page, from now on."""
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/submit") and request.post_data:
            bodies.append(json.loads(request.post_data))

    page.on("request", note)
    return bodies


def accepted(flow: Any, loop: str) -> list[str]:
    """Ids of the submissions that the server keeps for a loop."""
    query = """SELECT s.id::text FROM submissions s JOIN assignments a ON a.id = s.assignment_id
               WHERE a.task_id = $1::text::uuid"""
    return [row["id"] for row in flow.site.database.rows(query, flow.task_id(loop))]


def answer_with(portal: Any, flow: Any, word: str) -> None:
    portal.start(flow.title)
    portal.frame.get_by_label("Word").fill(word)
    portal.submit.click()


def test_an_answer_whose_receipt_was_lost_is_sent_again_and_counts_once(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("ERR_FAILED")
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    sent = sent_by(portal.page)

    def lose_the_first_receipt(route: Route) -> None:
        if len(sent) == 1:
            assert route.fetch().ok
            route.abort()
        else:
            route.continue_()

    portal.page.route(SUBMIT, lose_the_first_receipt)
    with portal.page.expect_response(SUBMIT) as receipt:
        answer_with(portal, flow, "twice")
    portal.my_work()
    expect(portal.page.get_by_role("button", name="waiting to be sent")).to_have_count(0)

    assert len(sent) == 2
    assert receipt.value.json()["submission_id"] == sent[0]["submission_id"]
    assert {body["submission_id"] for body in sent} == set(accepted(flow, loop))
    assert flow.answer(loop) == {"word": "twice"}


def test_an_answer_given_offline_is_sent_when_the_network_is_back(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("ERR_INTERNET_DISCONNECTED")
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    portal.context.set_offline(True)
    portal.frame.get_by_label("Word").fill("offline")
    portal.submit.click()
    expect(portal.page.get_by_text("Your answer is kept and on its way.")).to_be_visible()
    waiting = portal.page.get_by_role("button", name="1 answer waiting to be sent")
    waiting.click()
    expect(portal.dialog).to_contain_text("kept on this device")
    portal.page.keyboard.press("Escape")
    assert accepted(flow, loop) == []

    portal.context.set_offline(False)
    expect(waiting).to_have_count(0)
    portal.my_work()
    assert flow.answer(loop) == {"word": "offline"}


def test_an_answer_that_could_not_be_sent_outlives_a_reload(
    flow: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("ERR_FAILED")
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    page = portal.page
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    sent = sent_by(page)
    page.route(SUBMIT, lambda route: route.abort())
    answer_with(portal, flow, "kept")
    expect(page.get_by_role("button", name="1 answer waiting to be sent")).to_be_visible()
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_role("button", name="1 answer waiting to be sent")).to_be_visible()
    assert accepted(flow, loop) == []

    page.get_by_role("button", name="1 answer waiting to be sent").click()
    with page.expect_request(SUBMIT):
        portal.dialog.get_by_role("button", name="Send now").click()
    page.unroute(SUBMIT)
    expect(portal.dialog).to_contain_text("All answers are sent.")
    assert {body["submission_id"] for body in sent} == set(accepted(flow, loop))
    assert flow.answer(loop) == {"word": "kept"}
