"""What StartHumanLoop and ListHumanLoops hold beyond the service model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from schemas.arns import Place
from schemas.aws import wrong_member


@dataclass(frozen=True)
class Start:
    """A loop to be started; `input_content` is a JSON text, kept as it came."""

    name: str
    flow_definition: str
    input_content: str
    classifiers: tuple[str, ...]


def read_start(given: Mapping[str, Any], place: Place) -> Start:
    """The loop in a StartHumanLoop input that satisfies the model. Raises BadRequest."""
    content: str = given["HumanLoopInput"]["InputContent"]
    try:
        from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise wrong_member("HumanLoopInput.InputContent", f"is not JSON: {error}") from error
    attributes: dict[str, Any] = given.get("DataAttributes", {})
    classifiers = tuple(dict.fromkeys(attributes.get("ContentClassifiers", ())))
    return Start(given["HumanLoopName"], flow_definition_name(given, place), content, classifiers)


def flow_definition_name(given: Mapping[str, Any], place: Place) -> str:
    """The name in FlowDefinitionArn. Raises BadRequest for one of another account or region."""
    name = place.name(given["FlowDefinitionArn"], "flow-definition")
    if name is None:
        message = f"is not a flow definition of this account and region: {place.arn('flow-definition', '<name>')}"
        raise wrong_member("FlowDefinitionArn", message)
    return name
