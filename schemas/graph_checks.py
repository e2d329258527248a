"""Bodies and answers of graph checks."""

from pydantic import BaseModel, ConfigDict, Field

from schemas.graphs import MOST_BYTES
from schemas.projects import Line


class CheckGraph(BaseModel):
    """A graph's document as somebody is writing it, and the work teams that its stages are to have."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(max_length=4 * MOST_BYTES, description="JSON text")
    teams: dict[str, Line] | None = Field(
        default=None, max_length=200, description="work teams by stage; left out, stages need none yet"
    )


class GraphProblemView(BaseModel):
    """What is wrong with a field of a stage, or of the graph where `stage` is empty; `path` is its place."""

    stage: str
    field: str
    path: str
    message: str


class OutlinedStage(BaseModel):
    """A stage, and where its pathways lead; `team` and `shown_as` are null where no people work in it."""

    name: str
    type: str
    people: bool
    team: str | None
    shown_as: str | None
    pathways: dict[str, str]


class GraphOutline(BaseModel):
    """A graph in short."""

    start: str
    stages: list[OutlinedStage]


class GraphCheckView(BaseModel):
    """All that is wrong with a graph. `svg` and `outline` are null where the document cannot be read."""

    problems: list[GraphProblemView]
    svg: str | None
    outline: GraphOutline | None
