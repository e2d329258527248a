"""Recorded histories, and the fingerprints of the commands in them."""

import json
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).parent / "replay" / "histories"
FINGERPRINTS = Path(__file__).parent / "replay" / "fingerprints.json"

# What the workflow asks for, as it stands in a history; tasks and signals depend on timing alone.
COMMANDS = {
    "TIMER_STARTED",
    "TIMER_CANCELED",
    "ACTIVITY_TASK_SCHEDULED",
    "MARKER_RECORDED",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "WORKFLOW_EXECUTION_COMPLETED",
    "WORKFLOW_EXECUTION_CANCELED",
    "WORKFLOW_EXECUTION_FAILED",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
}


def fingerprint(history: WorkflowHistory) -> list[str]:
    """The commands of a run, in order; activities by their name."""
    found: list[str] = []
    for event in history.events:
        name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        if name not in COMMANDS:
            continue
        if name == "ACTIVITY_TASK_SCHEDULED":
            name += f" {event.activity_task_scheduled_event_attributes.activity_type.name}"
        if name == "MARKER_RECORDED":
            name += f" {event.marker_recorded_event_attributes.marker_name}"
        found.append(name)
    return found


def check(shape: str, history: WorkflowHistory, *, record: bool) -> None:
    """Compare the commands of a run with those of its shape, or record them. Raises AssertionError."""
    if record:
        known = json.loads(FINGERPRINTS.read_text()) if FINGERPRINTS.exists() else {}
        known[shape] = fingerprint(history)
        FINGERPRINTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
        (HISTORIES / f"{shape}.json").write_text(history.to_json())
    assert fingerprint(history) == json.loads(FINGERPRINTS.read_text())[shape], (
        "the workflow's commands changed: running tasks would fail to replay. Guard the change with workflow.patched, "
        "then record the fingerprint with `pytest tests/replay --record` (see docs/changing-workflows.md)"
    )
