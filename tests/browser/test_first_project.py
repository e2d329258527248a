"""From an empty installation to an export by five people in the portal: nothing here asks the API."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from playwright.sync_api import Locator, Page, expect

import looking
from data_group_bodies import QUESTIONS, VIDEOS, answer, group, no, yes
from data_group_files import video

# As the conftest.py files give them.
OpenPortal = RunStack = Any

PREDICTION, SUMMARY = QUESTIONS
NAMES = ("group-001", "group-002", "group-003")
TITLE = "Drives"
WRONG = f"top-right \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {PREDICTION}"
WIDE = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Installation:
    """A new `loupe up`, its administrator's link, and files that lie in its bucket."""

    endpoints: Any
    link: str

    def uri(self, file: str) -> str:
        return f"s3://{self.endpoints.s3_bucket}/drives/{file}"

    def tasks(self) -> str:
        """The three data groups as JSON Lines."""
        lines: list[str] = []
        for name in NAMES:
            data_group = group()
            for content in data_group["contents"].values():
                content["uri"] = self.uri(content["uri"].rpartition("/")[2])
            lines.append(json.dumps({"name": name, "input": {"data_group": data_group}}))
        return "\n".join(lines)


@pytest.fixture
def installation(run_stack: RunStack, run_folder: Path, browser: Any) -> Iterator[Installation]:
    """One that nobody has used."""
    with run_stack(run_folder / "first-project") as stack:
        link = re.search(r"administrator: (\S+)", stack.output.read_text())
        assert link is not None, stack.output.read_text()
        installed = Installation(stack.endpoints, link[1])
        _upload(installed, browser)
        yield installed


def _upload(installed: Installation, browser: Any) -> None:
    endpoints = installed.endpoints
    page = browser.new_page()
    page.goto(f"{endpoints.portal}/login")
    files = {
        f"{key}.webm": (video(page, hue=90 * number, seconds=3), "video/webm") for number, key in enumerate(VIDEOS)
    }
    page.close()
    files["events.txt"] = (b"00: a car brakes\n02: another one turns", "text/plain; charset=utf-8")
    s3 = boto3.client(
        "s3",
        endpoint_url=endpoints.s3_endpoint,
        region_name=endpoints.region,
        aws_access_key_id=endpoints.aws_access_key_id,
        aws_secret_access_key=endpoints.aws_secret_access_key,
        config=Config(s3={"addressing_style": "path"}),
    )
    for name, (body, kind) in files.items():
        s3.put_object(Bucket=endpoints.s3_bucket, Key=f"drives/{name}", Body=body, ContentType=kind)
    s3.close()


@pytest.fixture
def enter(open_portal: OpenPortal) -> Any:
    """Opens a browser of its own, and follows a login link."""

    def by(link: str) -> Any:
        portal = open_portal(viewport=WIDE)
        portal.page.goto(link)
        portal.my_work()
        return portal

    return by


def go(page: Page, *links: str) -> None:
    """Follow links by their words, as people do."""
    for link in links:
        page.get_by_role("link", name=link, exact=True).click()


def make_team(portal: Any, name: str) -> None:
    page = portal.page
    go(page, "Teams")
    page.get_by_role("button", name=re.compile("New team|Make the first team")).first.click()
    portal.dialog.get_by_label("Name").fill(name)
    portal.dialog.get_by_role("button", name="Make team").click()
    expect(portal.dialog.get_by_role("heading", name=f"People of {name}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(portal.dialog).to_have_count(0)


def invite(portal: Any, name: str, role: str, *teams: str) -> str:
    """The login link of somebody new."""
    page = portal.page
    go(page, "People")
    page.get_by_role("button", name="Invite a person").click()
    portal.dialog.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@drives.example")
    portal.dialog.get_by_label("Name", exact=True).fill(name)
    portal.dialog.get_by_label("Role").select_option(label=role)
    for team in teams:
        portal.dialog.get_by_label(team).check()
    portal.dialog.get_by_role("button", name="Invite", exact=True).click()
    link = portal.dialog.get_by_label("Login link", exact=True)
    expect(link).to_be_visible()
    address = link.input_value()
    portal.dialog.get_by_role("button", name="Done").click()
    return address


def ask(page: Page, number: int, question: str) -> None:
    """Fill in one question of the label schema: YES!, or No and what is wrong."""
    asked = page.get_by_role("group", name=f"Question {number}", exact=True)
    asked.get_by_label(f"Question {number}", exact=True).fill(question)
    asked.get_by_label("Option 1").fill("yes")
    asked.get_by_label("Option 2").fill("no")
    asked.get_by_label("asks for (optional)").last.fill("What's wrong?")


def make_project(portal: Any) -> None:
    page = portal.page
    go(page, "Projects")
    page.get_by_role("link", name=re.compile("first project|New project")).first.click()
    page.get_by_label("Name", exact=True).fill("drives")
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Data groups").check()
    page.get_by_role("button", name="Add a question").click()
    ask(page, 1, PREDICTION)
    ask(page, 2, SUMMARY)
    page.get_by_label("Annotate 1").select_option("annotators")
    page.get_by_label("Review 1").select_option("reviewers")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_text("The project is there.")).to_be_visible()


def import_groups(portal: Any, tasks: str) -> None:
    page = portal.page
    page.get_by_label("Tasks", exact=True).fill(tasks)
    page.get_by_role("button", name="Import 3 tasks").click()
    expect(page.get_by_text("3 created, 0 were there already, 0 refused.")).to_be_visible()


def prioritise(portal: Any, task: str) -> None:
    page = portal.page
    go(page, "Projects", TITLE, "Queue")
    page.get_by_role("checkbox", name=f"Select {task}").check()
    page.get_by_role("button", name="Priority", exact=True).click()
    page.get_by_role("spinbutton", name="Priority", exact=True).fill("90")
    page.get_by_role("button", name="Set priority").click()
    expect(portal.dialog.get_by_text("1 done")).to_be_visible()
    page.get_by_role("button", name="Done").click()


def take(portal: Any) -> None:
    """Take the next task, or wait in the list until there is one."""
    button = portal.page.get_by_role("button", name=f"Start {TITLE}")
    for _ in range(20):
        portal.page.get_by_role("button", name="Refresh").click()
        if button.is_enabled():
            break
        portal.page.wait_for_load_state("networkidle")
    button.click()
    expect(tiles(portal).first).to_be_visible()


def tiles(portal: Any) -> Locator:
    return portal.frame.locator("loupe-group-tile")


def go_in(portal: Any) -> None:
    """Put the focus into the task."""
    portal.page.get_by_role("heading", level=1).click()
    portal.page.keyboard.press("f")
    expect(portal.frame.locator("loupe-group-tile[active]")).to_be_focused()


def answer_by_keyboard(portal: Any, *, wrong: str = "") -> None:
    """YES! to everything but the prediction of one tile."""
    page, active = portal.page, portal.frame.locator("loupe-group-tile[active]")
    expect(portal.frame.get_by_role("button", name="Play")).to_be_enabled()
    go_in(portal)
    for key in VIDEOS:
        expect(active).to_have_attribute("data-key", key)
        page.keyboard.press("2" if key == wrong else "1")
        if key == wrong:
            expect(portal.frame.get_by_label("What's wrong?").first).to_be_focused()
            page.keyboard.type("two cars")
            page.keyboard.press("Escape")
        page.keyboard.press("3")
        expect(portal.frame.locator(f"loupe-group-tile[data-key='{key}']")).to_contain_text("answered (2)")
        page.keyboard.press("F6")
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)


def decide(portal: Any, action: str) -> None:
    """Hand a review in, up to what follows it: the next one, or the person's list."""
    before = portal.page.url
    portal.page.get_by_role("button", name=action, exact=True).click()
    portal.page.wait_for_url(lambda url: url != before)


def reject_one(portal: Any) -> None:
    page = portal.page
    labels = page.locator("loupe-review-panel").get_by_role("group")
    expect(labels).to_have_count(8)
    for number in range(8):
        label = labels.nth(number)
        is_wrong = WRONG in (label.text_content() or "")
        label.get_by_role("button", name="Reject" if is_wrong else "Approve").click()
    page.get_by_role("group", name=WRONG, exact=True).get_by_label("Comment").fill("I see three cars.")
    decide(portal, "Reject")


def edit_and_approve(portal: Any) -> None:
    """The reviewer mends a label by themselves."""
    portal.page.get_by_role("button", name="Edit labels").click()
    expect(portal.frame.get_by_role("radio", name="No").first).to_be_enabled()
    go_in(portal)
    portal.page.keyboard.press("2")
    expect(portal.frame.get_by_label("What's wrong?").first).to_be_focused()
    portal.page.keyboard.type("no car")
    decide(portal, "Approve all")


def records(portal: Any) -> list[dict[str, Any]]:
    """The lines of a new export."""
    page = portal.page
    go(page, "Projects", TITLE, "Labels")
    page.get_by_role("button", name="Export", exact=True).click()
    exports = page.get_by_role("region", name="Exports")
    expect(exports.get_by_text("completed", exact=True)).to_be_visible(timeout=30_000)
    with page.expect_download() as exported:
        exports.get_by_role("link", name="Download").click()
    return [json.loads(line) for line in exported.value.path().read_text().splitlines()]


@pytest.mark.timeout(600)
def test_five_people_bring_three_data_groups_from_nothing_to_an_export(
    installation: Installation, enter: Any, pictures: Path
) -> None:
    admin = enter(installation.link)
    make_team(admin, "annotators")
    make_team(admin, "reviewers")
    ada = enter(invite(admin, "Ada Author", "Annotator", "annotators"))
    rex = enter(invite(admin, "Rex Reviewer", "Reviewer", "reviewers"))
    mia = enter(invite(admin, "Mia Manager", "Team manager", "annotators", "reviewers"))
    make_project(admin)
    import_groups(admin, installation.tasks())
    prioritise(mia, "group-003")

    take(ada)
    answer_by_keyboard(ada, wrong="top-right")
    answer_by_keyboard(ada)
    answer_by_keyboard(ada)
    ada.my_work()

    take(rex)
    reject_one(rex)
    edit_and_approve(rex)
    decide(rex, "Approve all")
    rex.my_work()
    looking.look(mia.page, pictures, "first-project-queue", "light")

    take(ada)
    expect(ada.page.get_by_text("I see three cars.")).to_be_visible()
    go_in(ada)
    ada.page.keyboard.press("F6")
    ada.frame.get_by_label("What's wrong?").fill("three cars")
    ada.submit.click()
    ada.my_work()
    take(rex)
    decide(rex, "Approve all")
    rex.my_work()

    go(mia.page, "Projects", TITLE)
    mia.page.get_by_role("navigation", name="Project").get_by_role("link", name="People").click()
    expect(mia.page.get_by_role("row").filter(has_text="Ada Author").first).to_contain_text("67")
    looking.look(mia.page, pictures, "first-project-people", "light")
    lines = {line["name"]: line for line in records(admin)}
    assert set(lines) == set(NAMES)
    assert lines["group-003"]["label"] == answer(top_right={PREDICTION: no("three cars"), SUMMARY: yes()})
    edited = answer(top_left={PREDICTION: no("no car"), SUMMARY: yes()})
    # Which of the two was reviewed first does not matter.
    others = [lines[name]["label"] for name in ("group-001", "group-002")]
    assert others in ([edited, answer()], [answer(), edited])
    assert [lines[name]["rejections"] for name in NAMES] == [0, 0, 1]
