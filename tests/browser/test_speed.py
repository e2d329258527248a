"""How quickly the portal answers, printed; nothing fails for being slow here."""

import gzip
import math
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

TASKS = 41
# Of scripts and styles before the first task, without the viewers of data, which load with what they show.
MOST_BYTES = 150_000
# Two animation frames after an event, its effect has been painted.
MARKS = """
const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
const mark = (name, at) => console.info(`mark ${name} ${at}`);
const work = () => document.querySelector("loupe-app")?.shadowRoot.querySelector("loupe-work")?.shadowRoot;
const isReady = (frame) => frame?.connection?.isReady === true;
window.shownTask = () => work()?.querySelector("loupe-template-frame:not(.ahead)") ?? null;
window.nextIsReady = () => isReady(work()?.querySelector("loupe-template-frame.ahead"));
if (window === top) {
  let shown = null;
  const look = () => {
    const now = window.shownTask();
    if (now !== shown && isReady(now)) {
      shown = now;
      painted(() => mark("painted", Date.now()));
    }
    requestAnimationFrame(look);
  };
  look();
}
for (const [type, name] of [["keydown", "submitted"], ["keydown", "key"], ["click", "click"]])
  addEventListener(type, (event) => {
    const at = Date.now();
    if (name !== "submitted") painted(() => mark(name, Date.now() - at));
    else if (event.key === "Enter") mark(name, at);
  }, { capture: true });
"""


def told(times: list[int]) -> str:
    """Median, 95th percentile and worst of some times."""
    ordered = sorted(times)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return f"median {ordered[len(ordered) // 2]}, p95 {p95}, worst {ordered[-1]} ({len(ordered)} times)"


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
        # Nobody answers faster than the next task loads.
        if number < TASKS - 1:
            portal.page.wait_for_function("() => nextIsReady()")
        portal.frame.get_by_role("radio", name="Neutral").check()
        portal.page.keyboard.press("Control+Enter")
    portal.my_work()

    submitted = [at for name, at in marks if name == "submitted"]
    painted = [at for name, at in marks if name == "painted"]
    changes = [next(at for at in painted if at > pressed) - pressed for pressed in submitted[:-1]]
    acts = [value for name, value in marks if name in ("click", "key")]
    assert len(changes) == TASKS - 1
    assert acts
    with capsys.disabled():
        print(f"\nsubmit to the next task painted, fetched ahead, ms: {told(changes)}")  # noqa: T201
        print(f"key or click to painted, ms: {told(acts)}")  # noqa: T201


def test_what_loads_before_the_first_task_is_small(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = make_flow()
    flow.start(text="Text")
    portal = open_portal()
    loaded: list[Any] = []
    portal.page.on("response", lambda response: loaded.append(response) if "/assets/" in response.url else None)
    portal.sign_in(make_person(flow.team))
    portal.start(flow.title)
    sizes = {response.url.rpartition("/")[2]: len(gzip.compress(response.body())) for response in loaded}
    with capsys.disabled():
        print(f"\nloaded up to the first task: {sum(sizes.values()) / 1000:.1f} kB gzip")  # noqa: T201
    assert 10_000 < sum(sizes.values()) <= MOST_BYTES
