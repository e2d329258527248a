"""Every sample template, rendered by the API and answered in its frame: the golden answer lies in S3."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, FrameLocator, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

FOLDER = Path(__file__).parent.parent / "templates"
NAMES = sorted(path.name.removesuffix(".golden.json") for path in FOLDER.glob("*.golden.json"))
READY = "elements are ready"
COUNT_READY = f"document.addEventListener('all-crowd-elements-ready', () => console.info({READY!r}))"


def choose(role: Any, *names: str) -> Callable[[FrameLocator], None]:
    def act(frame: FrameLocator) -> None:
        for name in names:
            frame.get_by_role(role, name=name).check()

    return act


def type_into(**values: str) -> Callable[[FrameLocator], None]:
    def act(frame: FrameLocator) -> None:
        for label, value in values.items():
            frame.get_by_label(label).fill(value)

    return act


def tick_the_photo(frame: FrameLocator) -> None:
    frame.get_by_role("checkbox", name="Blurry").check()
    frame.get_by_role("checkbox", name="Too dark").uncheck()
    frame.get_by_role("checkbox", name="I have read the rules").check()


def choose_and_comment(frame: FrameLocator) -> None:
    frame.get_by_role("radio", name="Dog").check()
    frame.get_by_role("button", name="Add a comment").click()
    frame.get_by_role("textbox").fill("Only the tail is visible.")


def read_and_copy(frame: FrameLocator) -> None:
    frame.get_by_role("button", name="How to answer").click()
    expect(frame.get_by_text("Write letters in upper case")).to_be_visible()
    frame.get_by_role("button", name="Close instructions").press("Escape")
    expect(frame.get_by_role("dialog")).to_be_hidden()
    frame.get_by_label("Number").fill("AB1234")


def fill_the_plain_form(frame: FrameLocator) -> None:
    frame.get_by_label("Country").select_option("Norway")
    frame.get_by_label("Languages").select_option(["no", "en"])
    frame.get_by_label("18 or older").check()
    frame.get_by_label("I agree").check()


# How a person gives each golden answer; the form's own button follows where there is one.
BY_HAND: dict[str, Callable[[FrameLocator], None]] = {
    "crowd-alert": choose("checkbox", "The scan can be used"),
    "crowd-button": lambda _: None,
    "crowd-checkbox": tick_the_photo,
    "crowd-classifier": choose("radio", "Positive"),
    "crowd-classifier-multi-select": choose("checkbox", "Politics", "Science"),
    "crowd-image-classifier": choose_and_comment,
    "crowd-input": type_into(Merchant="Corner Bakery"),
    "crowd-instructions": read_and_copy,
    "crowd-radio-group": choose("radio", "The train left late."),
    "crowd-slider": lambda frame: frame.get_by_role("spinbutton").fill("4"),
    "crowd-text-area": type_into(Summary="Fast.\nLeaks at the lid."),
    "plain-controls": fill_the_plain_form,
}
OWN_BUTTON = {"crowd-button": "Agree", "plain-controls": "Send"}


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_and_a_person_give_the_golden_answer(
    name: str, make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, picture_uri: str, save_draft: Any
) -> None:
    golden = json.loads((FOLDER / f"{name}.golden.json").read_text())
    task_input = {
        key: picture_uri if str(value).startswith("s3://") else value for key, value in golden["input"].items()
    }
    flow = make_flow((FOLDER / f"{name}.liquid.html").read_text())
    from_draft, by_hand = flow.start(**task_input), flow.start(**task_input)
    portal = open_portal(make_person(flow.team))
    ready: list[str] = []
    portal.context.on("console", lambda message: count(message, ready))
    portal.context.add_init_script(COUNT_READY)

    portal.page.goto(f"/work/{save_draft(portal, flow, golden['set'])}")
    portal.ready(flow.title)
    portal.submit.click()
    expect(portal.page.get_by_role("status").filter(has_text="Answer handed in. Next task.")).to_be_attached()
    portal.ready(flow.title)
    assert flow.answer(from_draft) == golden["answer"]

    if golden["incomplete"]:
        portal.submit.click()
        count_text = "One part needs" if len(golden["incomplete"]) == 1 else f"{len(golden['incomplete'])} parts need"
        expect(portal.page.get_by_role("alert").filter(has_text=f"{count_text} your attention")).to_be_visible()
    BY_HAND[name](portal.frame)
    portal.frame.get_by_role("button", name=OWN_BUTTON.get(name, "Submit"), exact=True).click()
    portal.my_work()
    assert flow.answer(by_hand) == golden["answer"]
    assert len(ready) == 2


def count(message: ConsoleMessage, ready: list[str]) -> None:
    if message.text == READY:
        ready.append(message.location["url"])


def test_the_vendors_script_is_never_asked_for(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(
        '<html><head><link rel="stylesheet" href="https://assets.crowd.aws/css/crowd-html-elements-v2.css">'
        '<script src="https://assets.crowd.aws/crowd-html-elements-v2.js"></script></head>'
        '<body><crowd-form><crowd-input name="word" label="Word"></crowd-input></crowd-form></body></html>'
    )
    loop = flow.start(text="")
    portal = open_portal(make_person(flow.team))
    asked: list[str] = []
    portal.context.on("request", lambda request: asked.append(request.url))
    portal.start(flow.title)
    portal.frame.get_by_label("Word").fill("ours")
    portal.submit.click()
    portal.my_work()

    assert flow.answer(loop) == {"word": "ours"}
    assert [url for url in asked if not url.startswith((flow.site.endpoints.portal, "data:"))] == []


def test_what_is_wrong_with_a_template_is_said_to_the_person(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("crowd-nothing", "the template failed on purpose", "[Pp]olicy")
    flow = make_flow(
        '<crowd-form><crowd-nothing name="a"></crowd-nothing><input name="b" aria-label="B"></crowd-form>'
        '<img src="https://pictures.example/cat.png" alt="">'
        '<script>throw new Error("the template failed on purpose")</script>'
    )
    loop = flow.start(text="")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    alerts = portal.page.get_by_role("alert")

    expect(alerts.filter(has_text=re.compile("crowd-nothing.*not supported")).first).to_be_visible()
    expect(alerts.filter(has_text="the template failed on purpose").first).to_be_visible()
    expect(alerts.filter(has_text="https://pictures.example").first).to_be_visible()
    portal.frame.get_by_label("B").fill("still works")
    portal.submit.click()
    portal.my_work()
    assert flow.answer(loop) == {"b": "still works"}
