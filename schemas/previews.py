"""Bodies and answers of template previews."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.projects import Line


class NewPreview(BaseModel):
    """A template, or the name of a human task UI, and the input to show in it."""

    model_config = ConfigDict(extra="forbid")

    template: str | None = Field(default=None, description="Liquid text; nothing of it is kept")
    human_task_ui: Line | None = Field(default=None, max_length=63, description="name of a human task UI, in its place")
    input: Any = Field(default=None, description="what `task.input` is, any JSON")

    @model_validator(mode="after")
    def _has_one_template(self) -> Self:
        if (self.template is None) == (self.human_task_ui is None):
            raise ValueError("give one of template and human_task_ui, and not both")
        return self


class TemplateProblemView(BaseModel):
    """Why a template does not show all that it should; `line` is where, as far as that is known."""

    code: str
    line: int | None
    message: str


class PreviewView(BaseModel):
    """A rendered template.

    `page` is shown by sending it, base64url-encoded, with `signature` as the form fields `page` and `signature` to
    POST /frame/preview from a sandboxed frame, within a minute. It is null where nothing can be shown.
    """

    problems: list[TemplateProblemView]
    page: str | None
    signature: str | None
