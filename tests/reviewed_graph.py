"""The graph that most tests of reviews begin with."""

import copy
from typing import Any

REVIEWED: dict[str, Any] = {
    "start": "Annotate 1",
    "stages": {
        "Annotate 1": {"type": "annotate", "team": "annotators", "pathways": {"submitted": "Review 1"}},
        "Review 1": {
            "type": "review",
            "team": "reviewers",
            "pathways": {"approved": "Complete", "rejected": "Annotate 1"},
        },
        "Complete": {"type": "complete"},
    },
}


def reviewed(**changes: Any) -> dict[str, Any]:
    """The same with other settings of the review stage."""
    graph = copy.deepcopy(REVIEWED)
    graph["stages"]["Review 1"].update(changes)
    return graph
