"""Bodies and answers of the project routes."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.errors import FieldError
from schemas.graphs import Graph
from schemas.label_schemas import LabelSchema

MOST_TASKS_OF_A_CALL = 5000
MOST_INPUT_BYTES = 3 * 1024 * 1024
MOST_METADATA_BYTES = 64 * 1024
MOST_NAME_BYTES = 255

TaskState = Literal["queued", "open", "completed", "archived", "cancelled", "failed"]

# A flow definition's name has the same form: both are projects, in one namespace.
ProjectName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-*[a-z0-9]){0,62}$", max_length=63)]
# PostgreSQL keeps no NUL in text.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
OutputPath = Annotated[
    str, StringConstraints(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\x00-\x1f\x7f]*)?$", max_length=600)
]
Window = Annotated[int, Field(strict=True, ge=1, le=5000)]
WithdrawSeconds = Annotated[
    int, Field(strict=True, ge=0, le=300, description="how long people may take an answer back")
]
ExtendSeconds = Annotated[
    int,
    Field(strict=True, ge=0, le=86_400, description="by how much people may extend their time for a task at a time"),
]
MaxExtensions = Annotated[int, Field(strict=True, ge=0, le=100, description="how often they may, for each task")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewProject(_Body):
    """A project. `graph` is a graph or the name of a ready or a saved one; `teams` are work teams by stage."""

    name: ProjectName
    title: Line = Field(default="", max_length=200, description="what people see; else the name")
    description: Text = Field(default="", max_length=8000)
    template: str | None = Field(
        default=None, min_length=1, max_length=128_000, description="Liquid text that tasks are shown in"
    )
    human_task_ui: Line | None = Field(default=None, max_length=63, description="name of a human task UI, in its place")
    label_schema: LabelSchema | None = Field(
        default=None, description="in its place: the tasks are data groups, and this is what their tiles are asked"
    )
    graph: dict[str, Any] | str
    teams: dict[str, Line] = Field(default_factory=dict[str, str], max_length=200)
    output: OutputPath = Field(description="s3://bucket or s3://bucket/prefix")
    max_concurrent_tasks: Window = Field(
        default=1000, description="how many tasks may be on their way through their first people's stage at a time"
    )
    withdraw_seconds: WithdrawSeconds = 0
    extend_seconds: ExtendSeconds = 0
    max_extensions: MaxExtensions = 0
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])

    @model_validator(mode="after")
    def _has_one_template(self) -> Self:
        given = [each for each in (self.template, self.human_task_ui, self.label_schema) if each is not None]
        if len(given) != 1:
            raise ValueError("give one of template, human_task_ui and label_schema, and no more")
        return self


class ProjectChange(_Body):
    """What is left out stays as it is."""

    title: Line | None = Field(default=None, min_length=1, max_length=200)
    description: Text | None = Field(default=None, max_length=8000)
    max_concurrent_tasks: Window | None = None
    withdraw_seconds: WithdrawSeconds | None = None
    extend_seconds: ExtendSeconds | None = None
    max_extensions: MaxExtensions | None = None
    output: OutputPath | None = Field(default=None, description="where outputs and exports go from now on")
    paused: bool | None = Field(default=None, strict=True)


class NewGraph(_Body):
    """A new version of a project's graph. Stages that keep their name keep their team where `teams` does not say."""

    graph: dict[str, Any] | str
    teams: dict[str, Line] = Field(default_factory=dict[str, str], max_length=200)


class NewGraphTemplate(_Body):
    """A graph to be saved under a name."""

    graph: dict[str, Any]
    description: Text = Field(default="", max_length=2000)


class Prediction(_Body):
    """A model's guess: an answer, and how sure the model is of it, 0 to 1."""

    label: dict[str, Any]
    confidence: float = Field(ge=0, le=1, strict=True, allow_inf_nan=False)
    class_: Text | None = Field(default=None, alias="class", max_length=256)
    model: Text | None = Field(default=None, max_length=256)


class NewTask(_Body):
    """One data unit. `input` is what the template shows, any JSON; `metadata` is yours, for routers and exports."""

    name: str = Field(min_length=1, description="at most 255 bytes of UTF-8")
    input: Any
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])
    priority: int = Field(default=50, strict=True, ge=0, le=100)
    prediction: Prediction | None = None


class NewTasks(_Body):
    """Up to 5,000 tasks; each is checked by itself, see NewTask."""

    tasks: list[Any] = Field(min_length=1, max_length=MOST_TASKS_OF_A_CALL)


class FieldView(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class TaskOutcome(BaseModel):
    """What became of one item, in the order of the call.

    exists: a task of this name and input was there. refused: nothing was written; `detail` and `errors` say why.
    """

    name: str | None
    outcome: Literal["created", "exists", "refused"]
    id: UUID | None = None
    detail: str | None = None
    errors: list[FieldView] | None = None


class TaskOutcomes(BaseModel):
    """One outcome for each item."""

    items: list[TaskOutcome]


class TaskView(BaseModel):
    """Where a task is. `outcome` is its status once it is over; `rejections` count those of its present opening.

    `starved_reason` is set while nobody can take its present visit, `escalated` while only managers give that out.
    """

    id: UUID
    name: str
    project: str
    status: TaskState
    outcome: TaskState | None
    stage: str | None
    visit: int
    opening: int
    priority: int
    graph_version: int
    rejections: int
    starved_reason: str | None
    escalated: bool
    metadata: dict[str, Any]
    prediction: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    stop_requested_at: datetime | None
    failure_code: str | None
    failure_reason: str | None
    output_uri: str | None
    workflow_id: str
    workflow_url: str | None


class TaskAnswer(BaseModel):
    """An accepted submission; no content where somebody decided without giving an answer."""

    opening: int
    visit: int
    stage: str
    slot: int
    worker_id: str
    content: Any
    decision: str | None
    comment: str
    accepted_at: datetime
    submitted_at: datetime
    active_seconds: float


class TaskDetail(TaskView):
    """A task with every answer that was accepted."""

    answers: list[TaskAnswer]


class TasksPage(BaseModel):
    """A page of a project's tasks, oldest first."""

    items: list[TaskView]
    next_cursor: str | None


class ProjectSummary(BaseModel):
    """A project of a list; `kind` is project or flow_definition."""

    name: str
    kind: str
    title: str
    created_at: datetime
    graph_version: int
    paused: bool
    deleting: bool


class ProjectView(ProjectSummary):
    """A project. `counts` are its tasks by status, `stages` its open tasks by stage, `teams` work teams by stage."""

    description: str
    schema_kind: Literal["template", "data_group"]
    human_task_ui: str | None
    label_schema: LabelSchema | None = Field(description="what the tiles of data groups are asked")
    output: str
    max_concurrent_tasks: int
    in_window: int = Field(description="tasks that take up room in the window now")
    withdraw_seconds: int
    extend_seconds: int
    max_extensions: int
    metadata: dict[str, Any]
    teams: dict[str, str]
    counts: dict[str, int]
    stages: dict[str, int]
    starved: int
    escalated: int


class ProjectsPage(BaseModel):
    """A page of projects."""

    items: list[ProjectSummary]
    next_cursor: str | None


class GraphSummary(BaseModel):
    """A version of a project's graph; `current` is what new tasks start with."""

    version: int
    created_at: datetime
    current: bool
    stages: int


class GraphView(BaseModel):
    """A version of a project's graph, as it is walked."""

    project: str
    version: int
    created_at: datetime
    current: bool
    graph: Graph


class GraphsPage(BaseModel):
    """All versions, newest first: there is no second page."""

    items: list[GraphSummary]
    next_cursor: None = None


class GraphTemplateView(BaseModel):
    """A graph that projects can name; `source` is ready or saved."""

    name: str
    source: Literal["ready", "saved"]
    description: str
    graph: dict[str, Any]


class GraphTemplatesPage(BaseModel):
    """All of them: there is no second page."""

    items: list[GraphTemplateView]
    next_cursor: None = None


def name_problem(name: str) -> FieldError | None:
    """Why a name cannot be a task's: it stands in workflow ids and object keys."""
    if any(character < " " or character == "\x7f" for character in name):
        problem = "must not hold control characters"
    elif len(name.encode(errors="surrogatepass")) > MOST_NAME_BYTES:
        problem = f"has more than {MOST_NAME_BYTES} bytes of UTF-8"
    elif any(part in ("", ".", "..") for part in name.split("/")):
        problem = "must not begin or end with a slash, nor have '//', '.' or '..' as a part of its path"
    else:
        return None
    return FieldError("name", problem)
