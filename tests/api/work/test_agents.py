"""Agents over /v1: answers of their own accord, dead letters and what is decided on them, secrets, allowed hosts."""

import asyncio
import json
import re
from uuid import uuid4

import httpx
import pytest

from api.agents import DeadLettersView, SecretView, require_allowed_hosts
from runtime.settings import Settings
from schemas.agents import AgentAttempt, CallbackToken, CallRef, DeadCall
from schemas.errors import BadRequest
from schemas.graphs import ActivityAgent, AgentStage, ArchiveStage, Graph, HttpAgent
from store import agents


@pytest.fixture
async def task(world, pool):
    """A task whose agent was asked and will call back."""
    await world.person("ann")
    await world.flow()
    made = await world.loop("a")
    await agents.begin(pool, attempt(made), "http")
    await agents.end(pool, attempt(made), "waiting", status=202)
    return made


def attempt(task, number=1):
    return AgentAttempt(task_id=task, opening=1, visit=1, stage="ask", call=1, attempt=number, pathways=("YES", "NO"))


@pytest.fixture
def address(app, task):
    """Where the agent calls back."""
    token = CallbackToken(task_id=task, opening=1, visit=1, call=1)
    return f"/v1/agent-callbacks/{app.state.context.seal.seal(token.model_dump_json()).decode()}"


@pytest.fixture
async def stranger(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loupe") as client:
        yield client


@pytest.fixture
async def boss(world, as_person):
    return await as_person(await world.person("boss", role="team_manager"))


async def events(pool, task):
    rows = await pool.fetch("SELECT type FROM events WHERE task_id = $1 ORDER BY id", task)
    return [row["type"] for row in rows if row["type"].startswith("loupe.agent.")]


async def test_a_callback_needs_nothing_but_its_address_and_counts_once(stranger, address, task, pool, world):
    response = await stranger.post(address, json={"pathway": "YES", "content": {"a": 1}, "priority": 9})
    assert response.status_code == 204
    again = await stranger.post(address, json={"pathway": "NO"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/conflict")
    assert await world.kinds(task) == ["start", "callback"]
    assert json.loads(await pool.fetchval("SELECT content FROM labels WHERE task_id = $1", task)) == {"a": 1}
    assert (await events(pool, task))[-2:] == ["loupe.agent.answered", "loupe.agent.late"]


async def test_one_of_two_callbacks_at_one_moment_counts(stranger, address, task, world):
    responses = await asyncio.gather(*(stranger.post(address, json={"pathway": way}) for way in ("YES", "NO")))
    assert sorted(response.status_code for response in responses) == [204, 409]
    assert await world.kinds(task) == ["start", "callback"]


async def test_a_late_callback_is_refused_and_kept(stranger, address, task, pool, world):
    await agents.end(pool, attempt(task), "timed_out", error="did not call back")
    assert (await stranger.post(address, json={"pathway": "YES"})).status_code == 409
    assert (await events(pool, task))[-1] == "loupe.agent.late"
    assert await world.kinds(task) == ["start"]


async def test_a_callback_address_serves_the_next_attempt_of_its_call(stranger, address, task, pool):
    await agents.end(pool, attempt(task), "timed_out", error="did not call back")
    await agents.begin(pool, attempt(task, 2), "http")
    assert (await stranger.post(address, json={"pathway": "YES"})).status_code == 204
    assert [row.outcome for row in await agents.attempts(pool, task)] == ["timed_out", "answered"]


async def test_a_pathway_that_is_not_drawn_is_422_and_may_be_mended(stranger, address):
    response = await stranger.post(address, json={"pathway": "MAYBE"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "pathway"
    assert "YES, NO" in response.json()["detail"]
    assert (await stranger.post(address, json={"pathway": "NO"})).status_code == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b'{"pathway": "YES", "extra": 1}', 422),
        (b'{"pathway": "YES", "priority": -1}', 422),
        (b'{"pathway": "YES", "content": "text"}', 422),
        (b'{"pathway": "YES", "content": {"a": "%s"}}' % (b"x" * 2**20), 413),
    ],
)
async def test_bad_answers_change_nothing(stranger, address, task, pool, body, status):
    response = await stranger.post(address, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert [row.outcome for row in await agents.attempts(pool, task)] == ["waiting"]


async def test_a_wrong_token_is_404(app, stranger, address, task):
    seal = app.state.context.seal
    others = [
        "x",
        address.rpartition("/")[2][:-2] + "AA",
        seal.seal("{}").decode(),
        seal.seal(CallRef(task_id=task, opening=1, visit=1, call=1).model_dump_json()).decode()[1:],
    ]
    for token in others:
        assert (await stranger.post(f"/v1/agent-callbacks/{token}", json={"pathway": "YES"})).status_code == 404


@pytest.fixture
async def dead(task, pool):
    """The task's agent failed for good."""
    await agents.end(pool, attempt(task), "failed", error="answered 500")
    letter = DeadCall(
        task_id=task, opening=1, visit=1, call=1, stage="ask", attempts=1, error="answered 500", pathways=("YES", "NO")
    )
    await agents.bury(pool, letter)
    return task


async def test_a_dead_letter_is_listed_and_tried_again(boss, dead, pool, world, settings):
    listed = DeadLettersView.model_validate((await boss.get("/v1/projects/flow/agents/dead-letters")).json())
    assert [(item.task_id, item.error) for item in listed.items] == [(dead, "answered 500")]
    assert 'loupe_agent_dead_letters{flow="flow",stage="ask"} 1.0' in (await boss.get("/metrics")).text
    assert (await boss.post(f"/v1/tasks/{dead}/agent", json={"do": "retry"})).status_code == 204
    assert (await boss.post(f"/v1/tasks/{dead}/agent", json={"do": "retry"})).status_code == 409
    assert (await boss.get("/v1/projects/flow/agents/dead-letters")).json()["items"] == []
    assert await world.kinds(dead) == ["start", "redrive"]
    assert (await events(pool, dead))[-1] == "loupe.agent.redriven"


async def test_a_dead_letter_is_routed_along_a_pathway_that_is_drawn(boss, dead, pool):
    path = f"/v1/tasks/{dead}/agent"
    refused = await boss.post(path, json={"do": "route", "pathway": "MAYBE"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "pathway")
    assert (await boss.post(path, json={"do": "route"})).status_code == 422
    assert (await boss.post(path, json={"do": "retry", "pathway": "YES"})).status_code == 422
    assert (await boss.post(path, json={"do": "route", "pathway": "NO"})).status_code == 204
    body = await pool.fetchval("SELECT body FROM mailbox WHERE task_id = $1 AND kind = 'redrive'", dead)
    assert body == {"visit": 1, "pathway": "NO"}
    assert (await boss.post(f"/v1/tasks/{uuid4()}/agent", json={"do": "retry"})).status_code == 404


async def test_dead_letters_are_paged(boss, world, pool):
    await world.person("ann")
    await world.flow()
    for number in range(5):
        made = await world.loop(f"loop-{number}")
        await agents.bury(
            pool,
            DeadCall(task_id=made, opening=1, visit=1, call=1, stage="ask", attempts=1, error="", pathways=("YES",)),
        )
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await boss.get("/v1/projects/flow/agents/dead-letters", params=query)).json()
        seen += [item["task_name"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [f"loop-{number}" for number in range(5)]
    assert (await boss.get("/v1/projects/flow/agents/dead-letters", params={"cursor": "x"})).status_code == 422
    assert (await boss.get("/v1/projects/none/agents/dead-letters")).status_code == 404


@pytest.mark.parametrize(
    ("role", "lists", "decides", "secret"),
    [
        ("admin", 200, 204, 200),
        ("team_manager", 200, 204, 403),
        ("viewer", 200, 403, 403),
        ("annotator", 403, 403, 403),
        ("reviewer", 403, 403, 403),
        ("annotator_reviewer", 403, 403, 403),
    ],
)
async def test_roles(world, as_person, dead, role, lists, decides, secret):
    client = await as_person(await world.person("them", role=role))
    assert (await client.get("/v1/projects/flow/agents/dead-letters")).status_code == lists
    assert (await client.post(f"/v1/tasks/{dead}/agent", json={"do": "retry"})).status_code == decides
    assert (await client.post("/v1/projects/flow/agent-secret")).status_code == secret


async def test_a_secret_is_shown_once_and_sealed(world, as_person, task, pool, app):
    admin = await as_person(await world.person("root", role="admin"))
    first = SecretView.model_validate((await admin.post("/v1/projects/flow/agent-secret")).json())
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", first.secret)
    assert first.previous_until is None
    second = SecretView.model_validate((await admin.post("/v1/projects/flow/agent-secret")).json())
    assert second.secret != first.secret
    assert second.previous_until is not None
    row = await pool.fetchrow("SELECT sealed, sealed_previous FROM agent_secrets")
    assert [app.state.context.seal.open(value) for value in row.values()] == [second.secret, first.secret]
    assert (await admin.post("/v1/projects/none/agent-secret")).status_code == 404


def graph(*urls):
    stages = {
        f"ask {number}": AgentStage(call=HttpAgent(url=url), pathways={"a": "end"}) for number, url in enumerate(urls)
    }
    own = AgentStage(call=ActivityAgent(task_queue="own", activity="own"), pathways={"a": "end"})
    return Graph(start="ask 0", stages={**stages, "own": own, "end": ArchiveStage()})


def hosts(settings: Settings, text: str) -> Settings:
    return Settings.model_validate({**settings.model_dump(), "agent_hosts": text})


def test_graphs_may_name_listed_hosts_alone(settings):
    allowed = hosts(settings, "models.example.org, 10.0.0.7:9000,[::1]:80")
    require_allowed_hosts(
        graph("https://models.example.org/x", "http://MODELS.example.org", "http://10.0.0.7:9000/", "http://[::1]/"),
        allowed,
    )
    with pytest.raises(BadRequest) as refusal:
        require_allowed_hosts(
            graph("http://10.0.0.7/", "http://models.example.org:8080/", "https://models.example.org/"), allowed
        )
    assert [error.field for error in refusal.value.errors] == [
        "graph.stages.ask 0.call.url",
        "graph.stages.ask 1.call.url",
    ]
    with pytest.raises(BadRequest, match="LOUPE_AGENT_HOSTS"):
        require_allowed_hosts(graph("http://localhost/"), settings)


def test_agents_are_not_served_from_loupes_own_task_queue(settings):
    stage = AgentStage(call=ActivityAgent(task_queue=settings.task_queue, activity="finish"), pathways={"a": "end"})
    with pytest.raises(BadRequest) as refusal:
        require_allowed_hosts(Graph(start="own", stages={"own": stage, "end": ArchiveStage()}), settings)
    assert [error.field for error in refusal.value.errors] == ["graph.stages.own.call.task_queue"]


@pytest.mark.parametrize("text", ["http://a.b", "a.b/path", "a b", "a.b:port", "u@a.b", "a.b:99999", "::1"])
def test_a_list_of_hosts_that_cannot_be_read_is_refused(settings, text):
    with pytest.raises(ValueError, match=r"host\[:port\]"):
        hosts(settings, text)
