"""What goes wrong while somebody works: nothing typed is lost, and every screen says what to do."""

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

WORDS = "<crowd-form><crowd-text-area name='words' label='Words'></crowd-text-area></crowd-form>"
AWAY = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED")


def decline(portal: Any) -> None:
    """Give the task back for good, from the portal around it."""
    portal.page.get_by_role("button", name="Decline task").click()
    portal.dialog.get_by_role("button", name="Decline task").click()
    portal.my_work()


@pytest.mark.parametrize("reopened", [False, True], ids=["in the same page", "after a reload"])
def test_the_server_is_away_for_two_minutes_and_nothing_typed_is_lost(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any, *, reopened: bool
) -> None:
    page_problems.expect(*AWAY)
    flow = make_flow(WORDS)
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    page = portal.page
    page.clock.install()
    portal.start(flow.title)
    page.route("**/v1/**", lambda route: route.abort())
    portal.frame.get_by_label("Words").fill("typed while the server is away")
    page.clock.run_for(30_000)
    expect(page.get_by_text("Draft kept on this device only")).to_be_visible()
    page.clock.run_for(90_000)
    expect(page.get_by_text("The server cannot be reached. You can go on")).to_be_visible()
    expect(portal.frame.get_by_label("Words")).to_have_value("typed while the server is away")

    page.unroute("**/v1/**")
    if reopened:
        page.reload()
        portal.ready(flow.title)
        expect(portal.frame.get_by_label("Words")).to_have_value("typed while the server is away")
    else:
        page.clock.run_for(16_000)
        expect(page.get_by_text("The server cannot be reached.")).to_be_hidden()
    portal.submit.click()
    portal.my_work()
    assert flow.answer(loop) == {"words": "typed while the server is away"}


def test_answering_and_going_on_while_the_server_is_away(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    """The next task was fetched ahead: it shows, is answered, and both answers arrive."""
    # The second answer was given to work that was never opened: it may have to go on under a new lease.
    page_problems.expect(*AWAY, "409")
    flow = make_flow(WORDS)
    loops = [flow.start(number=number) for number in range(2)]
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    expect(portal.page.locator("loupe-template-frame.ahead")).to_have_count(1)
    portal.page.route("**/v1/**", lambda route: route.abort())
    portal.frame.get_by_label("Words").fill("first")
    portal.submit.click()
    expect(portal.frame.get_by_label("Words")).to_have_value("")
    portal.ready(flow.title)
    portal.frame.get_by_label("Words").fill("second")
    portal.submit.click()
    expect(portal.page.get_by_role("button", name="2 answers waiting to be sent")).to_be_visible()
    portal.page.unroute("**/v1/**")
    portal.page.get_by_role("button", name="2 answers waiting to be sent").click()
    portal.dialog.get_by_role("button", name="Send now").click()
    expect(portal.dialog).to_contain_text("All answers are sent.")
    assert [flow.answer(loop) for loop in loops] == [{"words": "first"}, {"words": "second"}]


def test_an_answer_that_is_too_large_is_kept_and_can_be_corrected(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("413")
    flow = make_flow(WORDS)
    loop = flow.start()
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    size = 17 * 1024 * 1024

    def enlarge(route: Route) -> None:
        body = route.request.post_data_json
        route.continue_(post_data={**body, "content": {"words": "x" * size}})

    portal.page.route("**/v1/assignments/*/submit", enlarge)
    portal.frame.get_by_label("Words").fill("too much")
    portal.submit.click()
    refused = portal.page.get_by_role("button", name="1 answer was not accepted")
    # So much takes its time on a busy machine.
    refused.click(timeout=45_000)
    expect(portal.dialog).to_contain_text("Make the answer smaller")
    expect(portal.dialog.get_by_role("textbox", name="Your answer")).to_have_value('{\n  "words": "too much"\n}')
    portal.page.unroute("**/v1/assignments/*/submit")
    portal.dialog.get_by_role("button", name="Open the task and correct it").click()
    portal.ready(flow.title)
    expect(portal.frame.get_by_label("Words")).to_have_value("too much")
    portal.frame.get_by_label("Words").fill("less")
    portal.submit.click()
    portal.my_work()
    expect(refused).to_have_count(0)
    assert flow.answer(loop) == {"words": "less"}


def test_a_template_that_throws_says_so_and_the_task_can_be_declined(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("broken on purpose")
    flow = make_flow(WORDS + "<script>throw new Error('broken on purpose')</script>")
    flow.start()
    portal = open_portal(make_person(flow.team))
    portal.page.get_by_role("button", name=f"Start {flow.title}").click()
    expect(portal.page.get_by_text("The template reports a problem").first).to_be_visible()
    portal.page.get_by_role("button", name="Report a problem").first.click()
    expect(portal.dialog.get_by_label("What is wrong")).to_have_value(re.compile("broken on purpose"))
    portal.dialog.get_by_role("button", name="Cancel").click()
    decline(portal)


def test_around_a_template_that_never_ends_the_page_stays_usable(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(WORDS + "<script>for (;;) {}</script>")
    flow.start()
    portal = open_portal(make_person(flow.team))
    portal.page.get_by_role("button", name=f"Start {flow.title}").click()
    expect(portal.page.get_by_text("The template does not get ready.")).to_be_visible()
    expect(portal.submit).to_be_disabled()
    decline(portal)
    expect(portal.page.get_by_text("Task declined").first).to_be_visible()


def test_media_that_does_not_load_is_said_and_the_task_can_be_reported_and_declined(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, page_problems: Any
) -> None:
    page_problems.expect("404", "could not be loaded")
    flow = make_flow(
        "<crowd-form><img alt='The scan' src='{{ task.input.image | grant_read_access }}'>"
        "<crowd-input name='word' label='Word'></crowd-input></crowd-form>"
    )
    flow.start(image=f"s3://{site.endpoints.s3_bucket}/browser/no-such-picture.png")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    expect(portal.page.get_by_text('A file of this task could not be loaded: img "The scan"').first).to_be_visible()
    portal.page.get_by_role("alert").get_by_role("button", name="Report a problem").click()
    portal.dialog.get_by_role("button", name="Report").click()
    expect(portal.dialog).to_have_count(0)
    decline(portal)
    portal.page.get_by_role("tab", name="Problems").click()
    expect(portal.page.get_by_role("list", name="Problems")).to_contain_text("could not be loaded")


def test_a_person_without_any_team_is_told_whom_to_ask(make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person())
    expect(portal.page.get_by_role("heading", name="You are not in a work team yet")).to_be_visible()
