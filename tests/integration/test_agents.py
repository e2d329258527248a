"""Asking agents: over HTTP against a real server that behaves badly, and by contents in a real object store."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError
from temporalio.testing import ActivityEnvironment

from activities.agents import AgentActivities
from loupe.doctor import examine
from loupe_agents import AgentTask as TypedTask
from loupe_agents.tasks import Returned, put_content
from runtime.agent_secrets import new_secret, secrets_of
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from schemas.agents import (
    AgentAnswer,
    AgentAttempt,
    AgentDecision,
    AttemptEnd,
    CallRef,
    DeadCall,
    DecidedAttempt,
    HttpAttempt,
)
from schemas.errors import BadRequest, Conflict, NotFound
from schemas.graphs import HttpAgent
from schemas.tasks import VisitRef
from store import agents, outputs
from store.database import Pool
from world import World

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """A real HTTP server whose next answers are given; it keeps what it was sent."""

    address: str = ""
    behaviours: list[Behaviour] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        return await behave(request)


def answers(body: Any, status: int = 200) -> Behaviour:
    async def behave(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body if isinstance(body, bytes) else json.dumps(body), status=status)

    return behave


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Listens on the loopback address."""
    made, application = Server(), web.Application(client_max_size=2**24)
    application.router.add_post("/agent", made.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@dataclass
class Asked:
    """One task in an agent stage, and the activities that ask about it."""

    world: World
    server: Server
    settings: Settings
    activities: AgentActivities
    task: UUID

    def attempt(self, *, call: int = 1, attempt: int = 1) -> AgentAttempt:
        return AgentAttempt(
            task_id=self.task, opening=1, visit=1, stage="ask", call=call, attempt=attempt, pathways=("YES", "NO")
        )

    async def ask(self, *, callback: bool = False, seconds: int = 20, url: str = "", **number: int) -> AgentAnswer:
        agent = HttpAgent(url=url or f"http://{self.server.address}/agent", callback=callback)
        attempt = HttpAttempt(
            **self.attempt(**number).model_dump(), agent=agent, timeout_seconds=seconds, heartbeat_seconds=5
        )
        return await ActivityEnvironment().run(self.activities.call_agent, attempt)

    async def events(self) -> list[str]:
        rows = await self.world.pool.fetch(
            "SELECT type FROM events WHERE task_id = $1 AND type LIKE 'loupe.agent.%' ORDER BY id", self.task
        )
        return [row["type"].removeprefix("loupe.agent.") for row in rows]

    async def outcomes(self) -> list[tuple[int, int, str | None, int | None]]:
        rows = await agents.attempts(self.world.pool, self.task)
        return [(row.call, row.attempt, row.outcome, row.status) for row in rows]

    async def labels(self) -> list[tuple[str, Any]]:
        rows = await self.world.pool.fetch("SELECT source, content FROM labels WHERE task_id = $1", self.task)
        return [(row["source"], json.loads(row["content"])) for row in rows]


@pytest.fixture
def world(pool: Pool, bucket: str) -> World:
    """An empty installation."""
    return World(pool, bucket=bucket)


@pytest.fixture
async def asked(world: World, server: Server, settings: Settings, s3: S3) -> Asked:
    """A task that an agent is asked about; only the server may be called."""
    await world.person("ann")
    await world.flow()
    task = await world.loop("a", text="hello")
    settings = settings.model_copy(update={"agent_hosts": server.address})
    return Asked(world, server, settings, AgentActivities(world.pool, s3, settings), task)


async def test_an_answer_is_kept_with_its_label_and_priority(asked, pool):
    asked.server.behaviours = [answers({"pathway": "YES", "content": {"class": "cat"}, "priority": 90})]
    assert await asked.ask() == AgentAnswer(outcome="answered", pathway="YES")
    assert await asked.outcomes() == [(1, 1, "answered", 200)]
    assert await asked.labels() == [("agent", {"class": "cat"})]
    task = await pool.fetchrow("SELECT priority, stage, visit, state FROM tasks WHERE id = $1", asked.task)
    assert tuple(task) == (90, "ask", 1, "open")
    assert await asked.events() == ["called", "answered"]


async def test_the_request_is_signed_and_holds_the_task(asked, pool, settings):
    await pool.execute(
        "UPDATE tasks SET metadata = $2, prediction = $3, rejections = 2 WHERE id = $1",
        asked.task,
        {"gold": True},
        {"label": {"class": "dog"}, "confidence": 0.4},
    )
    await pool.execute(
        "UPDATE task_inputs SET content = $2 WHERE task_id = $1", asked.task, '{"big": 123456789012345678901234567890}'
    )
    asked.server.behaviours = [answers({"pathway": "NO"})]
    await asked.ask()
    project = await pool.fetchval("SELECT project_id FROM tasks WHERE id = $1", asked.task)
    (secret,) = await secrets_of(pool, Seal(settings.secret_key.get_secret_value()), project)
    called = Webhook(secret).verify(asked.server.bodies[0], asked.server.headers[0])
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(asked.server.bodies[0] + b" ", asked.server.headers[0])
    assert (called["type"], called["timestamp"][-1]) == ("loupe.agent.called", "Z")
    assert called["data"] == {
        "task": str(asked.task),
        "project": "flow",
        "stage": "ask",
        "name": "a",
        "opening": 1,
        "visit": 1,
        "attempt": 1,
        "pathways": ["YES", "NO"],
        "input": {"big": 123456789012345678901234567890},
        "metadata": {"gold": True},
        "prediction": {"label": {"class": "dog"}, "confidence": 0.4},
        "labels": [],
        "rejections": 2,
    }


async def test_the_label_of_an_earlier_visit_is_shown(asked, pool):
    await pool.execute(
        "INSERT INTO labels (task_id, opening, visit, answer, source, content) VALUES ($1, 1, 0, 1, 'edit', $2)",
        asked.task,
        '{"a": 1}',
    )
    asked.server.behaviours = [answers({"pathway": "NO"})]
    await asked.ask()
    assert json.loads(asked.server.bodies[0])["data"]["labels"] == [
        {"answer": 1, "source": "edit", "content": {"a": 1}}
    ]


async def test_attempts_of_a_call_share_their_id_and_calls_do_not(asked):
    asked.server.behaviours = [answers(b"down", 500)]
    await asked.ask()
    await asked.ask(attempt=2)
    await asked.ask(call=2)
    first, second, other = (headers["webhook-id"] for headers in asked.server.headers)
    assert first == second != other


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"out of memory", 500, "answered 500: out of memory"),
        (b"\x00\xff", 404, "answered 404"),
        (b"", 204, "answered 204"),
        (b"{}", 202, "the stage takes no callback"),
        (b"not json", 200, "not valid JSON"),
        (b"[]", 200, "not a JSON object"),
        ({"path": "YES"}, 200, "pathway: Field required"),
        ({"pathway": "YES", "prority": 3}, 200, "prority"),
        ({"pathway": "YES", "priority": 101}, 200, "priority"),
        ({"pathway": "YES", "content": []}, 200, "content"),
        (b'{"pathway": "YES", "content": {"a": 123456789012345678901234567890}}', 200, "content"),
        ({"pathway": "MAYBE"}, 200, "use one of: YES, NO"),
        ({"pathway": "failed"}, 200, "use one of: YES, NO"),
    ],
)
async def test_what_is_no_answer_is_a_failed_attempt_that_says_why(asked, body, status, error):
    asked.server.behaviours = [answers(body, status)]
    answer = await asked.ask()
    assert (answer.outcome, answer.pathway) == ("failed", None)
    assert error in answer.error
    assert await asked.outcomes() == [(1, 1, "failed", status)]
    assert await asked.events() == ["called", "failed"]
    assert await asked.labels() == []


async def test_an_answer_of_twenty_megabytes_is_not_read(asked):
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(20):
                await response.write(b" " * 2**20)
                sent += 1
        except ConnectionError:
            pass
        return response

    asked.server.behaviours = [flood]
    answer = await asked.ask()
    assert (answer.outcome, answer.error) == ("failed", "answered more than 1048576 bytes")
    assert sent < 20


async def test_an_agent_that_never_answers_is_timed_out(asked):
    over = asyncio.Event()

    async def wait(request: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    asked.server.behaviours = [wait]
    answer = await asked.ask(seconds=1)
    over.set()
    assert (answer.outcome, answer.error) == ("timed_out", "no answer within 1 s")
    assert await asked.events() == ["called", "failed"]


async def test_a_redirect_is_not_followed(asked):
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(f"http://{asked.server.address}/agent")

    asked.server.behaviours = [elsewhere]
    assert (await asked.ask()).error == "answered 307: redirects are not followed"
    assert len(asked.server.bodies) == 1


@pytest.mark.parametrize(
    "url",
    ["http://localhost:{port}/agent", "http://127.0.0.1/agent", "https://169.254.169.254/", "http://x@{address}/agent"],
)
async def test_only_listed_hosts_are_called(asked, url):
    address = asked.server.address
    asked.server.behaviours = [answers({"pathway": "YES"})]
    answer = await asked.ask(url=url.format(address=address, port=address.rpartition(":")[2]))
    assert answer.outcome == "failed"
    assert "LOUPE_AGENT_HOSTS" in answer.error or "user or password" in answer.error
    assert asked.server.bodies == []


async def test_a_host_that_is_away_is_a_failed_attempt(asked, server, settings, s3):
    # Port 1 of the loopback address has no listener.
    activities = AgentActivities(asked.world.pool, s3, settings.model_copy(update={"agent_hosts": "127.0.0.1:1"}))
    asked.activities = activities
    answer = await asked.ask(url="http://127.0.0.1:1/agent")
    assert answer.outcome == "failed"
    assert answer.error.startswith("could not be asked")


async def test_an_activity_that_starts_again_asks_again_unless_it_was_answered(asked):
    """Its worker was killed: first before the answer, then after it was kept."""
    begun = await agents.begin(asked.world.pool, asked.attempt(), "http")
    assert begun is None
    asked.server.behaviours = [answers({"pathway": "NO"})]
    assert (await asked.ask()).pathway == "NO"
    assert (await asked.ask()).pathway == "NO"
    assert len(asked.server.bodies) == 1
    assert await asked.events() == ["called", "answered"]


def callback(asked: Asked, call: int = 1) -> CallRef:
    return CallRef(task_id=asked.task, opening=1, visit=1, call=call)


async def call_back(asked: Asked, pathway: str = "YES", **fields: Any) -> None:
    values = {"content": None, "priority": None} | fields
    await agents.call_back(asked.world.pool, callback(asked), pathway=pathway, **values)


async def test_a_callback_counts_once_and_tells_the_workflow(asked, pool):
    asked.server.behaviours = [answers(b"", 202)]
    assert (await asked.ask(callback=True)).outcome == "waiting"
    assert "/v1/agent-callbacks/" in json.loads(asked.server.bodies[0])["data"]["callback_url"]
    await call_back(asked, content='{"a": 1}', priority=7)
    with pytest.raises(Conflict):
        await call_back(asked, "NO", content='{"a": 2}')
    assert await asked.labels() == [("agent", {"a": 1})]
    assert await asked.outcomes() == [(1, 1, "answered", 202)]
    assert await asked.events() == ["called", "answered", "late"]
    assert await asked.world.kinds(asked.task) == ["start", "callback"]
    body = await pool.fetchval("SELECT body FROM mailbox WHERE task_id = $1 AND kind = 'callback'", asked.task)
    assert body == {"visit": 1, "pathway": "YES"}


async def test_a_callback_may_come_before_the_agent_has_answered(asked):
    async def hasty(request: web.Request) -> web.StreamResponse:
        await call_back(asked, "YES")
        return web.Response(body=b'{"pathway": "NO"}')

    asked.server.behaviours = [hasty]
    assert (await asked.ask(callback=True)).pathway == "YES"
    assert await asked.events() == ["called", "answered", "late"]


async def test_a_late_callback_is_refused_and_kept_in_the_history(asked):
    asked.server.behaviours = [answers(b"", 202)]
    await asked.ask(callback=True)
    ended = AttemptEnd(**asked.attempt().model_dump(), outcome="timed_out", error="did not call back within 20 s")
    assert (await ActivityEnvironment().run(asked.activities.end_attempt, ended)).outcome == "timed_out"
    with pytest.raises(Conflict):
        await call_back(asked)
    assert await asked.events() == ["called", "failed", "late"]
    assert await asked.world.kinds(asked.task) == ["start"]


async def test_a_callback_before_the_end_of_its_time_is_what_ending_returns(asked):
    asked.server.behaviours = [answers(b"", 202)]
    await asked.ask(callback=True)
    await call_back(asked)
    ended = AttemptEnd(**asked.attempt().model_dump(), outcome="timed_out", error="late")
    assert (await ActivityEnvironment().run(asked.activities.end_attempt, ended)).pathway == "YES"


async def test_callbacks_and_ends_at_one_moment_agree(asked):
    """Whatever comes first, the workflow is told what the agent was told."""
    asked.server.behaviours = [answers(b"", 202)]
    for number in range(1, 9):
        await asked.ask(callback=True, attempt=number)
        ended = AttemptEnd(**asked.attempt(attempt=number).model_dump(), outcome="timed_out", error="late")
        told, standing = await asyncio.gather(
            call_back(asked, priority=number), asked.activities.end_attempt(ended), return_exceptions=True
        )
        assert (told is None) == (standing.pathway == "YES")


async def test_a_callback_for_a_task_that_is_over_is_refused(asked, pool):
    asked.server.behaviours = [answers(b"", 202)]
    await asked.ask(callback=True)
    await pool.execute("UPDATE tasks SET state = 'cancelled', ended_at = now() WHERE id = $1", asked.task)
    with pytest.raises(Conflict):
        await call_back(asked)


async def test_a_callback_with_a_pathway_that_is_not_drawn_may_be_mended(asked):
    asked.server.behaviours = [answers(b"", 202)]
    await asked.ask(callback=True)
    with pytest.raises(BadRequest, match="use one of: YES, NO"):
        await call_back(asked, "MAYBE")
    await call_back(asked, "NO")


async def test_a_users_own_activity_reads_and_writes_contents_without_a_key(asked):
    environment = ActivityEnvironment()
    task = await environment.run(asked.activities.prepare_agent, asked.attempt())
    typed = TypedTask.model_validate_json(task.model_dump_json())
    document = await typed.read_async()
    assert (document.input, document.name, document.pathways) == ({"text": "hello"}, "a", ("YES", "NO"))
    await asyncio.to_thread(put_content, typed, {"class": "tabby é"})
    decided = DecidedAttempt(
        **asked.attempt().model_dump(), decision=AgentDecision(pathway="NO", has_content=True, priority=3)
    )
    for _ in range(2):
        assert (await environment.run(asked.activities.accept_agent, decided)).pathway == "NO"
    assert await asked.labels() == [("agent", {"class": "tabby é"})]
    assert await asked.events() == ["called", "answered"]


@pytest.mark.parametrize(
    ("decision", "content", "error"),
    [
        ({"pathway": "MAYBE"}, None, "use one of: YES, NO"),
        ({"pathway": "YES", "has_content": True}, None, "nothing was put"),
        ({"pathway": "YES", "has_content": True}, b"{", "not valid JSON"),
        ({"pathway": "YES", "has_content": True}, b"[1]", "not a JSON object"),
        ({"pathway": "YES", "has_content": True}, b'"' + b"x" * 2000 + b'"', "larger than 1024 bytes"),
    ],
)
async def test_a_decision_that_cannot_be_taken_is_a_failed_attempt(asked, s3, decision, content, error):
    settings = asked.settings.model_copy(update={"max_answer_bytes": 1024})
    activities, environment = AgentActivities(asked.world.pool, s3, settings), ActivityEnvironment()
    await environment.run(activities.prepare_agent, asked.attempt())
    if content is not None:
        key = f"agents/{asked.task}/1/1/1-1/content.json"
        await s3.client.put_object(Bucket=settings.s3_bucket, Key=key, Body=content)
    decided = DecidedAttempt(**asked.attempt().model_dump(), decision=AgentDecision.model_validate(decision))
    answer = await environment.run(activities.accept_agent, decided)
    assert answer.outcome == "failed"
    assert error in answer.error


def test_the_helpers_and_loupes_models_are_one_wire():
    from schemas import agents as wire

    assert set(TypedTask.model_fields) == set(wire.AgentTask.model_fields)
    assert set(Returned.model_fields) == set(wire.AgentDecision.model_fields)
    returned = Returned(pathway="YES", has_content=True, priority=100)
    assert wire.AgentDecision.model_validate_json(returned.model_dump_json()).model_dump() == returned.model_dump()


def dead(asked: Asked, call: int = 1) -> DeadCall:
    return DeadCall(
        **callback(asked, call).model_dump(), stage="ask", attempts=5, error="answered 500", pathways=("YES", "NO")
    )


async def test_a_dead_letter_is_shown_until_somebody_decides(asked, pool):
    boss = await asked.world.person("boss", role="team_manager")
    for _ in range(2):
        await asked.activities.bury_call(dead(asked))
    (letter,) = await agents.dead_letters(pool, "flow")
    assert (letter.task_id, letter.task_name, letter.error, letter.pathways) == (
        asked.task,
        "a",
        "answered 500",
        ["YES", "NO"],
    )
    assert [(row.project, row.stage, row.letters) for row in await agents.tally(pool)] == [("flow", "ask", 1)]
    with pytest.raises(BadRequest, match="use one of: YES, NO"):
        await agents.redrive(pool, asked.task, boss.id, "MAYBE")
    await agents.redrive(pool, asked.task, boss.id, None)
    with pytest.raises(Conflict):
        await agents.redrive(pool, asked.task, boss.id, "YES")
    await asked.activities.bury_call(dead(asked, call=2))
    await agents.redrive(pool, asked.task, boss.id, "YES")
    rows = await pool.fetch("SELECT body FROM mailbox WHERE task_id = $1 AND kind = 'redrive' ORDER BY seq", asked.task)
    assert [row["body"] for row in rows] == [{"visit": 1, "pathway": None}, {"visit": 1, "pathway": "YES"}]
    assert await agents.dead_letters(pool) == []
    assert await asked.events() == ["dead", "redriven", "dead", "redriven"]


async def test_two_people_decide_at_one_moment_and_one_of_them_did(asked, pool):
    boss = await asked.world.person("boss", role="team_manager")
    await asked.activities.bury_call(dead(asked))
    told = await asyncio.gather(
        *(agents.redrive(pool, asked.task, boss.id, pathway) for pathway in ("YES", "NO")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in told) == ["Conflict", "NoneType"]
    assert (await asked.world.kinds(asked.task)).count("redrive") == 1


async def test_a_task_that_went_on_has_no_dead_letter(asked, pool):
    await asked.activities.bury_call(dead(asked))
    await asked.activities.close_letters(VisitRef(task_id=asked.task, opening=1, visit=1))
    assert await agents.dead_letters(pool) == []
    with pytest.raises(NotFound):
        await agents.dead_letters(pool, "no such project")


async def test_a_task_that_is_over_has_no_dead_letter(asked, pool):
    await asked.activities.bury_call(dead(asked))
    await outputs.finish(
        pool, asked.task, 1, state="cancelled", output_uri=None, failure_code=None, failure_reason=None
    )
    # Of a run that was reset, and comes to the same point again.
    await asked.activities.bury_call(dead(asked, call=2))
    rows = await pool.fetch("SELECT call, closed_at IS NOT NULL AS closed FROM agent_dead_letters ORDER BY call")
    assert [tuple(row.values()) for row in rows] == [(1, True), (2, True)]


async def test_requests_are_signed_with_the_secret_before_too(asked, pool, settings):
    boss = await asked.world.person("boss", role="admin")
    seal = Seal(settings.secret_key.get_secret_value())
    secrets = [new_secret(), new_secret()]
    for secret in secrets:
        await agents.replace_secret(pool, "flow", seal.seal(secret), previous_seconds=60, person_id=boss.id)
    asked.server.behaviours = [answers({"pathway": "YES"})]
    await asked.ask()
    for secret in secrets:
        Webhook(secret).verify(asked.server.bodies[0], asked.server.headers[0])
    await pool.execute("UPDATE agent_secrets SET previous_until = now() - interval '1 s'")
    await asked.ask(call=2)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(asked.server.bodies[1], asked.server.headers[1])
    Webhook(secrets[1]).verify(asked.server.bodies[1], asked.server.headers[1])


async def test_the_doctor_shows_dead_letters_and_what_to_do(asked, temporal):
    async def agents_part():
        report = await examine(asked.settings.model_copy(update={"temporal_address": temporal.address}))
        return next(check for check in report.checks if check.part == "agents")

    assert (await agents_part()).state == "ok"
    await asked.activities.bury_call(dead(asked))
    found = await agents_part()
    assert (found.state, found.detail) == ("warning", "1 tasks whose agent failed for good: flow/a (ask): answered 500")
    assert "/v1/tasks/{id}/agent" in found.advice
