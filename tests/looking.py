"""Looks at a screen as people do who need it otherwise: pictures wide and narrow, and what axe-core finds."""

import json
from pathlib import Path
from typing import Any

AXE = Path(__file__).parents[1] / "web/node_modules/axe-core/axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Language and landmarks of a template are its author's to state.
OF_A_PORTAL: dict[str, Any] = {"runOnly": [*WCAG, "best-practice"]}
OF_A_TEMPLATE: dict[str, Any] = {"runOnly": WCAG, "rules": {"html-has-lang": {"enabled": False}}}
SIZES = {"narrow": {"width": 360, "height": 780}, "wide": {"width": 1280, "height": 800}}
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def violations(document: Any, rules: dict[str, Any] = OF_A_PORTAL) -> list[str]:
    """What axe finds wrong in a page of the portal, or in one frame; frames within it are looked at by themselves."""
    document.evaluate(AXE.read_text())
    options = json.dumps({**rules, "iframes": False, "resultTypes": ["violations"]})
    found = document.evaluate(f"async () => (await axe.run(document, {options})).violations")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def look(page: Any, pictures: Path, name: str, theme: str) -> None:
    """Keep pictures of a screen, and fail where it is wider than its window or axe finds something."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.evaluate(PAINTED)
        page.screenshot(path=pictures / f"{name}-{theme}-{size}.png", animations="disabled", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} is too wide, {size}"
        found = violations(page)
        assert not found, f"{name}, {size}: {found}"
