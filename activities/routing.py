"""Stages that send tasks on without asking anybody: routers, and the gate."""

import orjson
from pydantic import TypeAdapter
from temporalio import activity

from quality.conditions import Facts
from quality.gates import accepts
from quality.routing import Chosen, collaborator, first_true, share_of
from schemas.graphs import (
    BenchmarkRouter,
    CollaboratorRouter,
    ConditionRouter,
    GateStage,
    PercentageRouter,
    RouterStage,
    Stage,
)
from schemas.tasks import Route
from store import labels, routing
from store.database import Pool
from store.routing import Passing

STAGE: TypeAdapter[Stage] = TypeAdapter(Stage)


class RoutingActivities:
    """Bound to the worker's pool. A few statements, of which only the last one writes, so it may run locally."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn
    async def route(self, route: Route) -> str:
        """The pathway that a task takes in this visit, which is kept and shown; a second call returns the same.

        An accepted prediction becomes the task's label. Raises TypeError for a stage that routes nothing.
        """
        passing = await self._passing(route)
        if passing.pathway is not None:
            return passing.pathway
        stage = STAGE.validate_python(passing.stage)
        if isinstance(stage, GateStage):
            accepted = accepts(passing.prediction, stage, route.task_id, route.stage)
            chosen = Chosen("accept" if accepted else "human")
        elif isinstance(stage, RouterStage):
            accepted, chosen = False, await self._chosen(route, stage, passing)
        else:
            raise TypeError(f"{route.stage} is of type {stage.type}, which routes nothing")
        recorded = await routing.record(
            self._pool,
            route.task_id,
            route.opening,
            route.visit,
            stage=route.stage,
            pathway=chosen.pathway,
            accepted=accepted,
            problems=chosen.problems,
        )
        # Another attempt may have decided at the same moment, on facts that have changed since.
        return chosen.pathway if recorded else (await self._passing(route)).pathway or chosen.pathway

    async def _passing(self, route: Route) -> Passing:
        return await routing.passing(
            self._pool, route.task_id, route.opening, route.visit, stage=route.stage, version=route.version
        )

    async def _chosen(self, route: Route, stage: RouterStage, passing: Passing) -> Chosen:
        match stage:
            case PercentageRouter():
                return Chosen(share_of(route.task_id, route.stage, stage.shares))
            case CollaboratorRouter():
                email = await routing.collaborator(self._pool, route.task_id, route.opening)
                return Chosen(collaborator(email, stage.people, stage.otherwise))
            case ConditionRouter():
                return first_true(stage.conditions, stage.otherwise, await self._facts(route, passing))
            case BenchmarkRouter():
                return await self._benchmark(route, stage.benchmark_set)

    async def _facts(self, route: Route, passing: Passing) -> Facts:
        key = (route.task_id, route.opening, route.visit)
        contents = [orjson.loads(answer.content) for answer in await labels.before(self._pool, *key)]
        prediction = passing.prediction or {}
        return Facts(
            metadata=passing.metadata,
            label=contents[0] if contents else {},
            answers=contents,
            prediction=prediction,
            confidence=prediction.get("confidence"),
            agreement=await routing.agreement(self._pool, *key),
            rejections=passing.rejections,
            visits=route.visit - 1,
            priority=passing.priority,
        )

    async def _benchmark(self, route: Route, benchmark_set: str) -> Chosen:
        """A set that is not there has no tasks in it: work goes on, and the event says why."""
        found = await routing.benchmark(self._pool, route.task_id, benchmark_set)
        problems = () if found.known else (f"there is no benchmark set {benchmark_set}: taken as empty",)
        return Chosen("benchmark" if found.member else "production", problems)
