"""The task workflow: walks one opening of a task through its graph. Nothing else moves a task."""

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from schemas.graphs import (
    AgentStage,
    AnnotateStage,
    ArchiveStage,
    BenchmarkRouter,
    CollaboratorRouter,
    CompleteStage,
    ConditionRouter,
    ConsensusStage,
    EndStage,
    FailStage,
    GateStage,
    Graph,
    PercentageRouter,
    ReviewStage,
    Stage,
    pathways_of,
)
from schemas.tasks import DELIVER, TASK_WORKFLOW, Outcome, TaskMessage, TaskStart
from workflows.stages import agent, annotate, archive, complete, consensus, fail, gate, review, router
from workflows.walk import MovedError, StoppedError, Walk

# A run that has had so many visits goes on in a new one, so that its history stays short.
VISITS_OF_A_RUN = 200


@workflow.defn(name=TASK_WORKFLOW)
class TaskWorkflow:
    """One opening, in one run or, after a move or very long rework, several. Its messages come from the mailbox alone,
    by the signal `deliver`.
    """

    @workflow.init
    def __init__(self, start: TaskStart) -> None:
        self._walk = Walk(start)

    @workflow.signal(name=DELIVER)
    def deliver(self, messages: list[TaskMessage]) -> None:
        """Messages of this opening, in the order of their `seq`; repeated ones do no harm."""
        for message in messages:
            self._walk.inbox.deliver(message)

    @workflow.run
    async def run(self, start: TaskStart) -> Outcome:
        """Walk to an end and record it. Cancelling the workflow cancels the task and withdraws its assignments."""
        try:
            outcome = await self._to_an_end(start.graph)
            await self._walk.finish(outcome)
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            if not self._walk.finished:
                await self._withdraw()
            raise
        return outcome

    async def _to_an_end(self, graph: Graph) -> Outcome:
        name = self._walk.first_stage
        try:
            while True:
                stage = graph.stages[name]
                if isinstance(stage, EndStage):
                    return await self._end(stage)
                try:
                    name = pathways_of(stage)[await self._pathway(name, stage)]
                except MovedError as move:
                    await self._go_on(move.stage, move.version)
                if self._walk.visit - self._first_visit >= VISITS_OF_A_RUN:
                    await self._go_on(name, None)
        except StoppedError:
            return Outcome(state="cancelled")

    @property
    def _first_visit(self) -> int:
        return self._walk.start.place.visit if self._walk.start.place else 0

    async def _pathway(self, name: str, stage: Stage) -> str:
        """The pathway that a stage takes. Raises StoppedError, MovedError."""
        match stage:
            case AnnotateStage():
                return await annotate.run(self._walk, name, stage)
            case ReviewStage():
                return await review.run(self._walk, name, stage)
            case ConsensusStage():
                return await consensus.run(self._walk, name, stage)
            case AgentStage():
                return await agent.run(self._walk, name, stage)
            case GateStage():
                return await gate.run(self._walk, name)
            case PercentageRouter() | CollaboratorRouter() | ConditionRouter() | BenchmarkRouter():
                return await router.run(self._walk, name)
            case ArchiveStage() | CompleteStage() | FailStage():
                raise RuntimeError(f"{name} is an end")

    async def _end(self, stage: EndStage) -> Outcome:
        if self._walk.is_cancelled:
            raise StoppedError
        match stage:
            case ArchiveStage():
                return await archive.run(self._walk)
            case CompleteStage():
                return await complete.run(self._walk)
            case FailStage():
                return await fail.run(self._walk, stage)

    async def _go_on(self, stage: str, version: int | None) -> None:
        """Go on with a stage in a new run, of the same graph or of another version of it."""
        start = self._walk.start
        changes: dict[str, object] = {}
        if version is not None and version != start.graph_version:
            changes = {"graph": await self._walk.load_graph(version), "graph_version": version}
        changes["place"] = self._walk.place(stage)
        workflow.continue_as_new(start.model_copy(update=changes))

    async def _withdraw(self) -> None:
        if self._walk.visit_is_open:
            await self._walk.close_visit("cancelled")
        await self._walk.finish(Outcome(state="cancelled"))
