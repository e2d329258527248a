"""People in a real Chromium, on the whole stack: each test has its own people, team, flow definition and names."""

import asyncio
import json
import os
import re
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from playwright.sync_api import BrowserContext, ConsoleMessage, FrameLocator, Locator, Page, expect

import looking
from loupe.demo.picture import sailing_boat
from queue_buttons import press_start
from store import people
from store.database import connect

# As tests/conftest.py gives it; tests are no package, so its type cannot be imported.
RunningStack = Any
Result = TypeVar("Result")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--no-first-run")
ROLE = "arn:aws:iam::123456789012:role/browser-tests"
SENTIMENT = """
<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="sentiment" categories="['Positive', 'Negative', 'Neutral']" header="What is the mood?">
    <classification-target>{{ task.input.text }}</classification-target>
    <short-instructions>Choose the mood of the writer.</short-instructions>
  </crowd-classifier>
</crowd-form>
"""

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium where there is one, else Playwright's; root needs it without its own sandbox."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    extra = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **extra, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def base_url(stack: RunningStack) -> str:
    """Addresses in tests are paths of the portal."""
    return stack.endpoints.portal


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The same words and times on every machine."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "UTC"}


class Database:
    """The stack's database. Playwright keeps the event loop of the test's thread, so queries run on another one."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._pool = self._result(connect(url, size=2, name="browser tests"))

    def call(self, function: Callable[..., Awaitable[Result]], *arguments: Any, **named: Any) -> Result:
        """The result of a function of `store`, called on this database."""
        return self._result(function(self._pool, *arguments, **named))

    def execute(self, statement: str, *arguments: Any) -> str:
        """Run one statement."""
        return self._result(self._pool.execute(statement, *arguments))

    def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        """All rows of a query."""
        return [dict(row) for row in self._result(self._pool.fetch(query, *arguments))]

    def close(self) -> None:
        """End the connections and the thread."""
        self._result(self._pool.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _result(self, work: Awaitable[Result]) -> Result:
        async def wait() -> Result:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(60)


@dataclass(frozen=True)
class Site:
    """The stack as its administrator's programs see it."""

    endpoints: Any
    database: Database
    sagemaker: Any
    a2i: Any
    s3: Any


@pytest.fixture(scope="session")
def site(stack: RunningStack) -> Iterator[Site]:
    """Clients of the stack's parts."""
    endpoints = stack.endpoints
    database = Database(endpoints.database_url)
    addresses = {
        "sagemaker": endpoints.api,
        "sagemaker-a2i-runtime": endpoints.api,
        "s3": endpoints.s3_endpoint,
    }
    clients = [
        boto3.client(
            service,
            endpoint_url=address,
            region_name=endpoints.region,
            aws_access_key_id=endpoints.aws_access_key_id,
            aws_secret_access_key=endpoints.aws_secret_access_key,
            config=Config(s3={"addressing_style": "path"}),
        )
        for service, address in addresses.items()
    ]
    yield Site(endpoints, database, *clients)
    for client in clients:
        client.close()
    database.close()


def poll(look: Callable[[], Result], done: Callable[[Result], bool], what: str, seconds: int = 30) -> Result:
    """What `look` returns once it is `done`; for states that no browser shows."""
    watch = threading.Event()
    for _ in range(seconds * 20):
        found = look()
        if done(found):
            return found
        watch.wait(0.05)
    pytest.fail(f"not within {seconds} s: {what}; last seen: {found}")


@dataclass(frozen=True)
class Flow:
    """A flow definition with a team of its own."""

    site: Site
    name: str
    arn: str
    team: str
    title: str

    def start(self, **task_input: Any) -> str:
        """Start a loop with this input and return its name once a person can take it."""
        loop = f"{self.name}-{uuid4().hex[:6]}"
        content = {"InputContent": json.dumps(task_input)}
        self.site.a2i.start_human_loop(HumanLoopName=loop, FlowDefinitionArn=self.arn, HumanLoopInput=content)
        query = """SELECT a.id FROM assignments a JOIN tasks t ON t.id = a.task_id WHERE t.name = $1"""
        poll(lambda: self.site.database.rows(query, loop), bool, f"{loop} is offered")
        return loop

    def describe(self, loop: str) -> dict[str, Any]:
        """The loop as DescribeHumanLoop tells it."""
        return self.site.a2i.describe_human_loop(HumanLoopName=loop)

    def output(self, loop: str) -> dict[str, Any]:
        """The output object, once the loop is Completed."""
        seen = poll(lambda: self.describe(loop), lambda now: now["HumanLoopStatus"] != "InProgress", f"{loop} ends")
        assert seen["HumanLoopStatus"] == "Completed", seen
        bucket, _, key = seen["HumanLoopOutput"]["OutputS3Uri"].removeprefix("s3://").partition("/")
        with self.site.s3.get_object(Bucket=bucket, Key=key)["Body"] as body:
            return json.loads(body.read())

    def answer(self, loop: str) -> Any:
        """The content of the one answer of a completed loop."""
        (answer,) = self.output(loop)["humanAnswers"]
        return answer["answerContent"]

    def task_id(self, loop: str) -> str:
        """The id of the loop's task."""
        (row,) = self.site.database.rows("SELECT id FROM tasks WHERE name = $1", loop)
        return str(row["id"])

    def assignment_id(self, loop: str) -> str:
        """The id of the loop's one assignment."""
        (row,) = self.site.database.rows(
            "SELECT id FROM assignments WHERE task_id = $1::text::uuid", self.task_id(loop)
        )
        return str(row["id"])


MakeFlow = Callable[..., Flow]


@pytest.fixture
def make_flow(site: Site) -> MakeFlow:
    """Makes a flow definition that shows a template to a team of its own, or to the one named."""

    def make(template: str = SENTIMENT, *, title: str = "", team: str = "", limit: int | None = None) -> Flow:
        name = f"b-{uuid4().hex[:10]}"
        team = team or name
        title = title or f"Task of {name}"
        site.database.call(
            people.add, email=f"{uuid4().hex}@browser.example", name="Founder", role="annotator", teams=(team,)
        )
        ui = site.sagemaker.create_human_task_ui(HumanTaskUiName=name, UiTemplate={"Content": template})
        human_loop_config: dict[str, Any] = {
            "WorkteamArn": site.sagemaker.describe_workteam(WorkteamName=team)["Workteam"]["WorkteamArn"],
            "HumanTaskUiArn": ui["HumanTaskUiArn"],
            "TaskTitle": title,
            "TaskDescription": f"What to do in {title}",
            "TaskCount": 1,
        }
        if limit is not None:
            human_loop_config["TaskTimeLimitInSeconds"] = limit
        arn = site.sagemaker.create_flow_definition(
            FlowDefinitionName=name,
            RoleArn=ROLE,
            HumanLoopConfig=human_loop_config,
            OutputConfig={"S3OutputPath": f"s3://{site.endpoints.s3_bucket}/browser"},
        )["FlowDefinitionArn"]
        return Flow(site, name, arn, team, title)

    return make


@pytest.fixture
def flow_named(site: Site) -> Callable[[str], Flow]:
    """Finds a flow definition that the stack has already."""

    def find(name: str) -> Flow:
        found = site.sagemaker.describe_flow_definition(FlowDefinitionName=name)
        config = found["HumanLoopConfig"]
        team = config["WorkteamArn"].rpartition("/")[2]
        return Flow(site, name, found["FlowDefinitionArn"], team, config["TaskTitle"])

    return find


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in once by `link`."""

    id: str
    email: str
    link: str


MakePerson = Callable[..., Person]


@pytest.fixture
def make_person(site: Site) -> MakePerson:
    """Makes a person in these teams, or a fresh link for the one with this address."""

    def make(*teams: str, role: str = "annotator", name: str = "Robin Reader", email: str = "") -> Person:
        email = email or f"{uuid4().hex[:12]}@browser.example"
        person = site.database.call(people.add, email=email, name=name, role=role, teams=teams)
        token = site.database.call(people.make_login_link, person.id, seconds=600)
        return Person(str(person.id), email, f"/login#token={token}")

    return make


@dataclass
class PageProblems:
    """What browsers logged as errors; a test that provokes one says so with `expect`."""

    seen: list[str] = field(default_factory=list[str])
    expected: list[str] = field(default_factory=list[str])

    def watch(self, context: BrowserContext) -> None:
        """Collect the errors of every page and frame of a context."""
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.seen.append(f"uncaught: {problem.error}"))

    def expect(self, *patterns: str) -> None:
        """Errors that match are part of the test."""
        self.expected.extend(patterns)

    def unexpected(self) -> list[str]:
        """What nobody expected."""
        return [text for text in self.seen if not any(re.search(pattern, text) for pattern in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location['url']})")


@pytest.fixture
def page_problems() -> Iterator[PageProblems]:
    """Fails the test on errors in a console and on uncaught exceptions."""
    problems = PageProblems()
    yield problems
    assert problems.unexpected() == []


@dataclass(frozen=True)
class Portal:
    """One person's browser: a page of the portal in a context of its own."""

    page: Page
    context: BrowserContext

    @property
    def frame(self) -> FrameLocator:
        """The template of the task that is shown; the next one loads out of sight."""
        return self.page.frame_locator("iframe:visible")

    def sign_in(self, person: Person) -> None:
        """Use the one-time link, up to the person's queues."""
        self.page.goto(person.link)
        expect(self.page.get_by_role("heading", name="My work")).to_be_visible()

    def start(self, title: str) -> None:
        """Take the next task of a queue, up to its template being ready."""
        press_start(self.page, f"Start {title}")
        self.ready(title)

    def ready(self, title: str) -> None:
        """Wait until the template of a task can be answered."""
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(self.submit).to_be_enabled()

    @property
    def dialog(self) -> Locator:
        """The dialog that is open; its content is slotted, so it is found here rather than inside the dialog's role."""
        return self.page.locator("loupe-dialog")

    @property
    def submit(self) -> Locator:
        """The portal's own Submit button."""
        return self.page.locator(".toolbar").get_by_role("button", name="Submit")

    def my_work(self) -> None:
        """Wait for the list of queues."""
        expect(self.page.get_by_role("heading", name="My work")).to_be_visible()


OpenPortal = Callable[..., Portal]


@pytest.fixture
def open_portal(page_problems: PageProblems, new_context: Callable[..., BrowserContext]) -> OpenPortal:
    """Opens a browser context; where a person is given, signed in as them."""

    def open_one(person: Person | None = None, **settings: Any) -> Portal:
        context = new_context(**settings)
        context.set_default_timeout(10_000)
        page_problems.watch(context)
        portal = Portal(context.new_page(), context)
        if person is not None:
            portal.sign_in(person)
        return portal

    return open_one


@pytest.fixture
def save_draft() -> Callable[[Portal, Flow, dict[str, Any]], str]:
    """Takes the first task of a queue in the browser's own session, keeps a draft of it and returns its id."""

    def save(portal: Portal, flow: Flow, content: dict[str, Any]) -> str:
        headers = {"X-Loupe-CSRF": "1"}
        api = portal.context.request
        taken = api.post("/v1/work/next", data={"project": flow.name}, headers=headers).json()
        body = {"lease_token": taken["lease"]["token"], "content": content}
        kept = api.put(f"/v1/assignments/{taken['id']}/draft", data=body, headers=headers)
        assert kept.ok, kept.text()
        return taken["id"]

    return save


@pytest.fixture(scope="session")
def pictures(run_folder: Path) -> Path:
    """Where screenshots go: the folder named by BROWSER_TEST_PICTURES, else one that ends with the run."""
    folder = Path(os.environ.get("BROWSER_TEST_PICTURES") or run_folder / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def look(pictures: Path, theme: str) -> Callable[[Any, str], None]:
    """Keeps pictures of what a portal shows now; fails where that is too wide, or axe finds something in it."""
    return lambda portal, name: looking.look(portal.page, pictures, name, theme)


@pytest.fixture(scope="session")
def picture_uri(site: Site) -> str:
    """S3 address of a PNG of 640 x 480 pixels."""
    key = "browser/sailing-boat.png"
    site.s3.put_object(Bucket=site.endpoints.s3_bucket, Key=key, Body=sailing_boat(), ContentType="image/png")
    return f"s3://{site.endpoints.s3_bucket}/{key}"
