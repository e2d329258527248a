"""A team at work on the project `flow`."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from store.people import Person
from world import World

AsPerson = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def boss(world: World, as_person: AsPerson) -> httpx.AsyncClient:
    """A team manager's client."""
    return await as_person(await world.person("boss", role="team_manager", teams=()))


@pytest.fixture
async def ann(world: World) -> Person:
    """An annotator of the team `crew`, which is made with her."""
    return await world.person("ann")
