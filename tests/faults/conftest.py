"""A stack to break, clients that behave as real ones do, and the proof that nothing was lost or doubled."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as WireConnectionError
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter

from loupe.parts.probe import http_status
from loupe.ports import listen
from schemas.outputs import output_document, output_key, output_location
from schemas.tasks import workflow_id
from store import outputs, people
from store.database import Pool, connect

TEAM = "crew"
PEOPLE = 4
STARTERS = 2
DISK_BYTES = 128 * 1024 * 1024
TEMPLATE = '<crowd-form><crowd-input name="answer"></crowd-input></crowd-form>'
Result = TypeVar("Result")
# What a client that reads the database may meet while it is down.
NOT_YET = (AssertionError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def eventually(check: Callable[[], Awaitable[Result]], *, seconds: float = 45) -> Result:
    """What `check` returns once it asserts no more; its last failure after `seconds`."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await check()
        except NOT_YET:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Site:
    """The stack of this folder; `disk` is the small file system below its S3 gateway, where one may be mounted."""

    stack: Any
    keys: tuple[str, ...]
    disk: Path | None

    def signal(self, part: str, number: signal.Signals) -> int:
        """Send a signal to a part's process and return its id."""
        pid = self.stack.pid(part)
        os.kill(pid, number)
        return pid

    @contextmanager
    def frozen(self, *parts: str) -> Iterator[None]:
        """Parts that do not run, but hold all that they have, inside the block."""
        pids = [self.signal(part, signal.SIGSTOP) for part in parts]
        try:
            yield
        finally:
            for pid in reversed(pids):
                os.kill(pid, signal.SIGCONT)

    @contextmanager
    def files_limited(self, *pids: int, most_bytes: int) -> Iterator[None]:
        """Processes that cannot write behind this place of any file inside the block: a disk that is full for them.

        It needs no file system of its own, so every user may do it.
        """
        for pid in pids:
            _limit_files(pid, str(most_bytes))
        try:
            yield
        finally:
            for pid in pids:
                _limit_files(pid, "unlimited")

    async def restarted(self, part: str, old_pid: int) -> None:
        """Return when the stack has started a part again."""

        async def check() -> None:
            assert self.stack.process.poll() is None, self.stack.output.read_text()[-4000:]
            written = (self.stack.data / "run" / f"{part}.pid").read_text()
            assert written not in ("", str(old_pid))

        await eventually(check)

    def environment(self, **settings: str) -> dict[str, str]:
        """For processes that a test runs beside the stack's own."""
        return {
            **os.environ,
            **self.stack.endpoints.environment(),
            "LOUPE_WORKER_METRICS_PORT": "0",
            "LOUPE_TEMPORAL_METRICS_PORT": "0",
            **settings,
        }

    @contextmanager
    def process(
        self, name: str, *arguments: str, keep: tuple[int, ...] = (), **settings: str
    ) -> Generator["subprocess.Popen[bytes]"]:
        """`loupe ...` beside the stack's own processes; killed at the end of the block where it still runs."""
        log = self.stack.data / "logs" / f"{name}-{uuid4().hex[:6]}.log"
        command = [sys.executable, "-m", "loupe", *arguments]
        with log.open("wb") as output:
            started = subprocess.Popen(
                command, env=self.environment(**settings), stdout=output, stderr=subprocess.STDOUT, pass_fds=keep
            )
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()
            started.wait()

    @asynccontextmanager
    async def worker(self, **settings: str) -> AsyncIterator["subprocess.Popen[bytes]"]:
        """A second worker that is ready."""
        ports = self.stack.data / f"ports-{uuid4().hex[:6]}.json"
        with self.process("worker", "worker", LOUPE_WORKER_PORTS_FILE=str(ports), **settings) as started:

            async def ready() -> None:
                assert started.poll() is None
                assert ports.is_file()
                port = json.loads(ports.read_text())["metrics"]
                assert await asyncio.to_thread(http_status, f"http://127.0.0.1:{port}/readyz") == 200

            await eventually(ready)
            yield started

    @contextmanager
    def api(self, listener: socket.socket, **settings: str) -> Generator["subprocess.Popen[bytes]"]:
        """Another API on a listening socket of the test's own: callers wait there until it answers."""
        number = str(listener.fileno())
        with self.process("api", "api", "--socket", number, keep=(listener.fileno(),), **settings) as started:
            yield started


@dataclass
class Live:
    """Clients of the stack for one test."""

    site: Site
    pool: Pool
    temporal: Client
    http: httpx.AsyncClient
    sagemaker: Any
    a2i: Any
    s3: Any

    @asynccontextmanager
    async def through(self, listener: socket.socket) -> AsyncIterator["Live"]:
        """The same clients, speaking to another API; each request has a connection of its own."""
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        one_each = httpx.Limits(max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(base_url=url, timeout=30, limits=one_each) as http,
            _wire_client(self.site.stack.endpoints, "sagemaker-a2i-runtime", url) as a2i,
        ):
            a2i.meta.events.register("before-send.sagemaker-a2i-runtime", _close_afterwards)
            yield replace(self, http=http, a2i=a2i)

    @property
    def bucket(self) -> str:
        return self.site.stack.endpoints.s3_bucket

    def person(self, number: int) -> dict[str, str]:
        """Headers that sign a person in."""
        return {"Authorization": f"Bearer {self.site.keys[number]}"}

    async def flow(self, *, overlap: int = 1, lifetime: int | None = None, bucket: str | None = None) -> str:
        """A new flow definition, made over the AWS wire."""
        name = f"flow-{uuid4().hex[:8]}"
        ui = await self.sagemaker.create_human_task_ui(HumanTaskUiName=name, UiTemplate={"Content": TEMPLATE})
        team = await self.sagemaker.describe_workteam(WorkteamName=TEAM)
        loop = {
            "WorkteamArn": team["Workteam"]["WorkteamArn"],
            "HumanTaskUiArn": ui["HumanTaskUiArn"],
            "TaskTitle": "Answer",
            "TaskDescription": "Look and answer",
            "TaskCount": overlap,
        }
        if lifetime is not None:
            loop["TaskAvailabilityLifetimeInSeconds"] = lifetime
        await self.sagemaker.create_flow_definition(
            FlowDefinitionName=name,
            RoleArn="arn:aws:iam::000000000000:role/loupe",
            OutputConfig={"S3OutputPath": f"s3://{bucket or self.bucket}/out"},
            HumanLoopConfig=loop,
        )
        return name

    async def start(self, flow: str, name: str | None = None, content: str | None = None) -> str:
        """Start a loop; its name."""
        name = name or f"loop-{uuid4().hex}"
        endpoints = self.site.stack.endpoints
        await self.a2i.start_human_loop(
            HumanLoopName=name,
            FlowDefinitionArn=f"arn:aws:sagemaker:{endpoints.region}:{endpoints.account_id}:flow-definition/{flow}",
            HumanLoopInput={"InputContent": content or json.dumps({"text": name})},
        )
        return name

    async def status(self, name: str) -> str:
        return (await self.a2i.describe_human_loop(HumanLoopName=name))["HumanLoopStatus"]

    async def becomes(self, name: str, status: str, *, seconds: float = 45) -> dict[str, Any]:
        """The loop's description once it has a status."""

        async def check() -> dict[str, Any]:
            loop = await self.a2i.describe_human_loop(HumanLoopName=name)
            assert loop["HumanLoopStatus"] == status
            return loop

        return await eventually(check, seconds=seconds)

    async def take(self, flow: str, person: int = 0) -> dict[str, Any]:
        """The next work of a flow, once there is some."""

        async def check() -> dict[str, Any]:
            answer = await self.http.post("/v1/work/next", json={"project": flow}, headers=self.person(person))
            assert answer.status_code == 200, answer.text
            return answer.json()

        return await eventually(check)

    async def submit(
        self, item: dict[str, Any], person: int = 0, submission: UUID | None = None, *, wait: float = 30
    ) -> httpx.Response:
        """One try to answer; the answer names its submission."""
        submission = submission or uuid4()
        body = {
            "lease_token": item["lease"]["token"],
            "submission_id": str(submission),
            "content": {"answer": str(submission)},
            "active_seconds": 0.5,
        }
        route = f"/v1/assignments/{item['id']}/submit"
        return await self.http.post(route, json=body, headers=self.person(person), timeout=wait)

    async def workflow(self, name: str) -> Any:
        """Handle of a loop's workflow."""
        row = await self.pool.fetchrow(
            "SELECT t.id, t.opening, p.name FROM tasks t JOIN projects p ON p.id = t.project_id WHERE t.name = $1", name
        )
        key = workflow_id(project=row["name"], task_name=name, task_id=row["id"], opening=row["opening"])
        return self.temporal.get_workflow_handle(key)

    @asynccontextmanager
    async def held_up(self, statement: str, *values: object) -> AsyncIterator[None]:
        """A transaction that did `statement` and is rolled back at the end of the block: who needs its locks waits."""
        async with self.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute(statement, *values)
                yield
            finally:
                await transaction.rollback()

    async def waits_for_lock(self, client: str) -> None:
        """Return when a statement of `client` ("loupe api", "loupe worker") waits for a lock."""

        async def check() -> None:
            assert await self.pool.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'", client
            )

        await eventually(check)

    async def stored_object(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        stored = await self.s3.get_object(Bucket=bucket, Key=key)
        return await stored["Body"].read()

    async def answers_in(self, name: str) -> list[str]:
        """Submissions that a completed loop's output object names."""
        loop = await self.a2i.describe_human_loop(HumanLoopName=name)
        body = json.loads(await self.stored_object(loop["HumanLoopOutput"]["OutputS3Uri"]))
        return [answer["answerContent"]["answer"] for answer in body["humanAnswers"]]

    async def statuses(self, name: str) -> list[str]:
        """The statuses that a loop's events told of, in order."""
        rows = await self.pool.fetch(
            "SELECT e.data ->> 'humanLoopStatus' AS status FROM events e JOIN tasks t ON t.id = e.task_id"
            " WHERE t.name = $1 AND e.type = 'loupe.human_loop.status_changed' ORDER BY e.id",
            name,
        )
        return [row["status"] for row in rows]

    async def mailbox_is_empty(self, flow: str) -> None:
        """Nothing waits for delivery and nothing is a dead letter."""
        left = await self.pool.fetch(
            "SELECT t.name, m.seq, h.last_seq, h.last_error FROM tasks t JOIN projects p ON p.id = t.project_id"
            " LEFT JOIN mailbox m ON m.task_id = t.id LEFT JOIN mailbox_heads h ON h.task_id = t.id"
            " WHERE p.name = $1 AND (m.task_id IS NOT NULL OR h.task_id IS NOT NULL)",
            flow,
        )
        assert left == []


@dataclass
class Load:
    """Clients of one flow definition: some start loops, some answer; each repeats what was not answered.

    `in_flight` bounds the loops that are started and not yet answered.
    """

    live: Live
    flow: str
    overlap: int = 1
    in_flight: int = 12
    people: int = PEOPLE
    started: dict[str, str] = field(default_factory=dict[str, str])
    submitted: dict[str, str] = field(default_factory=dict[str, str])
    # What clients were refused with: HTTP statuses, or "network".
    refusals: Counter[int | str] = field(default_factory=Counter[int | str])

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.in_flight)
        self._full = asyncio.Event()
        self._answered = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """Load inside the block; at its end no loop is started any more, and all that were are answered."""
        async with asyncio.TaskGroup() as group:
            for _ in range(STARTERS):
                group.create_task(self._start_loops())
            for number in range(self.people):
                group.create_task(self._answer(number))
            try:
                yield self
                await self.finished()
            finally:
                self._end_starts()
                self._answered.set()

    async def finished(self) -> None:
        """Start no more loops, and return when all that were started are answered."""
        self._end_starts()
        await eventually(self._all_answered, seconds=60)

    def _end_starts(self) -> None:
        self._full.set()
        for _ in range(STARTERS):
            self._room.release()

    async def progress(self, answers: int) -> None:
        """Return when so many more submissions were answered with success."""
        wanted = len(self.submitted) + answers

        async def check() -> None:
            assert len(self.submitted) >= wanted

        await eventually(check, seconds=60)

    async def _all_answered(self) -> None:
        assert len(self.submitted) == len(self.started) * self.overlap

    async def _start_loops(self) -> None:
        while True:
            await self._room.acquire()
            if self._full.is_set():
                return
            name = f"loop-{uuid4().hex}"
            await self._insist(lambda name=name: self.live.start(self.flow, name))
            self.started[name] = json.dumps({"text": name})

    async def _insist(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """Repeat a call until it is answered; whatever is not to be repeated is raised."""
        async with asyncio.timeout(90):
            return await self._repeat(call)

    async def _repeat(self, call: Callable[[], Awaitable[Result]]) -> Result:
        while True:
            try:
                return await call()
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status < 500:
                    raise
                self.refusals[status] += 1
            except (HTTPClientError, WireConnectionError, httpx.TransportError):
                self.refusals["network"] += 1
            except httpx.HTTPStatusError as error:
                if error.response.status_code < 500:
                    raise
                self.refusals[error.response.status_code] += 1
            await self._pause()

    async def _answer(self, number: int) -> None:
        while not self._answered.is_set():
            item = await self._take(number)
            if item is None:
                await self._pause()
                continue
            submission = uuid4()

            async def submit(item: dict[str, Any] = item, submission: UUID = submission) -> None:
                (await self.live.submit(item, number, submission)).raise_for_status()

            await self._insist(submit)
            self.submitted[str(submission)] = item["task_id"]
            if list(self.submitted.values()).count(item["task_id"]) == self.overlap:
                self._room.release()

    async def _take(self, number: int) -> dict[str, Any] | None:
        """The next work; what was taken by a request whose answer was lost is found in what is held."""
        item = await self._insist(lambda: self._post(number, "/v1/work/next", {"project": self.flow}))
        if item is not None:
            return item
        for held in await self._insist(lambda: self._held(number)):
            return await self._insist(lambda held=held: self._post(number, f"/v1/assignments/{held['id']}/open", {}))
        return None

    async def _post(self, number: int, route: str, body: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self.live.http.post(route, json=body, headers=self.live.person(number))
        answer.raise_for_status()
        return answer.json() if answer.status_code == 200 else None

    async def _held(self, number: int) -> list[dict[str, Any]]:
        answer = await self.live.http.get("/v1/work/held", headers=self.live.person(number))
        answer.raise_for_status()
        return [item for item in answer.json()["items"] if item["project"] == self.flow]

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), 0.05)

    async def prove(self) -> None:
        """Nothing lost, nothing doubled. Raises AssertionError."""
        assert self.started, "the load did nothing"
        assert set(self.refusals) <= {503, "network"}
        await eventually(self._all_completed, seconds=75)
        await eventually(lambda: self.live.mailbox_is_empty(self.flow))
        rows = await self._tasks()
        assert Counter(row["name"] for row in rows) == Counter(self.started.keys())
        found = [answer for row in rows for answer in await self._check(row)]
        assert Counter(found) == Counter(self.submitted.keys())
        await self._check_keys(rows)
        await self._check_workflows(rows)

    async def _tasks(self) -> list[Any]:
        return await self.live.pool.fetch(
            "SELECT t.id, t.name, t.opening, t.state, t.output_uri, t.output_stamp, p.output_path"
            " FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.name = $1",
            self.flow,
        )

    async def _all_completed(self) -> None:
        left = [(row["name"], row["state"]) for row in await self._tasks() if row["state"] != "completed"]
        assert left == []

    async def _check(self, row: Any) -> list[str]:
        """One loop: its object against a second computation from the rows, its answers, its events."""
        pool = self.live.pool
        task = await outputs.finished(pool, row["id"])
        stored = await self.live.stored_object(row["output_uri"])
        assert stored == output_document(
            arn_base=task.arn_base,
            flow_definition=task.project,
            human_loop=task.task_name,
            input_content=self.started[row["name"]],
            answers=await outputs.human_answers(pool, row["id"], row["opening"]),
        )
        answers = [answer["answerContent"]["answer"] for answer in json.loads(stored)["humanAnswers"]]
        assert {self.submitted[answer] for answer in answers} == {str(row["id"])}
        assert len(answers) == self.overlap
        told = await pool.fetch("SELECT type, time, data FROM events WHERE task_id = $1 ORDER BY id", row["id"])
        assert [event["time"] for event in told] == sorted(event["time"] for event in told)
        assert await self.live.statuses(row["name"]) == ["InProgress", "Completed"]
        kinds = Counter(event["type"] for event in told)
        assert kinds["loupe.visit.opened"] == kinds["loupe.visit.closed"] == 1
        assert kinds["loupe.assignment.submitted"] == self.overlap
        return answers

    async def _check_keys(self, rows: list[Any]) -> None:
        """The bucket holds one object for each loop and no other."""
        pages = self.live.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.live.bucket, Prefix=f"out/{self.flow}/"
        )
        keys = [entry["Key"] async for page in pages for entry in page.get("Contents", [])]
        expected = [
            output_location(
                row["output_path"],
                output_key(flow_definition=self.flow, human_loop=row["name"], stamp=row["output_stamp"]),
            )[1]
            for row in rows
        ]
        assert sorted(keys) == sorted(expected)

    async def _check_workflows(self, rows: list[Any]) -> None:
        async def none_open() -> None:
            found = self.live.temporal.list_workflows(f"LoupeProject = '{self.flow}'")
            states = Counter([execution.status async for execution in found])
            assert states == {WorkflowExecutionStatus.COMPLETED: len(rows)}

        await eventually(none_open)


@pytest.fixture(scope="session")
def site(run_folder: Path, run_stack: Callable[..., Any]) -> Iterator[Site]:
    """One stack for all tests of this folder."""
    data = run_folder / "faults"
    (data / "s3").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch, _small_disk(data / "s3") as disk:
        patch.setenv("LOUPE_RELAY_LEASE_SECONDS", "4")
        with run_stack(data, "--no-ui") as stack:
            patch.undo()
            yield Site(stack, asyncio.run(_hire(stack.endpoints.database_url)), disk)


def _limit_files(pid: int, most: str) -> None:
    owner = Path(f"/proc/{pid}").stat()
    # Only the soft limit, and as its own user: that is allowed to everybody.
    as_owner: dict[str, Any] = {}
    if owner.st_uid != os.geteuid():
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    subprocess.run(["prlimit", "--pid", str(pid), f"--fsize={most}:unlimited"], check=True, cwd="/", **as_owner)


@contextmanager
def _small_disk(folder: Path) -> Generator[Path | None]:
    """A file system of its own below `folder`, None where this user may not mount one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def _hire(database_url: str) -> tuple[str, ...]:
    keys: list[str] = []
    async with await connect(database_url, size=1, name="faults") as pool:
        for number in range(PEOPLE):
            email = f"person{number}@example.org"
            person = await people.add(pool, email=email, name=email, role="annotator", teams=(TEAM,))
            keys.append(await people.make_api_key(pool, person.id, "faults"))
    return tuple(keys)


def _close_afterwards(request: Any, **_: object) -> None:
    request.headers["Connection"] = "close"


def _wire_client(endpoints: Any, service: str, url: str) -> Any:
    session: Any = get_session()
    return session.create_client(
        service,
        endpoint_url=url,
        region_name=endpoints.region,
        aws_access_key_id=endpoints.aws_access_key_id,
        aws_secret_access_key=endpoints.aws_secret_access_key,
        config=AioConfig(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30),
    )


@pytest.fixture
async def live(site: Site) -> AsyncIterator[Live]:
    """Clients that repeat nothing by themselves."""
    endpoints = site.stack.endpoints
    async with AsyncExitStack() as opened:
        wire = [
            await opened.enter_async_context(_wire_client(endpoints, service, endpoint))
            for service, endpoint in (
                ("sagemaker", endpoints.api),
                ("sagemaker-a2i-runtime", endpoints.api),
                ("s3", endpoints.s3_endpoint),
            )
        ]
        http = await opened.enter_async_context(httpx.AsyncClient(base_url=endpoints.api, timeout=30))
        pool = await opened.enter_async_context(await connect(endpoints.database_url, size=4, name="faults"))
        temporal = await Client.connect(endpoints.temporal_address, data_converter=pydantic_data_converter)
        yield Live(site, pool, temporal, http, *wire)


@pytest.fixture
def load(live: Live) -> type[Load]:
    """The class, for tests that say how much of it they need."""
    del live
    return Load


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket on a free port."""
    with listen("127.0.0.1", 0) as opened:
        yield opened


@pytest.fixture
def poll() -> Callable[..., Awaitable[Any]]:
    """`eventually`, for the tests of this folder."""
    return eventually
