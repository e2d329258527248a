"""Tasks whose agents answer over HTTP, through all of it: intake, relay, workflow, agent, callback, decisions."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from aiohttp import web

from api.app import create_app
from runtime import temporal as temporal_client
from schemas.graphs import AgentStage, ArchiveStage, FailStage, Graph, HttpAgent
from store import agents, people
from workers.main import make_worker
from workers.relay import Relay
from world import World

Reply = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class House:
    """A running Loupe with one HTTP agent, whose replies are given."""

    world: World
    loupe: httpx.AsyncClient
    replies: list[Reply] = field(default_factory=list)
    later: list[asyncio.Task[Any]] = field(default_factory=list)

    async def reply(self, request: web.Request) -> web.Response:
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return await reply((await request.json())["data"])

    async def state(self, task: UUID) -> tuple[str, str | None]:
        row = await self.world.pool.fetchrow("SELECT state, failure_code FROM tasks WHERE id = $1", task)
        return row["state"], row["failure_code"]

    async def ended(self, task: UUID) -> tuple[str, str | None]:
        async with asyncio.timeout(60):
            while (await self.state(task))[0] in ("queued", "open"):
                await asyncio.sleep(0.02)
        return await self.state(task)


def graph(url: str) -> Graph:
    agent = AgentStage(
        call=HttpAgent(url=url, callback=True),
        max_attempts=2,
        first_backoff_seconds=0.05,
        timeout_seconds=60,
        pathways={"YES": "archive", "NO": "no"},
    )
    return Graph(start="ask", stages={"ask": agent, "archive": ArchiveStage(), "no": FailStage(code="No", reason="")})


@pytest.fixture
async def house(temporal, settings, pool, s3, bucket) -> AsyncIterator[House]:
    """All parts of Loupe in this process."""
    world = World(pool, bucket=bucket)
    boss = await world.person("boss", role="admin")
    await world.flow()
    application = web.Application()
    runner = web.AppRunner(application)
    house: list[House] = []

    async def agent(request: web.Request) -> web.Response:
        return await house[0].reply(request)

    application.router.add_post("/agent", agent)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"127.0.0.1:{runner.addresses[0][1]}"
    body = graph(f"http://{address}/agent").model_dump(mode="json")
    await pool.execute("UPDATE graphs SET body = $1", body)
    settings = settings.model_copy(update={"agent_hosts": address})
    client = await temporal_client.connect(settings)
    await temporal_client.register_search_attributes(client)
    key = await people.make_api_key(pool, boss.id, "test")
    app, relay = create_app(settings), Relay(settings, pool, client)
    async with (
        app.router.lifespan_context(app),
        make_worker(settings, client, pool, s3),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=settings.portal_url,
            headers={"Authorization": f"Bearer {key}"},
        ) as loupe,
    ):
        relay.start()
        house.append(House(world, loupe))
        yield house[0]
        await asyncio.gather(*house[0].later)
        await relay.stop()
    await runner.cleanup()


def says(status: int, body: Any = None) -> Reply:
    async def reply(data: dict[str, Any]) -> web.Response:
        return web.Response(status=status, body=json.dumps(body))

    return reply


async def test_a_task_takes_the_way_that_the_agent_answers(house):
    house.replies = [says(500), says(200, {"pathway": "NO"})]
    task = await house.world.loop("a")
    assert await house.ended(task) == ("failed", "No")
    assert [row.outcome for row in await agents.attempts(house.world.pool, task)] == ["failed", "answered"]


@pytest.mark.parametrize("first", ["answer", "callback"])
async def test_an_agent_calls_back_after_and_before_it_has_answered(house, first):
    told: list[int] = []

    async def call_back(data: dict[str, Any]) -> None:
        for pathway in ("NO", "YES"):
            response = await house.loupe.post(urlsplit(data["callback_url"]).path, json={"pathway": pathway})
            told.append(response.status_code)

    async def reply(data: dict[str, Any]) -> web.Response:
        calling = asyncio.create_task(call_back(data))
        house.later.append(calling)
        if first == "callback":
            await calling
        return web.Response(status=202)

    house.replies = [reply]
    task = await house.world.loop("a")
    assert await house.ended(task) == ("failed", "No")
    await asyncio.gather(*house.later)
    assert told == [204, 409]


@pytest.mark.parametrize(
    ("decision", "end"),
    [({"do": "retry"}, ("archived", None)), ({"do": "route", "pathway": "NO"}, ("failed", "No"))],
)
async def test_a_person_decides_on_a_dead_letter(house, decision, end):
    house.replies = [says(503), says(503), says(200, {"pathway": "YES"})]
    task = await house.world.loop("a")
    async with asyncio.timeout(60):
        while not (await house.loupe.get("/v1/projects/flow/agents/dead-letters")).json()["items"]:
            await asyncio.sleep(0.02)
    assert await house.state(task) == ("open", None)
    assert (await house.loupe.post(f"/v1/tasks/{task}/agent", json=decision)).status_code == 204
    assert await house.ended(task) == end
