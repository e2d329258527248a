"""Data groups in the browser: a text and four videos answered by keyboard, reviewed, reworked; files of every type."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from data_group_bodies import LABEL_SCHEMA, QUESTIONS, VIDEOS, answer, group, no, yes
from data_group_files import FRAME_RATE, pdf, sound, video
from loupe.demo.picture import sailing_boat
from queue_buttons import press_start
from store import people

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Site = Any

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
PREDICTION, SUMMARY = QUESTIONS
# How the review panel calls the label that is rejected.
WRONG = f"top-right \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {PREDICTION}"
ANNOTATED = {
    "start": "annotate",
    "stages": {
        "annotate": {"type": "annotate", "pathways": {"submitted": "complete"}},
        "complete": {"type": "complete"},
    },
}
TRANSPORT = "document.querySelector('loupe-data-group').transport"
# Every video: where it is, and whether it moves.
VIDEO_STATES = """() => {
  const found = {};
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "video") {
        found[element.ariaLabel.replace("Video ", "")] = [element.currentTime, !element.paused];
      }
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  return found;
}"""


@dataclass(frozen=True)
class Project:
    """A project of data groups with a team for each stage."""

    site: Site
    name: str
    title: str
    folder: str

    def team(self, stage: str) -> str:
        return f"{self.name}-{stage.lower().replace(' ', '-')}"

    def uri(self, file: str) -> str:
        return f"s3://{self.site.endpoints.s3_bucket}/{self.folder}/{file}"

    def add(self, data_group: dict[str, Any]) -> str:
        """Add a task, and wait until people are offered it."""
        item = {"name": f"task-{uuid4().hex[:8]}", "input": {"data_group": data_group}}
        (outcome,) = self.call("POST", f"/v1/projects/{self.name}/tasks", {"tasks": [item]})["items"]
        assert outcome["outcome"] == "created", outcome
        self.await_visit(outcome["id"], 1)
        return outcome["id"]

    def seed_group(self) -> dict[str, Any]:
        """One text and four videos."""
        made = group()
        for content in made["contents"].values():
            content["uri"] = self.uri(content["uri"].rpartition("/")[2])
        return made

    def await_visit(self, task: str, visit: int) -> None:
        query = """SELECT a.id FROM assignments a JOIN visits v ON v.id = a.visit_id
                   WHERE a.task_id = $1::text::uuid AND v.visit = $2"""
        wait_for(lambda: self.site.database.rows(query, task, visit), f"visit {visit}")

    def label(self, task: str) -> Any:
        """What a task ended with."""

        def output() -> Any:
            seen = self.call("GET", f"/v1/tasks/{task}")
            return seen["output_uri"] if seen["status"] == "completed" else None

        bucket, _, key = wait_for(output, "the output").removeprefix("s3://").partition("/")
        with self.site.s3.get_object(Bucket=bucket, Key=key)["Body"] as body:
            return json.loads(body.read())["label"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What Loupe's API answers the administrator."""
        headers = {"Authorization": f"Bearer {self.site.endpoints.api_key}"}
        response = httpx.request(method, f"{self.site.endpoints.api}{path}", json=body, headers=headers, timeout=30)
        assert response.is_success, response.text
        return response.json()


def wait_for(look: Callable[[], Any], what: str, seconds: int = 60) -> Any:
    """What `look` returns once it is something; for states that no browser shows."""
    watch = threading.Event()
    for _ in range(seconds * 10):
        found = look()
        if found:
            return found
        watch.wait(0.1)
    pytest.fail(f"not within {seconds} s: {what}")


@pytest.fixture(scope="module")
def files(site: Site, browser: Any) -> str:
    """A folder of the bucket with small files of every type."""
    folder = f"groups-{uuid4().hex[:8]}"
    page = browser.new_page()
    page.goto(f"{site.endpoints.portal}/login")
    made: dict[str, tuple[bytes, str]] = {
        f"{key}.webm": (video(page, hue=90 * number, seconds=3 + number), "video/webm")
        for number, key in enumerate(VIDEOS)
    }
    page.close()
    events = "\n".join(f"{second:02}: a car brakes" for second in range(60))
    made |= {
        "events.txt": (events.encode(), "text/plain; charset=utf-8"),
        "boat.png": (sailing_boat(), "image/png"),
        "horn.wav": (sound(), "audio/wav"),
        "report.pdf": (pdf("Page one", "Page two", "Page three"), "application/pdf"),
    }
    for name, (body, kind) in made.items():
        site.s3.put_object(Bucket=site.endpoints.s3_bucket, Key=f"{folder}/{name}", Body=body, ContentType=kind)
    return folder


@pytest.fixture
def make_project(site: Site, files: str) -> Callable[..., Project]:
    """Makes a project of data groups; `stages` are those in which people work."""

    def make(graph: Any = ANNOTATED, *stages: str) -> Project:
        name = f"g-{uuid4().hex[:10]}"
        project = Project(site, name, f"Drives of {name}", files)
        for stage in stages or ("annotate",):
            address = f"{uuid4().hex}@browser.example"
            team = project.team(stage)
            site.database.call(people.add, email=address, name="Founder", role="annotator_reviewer", teams=(team,))
        body = {
            "name": name,
            "title": project.title,
            "description": "Read the events, then say whether the prediction of each video is right.",
            "label_schema": LABEL_SCHEMA,
            "graph": graph,
            "teams": {stage: project.team(stage) for stage in stages or ("annotate",)},
            "output": f"s3://{site.endpoints.s3_bucket}/browser-groups",
        }
        project.call("POST", "/v1/projects", body)
        return project

    return make


@dataclass(frozen=True)
class Editor:
    """The editor in a portal's frame."""

    portal: Any

    @property
    def page(self) -> Page:
        return self.portal.page

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/frame/" in frame.url)

    def tile(self, key: str) -> Locator:
        return self.portal.frame.locator(f"loupe-group-tile[data-key='{key}']")

    @property
    def active(self) -> Locator:
        return self.portal.frame.locator("loupe-group-tile[active]")

    @property
    def questions(self) -> Locator:
        return self.portal.frame.get_by_role("region", name="Questions")

    def option(self, question: str, option: str) -> Locator:
        return self.questions.get_by_role("radiogroup", name=question).get_by_role("radio", name=option)

    def go_in(self) -> None:
        """Put the focus into the task, as F does."""
        self.page.get_by_role("heading", level=1).click()
        self.page.keyboard.press("f")
        expect(self.active).to_be_focused()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def videos_loaded(self) -> None:
        """Wait until every video can be played."""
        expect(self.portal.frame.get_by_role("button", name="Play")).to_be_enabled()
        self.wait(f"{TRANSPORT}.duration > 5.9")

    def transport(self, what: str) -> Any:
        return self.frame.evaluate(f"{TRANSPORT}.{what}")

    def videos(self) -> dict[str, Any]:
        """By key: where each video is in seconds, and whether it moves."""
        return self.frame.evaluate(VIDEO_STATES)

    def settled_at(self, time: float) -> None:
        """Wait until all videos show the picture at this time."""
        self.wait(f"Object.values(({VIDEO_STATES})()).every(([at]) => Math.abs(at - {time}) < 0.001)")

    def wait(self, expression: str) -> None:
        """Wait until an expression is true in the frame, whose policy keeps Playwright from doing so by itself."""
        try:
            wait_for(lambda: self.frame.evaluate(f"() => {expression}"), expression)
        except pytest.fail.Exception as failure:
            failure.add_note(f"videos: {self.videos()}, playing: {self.transport('playing')}")
            raise


def start(portal: Any, project: Project) -> Editor:
    """Take the next task, up to the editor being ready."""
    portal.start(project.title)
    editor = Editor(portal)
    expect(editor.active).to_have_count(1)
    return editor


def answer_all(editor: Editor, *, wrong: str) -> None:
    """By keyboard alone: YES! to everything but the prediction of one tile."""
    editor.go_in()
    for key in VIDEOS:
        expect(editor.active).to_have_attribute("data-key", key)
        if key == wrong:
            editor.press("2")
            expect(editor.questions.get_by_label("What's wrong?")).to_be_focused()
            editor.page.keyboard.type("two cars, not 1")
            editor.press("Escape", "3")
        else:
            editor.press("1", "3")
        expect(editor.tile(key)).to_contain_text("answered (2)")
        editor.press("F6")


def test_a_group_is_annotated_by_keyboard_reviewed_label_by_label_and_reworked(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal, pictures: Path
) -> None:
    project = make_project("annotate-review", "Annotate 1", "Review 1")
    task = project.add(project.seed_group())
    author = open_portal(make_person(project.team("Annotate 1"), name="Ada Author"))
    reviewer = open_portal(make_person(project.team("Review 1"), role="reviewer", name="Rex Reviewer"))
    editor = start(author, project)
    editor.videos_loaded()
    answer_all(editor, wrong="top-right")
    editor.press("Control+Enter")
    author.my_work()

    project.await_visit(task, 2)
    press_start(reviewer.page, f"Start {project.title}")
    page, review = reviewer.page, Editor(reviewer)
    labels = page.locator("loupe-review-panel").get_by_role("group")
    expect(labels).to_have_count(8)
    wrong = page.get_by_role("group", name=WRONG, exact=True)
    expect(wrong).to_contain_text("What's wrong? two cars, not 1")
    wrong.get_by_role("button", name="Show").click()
    expect(review.active).to_have_attribute("data-key", "top-right")
    expect(review.option(PREDICTION, "No")).to_be_checked()
    expect(review.option(PREDICTION, "No")).to_be_disabled()
    page.screenshot(path=pictures / "data-group-review.png", animations="disabled")
    for number in range(8):
        label = labels.nth(number)
        is_wrong = WRONG in (label.text_content() or "")
        label.get_by_role("button", name="Reject" if is_wrong else "Approve").click()
    wrong.get_by_label("Comment").fill("Three cars")
    page.get_by_role("button", name="Reject", exact=True).click()
    reviewer.my_work()

    project.await_visit(task, 3)
    editor = start(author, project)
    expect(author.page.get_by_text("Three cars")).to_be_visible()
    expect(editor.tile("bottom-right")).to_contain_text("answered (2)")
    editor.go_in()
    editor.press("F6")
    reason = editor.questions.get_by_label("What's wrong?")
    expect(reason).to_have_value("two cars, not 1")
    reason.fill("three cars, not 1")
    author.submit.click()
    author.my_work()

    project.await_visit(task, 4)
    press_start(reviewer.page, f"Start {project.title}")
    expect(page.get_by_role("group", name=WRONG, exact=True)).to_contain_text("three cars")
    page.get_by_role("button", name="Approve all").click()
    reviewer.my_work()
    expected = answer(top_right={PREDICTION: no("three cars, not 1"), SUMMARY: yes()})
    assert project.label(task) == expected


def test_an_unfinished_answer_is_shown_what_it_lacks_and_is_there_after_a_reload(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    project.add(project.seed_group())
    portal = open_portal(make_person(project.team("annotate")))
    editor = start(portal, project)
    editor.go_in()
    editor.press("1", "4")
    expect(editor.questions.get_by_label("What's wrong?")).to_be_focused()
    portal.submit.click()
    expect(portal.page.get_by_role("alert").filter(has_text="7 parts need your attention")).to_be_visible()
    expect(editor.questions.get_by_text("Fill in this field.")).to_be_visible()
    with portal.page.expect_response(lambda answer: "no lorry" in (answer.request.post_data or "")) as saved:
        editor.questions.get_by_label("What's wrong?").fill("no lorry")
        editor.press("Control+Enter")
    expect(editor.active).to_have_attribute("data-key", "top-right")
    expect(editor.questions.get_by_text("Choose an answer.")).to_have_count(2)
    expect(editor.option(PREDICTION, "YES!")).to_be_focused()

    assert saved.value.ok
    portal.page.reload()
    portal.ready(project.title)
    expect(editor.tile("top-left")).to_contain_text("answered (2)")
    expect(editor.questions.get_by_label("What's wrong?")).to_have_value("no lorry")
    expect(editor.tile("top-right")).to_contain_text("0 of 2")


def test_videos_play_and_step_together_or_each_by_itself(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    made = project.seed_group()
    for key in VIDEOS:
        made["contents"][key]["fps"] = FRAME_RATE
    project.add(made)
    editor = start(open_portal(make_person(project.team("annotate"))), project)
    editor.videos_loaded()
    editor.go_in()

    editor.press(".", ".", ".", ",")
    editor.settled_at(2.5 / FRAME_RATE)
    editor.press("Space")
    editor.wait(f"{TRANSPORT}.time > 0.6")
    editor.press("Space")
    places = [time for time, _ in editor.videos().values()]
    assert len(places) == 4
    # Who is further ahead than this waits for the others.
    assert max(places) - min(places) <= 0.5
    assert not any(moves for _, moves in editor.videos().values())

    editor.press("g")
    before = editor.videos()
    editor.press("F6", ".")
    after = editor.videos()
    assert [key for key in VIDEOS if after[key] != before[key]] == ["top-right"]
    editor.press("g")
    editor.settled_at(editor.transport("time"))

    editor.frame.evaluate(f"{TRANSPORT}.seek(99)")
    editor.wait(f"Object.entries(({VIDEO_STATES})()).map(([key, [at]]) => Math.round(at)).join() === '3,4,5,6'")
    editor.press(",")
    editor.wait(f"Math.abs({TRANSPORT}.time - (6 - 1.5 / {FRAME_RATE})) < 0.001")


def mixed_group(project: Project) -> dict[str, Any]:
    """A picture, a PDF, and a list of a video, a file that is not there, and a sound."""
    units = {
        "type": "data_unit_list",
        "keys": ["clip", "lost", "horn"],
        "carousel_position": "left",
        "carousel_size": 25,
    }
    right = {
        "direction": "column",
        "first": {"type": "data_unit", "key": "report"},
        "second": units,
        "splitPercentage": 60,
    }
    boat = {"type": "data_unit", "key": "boat"}
    return {
        "layout": {"direction": "row", "first": boat, "second": right, "splitPercentage": 40},
        "contents": {
            "boat": {"uri": project.uri("boat.png"), "type": "image"},
            "report": {"uri": project.uri("report.pdf"), "type": "pdf"},
            "clip": {"uri": project.uri("top-left.webm"), "type": "video"},
            "lost": {"uri": project.uri("nothing.webm"), "type": "video"},
            "horn": {"uri": project.uri("horn.wav"), "type": "audio"},
        },
        "settings": {"tile_settings": {"boat": {"title": "The boat"}}},
    }


def test_files_of_every_type_are_shown_and_one_that_is_lost_is_said_without_harm(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("404", "could not be loaded")
    project = make_project()
    project.add(mixed_group(project))
    portal = open_portal(make_person(project.team("annotate")))
    editor = start(portal, project)
    frame = portal.frame

    picture = frame.get_by_alt_text("The boat")
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 100
    page_one = frame.get_by_role("img", name="Page 1")
    expect(frame.get_by_role("group", name="report, 3 pages")).to_contain_text("Page one")
    assert page_one.evaluate("(canvas) => canvas.width > 100")
    failure = editor.tile("lost").get_by_role("alert")
    expect(portal.page.get_by_role("alert").filter(has_text="lost")).to_be_visible()
    frame.get_by_role("group", name="Tiles of this pane").get_by_role("button", name="lost").click()
    expect(failure).to_contain_text("lost could not be loaded")
    expect(editor.tile("clip")).to_be_hidden()
    editor.questions.get_by_role("button", name="horn").click()
    expect(frame.get_by_label("Sound horn")).to_be_visible()

    editor.tile("boat").click(position={"x": 60, "y": 60})
    editor.press("+", "+")
    expect(frame.get_by_role("group", name="Picture The boat, 225 %")).to_be_visible()
    editor.press("z")
    expect(frame.get_by_role("group", name="Picture The boat, 100 %")).to_be_visible()
    for _ in range(5):
        editor.press("1", "3", "]")
    portal.submit.click()
    portal.my_work()


def test_links_that_ended_are_renewed_under_the_persons_hands(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("401")
    project = make_project()
    project.add(project.seed_group())
    portal = open_portal(make_person(project.team("annotate")), viewport=WIDE)
    # In the editor it is 16 minutes later, and until the portal has asked anew the server refuses its links.
    portal.context.add_init_script("if (window !== top) { const now = Date.now; Date.now = () => now() + 960_000; }")
    refused: set[str] = set()
    seen: list[str] = []

    def answer_media(route: Any) -> None:
        if not any(path.endswith("/heartbeat") for path in seen):
            refused.add(route.request.url)
        if route.request.url in refused:
            route.fulfill(status=401, body="the link has ended")
        else:
            route.continue_()

    shown: list[str] = []
    portal.page.on("request", lambda request: seen.append(request.url.partition("?")[0]))
    portal.page.on("framenavigated", lambda frame: shown.append(frame.url) if "/frame/" in frame.url else None)
    portal.page.route("**/media/*", answer_media)
    editor = start(portal, project)
    editor.videos_loaded()
    expect(editor.tile("instructions")).to_contain_text("00: a car brakes")
    expect(portal.frame.get_by_role("alert")).to_have_count(0)
    assert refused
    assert len(shown) == 1
    answer_all(editor, wrong="")
    portal.submit.click()
    portal.my_work()


def test_a_group_that_loads_ahead_leaves_its_videos_for_later(
    make_project: Any, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    project = make_project()
    for _ in range(2):
        project.add(project.seed_group())
    portal = open_portal(make_person(project.team("annotate")), viewport=WIDE)
    media: set[str] = set()
    portal.page.on("request", lambda request: media.add(request.url) if "/media/" in request.url else None)
    editor = start(portal, project)
    editor.videos_loaded()
    ahead = portal.page.frame_locator(".ahead iframe")
    expect(ahead.locator("loupe-group-tile[data-key='instructions']")).to_contain_text("00: a car brakes")
    assert len(media) == 2 + len(VIDEOS)
    answer_all(editor, wrong="")
    with portal.page.expect_response(lambda response: response.url.endswith("/submit")):
        portal.submit.click()
    expect(portal.page.locator(".ahead")).to_have_count(0)
    editor.videos_loaded()
    assert len(media) == 2 * (1 + len(VIDEOS))


def test_panes_are_resized_and_stay_so(make_project: Any, make_person: MakePerson, open_portal: OpenPortal) -> None:
    project = make_project()
    project.add(project.seed_group())
    portal = open_portal(make_person(project.team("annotate")), viewport=WIDE)
    editor = start(portal, project)
    border = portal.frame.get_by_role("separator", name="Resize instructions and top-left")
    expect(border).to_have_attribute("aria-valuenow", "20")
    high = editor.tile("instructions").bounding_box()["height"]  # type: ignore[index]
    border.focus()
    editor.press("Shift+ArrowDown", "Shift+ArrowDown", "ArrowUp")
    expect(border).to_have_attribute("aria-valuenow", "39")
    assert editor.tile("instructions").bounding_box()["height"] > high * 1.5  # type: ignore[index]

    box = portal.frame.get_by_role("separator", name="Resize top-left and top-right").bounding_box()
    assert box is not None
    portal.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    portal.page.mouse.down()
    portal.page.mouse.move(box["x"] - 150, box["y"] + box["height"] / 2, steps=4)
    portal.page.mouse.up()
    moved = portal.frame.get_by_role("separator", name="Resize top-left and top-right")
    share = int(moved.get_attribute("aria-valuenow") or 0)
    assert 25 < share < 45

    portal.page.reload()
    portal.ready(project.title)
    expect(border).to_have_attribute("aria-valuenow", "39")
    expect(moved).to_have_attribute("aria-valuenow", str(share))
    border.focus()
    editor.press("Enter")
    expect(border).to_have_attribute("aria-valuenow", "20")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_groups_are_accessible_wide_and_narrow(
    theme: str,
    make_project: Any,
    make_person: MakePerson,
    open_portal: OpenPortal,
    page_problems: Any,
    pictures: Path,
) -> None:
    page_problems.expect("404", "could not be loaded")
    project = make_project()
    project.add(project.seed_group())
    portal = open_portal(make_person(project.team("annotate")), color_scheme=theme, viewport=WIDE)
    editor = start(portal, project)
    editor.videos_loaded()
    editor.go_in()
    editor.press("2")
    portal.submit.click()
    expect(editor.questions.get_by_text("Fill in this field.")).to_be_visible()
    check(portal, editor, f"data-group-{theme}", pictures)
    editor.go_in()
    for key in VIDEOS:
        expect(editor.active).to_have_attribute("data-key", key)
        editor.press("1", "3", "F6")
    portal.submit.click()
    portal.my_work()
    project.add(mixed_group(project))
    check(portal, start(portal, project), f"data-group-files-{theme}", pictures)


def check(portal: Any, editor: Editor, name: str, pictures: Path) -> None:
    """Look at the editor wide and narrow: nothing hangs over, and axe finds nothing."""
    for size, viewport in (("narrow", NARROW), ("wide", WIDE)):
        portal.page.set_viewport_size(viewport)
        expect(portal.frame.get_by_role("separator")).to_have_count(0 if size == "narrow" else _borders(editor))
        portal.page.screenshot(path=pictures / f"{name}-{size}.png", animations="disabled")
        for document in (portal.page.main_frame, editor.frame):
            assert not document.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name}, {size}"
        assert violations(editor.frame) == [], f"{name}, {size}"


def _borders(editor: Editor) -> int:
    return editor.frame.evaluate(
        "(() => { const of = (part) => part.first ? 1 + of(part.first) + of(part.second) : 0;"
        " return of(document.querySelector('loupe-data-group').group.layout) })()"
    )


def violations(frame: Frame) -> list[str]:
    """What axe finds wrong, as short lines."""
    frame.evaluate(AXE.read_text())
    options = json.dumps({"runOnly": WCAG, "resultTypes": ["violations"]})
    found = frame.evaluate(f"async () => (await axe.run(document, {options})).violations")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
