"""Bodies and answers of template previews."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.label_schemas import LabelSchema
from schemas.projects import Line


class NewPreview(BaseModel):
    """A template, the name of a human task UI, or the questions of data groups, and the input to show in it."""

    model_config = ConfigDict(extra="forbid")

    template: str | None = Field(default=None, description="Liquid text; nothing of it is kept")
    human_task_ui: Line | None = Field(default=None, max_length=63, description="name of a human task UI, in its place")
    label_schema: LabelSchema | None = Field(default=None, description="what the tiles of data groups are asked")
    input: Any = Field(default=None, description="what a task's input is, any JSON")

    @model_validator(mode="after")
    def _shows_one_thing(self) -> Self:
        if [self.template, self.human_task_ui, self.label_schema].count(None) != 2:
            raise ValueError("give one of template, human_task_ui and label_schema, and no more")
        return self


class TemplateProblemView(BaseModel):
    """Why a preview does not show all that it should; `line` is where in the template, as far as that is known."""

    code: str
    line: int | None
    message: str


PreviewKind = Literal["template", "data_group"]


class PreviewView(BaseModel):
    """A rendered template, or the editor of a data group.

    `page` is shown by sending it, base64url-encoded, with `kind` and `signature` as form fields of these names to
    POST /frame/preview from a sandboxed frame, within a minute. It is null where nothing can be shown.
    """

    kind: PreviewKind
    problems: list[TemplateProblemView]
    page: str | None
    signature: str | None
