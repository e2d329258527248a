"""The task workflow: walks one opening of a task through its graph. Nothing else moves a task."""

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from schemas.graphs import AnnotateStage, CompleteStage, FailStage, Graph
from schemas.tasks import DELIVER, TASK_WORKFLOW, Outcome, TaskMessage, TaskStart
from workflows.stages import annotate, complete, fail
from workflows.walk import StoppedError, Walk


@workflow.defn(name=TASK_WORKFLOW)
class TaskWorkflow:
    """One run is one opening. Its messages come from the mailbox alone, by the signal `deliver`."""

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
        name = graph.start
        try:
            while True:
                stage = graph.stages[name]
                match stage:
                    case AnnotateStage():
                        pathway = await annotate.run(self._walk, name, stage)
                    case CompleteStage():
                        return await complete.run(self._walk)
                    case FailStage():
                        return await fail.run(self._walk, stage)
                name = next(target for drawn, target in stage.pathways.items() if drawn == pathway)
        except StoppedError:
            return Outcome(state="cancelled")

    async def _withdraw(self) -> None:
        if self._walk.visit_is_open:
            await self._walk.close_visit("cancelled")
        await self._walk.finish(Outcome(state="cancelled"))
