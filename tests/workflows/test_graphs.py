"""Random graphs, walked on a real server and by a pure model: the same visits, the same end."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_model import walk
from graph_strategies import valid_graphs
from schemas.graphs import resolved
from scripted_walks import Script, drive
from workflow_fakes import connect, running_worker

MOST = 12


@pytest.mark.parametrize("cached", [100, 0], ids=["cached", "replayed"])
async def test_the_walk_is_the_models_walk(temporal, cached):
    """Replayed: the worker forgets the workflow after each of its tasks, as if it were started anew at every step."""
    client, script, queue = await connect(temporal.address), Script(), f"walks-{uuid.uuid4().hex}"
    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(graph=valid_graphs(max_stages=7, people_only=True), choices=st.lists(st.integers(0, 11), max_size=MOST))
    def walks(graph, choices):
        whole = resolved(graph, {})
        _, state = asyncio.run_coroutine_threadsafe(drive(client, script, queue, whole, choices), loop).result(60)
        model = walk(whole, choices)
        assert tuple(script.steps[visit] for visit in sorted(script.steps)) == model.steps
        assert state == model.state == script.ended

    async with running_worker(client, script, queue, cached=cached):
        await asyncio.to_thread(walks)
