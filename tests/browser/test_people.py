"""Administrators set up people, teams, keys, task UIs and flow definitions; team managers as far as they may."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

# As conftest.py of this folder gives them.
Look = MakeFlow = MakePerson = OpenPortal = Any


@pytest.fixture
def team(make_person: MakePerson) -> str:
    """Name of a team with one person."""
    name = f"t-{uuid4().hex[:8]}"
    make_person(name, name="Founder")
    return name


def go(portal: Any, path: str, heading: str) -> None:
    portal.page.goto(path)
    expect(portal.page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def row(portal: Any, text: str) -> Any:
    return portal.page.get_by_role("row").filter(has_text=text)


def invite(portal: Any, *, email: str, name: str, role: str | None = None, team: str) -> str:
    """Fill in the invitation and return the login link."""
    page = portal.page
    page.get_by_role("button", name="Invite a person").click()
    portal.dialog.get_by_label("E-mail").fill(email)
    portal.dialog.get_by_label("Name", exact=True).fill(name)
    if role is not None:
        portal.dialog.get_by_label("Role").select_option(label=role)
    box = portal.dialog.get_by_label(team)
    box.check()
    portal.dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(portal.dialog.get_by_label("Login link", exact=True)).to_be_visible()
    link = portal.dialog.get_by_label("Login link", exact=True).input_value()
    portal.dialog.get_by_role("button", name="Done").click()
    expect(portal.dialog).to_have_count(0)
    return link


def test_somebody_is_invited_works_and_is_disabled(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("401")
    flow = make_flow()
    flow.start(text="Sun all day.")
    email = f"{uuid4().hex[:8]}@browser.example"
    admin = open_portal(make_person(role="admin"))
    admin.page.get_by_role("link", name="People", exact=True).click()
    link = invite(admin, email=email, name="Nora New", team=flow.team)

    nora = open_portal()
    nora.page.goto(link)
    nora.my_work()
    nora.start(flow.title)
    assert "token" not in nora.page.url

    admin.page.get_by_label("Name or e-mail").fill(email)
    expect(row(admin, email)).to_contain_text(flow.team)
    expect(admin.page.get_by_role("row")).to_have_count(2)
    expect(row(admin, email)).to_contain_text("Active")
    row(admin, email).get_by_role("button", name="Change Nora New").click()
    admin.dialog.get_by_role("button", name="Disable…").click()
    admin.dialog.get_by_role("button", name="Disable Nora New").click()
    expect(admin.dialog.get_by_role("heading", name="This person is disabled")).to_be_visible()
    expect(admin.dialog.get_by_text("Disabled by")).to_be_visible()
    admin.page.keyboard.press("Escape")
    expect(row(admin, email)).to_contain_text("Disabled")

    nora.page.goto("/")
    expect(nora.page.get_by_role("heading", name="Sign in to Loupe")).to_be_visible()
    nora.page.goto(link)
    expect(nora.page.get_by_role("alert")).to_contain_text("not valid any more")
    open_portal(make_person(flow.team)).start(flow.title)


def test_a_link_is_copied(make_person: MakePerson, open_portal: OpenPortal, team: str) -> None:
    admin = open_portal(make_person(role="admin"), permissions=["clipboard-read", "clipboard-write"])
    go(admin, f"/people?team={team}", "People")
    row(admin, "Founder").get_by_role("button").click()
    admin.dialog.get_by_role("button", name="New login link").click()
    admin.dialog.get_by_role("button", name="Copy: Login link").click()
    expect(admin.dialog.get_by_text("Copied.")).to_be_visible()
    shown = admin.dialog.get_by_label("Login link", exact=True).input_value()
    assert admin.page.evaluate("navigator.clipboard.readText()") == shown
    assert "/login#token=" in shown


def test_wrong_fields_are_said_where_they_are(
    make_person: MakePerson, open_portal: OpenPortal, team: str, page_problems: Any
) -> None:
    page_problems.expect("409")
    person = make_person(role="admin")
    admin = open_portal(person)
    go(admin, "/people", "People")
    admin.page.get_by_role("button", name="Invite a person").click()
    admin.dialog.get_by_label("E-mail").fill(person.email)
    admin.dialog.get_by_label("Name", exact=True).fill("Twice")
    admin.dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(admin.dialog.get_by_text("is somebody's already")).to_be_visible()
    expect(admin.dialog.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")


def test_a_team_manager_invites_for_their_own_team_alone(
    make_person: MakePerson, open_portal: OpenPortal, team: str
) -> None:
    other = f"o-{uuid4().hex[:8]}"
    make_person(other, name="Stranger")
    make_person(team, role="admin", name="Chief Of All")
    manager = open_portal(make_person(team, role="team_manager", name="Mia Manager"))
    expect(manager.page.get_by_role("link", name="Access keys")).to_have_count(0)
    go(manager, "/people", "People")
    expect(row(manager, "Founder")).to_be_visible()
    expect(row(manager, "Stranger")).to_have_count(0)
    expect(row(manager, "Chief Of All").get_by_role("button", name="Show")).to_be_visible()
    manager.page.get_by_role("button", name="Invite a person").click()
    roles = manager.dialog.get_by_label("Role").locator("option").all_inner_texts()
    assert roles == ["Annotator", "Reviewer", "Annotator and reviewer"]
    expect(manager.dialog.get_by_label(other)).to_have_count(0)
    manager.page.keyboard.press("Escape")
    invite(manager, email=f"{uuid4().hex[:8]}@browser.example", name="Rae Reviewer", role="Reviewer", team=team)
    expect(row(manager, "Rae Reviewer")).to_contain_text("Reviewer")
    go(manager, "/teams", "Teams")
    expect(row(manager, team)).to_be_visible()
    expect(row(manager, other)).to_have_count(0)
    manager.page.goto("/access-keys")
    expect(manager.page.get_by_role("heading", name="This page is not for your role")).to_be_visible()


def test_a_team_is_made_filled_and_deleted(
    make_person: MakePerson, open_portal: OpenPortal, team: str, page_problems: Any
) -> None:
    page_problems.expect("409")
    person = make_person(name=f"Walter {uuid4().hex[:6]}")
    admin = open_portal(make_person(role="admin"))
    go(admin, "/teams", "Teams")
    name = f"t-{uuid4().hex[:8]}"
    admin.page.get_by_role("button", name="New team").click()
    admin.dialog.get_by_label("Name").fill(team)
    admin.dialog.get_by_role("button", name="Make team").click()
    expect(admin.dialog.get_by_text(f"there is a work team {team} already")).to_be_visible()
    expect(admin.dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    admin.dialog.get_by_label("Name").fill(name)
    admin.dialog.get_by_role("button", name="Make team").click()
    expect(admin.page.get_by_role("heading", name=f"People of {name}")).to_be_visible()
    admin.dialog.get_by_label("Add somebody").fill(person.email)
    admin.dialog.get_by_role("button", name="Add Walter").click()
    expect(admin.dialog.get_by_role("button", name="Remove Walter")).to_be_visible()
    admin.dialog.get_by_role("button", name="Remove Walter").click()
    expect(admin.dialog.get_by_text("Nobody yet")).to_be_visible()
    admin.page.keyboard.press("Escape")
    row(admin, name).get_by_role("button", name=f"Delete {name}").click()
    admin.dialog.get_by_role("button", name="Delete team").click()
    expect(row(admin, name)).to_have_count(0)


def test_a_team_tells_its_people_what_to_keep_and_whom_to_ask(
    make_person: MakePerson, open_portal: OpenPortal, team: str
) -> None:
    admin = open_portal(make_person(role="admin"))
    go(admin, "/teams", "Teams")
    row(admin, team).get_by_role("button", name=f"Change {team}").click()
    admin.dialog.get_by_label("Whom its people can ask").fill("lead@example.org")
    admin.dialog.get_by_label("What they must keep").fill("all that customers say")
    admin.dialog.get_by_role("button", name="Save").click()
    expect(row(admin, team)).to_contain_text("Questions: lead@example.org")
    worker = open_portal(make_person(team))
    expect(worker.page.get_by_text("Confidential: all that customers say")).to_be_visible()
    expect(worker.page.get_by_text("Questions? lead@example.org")).to_be_visible()


def test_a_team_in_use_says_by_what(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("409")
    flow = make_flow()
    admin = open_portal(make_person(role="admin"))
    go(admin, "/teams", "Teams")
    admin.page.get_by_role("button", name=f"Delete {flow.team}").click()
    admin.dialog.get_by_role("button", name="Delete team").click()
    expect(admin.dialog.get_by_role("alert")).to_contain_text(f"{flow.team} works for {flow.name}")


def test_a_task_ui_and_a_flow_definition_take_loops(
    make_person: MakePerson, open_portal: OpenPortal, site: Any, team: str, page_problems: Any
) -> None:
    page_problems.expect("422")
    name = f"ui-{uuid4().hex[:8]}"
    admin = open_portal(make_person(role="admin"))
    page = admin.page
    go(admin, "/human-task-uis/new", "New task UI")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Template").fill("<crowd-form><p>Say {{ task.input.word }}</p></crowd-form>")
    page.get_by_label("Sample input").fill('{"word": "hello"}')
    expect(admin.frame.get_by_text("Say hello")).to_be_visible()
    page.get_by_role("button", name="Make task UI").click()
    expect(page.get_by_role("heading", level=1, name=f"Task UI {name}")).to_be_visible()

    go(admin, "/flow-definitions/new", "New flow definition")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Title").fill(f"Title of {name}")
    page.get_by_label("Description").fill("Say it.")
    page.get_by_label("Task UI").select_option(name)
    page.get_by_label("Team").select_option(team)
    page.get_by_label("Task type").select_option(label="Textract: forms in documents")
    page.get_by_label("Activation conditions").fill("{")
    page.get_by_label("Output location").fill(f"s3://{site.endpoints.s3_bucket}/people")
    page.get_by_role("button", name="Make flow definition").click()
    expect(page.get_by_text("is not JSON")).to_be_visible()
    expect(page.get_by_label("Activation conditions")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Activation conditions")).to_be_focused()
    page.get_by_label("Activation conditions").fill("")
    page.get_by_role("button", name="Make flow definition").click()
    expect(page.get_by_role("heading", level=1, name="Flow definitions")).to_be_visible()
    page.get_by_role("button", name=f"Settings of {name}").click()
    expect(admin.dialog.get_by_text(f"Title of {name}")).to_be_visible()

    found = site.sagemaker.describe_flow_definition(FlowDefinitionName=name)
    site.a2i.start_human_loop(
        HumanLoopName=f"l-{name}",
        FlowDefinitionArn=found["FlowDefinitionArn"],
        HumanLoopInput={"InputContent": '{"word": "hi"}'},
    )
    worker = open_portal(make_person(team))
    worker.start(f"Title of {name}")
    expect(worker.frame.get_by_text("Say hi")).to_be_visible()

    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Delete {name}").click()
    admin.dialog.get_by_role("button", name="Delete flow definition").click()
    expect(admin.dialog).to_have_count(0)
    expect(row(admin, name)).to_contain_text("Being deleted")


def test_keys_are_shown_once(make_person: MakePerson, open_portal: OpenPortal, site: Any) -> None:
    admin = open_portal(make_person(role="admin", name="Kay Keys"))
    go(admin, "/access-keys", "Access keys")
    label = f"robot {uuid4().hex[:6]}"
    admin.page.get_by_role("button", name="New API key").click()
    admin.dialog.get_by_label("What is it for?").fill(label)
    admin.dialog.get_by_role("button", name="Make key").click()
    key = admin.dialog.get_by_label("API key", exact=True).input_value()
    bearer = {"Authorization": f"Bearer {key}"}
    context = admin.page.context.browser.new_context()
    asked = context.request.get(f"{site.endpoints.api}/v1/session", headers=bearer)
    assert asked.json()["user"]["name"] == "Kay Keys"
    admin.dialog.get_by_role("button", name="Done").click()
    assert key not in admin.page.content()
    admin.page.get_by_role("button", name=f"Disable {label}").click()
    admin.dialog.get_by_role("button", name="Disable key").click()
    expect(row(admin, label)).to_contain_text("Disabled")
    assert context.request.get(f"{site.endpoints.api}/v1/session", headers=bearer).status == 401
    context.close()
    admin.page.get_by_role("button", name="New access key").click()
    admin.dialog.get_by_role("button", name="Make key").click()
    expect(admin.dialog.get_by_label("Secret access key", exact=True)).to_be_visible()


def test_screens_look_right(
    theme: str,
    look: Look,
    make_flow: MakeFlow,
    make_person: MakePerson,
    open_portal: OpenPortal,
    site: Any,
    team: str,
) -> None:
    flow = make_flow(title="Class of a picture")
    for name, role in (("Ada Annotator", "annotator"), ("Rob Reviewer", "reviewer"), ("Tom Manager", "team_manager")):
        make_person(team, flow.team, role=role, name=name)
    admin = open_portal(make_person(team, role="admin", name="Ann Admin"), color_scheme=theme)
    page = admin.page

    go(admin, f"/people?team={team}", "People")
    expect(row(admin, "Ada Annotator")).to_be_visible()
    look(admin, "people")
    page.get_by_role("button", name="Invite a person").click()
    look(admin, "people-invite")
    page.keyboard.press("Escape")
    row(admin, "Ada Annotator").get_by_role("button").click()
    admin.dialog.get_by_role("button", name="New login link").click()
    expect(admin.dialog.get_by_label("Login link", exact=True)).to_be_visible()
    admin.dialog.get_by_role("button", name="Disable…").click()
    look(admin, "people-change")
    page.keyboard.press("Escape")
    page.get_by_label("Name or e-mail").fill("nobody at all")
    expect(page.get_by_role("heading", name="Nobody fits these filters")).to_be_visible()
    look(admin, "people-none")

    go(admin, "/teams", "Teams")
    expect(row(admin, team)).to_be_visible()
    look(admin, "teams")
    row(admin, team).get_by_role("button", name="People of").click()
    expect(admin.dialog.get_by_text("Ada Annotator")).to_be_visible()
    admin.dialog.get_by_label("Add somebody").fill("a")
    expect(
        admin.dialog.get_by_role("list", name="Found").or_(admin.dialog.get_by_text("Nobody else")).first
    ).to_be_visible()
    look(admin, "team-members")
    page.keyboard.press("Escape")
    row(admin, team).get_by_role("button", name="Delete").click()
    look(admin, "team-delete")

    go(admin, "/flow-definitions", "Flow definitions")
    page.get_by_role("button", name=f"Settings of {flow.name}").click()
    expect(admin.dialog.get_by_text(flow.title, exact=True)).to_be_visible()
    look(admin, "flow-definition")
    page.keyboard.press("Escape")
    look(admin, "flow-definitions")
    go(admin, "/flow-definitions/new", "New flow definition")
    page.get_by_label("Task type").select_option(label="Textract: forms in documents")
    look(admin, "flow-definition-new")

    go(admin, "/human-task-uis", "Task UIs")
    expect(row(admin, flow.name)).to_be_visible()
    look(admin, "human-task-uis")
    go(admin, "/human-task-uis/new", "New task UI")
    expect(admin.page.locator("iframe")).to_be_visible()
    look(admin, "human-task-ui-new")
    go(admin, f"/human-task-uis/{flow.name}", f"Task UI {flow.name}")
    expect(admin.page.locator("iframe")).to_be_visible()
    look(admin, "human-task-ui")

    go(admin, "/access-keys", "Access keys")
    expect(page.get_by_role("region", name="List of API keys")).to_be_visible()
    look(admin, "access-keys")
    page.get_by_role("button", name="New API key").click()
    expect(admin.dialog.get_by_label("Person")).to_be_visible()
    look(admin, "access-key-new")
