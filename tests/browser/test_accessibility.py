"""axe-core on every screen and inside the frame, light and dark; screenshots of each, wide and narrow."""

from typing import Any

from playwright.sync_api import expect

from looking import OF_A_TEMPLATE, SIZES, violations

# As conftest.py of this folder gives them.
Look = MakeFlow = MakePerson = OpenPortal = Any

EVERYTHING = """
<crowd-form>
  <crowd-instructions link-text="How to answer" link-type="button">
    <short-summary>Look closely.</short-summary><positive-example>Good</positive-example>
    <negative-example>Bad</negative-example>
  </crowd-instructions>
  <crowd-alert type="warning" dismissible>The scan is of low quality.</crowd-alert>
  <crowd-alert type="success">Two checks have passed.</crowd-alert>
  <crowd-image-classifier name="vehicle" src="{{ task.input.image | grant_read_access }}" header="Which vehicle?"
    categories="['Car', 'Boat']"
    overlay="{boundingBox: {labels: ['boat'], value: [{label: 'boat', left: 120, top: 60, width: 220, height: 190}]}}">
    <short-instructions>Choose the one in the box.</short-instructions>
    <worker-comment header="Your comment" link-text="Add a comment"></worker-comment>
  </crowd-image-classifier>
  <crowd-classifier-multi-select name="topics" categories="['Sea', 'Sun']" header="What else is there?"
    exclusion-category="{ text: 'Nothing' }"></crowd-classifier-multi-select>
  <crowd-input name="title" label="Title" placeholder="As printed" required></crowd-input>
  <crowd-text-area name="notes" label="Notes" max-length="200" char-counter></crowd-text-area>
  <crowd-checkbox name="sure">I am sure</crowd-checkbox>
  <crowd-radio-group><crowd-radio-button name="day">Day</crowd-radio-button>
    <crowd-radio-button name="night">Night</crowd-radio-button></crowd-radio-group>
  <crowd-slider name="quality" label="Quality" min="0" max="5" step="1" value="3" pin editable>
    <crowd-slider-label position="0">Poor</crowd-slider-label>
    <crowd-slider-label position="5">Good</crowd-slider-label></crowd-slider>
  <label>Country <select name="country"><option>Chile</option><option>Norway</option></select></label>
  <label><input type="radio" name="age" value="adult"> 18 or older</label>
  <crowd-button variant="link" form-action="reset">Start again</crowd-button>
</crowd-form>
"""


def test_signing_in(theme: str, look: Look, open_portal: OpenPortal, page_problems: Any) -> None:
    page_problems.expect("401")
    portal = open_portal(color_scheme=theme)
    portal.page.goto("/login#token=not-a-token")
    expect(portal.page.get_by_role("alert")).to_be_visible()
    look(portal, "sign-in")


def test_my_work(theme: str, look: Look, make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal) -> None:
    flow = make_flow(title="Sentiment of a product review")
    second = make_flow(title="Key-value pairs of an invoice", team=flow.team)
    for each in (flow, flow, second):
        each.start(text="Good.")
    portal = open_portal(make_person(flow.team), color_scheme=theme)
    look(portal, "welcome")
    portal.start(second.title)
    portal.page.get_by_role("button", name="Stop and resume later").click()
    portal.page.get_by_role("button", name="Got it").click()
    expect(portal.page.get_by_role("heading", name="Reserved for you")).to_be_visible()
    look(portal, "my-work")
    portal.page.get_by_role("button", name="Account of Robin Reader").click()
    look(portal, "account-menu")
    portal.page.get_by_role("button", name="Set a password").click()
    look(portal, "password")


def test_nothing_to_do(theme: str, look: Look, make_person: MakePerson, open_portal: OpenPortal) -> None:
    portal = open_portal(make_person(), color_scheme=theme)
    look(portal, "no-team")
    portal.page.goto("/no/such/page")
    expect(portal.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    look(portal, "no-such-page")


def test_the_work_screen(
    theme: str,
    look: Look,
    make_flow: MakeFlow,
    make_person: MakePerson,
    open_portal: OpenPortal,
    picture_uri: str,
    save_draft: Any,
) -> None:
    flow = make_flow(EVERYTHING, title="Class of a picture")
    flow.start(image=picture_uri)
    portal = open_portal(make_person(flow.team), color_scheme=theme, viewport=SIZES["wide"])
    assignment = save_draft(portal, flow, {"notes": "Begun.", "rating": {"stars": 4}})
    portal.page.goto(f"/work/{assignment}")
    portal.ready(flow.title)
    look(portal, "work")
    frame = next(frame for frame in portal.page.frames if "/frame/" in frame.url)
    assert violations(frame, OF_A_TEMPLATE) == []

    portal.submit.click()
    expect(portal.frame.get_by_role("alert").filter(has_text="need your attention").first).to_be_visible()
    portal.frame.get_by_role("button", name="How to answer").click()
    look(portal, "work-invalid")
    assert violations(frame, OF_A_TEMPLATE) == []
    for key, name in (("?", "shortcuts"), ("s", "decline")):
        portal.page.get_by_role("heading", level=1).click()
        portal.page.keyboard.press(key)
        expect(portal.dialog).to_have_count(1)
        look(portal, name)
        portal.page.keyboard.press("Escape")
        expect(portal.dialog).to_have_count(0)


def test_lost_work_and_a_tasks_page(
    theme: str, look: Look, make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("409")
    flow = make_flow("<crowd-form><crowd-text-area name='words' label='Words'></crowd-text-area></crowd-form>")
    loop = flow.start()
    manager = open_portal(make_person(flow.team, role="admin"), color_scheme=theme)
    manager.page.goto(f"/tasks/{flow.task_id(loop)}")
    expect(manager.page.get_by_role("heading", name=loop)).to_be_visible()
    look(manager, "task")

    portal = open_portal(make_person(flow.team), color_scheme=theme)
    portal.start(flow.title)
    other = portal.context.new_page()
    other.goto(portal.page.url)
    expect(other.frame_locator("iframe").get_by_label("Words")).to_be_editable()
    portal.page.bring_to_front()
    portal.frame.get_by_label("Words").press_sequentially("typed")
    expect(portal.page.get_by_role("heading", name="This task was opened in another tab")).to_be_visible()
    look(portal, "lost")
