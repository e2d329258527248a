"""What a walk owes to answers that came before a visit ended otherwise than by the last of them."""

import asyncio
import uuid
from dataclasses import dataclass

from temporalio import activity

from schemas.graphs import Graph, resolved
from schemas.tasks import Agree, VisitClosing, VisitRef
from workflow_fakes import FakeStore, Opening, connect, running_worker, task_start
from workflows.task import TaskWorkflow

CONSENSUS = {
    "start": "consensus",
    "stages": {
        "consensus": {
            "type": "consensus",
            "team": "crew",
            "overlap": 2,
            "pathways": {"agreed": "complete", "no_consensus": "archive"},
        },
        "complete": {"type": "complete"},
        "archive": {"type": "archive"},
    },
}
REVIEWED = {
    "start": "annotate",
    "stages": {
        "annotate": {
            "type": "annotate",
            "team": "crew",
            "overlap": 2,
            "pathways": {"submitted": "review", "expired": "archive"},
        },
        "review": {"type": "review", "team": "crew", "pathways": {"approved": "complete", "rejected": "annotate"}},
        "complete": {"type": "complete"},
        "archive": {"type": "archive"},
    },
}


@dataclass
class Labelled(FakeStore):
    """Nobody agrees, every review rejects, and a visit from the third on is never answered in full."""

    def activities(self):
        @activity.defn(name="agree")
        async def agree(agree: Agree) -> float:
            self._note("agree", agree)
            return 0.0

        @activity.defn(name="merge_rework")
        async def merge_rework(visit: VisitRef) -> None:
            self._note("merge", visit)

        return [*super().activities(), agree, merge_rework]

    def _close(self, closing):
        if closing.visit >= 3:
            return VisitClosing(closed=True, reason="expired", answers=1, held_until=None)
        rejected = "rejected" if closing.visit == 2 else None
        return super()._close(closing).model_copy(update={"decision": rejected})


async def walked(temporal, graph, *messages):
    """Deliver messages of a kind and a visit, each once that visit is open; the outcome's state and the calls."""
    client, store, queue = await connect(temporal.address), Labelled(overlap=2, answers=2), f"rework-{uuid.uuid4().hex}"
    start = task_start(resolved(Graph.model_validate(graph), {}))
    async with running_worker(client, store, queue):
        handle = await client.start_workflow(TaskWorkflow.run, start, id=f"r-{start.task_id}", task_queue=queue)
        opening = Opening(store, handle)
        async with asyncio.timeout(30):
            for kind, visit in messages:
                while store.names().count("open") < visit:
                    await asyncio.sleep(0.01)
                await opening.send(opening.message(kind, visit))
            return (await handle.result()).state, store.names()


async def test_a_cancel_that_came_with_the_last_answer_asks_nobody_to_decide(temporal):
    state, calls = await walked(temporal, CONSENSUS, ("submission", 1), ("cancel", 1))
    assert state == "cancelled"
    assert calls == ["open", "close cancelled", "agree", "finish"]


async def test_rework_that_was_answered_in_part_keeps_the_other_answers(temporal):
    """The visit's own submissions are not all answers of the task: they are merged, though the time was over."""
    state, calls = await walked(
        temporal,
        REVIEWED,
        ("submission", 1),
        ("submission", 1),
        ("verdict", 2),
        ("submission", 3),
        ("exhausted", 3),
    )
    assert state == "archived"
    assert calls[-3:] == ["close exhausted", "merge", "finish"]
