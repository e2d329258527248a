"""One loop from StartHumanLoop to output.json, answered by a person in a browser."""

import re
from typing import Any

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any


def test_a_person_answers_by_keyboard_alone_and_the_answer_lies_in_s3(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow()
    first = flow.start(text="Best kettle I ever had.")
    second = flow.start(text="It leaks.")
    person = make_person(flow.team)
    portal = open_portal(person)
    page = portal.page

    expect(page.get_by_role("listitem").filter(has_text=flow.title)).to_contain_text("2 waiting")
    page.keyboard.press("n")
    portal.ready(flow.title)
    frame_element = page.locator("iframe:visible")
    expect(frame_element).to_have_attribute("sandbox", "allow-scripts allow-forms")
    expect(portal.frame.locator("classification-target")).to_have_text("Best kettle I ever had.")

    page.keyboard.press("f")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")

    expect(portal.frame.locator("classification-target")).to_have_text("It leaks.")
    portal.ready(flow.title)
    expect(page.get_by_role("status").filter(has_text="Answer handed in. Next task.")).to_be_attached()
    page.keyboard.press("f")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    portal.my_work()
    expect(page.get_by_text("Nothing more waits in this queue right now.").first).to_be_visible()

    output = flow.output(first)
    (answer,) = output["humanAnswers"]
    assert answer["answerContent"] == {"sentiment": {"label": "Positive"}}
    assert output["inputContent"] == {"text": "Best kettle I ever had."}
    assert output["humanLoopName"] == first
    assert answer["workerId"]
    assert answer["timeSpentInSeconds"] >= 0
    assert flow.answer(second) == {"sentiment": {"label": "Negative"}}


def test_the_frame_has_an_opaque_origin_and_our_script(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow()
    flow.start(text="A fact.")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    frame = next(frame for frame in portal.page.frames if "/frame/" in frame.url)

    assert frame.evaluate("self.origin") == "null"
    scripts = frame.evaluate("[...document.scripts].map((script) => script.src).filter(Boolean)")
    assert len(scripts) == 1
    assert re.fullmatch(r"http://[^/]+/static/crowd/crowd-html-elements\.js", scripts[0])


def test_every_control_of_the_work_screen_is_reached_by_tab(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow()
    loop = flow.start(text="So-so.")
    portal = open_portal(make_person(flow.team), viewport={"width": 1280, "height": 800})
    portal.start(flow.title)
    page = portal.page

    reached: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name = page.evaluate(DEEP_ACTIVE)
        if name == "IFRAME":
            break
        reached.append(name)
    assert [name for name in reached if name in WORK_BUTTONS] == [
        "Instructions",
        "Shortcuts",
        "Stop and resume later",
        "Release task",
        "Decline task",
        "Submit",
    ]

    page.keyboard.press("3")
    expect(portal.frame.get_by_role("radio", name="Neutral")).to_be_checked()
    page.keyboard.press("Control+Enter")
    portal.my_work()
    assert flow.answer(loop) == {"sentiment": {"label": "Neutral"}}


WORK_BUTTONS = ("Instructions", "Shortcuts", "Stop and resume later", "Release task", "Decline task", "Submit")
DEEP_ACTIVE = """() => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active?.tagName === "IFRAME" ? "IFRAME" : active?.textContent?.trim() ?? "";
}"""
