"""Ready graphs by name, as a project may begin with them. Their stages have no teams: the project gives these."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class ReadyGraph:
    """A ready graph and what it is for; `document` is how a person would write it."""

    name: str
    purpose: str
    document: dict[str, Any]


_COMPLETE: Final = {"type": "complete"}
_ARCHIVE: Final = {"type": "archive"}
_ANNOTATE: Final = {"type": "annotate", "pathways": {"submitted": "Complete"}}
_ANNOTATE_FOR_REVIEW: Final = {"type": "annotate", "pathways": {"submitted": "Review 1"}}
_REVIEW: Final = {"type": "review", "pathways": {"approved": "Complete", "rejected": "Annotate 1"}}
# Annotators must not see whether a task is a benchmark one: both stages are the same work to them.
_BENCHMARK_QA: Final = {
    "Consensus 1": {
        "type": "consensus",
        "shown_as": "Annotate 1",
        "overlap": 3,
        "decision": "none",
        "pathways": {"agreed": "Archive", "no_consensus": "Archive"},
    },
    "Annotate 1": {"type": "annotate", "shown_as": "Annotate 1", "pathways": {"submitted": "Review 1"}},
    "Review 1": _REVIEW,
    "Archive": _ARCHIVE,
    "Complete": _COMPLETE,
}

READY_GRAPHS: Final = {
    ready.name: ready
    for ready in (
        ReadyGraph(
            "annotate",
            "One person annotates each task.",
            {"start": "Annotate 1", "stages": {"Annotate 1": _ANNOTATE, "Complete": _COMPLETE}},
        ),
        ReadyGraph(
            "annotate-review",
            "A second person reviews; what they reject goes back to whoever made it.",
            {
                "start": "Annotate 1",
                "stages": {"Annotate 1": _ANNOTATE_FOR_REVIEW, "Review 1": _REVIEW, "Complete": _COMPLETE},
            },
        ),
        ReadyGraph(
            "annotate-review-review",
            "Two reviews, one after the other, by different people.",
            {
                "start": "Annotate 1",
                "stages": {
                    "Annotate 1": _ANNOTATE_FOR_REVIEW,
                    "Review 1": {"type": "review", "pathways": {"approved": "Review 2", "rejected": "Annotate 1"}},
                    "Review 2": _REVIEW,
                    "Complete": _COMPLETE,
                },
            },
        ),
        ReadyGraph(
            "consensus-review",
            "Three people annotate without seeing each other; where they differ somebody determines who is right; "
            "then a review.",
            {
                "start": "Consensus 1",
                "stages": {
                    "Consensus 1": {
                        "type": "consensus",
                        "overlap": 3,
                        "decision": "determine",
                        "pathways": {"agreed": "Review 1", "no_consensus": "Archive"},
                    },
                    "Review 1": {"type": "review", "pathways": {"approved": "Complete", "rejected": "Consensus 1"}},
                    "Complete": _COMPLETE,
                    "Archive": _ARCHIVE,
                },
            },
        ),
        ReadyGraph(
            "benchmark-qa",
            "A program tells benchmark tasks, which measure the annotators, from production tasks.",
            {
                "start": "Benchmark Task?",
                "stages": {
                    "Benchmark Task?": {
                        "type": "agent",
                        "call": {"via": "activity", "task_queue": "agents", "activity": "Benchmark Task?"},
                        "pathways": {"YES": "Consensus 1", "NO": "Annotate 1"},
                    },
                    **_BENCHMARK_QA,
                },
            },
        ),
        ReadyGraph(
            "benchmark-qa-routed",
            "The same without a program: tasks whose input is in the benchmark set are benchmark tasks.",
            {
                "start": "Benchmark Task?",
                "stages": {
                    "Benchmark Task?": {
                        "type": "benchmark_router",
                        "benchmark_set": "benchmark",
                        "pathways": {"benchmark": "Consensus 1", "production": "Annotate 1"},
                    },
                    **_BENCHMARK_QA,
                },
            },
        ),
        ReadyGraph(
            "agent-prelabel-review",
            "A program labels, people review; what it cannot do, or does badly, people annotate.",
            {
                "start": "Pre-label",
                "stages": {
                    "Pre-label": {
                        "type": "agent",
                        "call": {"via": "activity", "task_queue": "agents", "activity": "Pre-label"},
                        "pathways": {"labelled": "Review 1", "failed": "Annotate 1"},
                    },
                    "Review 1": _REVIEW,
                    "Annotate 1": _ANNOTATE_FOR_REVIEW,
                    "Complete": _COMPLETE,
                },
            },
        ),
        ReadyGraph(
            "gate",
            "A prediction that is sure enough is taken as it is, but for a sample; the rest people annotate.",
            {
                "start": "Gate 1",
                "stages": {
                    "Gate 1": {
                        "type": "gate",
                        "threshold": 0.9,
                        "sample_percent": 5,
                        "pathways": {"accept": "Complete", "human": "Annotate 1"},
                    },
                    "Annotate 1": _ANNOTATE,
                    "Complete": _COMPLETE,
                },
            },
        ),
    )
}
