"""docs/settings.md lists exactly the settings that exist."""

import re
from pathlib import Path

from runtime.settings import TOOL_VARIABLES, Settings

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
# What AWS SDKs read by themselves, and what only the compose file reads.
OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_every_setting_is_on_the_page_and_nothing_else() -> None:
    named = {str(field.validation_alias or f"LOUPE_{name.upper()}") for name, field in Settings.model_fields.items()}
    listed = set(re.findall(r"`((?:LOUPE|TEMPORAL|AWS)_[A-Z0-9_]+)`", PAGE.read_text(encoding="utf-8")))
    assert listed - OTHERS == named | TOOL_VARIABLES


def test_the_defaults_on_the_page_are_the_real_ones() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        shown = rows.get(str(field.validation_alias or f"LOUPE_{name.upper()}"))
        if shown is not None and not shown.startswith(("-", "http")):
            assert shown == str(field.default).removesuffix(".0").lower() or shown == str(field.default), name
