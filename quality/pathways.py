"""Which pathways a stage has to have, and what else can be wrong inside one stage."""

from collections.abc import Collection, Iterable, Iterator
from math import isclose
from typing import TypeAlias

from quality import conditions
from schemas.graphs import (
    AgentStage,
    AnnotateStage,
    ArchiveStage,
    BenchmarkRouter,
    CollaboratorRouter,
    CompleteStage,
    ConditionRouter,
    ConsensusStage,
    FailStage,
    GateStage,
    PercentageRouter,
    ReviewStage,
    Stage,
    pathways_of,
)

# What is wrong with a field, by its path within the stage.
Finding: TypeAlias = tuple[str, str]


def stage_findings(stage: Stage) -> Iterator[Finding]:
    """All that is wrong with a stage as such, wherever its pathways lead.

    `expired` and `failed` may be left undrawn: the task then waits for its managers.
    """
    drawn = pathways_of(stage)
    match stage:
        case AnnotateStage():
            yield from _undrawn(drawn, ("submitted",))
        case ReviewStage():
            yield from _review(stage)
        case ConsensusStage():
            yield from _undrawn(drawn, ("agreed", "no_consensus"))
        case AgentStage():
            if set(drawn) <= {"failed"}:
                yield "pathways", "needs a pathway besides failed, for the agent's answers"
        case PercentageRouter():
            yield from _percentages(stage)
        case CollaboratorRouter():
            yield from _exactly(drawn, (*stage.people, stage.otherwise), "is named in neither people nor otherwise")
            yield from _listed_twice(stage)
        case ConditionRouter():
            thens = tuple(condition.then for condition in stage.conditions)
            yield from _exactly(drawn, (*thens, stage.otherwise), "is named by no condition, nor by otherwise")
            yield from _unreadable(stage)
        case BenchmarkRouter():
            yield from _undrawn(drawn, ("benchmark", "production"))
        case GateStage():
            yield from _undrawn(drawn, ("accept", "human"))
        case ArchiveStage() | CompleteStage() | FailStage():
            pass


def _undrawn(drawn: Collection[str], needed: Iterable[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(needed):
        if name not in drawn:
            yield f"pathways.{name}", "is not drawn: say which stage it leads to"


def _exactly(drawn: Collection[str], needed: Collection[str], stray: str) -> Iterator[Finding]:
    yield from _undrawn(drawn, needed)
    for name in drawn:
        if name not in needed:
            yield f"pathways.{name}", f"{stray}, so no task would take it"


def _review(stage: ReviewStage) -> Iterator[Finding]:
    yield from _undrawn(stage.pathways, ("approved", "rejected"))
    if stage.max_rejections is not None:
        yield from _undrawn(stage.pathways, ("rejected_too_often",))
    elif "rejected_too_often" in stage.pathways:
        yield "pathways.rejected_too_often", "needs max_rejections: without it no task is rejected too often"


def _percentages(stage: PercentageRouter) -> Iterator[Finding]:
    yield from _exactly(stage.pathways, stage.shares, "has no share")
    total = sum(stage.shares.values())
    if not isclose(total, 100, abs_tol=1e-6):
        yield "shares", f"sum up to {total:g}, not to 100"


def _listed_twice(stage: CollaboratorRouter) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for pathway, people in stage.people.items():
        for email in people:
            other = first.setdefault(email.casefold(), pathway)
            if other != pathway:
                yield f"people.{pathway}", f"lists {email}, who is listed under {other} too"


def _unreadable(stage: ConditionRouter) -> Iterator[Finding]:
    for number, condition in enumerate(stage.conditions):
        try:
            conditions.check(condition.when)
        except ValueError as error:
            yield f"conditions.{number}.when", str(error)
