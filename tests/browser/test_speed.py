"""How quickly the portal answers, printed; nothing fails for being slow here."""

from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

TASKS = 6
# Two animation frames after an event, its effect has been painted.
MARKS = """
const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
const mark = (name, at) => console.info(`mark ${name} ${at}`);
document.addEventListener("all-crowd-elements-ready", () => painted(() => mark("painted", Date.now())));
addEventListener("keydown", (event) => { if (event.key === "Enter") mark("submitted", Date.now()) }, { capture: true });
addEventListener("click", () => {
  const at = Date.now();
  painted(() => mark("click", Date.now() - at));
}, { capture: true });
"""


def test_times_are_printed(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow()
    for number in range(TASKS):
        flow.start(text=f"Text {number}")
    portal = open_portal(make_person(flow.team))
    portal.context.add_init_script(MARKS)
    portal.page.reload()
    marks: list[tuple[str, int]] = []

    def note(message: ConsoleMessage) -> None:
        if message.text.startswith("mark "):
            _, name, value = message.text.split()
            marks.append((name, int(value)))

    portal.context.on("console", note)
    portal.start(flow.title)
    for number in range(TASKS):
        expect(portal.frame.locator("classification-target")).to_have_text(f"Text {number}")
        portal.ready(flow.title)
        portal.frame.get_by_role("radio", name="Neutral").check()
        portal.page.keyboard.press("Control+Enter")
    portal.my_work()

    submitted = [at for name, at in marks if name == "submitted"]
    painted = [at for name, at in marks if name == "painted"]
    clicks = sorted(value for name, value in marks if name == "click")
    changes = sorted(next(at for at in painted if at > pressed) - pressed for pressed in submitted[:-1])
    assert len(changes) == TASKS - 1
    assert clicks
    with capsys.disabled():
        print(f"\nsubmit to the next task painted, ms: median {changes[len(changes) // 2]}, worst {changes[-1]}")  # noqa: T201
        print(f"click to painted, ms: median {clicks[len(clicks) // 2]}, worst {clicks[-1]}")  # noqa: T201
