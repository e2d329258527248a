"""Workflow graphs: stages and the pathways between them, as they are drawn and as they are stored.

A drawn graph may leave out teams and what a stage is shown as; `resolved` fills them in, and only a resolved graph is
stored. `quality.graphs` says what is wrong with a graph as a whole.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_STAGES = 200
MOST_BYTES = 64 * 1024
MOST_PATHWAYS = 50

Name = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]*$")]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Pathways: TypeAlias = Mapping[str, str]


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _PeopleStage(_Stage):
    """A stage that people work in. Times are in seconds.

    `deadline_seconds` runs from the opening of the visit, for the first visit of a task from the task's creation. Where
    `expired` is not drawn the task stays past its deadline and is offered to managers. `reservation_seconds` is how
    long rework waits for the person who is to do it, before their whole team may take it.
    """

    team: str = Field(default="", max_length=63, description="work team that is offered the work")
    shown_as: str = Field(default="", max_length=128, description="what people see; else the stage's name")
    instructions: str = Field(default="", max_length=8000, description="Markdown, shown beside the work")
    time_limit_seconds: int = Field(default=3600, ge=30, le=365 * 86_400)
    deadline_seconds: int | None = Field(default=None, ge=1, le=365 * 86_400)
    reservation_seconds: int = Field(default=86_400, ge=1, le=365 * 86_400)
    allow_reassessment: bool = Field(
        default=False, description="may a person who worked on the task in another stage take it here"
    )


class AnnotateStage(_PeopleStage):
    """Opens `overlap` assignments and waits for the answers or the deadline.

    Pathways: submitted, expired.
    """

    type: Literal["annotate"] = "annotate"
    overlap: int = Field(default=1, ge=1, le=9)
    pathways: dict[Literal["submitted", "expired"], str]


class ReviewStage(_PeopleStage):
    """One assignment for a reviewer, who approves or rejects labels.

    Strict: every label needs a verdict. `max_rejections` bounds how often this stage rejects a task; the next one takes
    `rejected_too_often`. Pathways: approved, rejected, rejected_too_often, expired.
    """

    type: Literal["review"] = "review"
    strict: bool = True
    allow_own: bool = Field(default=False, description="may people review labels that they contributed to")
    max_rejections: int | None = Field(default=None, ge=1, le=100)
    pathways: dict[Literal["approved", "rejected", "rejected_too_often", "expired"], str]


class ConsensusStage(_PeopleStage):
    """`overlap` people annotate without seeing each other; then their agreement is measured.

    At `threshold` or above, the merged label goes on by itself. Below it, a person of `decision_team` determines (picks
    the winning answer) or refines (edits a merged draft); with `decision` none, `no_consensus` is taken at once.
    Pathways: agreed, no_consensus, expired.
    """

    type: Literal["consensus"] = "consensus"
    overlap: int = Field(default=3, ge=2, le=9)
    measure: Literal["exact"] = "exact"
    threshold: Share = Field(default=1.0, description="agreement from which on nobody has to decide")
    decision: Literal["determine", "refine", "none"] = "determine"
    decision_team: str = Field(default="", max_length=63, description="who decides; else the stage's team")
    decision_shown_as: str = Field(default="", max_length=128, description="what they see; else shown_as: decision")
    pathways: dict[Literal["agreed", "no_consensus", "expired"], str]


class HttpAgent(_Stage):
    """A program that is asked over HTTP. With `callback` it may answer 202 and call back within the stage's timeout."""

    via: Literal["http"] = "http"
    url: str = Field(max_length=2000, pattern=r"^https?://[^\s]+$")
    callback: bool = False


class ActivityAgent(_Stage):
    """An activity that the user's own worker serves, in any language."""

    via: Literal["activity"] = "activity"
    task_queue: Name
    activity: Name = Field(description="the activity's registered name")


class AgentStage(_Stage):
    """A program decides. Pathways: the agent's own names, and `failed`.

    Attempts end after `timeout_seconds`, or without a heartbeat for `heartbeat_seconds`, and are tried again with
    exponential backoff, `max_attempts` times in all. Then `failed` is taken; where it is not drawn the task waits as a
    dead letter for somebody's decision.
    """

    type: Literal["agent"] = "agent"
    call: Annotated[HttpAgent | ActivityAgent, Field(discriminator="via")]
    timeout_seconds: int = Field(default=300, ge=1, le=7 * 86_400)
    heartbeat_seconds: int = Field(default=60, ge=5, le=3600)
    max_attempts: int = Field(default=5, ge=1, le=100)
    first_backoff_seconds: float = Field(default=1.0, ge=0.05, le=3600)
    pathways: dict[Name, str] = Field(min_length=1, max_length=MOST_PATHWAYS)


class PercentageRouter(_Stage):
    """Sends each task one way by a hash of its id: the same task always goes the same way.

    `shares` are percentages by pathway, 100 in sum.
    """

    type: Literal["percentage_router"] = "percentage_router"
    shares: dict[Name, Percent] = Field(min_length=1, max_length=MOST_PATHWAYS)
    pathways: dict[Name, str] = Field(min_length=1, max_length=MOST_PATHWAYS)


class CollaboratorRouter(_Stage):
    """Sends each task by who worked on it last: `people` are e-mail addresses by pathway; `otherwise` for the rest."""

    type: Literal["collaborator_router"] = "collaborator_router"
    people: dict[Name, tuple[str, ...]] = Field(max_length=MOST_PATHWAYS)
    otherwise: Name
    pathways: dict[Name, str] = Field(min_length=1, max_length=MOST_PATHWAYS)


class Condition(_Stage):
    """Where the expression `when` is true, the pathway `then` is taken."""

    when: str = Field(min_length=1, max_length=2000)
    then: Name


class ConditionRouter(_Stage):
    """Takes the pathway of the first condition that is true, `otherwise` where none is."""

    type: Literal["condition_router"] = "condition_router"
    conditions: tuple[Condition, ...] = Field(min_length=1, max_length=MOST_PATHWAYS)
    otherwise: Name
    pathways: dict[Name, str] = Field(min_length=1, max_length=MOST_PATHWAYS)


class BenchmarkRouter(_Stage):
    """Tells tasks whose input is in a benchmark set from production tasks. Pathways: benchmark, production."""

    type: Literal["benchmark_router"] = "benchmark_router"
    benchmark_set: Name
    pathways: dict[Literal["benchmark", "production"], str]


class GateStage(_Stage):
    """Accepts the task's prediction, or asks people. Pathways: accept, human.

    The prediction's confidence is held against the threshold of its class, else `threshold`; of those that pass,
    `sample_percent` are sent to people all the same, chosen by a hash of the task's id. A task without a prediction
    takes `human`.
    """

    type: Literal["gate"] = "gate"
    threshold: Share
    thresholds: dict[str, Share] = Field(default_factory=dict[str, float], max_length=1000)
    sample_percent: Percent = 0.0
    pathways: dict[Literal["accept", "human"], str]


class ArchiveStage(_Stage):
    """An end: the task is put away without output; it is in no export."""

    type: Literal["archive"] = "archive"


class CompleteStage(_Stage):
    """An end: writes the output."""

    type: Literal["complete"] = "complete"


class FailStage(_Stage):
    """An end: the task failed, with a code and a reason that its client is shown."""

    type: Literal["fail"] = "fail"
    code: str = Field(min_length=1, max_length=64)
    reason: str = Field(max_length=1024)


PeopleStage: TypeAlias = AnnotateStage | ReviewStage | ConsensusStage
RouterStage: TypeAlias = PercentageRouter | CollaboratorRouter | ConditionRouter | BenchmarkRouter
EndStage: TypeAlias = ArchiveStage | CompleteStage | FailStage
Stage = Annotated[PeopleStage | AgentStage | RouterStage | GateStage | EndStage, Field(discriminator="type")]


class Graph(BaseModel):
    """One version of a workflow graph; immutable once used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: str
    stages: dict[Name, Stage] = Field(min_length=1, max_length=MOST_STAGES)


def pathways_of(stage: Stage) -> Pathways:
    """The pathways that are drawn from a stage; none from an end."""
    if isinstance(stage, EndStage):
        return {}
    return {str(name): target for name, target in stage.pathways.items()}


def resolved(graph: Graph, teams: Mapping[str, str]) -> Graph:
    """The graph with a team and a `shown_as` in every people's stage that names none; `teams` are by stage."""
    stages = {name: _resolved(name, stage, teams.get(name, "")) for name, stage in graph.stages.items()}
    return graph.model_copy(update={"stages": stages})


def _resolved(name: str, stage: Stage, team: str) -> Stage:
    if not isinstance(stage, PeopleStage):
        return stage
    team = team or stage.team
    shown_as = stage.shown_as or name
    changes = {"team": team, "shown_as": shown_as}
    if isinstance(stage, ConsensusStage):
        changes["decision_team"] = stage.decision_team or team
        changes["decision_shown_as"] = stage.decision_shown_as or f"{shown_as}: decision"
    return stage.model_copy(update=changes)
