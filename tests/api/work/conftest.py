"""The whole application in process, on real stores; workflows are played by the test."""

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
async def as_person(app: FastAPI, pool: Pool) -> AsyncIterator[Callable[[Person], Awaitable[httpx.AsyncClient]]]:
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
