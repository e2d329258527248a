"""Random graphs, walked on a real server and by a pure model: the same visits, the same end."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_model import walk
from graph_strategies import valid_graphs
from schemas.graphs import Graph, resolved
from scripted_walks import Script, drive
from workflow_fakes import connect, running_worker
from workflows.task import VISITS_OF_A_RUN

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


async def test_very_long_rework_goes_on_in_a_new_run(temporal):
    """Nobody bounds the rejections: the history of one run stays short all the same."""
    graph = resolved(
        Graph.model_validate(
            {
                "start": "annotate",
                "stages": {
                    "annotate": {"type": "annotate", "team": "crew", "pathways": {"submitted": "review"}},
                    "review": {
                        "type": "review",
                        "team": "crew",
                        "pathways": {"approved": "complete", "rejected": "annotate"},
                    },
                    "complete": {"type": "complete"},
                },
            }
        ),
        {},
    )
    client, script, queue = await connect(temporal.address), Script(), f"walks-{uuid.uuid4().hex}"
    choices = [0, 1] * (VISITS_OF_A_RUN // 2) + [0, 0]
    async with running_worker(client, script, queue):
        first_run, state = await drive(client, script, queue, graph, choices)
    assert state == "completed"
    assert tuple(script.steps[visit] for visit in sorted(script.steps)) == walk(graph, choices).steps
    latest = await client.get_workflow_handle(first_run.id).describe()
    assert latest.run_id != first_run.first_execution_run_id
    assert latest.history_length < 60
