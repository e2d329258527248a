"""What RenderUiTemplate is asked to render: a template of the request's own, or one that Loupe keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from schemas.arns import Place
from schemas.aws import wrong_member

# What the portal calls the members of CreateHumanTaskUi.
FIELDS = {"HumanTaskUiName": "name", "UiTemplate.Content": "template"}


class NewHumanTaskUi(BaseModel):
    """A template under a name. Its limits are those of CreateHumanTaskUi, which checks them."""

    model_config = ConfigDict(extra="forbid")

    name: str
    template: str

    def as_input(self) -> dict[str, Any]:
        """The same as an input of CreateHumanTaskUi."""
        return {"HumanTaskUiName": self.name, "UiTemplate": {"Content": self.template}}


class HumanTaskUiEntry(BaseModel):
    """A human task UI in a list; `sha256` is of the template's UTF-8 bytes, in hexadecimal."""

    name: str
    sha256: str
    created_at: datetime


class HumanTaskUisPage(BaseModel):
    """Human task UIs, newest first."""

    items: list[HumanTaskUiEntry]
    next_cursor: str | None


class HumanTaskUiView(HumanTaskUiEntry):
    """A human task UI with its template."""

    arn: str
    template: str


@dataclass(frozen=True)
class Rendering:
    """A template as text or by the name of its human task UI, one of them, and the input to show in it."""

    content: str | None
    human_task_ui: str | None
    task_input: object


def read_rendering(given: Mapping[str, Any], place: Place) -> Rendering:
    """The rendering in a RenderUiTemplate input. Raises BadRequest."""
    template: dict[str, Any] | None = given.get("UiTemplate")
    arn: str | None = given.get("HumanTaskUiArn")
    if (template is None) == (arn is None):
        raise wrong_member("UiTemplate", "give one of UiTemplate and HumanTaskUiArn, and not both")
    name = place.name(arn, "human-task-ui") if arn else None
    if arn and name is None:
        message = f"is not a human task UI of this account and region: {place.arn('human-task-ui', '<name>')}"
        raise wrong_member("HumanTaskUiArn", message)
    try:
        task_input: object = orjson.loads(given["Task"]["Input"])
    except orjson.JSONDecodeError as error:
        raise wrong_member("Task.Input", f"is not JSON: {error}") from error
    return Rendering(template["Content"] if template else None, name, task_input)
