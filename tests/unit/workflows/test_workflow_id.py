"""Workflow ids are readable, unique and short enough for SQL visibility."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tasks import short_id_and_opening, workflow_id

ID = UUID("12345678-1234-5678-1234-567812345678")


def test_it_reads_as_project_task_short_id_and_opening():
    assert workflow_id(project="flow", task_name="loop", task_id=ID, opening=2) == "flow/loop/12345678/2"


@given(st.text(min_size=1, max_size=400), st.integers(1, 10**6))
def test_it_is_short_and_keeps_its_end(name, opening):
    task = uuid4()
    built = workflow_id(project="p" * 63, task_name=name, task_id=task, opening=opening)
    assert len(built) <= 255
    assert built.endswith(f"/{task.hex[:8]}/{opening}")
    assert short_id_and_opening(built) == (task.hex[:8], opening)


@pytest.mark.parametrize(
    "other", ["", "flow", "flow/loop/12345678", "flow/loop/1234567x/1", "flow/loop/12345678/0", "/12345678/1\n"]
)
def test_other_ids_name_no_task(other):
    assert short_id_and_opening(other) is None
