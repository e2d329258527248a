"""Task workflows on graphs, with activities that do what a list of choices says."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity

from graph_model import Step, agreement, decided, review_decision, routed
from schemas.graphs import ConsensusStage, pathways_of
from schemas.tasks import (
    DELIVER,
    Agree,
    CloseVisit,
    EscalateVisit,
    Finish,
    OpeningRef,
    OpenVisit,
    Route,
    TaskMessage,
    VisitClosing,
    VisitRef,
)
from workflow_fakes import task_start
from workflows.task import TaskWorkflow

# A choice that moves the task to the stage where it starts.
MOVE = 99


@dataclass
class Script:
    """Activities that do what the choices say, each once for a visit, however often they are called."""

    graph: Any = None
    choices: list[int] = field(default_factory=list)
    opened: "asyncio.Queue[OpenVisit]" = field(default_factory=asyncio.Queue)
    by_visit: dict[int, Any] = field(default_factory=dict)
    steps: dict[int, Step] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    ended: str | None = None

    def begin(self, graph, choices):
        self.graph, self.choices, self.ended = graph, list(choices), None
        self.opened, self.by_visit, self.steps, self.moved = asyncio.Queue(), {}, {}, set()

    def once(self, visit, make):
        if visit not in self.by_visit:
            self.by_visit[visit] = make()
        return self.by_visit[visit]

    def activities(self):
        @activity.defn(name="open_visit")
        async def open_visit(opened: OpenVisit) -> int:
            if opened.visit not in self.steps:
                rework = opened.rework is not None and opened.rework.rejected_in is not None
                self.steps[opened.visit] = Step(opened.stage, opened.kind, rework)
                self.opened.put_nowait(opened)
            return opened.overlap

        @activity.defn(name="close_visit")
        async def close_visit(closing: CloseVisit) -> VisitClosing:
            if closing.mode == "moved":
                moved = closing.visit in self.moved
                return VisitClosing(closed=moved, reason="moved" if moved else None, answers=0, held_until=None)
            if closing.mode == "cancelled":
                return VisitClosing(closed=True, reason="cancelled", answers=0, held_until=None)
            decision = self.by_visit[closing.visit]
            said = decision if isinstance(decision, str) else None
            return VisitClosing(closed=True, reason="submitted", answers=9, held_until=None, decision=said)

        @activity.defn(name="escalate_visit")
        async def escalate_visit(visit: EscalateVisit) -> None:
            self.moved.discard(visit.visit)

        @activity.defn(name="merge_rework")
        async def merge_rework(visit: VisitRef) -> None:
            assert self.steps[visit.visit].rework

        @activity.defn(name="agree")
        async def agree(agree: Agree) -> float:
            return self.by_visit[agree.visit]

        @activity.defn(name="route")
        async def route(route: Route) -> str:
            drawn = list(pathways_of(self.graph.stages[route.stage]))
            return self.once(route.visit, lambda: routed(self.choices.pop(0) if self.choices else 0, drawn))

        @activity.defn(name="write_output")
        async def write_output(opening: OpeningRef) -> str:
            return "s3://bucket/output.json"

        @activity.defn(name="finish")
        async def finish(finish: Finish) -> None:
            self.ended = finish.outcome.state

        return [open_visit, close_visit, escalate_visit, merge_rework, agree, route, write_output, finish]

    def answers(self, opened: OpenVisit) -> list[str]:
        """Kinds of the messages that the people of a visit cause."""
        if not self.choices:
            return ["cancel"]
        choice = self.choices.pop(0)
        if choice == MOVE:
            self.moved.add(opened.visit)
            return ["move"]
        stage = self.graph.stages[opened.stage]
        match opened.kind:
            case "review":
                self.by_visit[opened.visit] = review_decision(choice)
            case "consensus":
                self.by_visit[opened.visit] = decided(choice)
            case "annotate":
                self.by_visit[opened.visit] = agreement(choice) if isinstance(stage, ConsensusStage) else None
        return ["submission"] * opened.overlap if opened.kind == "annotate" else ["verdict"]


async def drive(client, script, queue, graph, choices):
    """Walk one task through a graph; everybody answers at once. Returns the handle of the first run, and the state."""
    script.begin(graph, choices)
    start = task_start(graph)
    handle = await client.start_workflow(TaskWorkflow.run, start, id=f"walk-{start.task_id}", task_queue=queue)
    result = asyncio.create_task(handle.result())
    seq = 1
    while not result.done():
        asked = asyncio.create_task(script.opened.get())
        await asyncio.wait((asked, result), return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            asked.cancel()
            break
        messages = []
        for kind in script.answers(asked.result()):
            seq += 1
            stage = graph.start if kind == "move" else None
            messages.append(TaskMessage(seq=seq, kind=kind, visit=asked.result().visit, stage=stage))
        await handle.signal(DELIVER, messages)
    return handle, (await result).state
