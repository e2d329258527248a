"""An administrator, and the team `crew`."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from store.people import Person
from world import World

AsPerson = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def ann(world: World) -> Person:
    """An annotator and reviewer of the team `crew`, which is made with her."""
    return await world.person("ann", role="annotator_reviewer")


@pytest.fixture
async def admin(world: World, as_person: AsPerson, ann: Person) -> httpx.AsyncClient:
    """An administrator's client."""
    return await as_person(await world.person("root", role="admin", teams=()))
