"""Deadlines that are days away, on Temporal's time-skipping test server."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from runtime.temporal import SEARCH_ATTRIBUTES
from workflow_fakes import FakeStore, running_worker, start_opening

PROGRAM = Path(__file__).parents[2] / ".tools" / "bin" / "temporal-test-server"


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """The server that `make setup` got by Maven, else the SDK's own download."""
    program = str(PROGRAM) if PROGRAM.exists() else None
    started = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=program
    )
    async with started as environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=environment.client.namespace, search_attributes=SEARCH_ATTRIBUTES)
        )
        yield environment


async def test_thirty_days_without_an_answer_expire_the_task(environment):
    client, store, queue = environment.client, FakeStore(), f"days-{uuid.uuid4().hex}"
    async with running_worker(client, store, queue):
        began = await environment.get_current_time()
        opening = await start_opening(client, store, queue, deadline=timedelta(days=30))
        async with asyncio.timeout(60):
            ended = await opening.handle.result()
        assert ended.failure_code == "Expired"
        assert await environment.get_current_time() - began >= timedelta(days=29, hours=23)
    assert store.names() == ["open", "close expired", "finish"]


async def test_an_answer_on_the_last_day_completes_it(environment):
    client, store, queue = environment.client, FakeStore(), f"days-{uuid.uuid4().hex}"
    async with running_worker(client, store, queue):
        opening = await start_opening(client, store, queue, deadline=timedelta(days=30))
        await environment.sleep(timedelta(days=29))
        await opening.submit()
        async with asyncio.timeout(60):
            ended = await opening.handle.result()
    assert ended.state == "completed"
