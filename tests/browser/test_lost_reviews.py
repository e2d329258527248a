"""What comes between a reviewer and their review: nothing that was said is lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Request, Route, expect

from review_desks import Team, reviewing_team

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = Any

DECIDE_CALLS = "**/v1/assignments/*/approve"
PROBLEM = "application/problem+json"
TOO_LARGE = {
    "type": "/problems/too-large",
    "title": "Too large",
    "status": 413,
    "detail": "content: too large",
    "errors": [],
}


@pytest.fixture
def make_team(site: Site, make_person: MakePerson, open_portal: OpenPortal) -> Callable[..., Team]:
    """Founds a project with a review, and opens its two people's portals."""
    return partial(reviewing_team, site, make_person, open_portal)


def test_a_decision_whose_receipt_was_lost_is_sent_again_and_counts_once(
    make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("ERR_FAILED")
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/approve"):
            sent.append(request.post_data_json["submission_id"])

    def lose_the_first_receipt(route: Route) -> None:
        if len(sent) == 1:
            assert route.fetch().ok
            route.abort()
        else:
            route.continue_()

    desk.page.on("request", note)
    desk.page.route(DECIDE_CALLS, lose_the_first_receipt)
    with desk.page.expect_response(DECIDE_CALLS):
        desk.button("Approve all").click()
    expect(desk.page.get_by_role("button", name="waiting to be sent")).to_have_count(0)
    expect(desk.page.get_by_text("The server has your review.")).to_be_visible()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert team.project.final(task) == {"mood": {"label": "Glad"}, "topic": "kettle"}
    assert len(team.project.output(task)["decisions"]) == 1


def test_comments_outlive_a_review_whose_time_ended(make_team: Callable[..., Team], page_problems: Any) -> None:
    page_problems.expect("409")
    team = make_team()
    desk = team.reviewer
    team.answered()
    desk.start(team.project)
    team.project.site.database.execute(
        """UPDATE assignments SET hold_until = now() + interval '8 s', wake_at = now() + interval '8 s',
           lease_until = now() + interval '8 s' WHERE id = $1::text::uuid""",
        desk.page.url.rpartition("/")[2],
    )
    desk.page.reload()
    desk.ready(team.project)
    desk.button("Reject mood").click()
    desk.page.get_by_label("Comment on mood").press_sequentially("typed to the last moment")
    expect(desk.page.get_by_role("heading", name="The time for this task is over")).to_be_visible()
    kept = desk.page.get_by_label("Your review")
    expect(kept).to_have_value("mood (answer 1): rejected: typed to the last moment")
    expect(desk.button("Reject")).to_be_disabled()
    desk.page.get_by_role("button", name="Back to My work").click()
    desk.start(team.project)
    expect(desk.page.get_by_label("Comment on mood")).to_have_value("typed to the last moment")


def test_a_review_goes_on_while_the_server_is_away_and_arrives_later(
    make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("ERR_FAILED")
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    desk.comment.fill("Well done.")
    desk.page.route("**/v1/**", lambda route: route.abort())
    desk.button("Approve all").click()
    expect(desk.page.get_by_text("Your review is kept on this device")).to_be_visible()
    assert team.project.task(task)["status"] == "open"
    desk.page.unroute("**/v1/**")
    desk.page.get_by_role("button", name="waiting to be sent").click()
    desk.page.get_by_role("button", name="Send now").click()
    expect(desk.page.get_by_text("The server has your review.")).to_be_visible()
    (decision,) = team.project.output(task)["decisions"]
    assert decision["comment"] == "Well done."


def test_a_review_over_the_size_limit_says_what_to_do_and_goes_on(
    make_team: Callable[..., Team], page_problems: Any
) -> None:
    page_problems.expect("413")
    team = make_team()
    desk = team.reviewer
    task = team.answered()
    desk.start(team.project)
    desk.button("Edit labels").click()
    topic = desk.portal.frame.get_by_label("Topic")
    topic.fill("a very long text")
    desk.comment.fill("Shortened.")
    desk.page.route(
        DECIDE_CALLS, lambda route: route.fulfill(status=413, json=TOO_LARGE, content_type=PROBLEM), times=1
    )
    desk.button("Approve all").click()
    alert = desk.page.get_by_role("alert").filter(has_text="what you said is kept")
    expect(alert).to_be_visible()
    topic.fill("kettles")
    desk.button("Approve all").click()
    desk.portal.my_work()
    output = team.project.output(task)
    assert output["label"]["topic"] == "kettles"
    assert output["decisions"][0]["comment"] == "Shortened."
