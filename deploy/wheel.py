"""Puts the built web part into the wheel, and refuses to build a wheel without it."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("index.html", "static/crowd/crowd-html-elements.js", "static/groups/data-group.js")


class WebPart(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        dist = Path(self.root) / "web" / "dist"
        missing = [name for name in NEEDED if not (dist / name).is_file()]
        if missing:
            raise FileNotFoundError(f"web/dist lacks {', '.join(missing)}: run 'make setup' before building the wheel")
        build_data["force_include"][str(dist)] = "api/web"
