"""Task workflows on a real Temporal server, once with a cache and once replayed at every step."""

import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from temporalio.client import Client

from workflow_fakes import FakeStore, Opening, connect, running_worker, start_opening


@pytest.fixture
async def client(temporal) -> Client:
    """A client of the real server."""
    return await connect(temporal.address)


@pytest.fixture(params=[100, 0], ids=["cached", "replayed"])
async def begin(client: Client, request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Any]]:
    """Starts task workflows; run once with a cache and once with every task replayed from the history."""
    queue = f"workflows-{uuid.uuid4().hex}"
    store = FakeStore()

    async def start(**options: Any) -> Opening:
        return await start_opening(client, store, queue, **options)

    async with running_worker(client, store, queue, cached=request.param):
        yield start
