"""A pure model of the walk: which visits a task makes and how it ends, for a graph and what people decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.graphs import (
    AgentStage,
    AnnotateStage,
    ArchiveStage,
    CompleteStage,
    ConsensusStage,
    FailStage,
    Graph,
    ReviewStage,
    pathways_of,
)

# What one visit comes to, chosen by a number: the model and the process read it in the same way.
Choice = int


@dataclass(frozen=True)
class Step:
    """One visit of a people's stage: where, of which kind, and whose rework it is."""

    stage: str
    kind: str
    rework: bool


@dataclass(frozen=True)
class Walked:
    """All visits in order, and the end's state."""

    steps: tuple[Step, ...]
    state: str


def review_decision(choice: Choice) -> str:
    """What a reviewer decides: to reject is as likely as to approve."""
    return "rejected" if choice % 2 else "approved"


def agreement(choice: Choice) -> float:
    """How far annotators agree."""
    return (choice % 3) / 2


def decided(choice: Choice) -> str:
    """What somebody decides between annotators."""
    return "no_consensus" if choice % 4 == 3 else "agreed"


def routed(choice: Choice, pathways: Sequence[str]) -> str:
    """The pathway that a router, a gate or an agent takes."""
    return sorted(pathways)[choice % len(pathways)]


def walk(graph: Graph, choices: Sequence[Choice]) -> Walked:
    """Walk until an end, or until the choices are used up: then the task is cancelled in its next people's visit."""
    left = list(choices)
    steps: list[Step] = []
    rejected = False
    rejections: dict[str, int] = {}
    name = graph.start
    while True:
        stage = graph.stages[name]
        match stage:
            case CompleteStage():
                return Walked(tuple(steps), "completed")
            case ArchiveStage():
                return Walked(tuple(steps), "archived")
            case FailStage():
                return Walked(tuple(steps), "failed")
            case AnnotateStage():
                steps.append(Step(name, "annotate", rejected))
                if not left:
                    return Walked(tuple(steps), "cancelled")
                left.pop(0)
                rejected = False
                name = stage.pathways["submitted"]
            case ReviewStage():
                steps.append(Step(name, "review", False))
                if not left:
                    return Walked(tuple(steps), "cancelled")
                if review_decision(left.pop(0)) == "approved":
                    name = stage.pathways["approved"]
                    continue
                rejected = True
                rejections[name] = rejections.get(name, 0) + 1
                bounded = stage.max_rejections is not None and rejections[name] > stage.max_rejections
                name = stage.pathways["rejected_too_often" if bounded else "rejected"]
            case ConsensusStage():
                decides = stage.decision != "none"
                if not (rejected and decides):
                    rejected = False
                    steps.append(Step(name, "annotate", False))
                    if not left:
                        return Walked(tuple(steps), "cancelled")
                    if agreement(left.pop(0)) >= stage.threshold:
                        name = stage.pathways["agreed"]
                        continue
                    if not decides:
                        name = stage.pathways["no_consensus"]
                        continue
                steps.append(Step(name, "consensus", rejected))
                if not left:
                    return Walked(tuple(steps), "cancelled")
                rejected = False
                name = stage.pathways["agreed" if decided(left.pop(0)) == "agreed" else "no_consensus"]
            case AgentStage():
                name = _elsewhere(stage, left)
            case _:
                name = _elsewhere(stage, left)


def _elsewhere(stage: object, left: list[Choice]) -> str:
    drawn = pathways_of(stage)  # type: ignore[arg-type]
    choice = left.pop(0) if left else 0
    return drawn[routed(choice, list(drawn))]
