"""The whole application in process, on real stores; workflows are played by the test."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from asgi import client_of, running_app
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
    async with running_app(settings) as made:
        yield made


@pytest.fixture
async def as_person(app: FastAPI, pool: Pool) -> AsyncIterator[AsPerson]:
    """Makes clients that ask with a person's API key."""
    opened: list[httpx.AsyncClient] = []

    async def make(person: Person) -> httpx.AsyncClient:
        opened.append(client_of(app, await people.make_api_key(pool, person.id, "test")))
        return opened[-1]

    yield make
    for client in opened:
        await client.aclose()
