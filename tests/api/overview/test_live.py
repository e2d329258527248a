"""Hints of changes over a real connection: they come, they are shared, and they end when they have to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.connections import DrainedConnection
from store import people
from store.overview import SQL

SECONDS = 20


@pytest.fixture
async def server(settings, project):
    """An API process on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings)
    config = uvicorn.Config(
        app, http=DrainedConnection, log_config=None, timeout_graceful_shutdown=10 * SECONDS, lifespan="on"
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve([listener]))
    async with asyncio.timeout(SECONDS):
        while not running.started:
            await asyncio.sleep(0.01)
    running.url, running.serving, running.feeds = (
        f"http://127.0.0.1:{listener.getsockname()[1]}",
        serving,
        app.state.feeds,
    )
    yield running
    running.should_exit = True
    await asyncio.wait_for(serving, SECONDS)


@pytest.fixture
async def boss_key(world):
    boss = await world.person("boss", role="team_manager", teams=())
    return await people.make_api_key(world.pool, boss.id, "test")


@asynccontextmanager
async def listening(server, key: str) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a stream."""
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx.AsyncClient(base_url=server.url, headers=headers, timeout=SECONDS) as client,
        client.stream("GET", "/v1/projects/moods/live") as response,
    ):
        assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        yield response.aiter_lines()


async def next_hint(lines) -> dict:
    async with asyncio.timeout(SECONDS):
        async for line in lines:
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))
    pytest.fail("the stream ended")


async def ended(lines) -> bool:
    async with asyncio.timeout(SECONDS):
        async for _ in lines:
            pass
    return True


async def test_what_happens_to_a_task_is_hinted(server, boss_key, project):
    async with listening(server, boss_key) as lines:
        assert (await next_hint(lines))["counts"] == {}
        await project.add("one")
        hint = await next_hint(lines)
        while hint["counts"] != {"open": 1}:
            hint = await next_hint(lines)
        # Nothing is counted otherwise after this: the event itself is the news.
        await project.world.pool.execute("SELECT set_priority(id, 90::smallint, NULL) FROM tasks")
        assert (await next_hint(lines))["counts"] == {"open": 1}


async def test_all_who_listen_share_one_look_and_nobody_looks_when_they_are_gone(server, boss_key):
    async with listening(server, boss_key) as one, listening(server, boss_key) as other:
        await next_hint(one)
        await next_hint(other)
        assert server.feeds.listeners == 2
        assert len(server.feeds._feeds) == 1
    async with asyncio.timeout(SECONDS):
        while server.feeds.listeners:
            await asyncio.sleep(0.01)
    assert server.feeds._feeds == {}


async def test_the_streams_of_a_process_that_drains_end(server, boss_key):
    async with listening(server, boss_key) as lines:
        await next_hint(lines)
        server.should_exit = True
        assert await ended(lines)
    await asyncio.wait_for(server.serving, SECONDS)


async def test_a_stream_ends_with_the_right_to_it(server, boss_key, world, monkeypatch):
    monkeypatch.setattr("api.live.SESSION_SECONDS", 0.1)
    async with listening(server, boss_key) as lines:
        await next_hint(lines)
        await world.pool.execute("UPDATE people SET disabled_at = now() WHERE email = 'boss@example.org'")
        assert await ended(lines)


async def test_a_quiet_stream_is_kept_alive(server, boss_key, monkeypatch):
    monkeypatch.setattr("api.live.SESSION_SECONDS", 0.1)
    monkeypatch.setattr("api.live.HEARTBEAT_SECONDS", 0.1)
    async with listening(server, boss_key) as lines, asyncio.timeout(SECONDS):
        async for line in lines:
            if line.startswith(":"):
                return
    pytest.fail("no comment came")


async def test_too_many_listeners_are_told_to_ask_instead(server, boss_key, monkeypatch):
    monkeypatch.setattr("api.live.MOST_LISTENERS", 1)
    async with listening(server, boss_key) as lines:
        await next_hint(lines)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {boss_key}"}) as client:
            refused = await client.get(f"{server.url}/v1/projects/moods/live")
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")


async def test_one_person_does_not_take_the_streams_of_all(server, boss_key, world, monkeypatch):
    monkeypatch.setattr("api.live.MOST_OF_A_PERSON", 1)
    other = await world.person("viola", role="viewer", teams=())
    async with listening(server, boss_key) as lines:
        await next_hint(lines)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {boss_key}"}) as client:
            assert (await client.get(f"{server.url}/v1/projects/moods/live")).status_code == 429
        async with listening(server, await people.make_api_key(world.pool, other.id, "test")) as others:
            await next_hint(others)
    async with asyncio.timeout(SECONDS):
        while server.feeds.listeners:
            await asyncio.sleep(0.01)
    async with listening(server, boss_key) as lines:
        await next_hint(lines)


async def test_a_look_that_fails_is_done_again(server, boss_key, world, project, monkeypatch):
    async with listening(server, boss_key) as lines:
        await next_hint(lines)
        with monkeypatch.context() as broken:
            broken.setitem(SQL, "places", "SELECT 1 / 0")
            [feed] = server.feeds._feeds.values()
            async with asyncio.timeout(SECONDS):
                while feed.failures == 0:
                    await asyncio.sleep(0.01)
        await project.add("one")
        while (await next_hint(lines))["counts"] != {"open": 1}:
            pass
