"""How a command finds the stack that it works on."""

import os
from pathlib import Path

from pydantic import ValidationError

from loupe.endpoints import Endpoints
from runtime.settings import Settings

USUAL_FOLDER = Path(".loupe")


def data_folder(data: Path | None) -> Path:
    """The folder that was named by flag or LOUPE_DATA, else the usual one."""
    return data or USUAL_FOLDER


def find_settings(data: Path | None) -> Settings:
    """Settings of the stack in `data`; without it, of the environment, or of the usual folder where that says nothing.

    Raises NoStack, pydantic.ValidationError.
    """
    if data is not None or "LOUPE_DATABASE_URL" not in os.environ:
        Endpoints.read(data_folder(data)).adopt()
    return Settings.load()


def explain(error: ValidationError) -> str:
    """What is wrong with the settings, by variable."""
    lines = ["the settings are not valid (docs/settings.md lists them all):"]
    for item in error.errors():
        name = _variable(item["loc"])
        message = "is missing" if item["type"] == "missing" else item["msg"].removeprefix("Value error, ")
        lines.append(f"  {name}: {message}" if name else f"  {message}")
    return "\n".join(lines)


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return ""
    field = str(location[0])
    return field if field.isupper() else f"LOUPE_{field.upper()}"
