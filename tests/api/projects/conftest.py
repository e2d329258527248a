"""The whole application in process, on real stores, with an administrator and the team `crew`."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from runtime.settings import Settings
from store import people
from store.database import Pool
from store.people import Person
from world import World

AsPerson = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def world(pool: Pool, bucket: str) -> World:
    """An empty installation."""
    return World(pool, bucket=bucket)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, with its lifespan."""
    made = create_app(settings)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def as_person(app: FastAPI, pool: Pool) -> AsyncIterator[AsPerson]:
    """Makes clients that ask with a person's API key."""
    opened: list[httpx.AsyncClient] = []

    async def make(person: Person) -> httpx.AsyncClient:
        key = await people.make_api_key(pool, person.id, "test")
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(
            transport=transport, base_url="http://loupe", headers={"Authorization": f"Bearer {key}"}
        )
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
async def ann(world: World) -> Person:
    """An annotator and reviewer of the team `crew`, which is made with her."""
    return await world.person("ann", role="annotator_reviewer")


@pytest.fixture
async def admin(world: World, as_person: AsPerson, ann: Person) -> httpx.AsyncClient:
    """An administrator's client."""
    return await as_person(await world.person("root", role="admin", teams=()))
