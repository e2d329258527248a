"""Flow definitions: the smallest workflow graph, written from the settings of CreateFlowDefinition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas import activation_conditions
from schemas.arns import Place, parse
from schemas.aws import wrong_member

# Default of TaskTimeLimitInSeconds in the API reference of HumanLoopConfig.
DEFAULT_TIME_LIMIT = 3600
# Days that a task stays with a private work team in the developer guide, and here when nothing is said: 30.
DEFAULT_LIFETIME = 30 * 86_400

# What annotators see the one stage as.
SHOWN_AS = "annotate"

# What the portal calls the members of CreateFlowDefinition.
FIELDS = {
    "FlowDefinitionName": "name",
    "HumanLoopConfig.HumanTaskUiArn": "human_task_ui",
    "HumanLoopConfig.WorkteamArn": "team",
    "HumanLoopConfig.TaskTitle": "title",
    "HumanLoopConfig.TaskDescription": "description",
    "HumanLoopConfig.TaskCount": "count",
    "HumanLoopConfig.TaskTimeLimitInSeconds": "time_limit_seconds",
    "HumanLoopConfig.TaskAvailabilityLifetimeInSeconds": "lifetime_seconds",
    "HumanLoopConfig.TaskKeywords": "keywords",
    "HumanLoopRequestSource.AwsManagedHumanLoopRequestSource": "request_source",
    activation_conditions.MEMBER: "activation_conditions",
    "OutputConfig.S3OutputPath": "output",
}

_S3_PATH = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", re.DOTALL)


_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=40_000)]


class NewFlowDefinition(BaseModel):
    """A flow definition. Its limits are those of CreateFlowDefinition, which checks them."""

    model_config = ConfigDict(extra="forbid")

    name: _Text
    human_task_ui: _Text = Field(description="name of a human task UI")
    team: _Text = Field(description="name of a work team")
    title: _Text = Field(description="what people see in their list")
    description: _Text
    count: int = Field(default=1, strict=True, description="how many people answer each loop, 1 to 3")
    time_limit_seconds: int = Field(default=DEFAULT_TIME_LIMIT, strict=True)
    lifetime_seconds: int = Field(default=DEFAULT_LIFETIME, strict=True)
    keywords: list[_Text] = Field(default_factory=list[str], max_length=5)
    request_source: (
        Literal["AWS/Rekognition/DetectModerationLabels/Image/V3", "AWS/Textract/AnalyzeDocument/Forms/V1"] | None
    ) = None
    activation_conditions: _Text | None = Field(default=None, description="JSON text; needs request_source")
    output: _Text = Field(description="s3://bucket or s3://bucket/prefix")

    def as_input(self, place: Place) -> dict[str, Any]:
        """The same as an input of CreateFlowDefinition. No role is assumed here: it names one of Loupe's."""
        given: dict[str, Any] = {
            "FlowDefinitionName": self.name,
            "RoleArn": f"arn:aws:iam::{place.account_id}:role/loupe",
            "HumanLoopConfig": {
                "WorkteamArn": place.arn("workteam", self.team),
                "HumanTaskUiArn": place.arn("human-task-ui", self.human_task_ui),
                "TaskTitle": self.title,
                "TaskDescription": self.description,
                "TaskCount": self.count,
                "TaskTimeLimitInSeconds": self.time_limit_seconds,
                "TaskAvailabilityLifetimeInSeconds": self.lifetime_seconds,
            },
            "OutputConfig": {"S3OutputPath": self.output},
        }
        if self.keywords:
            given["HumanLoopConfig"]["TaskKeywords"] = self.keywords
        if self.request_source is not None:
            given["HumanLoopRequestSource"] = {"AwsManagedHumanLoopRequestSource": self.request_source}
        if self.activation_conditions is not None:
            conditions = {"HumanLoopActivationConditions": self.activation_conditions}
            given["HumanLoopActivationConfig"] = {"HumanLoopActivationConditionsConfig": conditions}
        return given


class FlowDefinitionEntry(BaseModel):
    """A flow definition in a list."""

    name: str
    created_at: datetime
    deleting: bool


class FlowDefinitionsPage(BaseModel):
    """Flow definitions, newest first."""

    items: list[FlowDefinitionEntry]
    next_cursor: str | None


class FlowDefinitionView(FlowDefinitionEntry):
    """A flow definition with its settings."""

    arn: str
    human_task_ui: str
    team: str
    title: str
    description: str
    count: int
    time_limit_seconds: int
    lifetime_seconds: int
    keywords: list[str]
    request_source: str | None
    activation_conditions: str | None
    output: str


@dataclass(frozen=True)
class Definition:
    """What a new flow definition says; the four configurations are as the wire has them."""

    name: str
    role_arn: str
    human_loop_request_source: dict[str, Any] | None
    human_loop_activation_config: dict[str, Any] | None
    human_loop_config: dict[str, Any]
    output_config: dict[str, Any]
    work_team: str
    human_task_ui: str

    @property
    def output_path(self) -> str:
        """S3OutputPath without a slash at its end."""
        return self.output_config["S3OutputPath"].rstrip("/")

    def graph(self) -> dict[str, Any]:
        """The graph of one annotate stage that TaskCount people answer before the task's lifetime is over."""
        loop = self.human_loop_config
        annotate = {
            "type": "annotate",
            "team": self.work_team,
            "shown_as": SHOWN_AS,
            "overlap": loop["TaskCount"],
            "time_limit_seconds": loop["TaskTimeLimitInSeconds"],
            "deadline_seconds": loop["TaskAvailabilityLifetimeInSeconds"],
            "pathways": {"submitted": "complete", "expired": "expired"},
        }
        expired = {
            "type": "fail",
            "code": "Expired",
            "reason": "The task's availability lifetime passed before enough people had answered.",
        }
        stages = {"annotate": annotate, "complete": {"type": "complete"}, "expired": expired}
        return {"start": "annotate", "stages": stages}


def read(given: Mapping[str, Any], place: Place) -> Definition:
    """The definition in a CreateFlowDefinition input that satisfies the model. Raises BadRequest."""
    loop: dict[str, Any] | None = given.get("HumanLoopConfig")
    if loop is None:
        raise wrong_member("HumanLoopConfig", "is required: it says which work team answers in which human task UI")
    _check_output(given["OutputConfig"]["S3OutputPath"])
    _check_conditions(given)
    return Definition(
        name=given["FlowDefinitionName"],
        role_arn=given["RoleArn"],
        human_loop_request_source=given.get("HumanLoopRequestSource"),
        human_loop_activation_config=given.get("HumanLoopActivationConfig"),
        human_loop_config={
            "TaskTimeLimitInSeconds": DEFAULT_TIME_LIMIT,
            "TaskAvailabilityLifetimeInSeconds": DEFAULT_LIFETIME,
            **loop,
        },
        output_config=given["OutputConfig"],
        work_team=_work_team(loop["WorkteamArn"], place),
        human_task_ui=_human_task_ui(loop["HumanTaskUiArn"], place),
    )


def _check_output(path: str) -> None:
    if not _S3_PATH.fullmatch(path):
        raise wrong_member("OutputConfig.S3OutputPath", "has to be s3://bucket or s3://bucket/prefix")


def _check_conditions(given: Mapping[str, Any]) -> None:
    activation: dict[str, Any] | None = given.get("HumanLoopActivationConfig")
    if activation is None:
        return
    source: dict[str, Any] = given.get("HumanLoopRequestSource", {})
    text = activation["HumanLoopActivationConditionsConfig"]["HumanLoopActivationConditions"]
    activation_conditions.parse(text, source.get("AwsManagedHumanLoopRequestSource"))


def _work_team(arn: str, place: Place) -> str:
    name = place.name(arn, "workteam")
    if name is not None:
        return name
    parsed = parse(arn)
    crowd = parsed.name.partition("/")[0] if parsed else ""
    if crowd in ("public-crowd", "vendor-crowd"):
        message = f"{crowd} has no workers here: name a private work team, {place.arn('workteam', '<name>')}"
    else:
        message = f"is not a work team of this account and region: it has to be {place.arn('workteam', '<name>')}"
    raise wrong_member("HumanLoopConfig.WorkteamArn", message)


def _human_task_ui(arn: str, place: Place) -> str:
    name = place.name(arn, "human-task-ui")
    if name is None:
        expected = place.arn("human-task-ui", "<name>")
        message = f"is not a human task UI of this account and region: it has to be {expected}"
        raise wrong_member("HumanLoopConfig.HumanTaskUiArn", message)
    return name
