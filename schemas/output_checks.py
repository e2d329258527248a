"""Bodies and answers of checks of an output location."""

from pydantic import BaseModel, ConfigDict, Field

from schemas.projects import OutputPath


class CheckOutput(BaseModel):
    """Where a project is to write its outputs and exports."""

    model_config = ConfigDict(extra="forbid")

    output: OutputPath = Field(description="s3://bucket or s3://bucket/prefix")


class OutputCheckView(BaseModel):
    """Whether it can be written to; `problem` says what is wrong, and what to do."""

    ok: bool
    problem: str | None


class OutputSuggestion(BaseModel):
    """A location that a form may begin with."""

    suggestion: str
