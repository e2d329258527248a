"""The sample data of `--demo` is answered as its people would; the work screen's picture is the README's."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakePerson = OpenPortal = Any

SAMPLES = {
    "image-class": ("Sailing boat", {"vehicle": {"label": "Sailing boat"}}),
    "sentiment": ("Mixed", {"sentiment": {"label": "Mixed"}}),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_answered(
    sample: str, flow_named: Any, make_person: MakePerson, open_portal: OpenPortal, pictures: Path
) -> None:
    choice, answer = SAMPLES[sample]
    flow = flow_named(f"demo-{sample}")
    person = make_person("demo-team", name="Ada Demo")
    portal = open_portal(person, viewport={"width": 1280, "height": 800})
    portal.start(flow.title)
    portal.frame.get_by_role("radio", name=choice).check()
    expect(portal.page.get_by_text("Draft saved")).to_be_visible()
    portal.page.screenshot(path=pictures / f"portal-{sample}.png", animations="disabled")
    portal.submit.click()
    portal.my_work()
    assert flow.answer(f"demo-{sample}") == answer
