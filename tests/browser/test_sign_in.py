"""Signing in and out, and what people see who have nothing to do."""

from typing import Any

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

PASSWORD = "a long sentence of words"


def test_a_link_works_once_and_leaves_no_token_behind(
    make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("401")
    person = make_person()
    portal = open_portal(person)
    assert "token" not in portal.page.url

    second = open_portal()
    second.page.goto(person.link)
    expect(second.page.get_by_role("alert")).to_contain_text("This sign-in link is not valid any more")
    expect(second.page.get_by_label("E-mail")).to_be_visible()


def test_a_link_works_in_a_tab_that_shows_the_sign_in_page(
    make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("401")
    portal = open_portal()
    portal.page.goto("/login")
    expect(portal.page.get_by_role("heading", name="Sign in to Loupe")).to_be_visible()
    portal.page.evaluate("link => location.assign(link)", make_person().link)
    portal.my_work()
    assert "token" not in portal.page.url


def test_a_password_is_set_and_used(make_person: MakePerson, open_portal: OpenPortal, page_problems: Any) -> None:
    page_problems.expect("401")
    person = make_person(name="Pat Password")
    portal = open_portal(person)
    page = portal.page
    page.get_by_role("button", name="Account of Pat Password").click()
    page.get_by_role("button", name="Set a password").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill("something else altogether")
    portal.dialog.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("The two passwords differ")).to_be_visible()
    page.get_by_label("The same again").fill(PASSWORD)
    portal.dialog.get_by_role("button", name="Set password").click()
    expect(portal.dialog).to_have_count(0)

    page.get_by_role("button", name="Account of Pat Password").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    portal.my_work()


def test_the_session_cookie_is_out_of_reach_of_scripts(make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person())
    (cookie,) = portal.context.cookies()
    assert cookie["name"] == "loupe_session"
    assert cookie["httpOnly"]
    assert portal.page.evaluate("document.cookie") == ""


def test_a_session_that_ends_elsewhere_leads_back_to_the_same_page(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, page_problems: Any
) -> None:
    page_problems.expect("401")
    flow = make_flow()
    flow.start(text="Still here.")
    person = make_person(flow.team)
    portal = open_portal(person)
    portal.start(flow.title)
    site.database.execute("DELETE FROM sessions WHERE person_id = $1::text::uuid", person.id)
    portal.context.clear_cookies()
    portal.page.keyboard.press("Control+s")
    portal.page.reload()
    expect(portal.page.get_by_role("heading", name="Sign in to Loupe")).to_be_visible()


def test_somebody_without_a_team_is_told_what_to_do(make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person())
    expect(portal.page.get_by_role("heading", name="You are not in a work team yet")).to_be_visible()


def test_empty_queues_are_shown_as_such(make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal) -> None:
    flow = make_flow()
    flow.start(text="Taken by somebody else.")
    open_portal(make_person(flow.team)).start(flow.title)
    portal = open_portal(make_person(flow.team))
    expect(portal.page.get_by_text("Nothing waits for you right now.").first).to_be_visible()
    expect(portal.page.get_by_role("button", name=f"Start {flow.title}")).to_be_disabled()


def test_a_team_without_queues_is_shown_as_such(make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person(f"idle-{make_person().id[:8]}"))
    expect(portal.page.get_by_role("heading", name="No queues yet")).to_be_visible()


def test_offline_is_said_and_passes(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("ERR_INTERNET_DISCONNECTED")
    flow = make_flow()
    portal = open_portal(make_person(flow.team))
    portal.context.set_offline(True)
    portal.page.get_by_role("button", name="Refresh").click()
    expect(portal.page.get_by_role("alert")).to_contain_text("Check your connection")
    portal.context.set_offline(False)
    expect(portal.page.get_by_text("Check your connection")).to_be_hidden()


def test_an_address_that_leads_nowhere_is_said(make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person())
    portal.page.goto("/no/such/page")
    expect(portal.page.get_by_role("heading", name="There is no such page")).to_be_visible()
