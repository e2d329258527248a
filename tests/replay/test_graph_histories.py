"""Recorded histories of every stage shape: how tasks went through graphs."""

import asyncio
import copy
import uuid

import pytest

from agent_fakes import ANSWERED, FAILED, FakeAgents, agent_graph
from recorded_histories import check
from schemas.graphs import Graph, resolved
from schemas.tasks import TaskMessage
from scripted_walks import MOVE, Script, drive
from workflow_fakes import Opening, connect, running_worker, task_start
from workflows.task import TaskWorkflow

REVIEWED = {
    "start": "annotate",
    "stages": {
        "annotate": {"type": "annotate", "team": "crew", "pathways": {"submitted": "review"}},
        "review": {
            "type": "review",
            "team": "crew",
            "max_rejections": 1,
            "pathways": {"approved": "complete", "rejected": "annotate", "rejected_too_often": "archive"},
        },
        "complete": {"type": "complete"},
        "archive": {"type": "archive"},
    },
}
CONSENSUS = {
    "start": "consensus",
    "stages": {
        "consensus": {
            "type": "consensus",
            "team": "crew",
            "overlap": 2,
            "pathways": {"agreed": "review", "no_consensus": "archive"},
        },
        "review": {"type": "review", "team": "crew", "pathways": {"approved": "complete", "rejected": "consensus"}},
        "complete": {"type": "complete"},
        "archive": {"type": "archive"},
    },
}
ROUTED = {
    "start": "gate",
    "stages": {
        "gate": {"type": "gate", "threshold": 0.9, "pathways": {"accept": "complete", "human": "router"}},
        "router": {
            "type": "percentage_router",
            "shares": {"a": 50, "b": 50},
            "pathways": {"a": "annotate", "b": "archive"},
        },
        "annotate": {"type": "annotate", "team": "crew", "pathways": {"submitted": "complete"}},
        "complete": {"type": "complete"},
        "archive": {"type": "archive"},
    },
}


def without_deciders():
    """A consensus that asks nobody where annotators do not agree."""
    graph = copy.deepcopy(CONSENSUS)
    graph["stages"]["consensus"]["decision"] = "none"
    return graph


# Even numbers approve, odd ones reject; 2 is agreement, 0 none; 3 is no consensus; see graph_model.
SHAPES = {
    "review_approved": (REVIEWED, [0, 0]),
    "review_rejected": (REVIEWED, [0, 1, 0, 0]),
    "review_rejected_too_often": (REVIEWED, [0, 1, 0, 1]),
    "review_cancelled": (REVIEWED, [0]),
    "consensus_agreed": (CONSENSUS, [2, 0]),
    "consensus_decided": (CONSENSUS, [0, 0, 0]),
    "consensus_decided_again": (CONSENSUS, [0, 0, 1, 0, 0]),
    "consensus_without_deciders": (without_deciders(), [0]),
    "consensus_none": (CONSENSUS, [0, 3]),
    "gate_accepted": (ROUTED, [0]),
    "routed_to_people": (ROUTED, [1, 0, 0]),
    "routed_to_archive": (ROUTED, [1, 1]),
    "moved": (REVIEWED, [0, MOVE, 0, 0]),
}
AGENTS = {
    "agent_answered": ([ANSWERED], {}),
    "agent_tried_again": ([FAILED, ANSWERED], {}),
    "agent_failed": ([FAILED], {"failed": True}),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_graph_makes_the_commands_that_it_always_made(shape, temporal, record):
    graph, choices = SHAPES[shape]
    client, script, queue = await connect(temporal.address), Script(), f"replay-{uuid.uuid4().hex}"
    async with running_worker(client, script, queue):
        handle, _ = await drive(client, script, queue, resolved(Graph.model_validate(graph), {}), choices)
    first_run = client.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id)
    check(shape, await first_run.fetch_history(), record=record)


@pytest.mark.parametrize("shape", AGENTS)
async def test_an_agent_makes_the_commands_that_it_always_made(shape, temporal, record):
    replies, options = AGENTS[shape]
    client, queue = await connect(temporal.address), f"replay-{uuid.uuid4().hex}"
    store = FakeAgents(replies=list(replies))
    async with running_worker(client, store, queue):
        start = task_start(agent_graph(**options))
        handle = await client.start_workflow(TaskWorkflow.run, start, id=f"agent-{start.task_id}", task_queue=queue)
        async with asyncio.timeout(60):
            await handle.result()
    check(shape, await handle.fetch_history(), record=record)


async def test_a_dead_letter_makes_the_commands_that_it_always_made(temporal, record):
    client, queue = await connect(temporal.address), f"replay-{uuid.uuid4().hex}"
    store = FakeAgents(replies=[FAILED])
    async with running_worker(client, store, queue):
        start = task_start(agent_graph())
        handle = await client.start_workflow(TaskWorkflow.run, start, id=f"agent-{start.task_id}", task_queue=queue)
        opening = Opening(store, handle)
        async with asyncio.timeout(60):
            while "bury" not in store.names():
                await asyncio.sleep(0.01)
            await opening.send(TaskMessage(seq=2, kind="redrive", visit=1, pathway="NO"))
            await handle.result()
    check("agent_dead_letter", await handle.fetch_history(), record=record)
