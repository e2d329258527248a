"""What tasks come to: the output object of a human loop, as A2I writes it for custom task types, and the record of a
task of a project, which is its output object and its line in an export.

Source: Amazon SageMaker developer guide, "Amazon A2I Output Data" (field names and the form of times).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson


@dataclass(frozen=True)
class OutputAnswer:
    """One person's answer; `content` is a JSON text."""

    content: str
    accepted_at: datetime
    submitted_at: datetime
    active_seconds: float
    worker_id: str
    person_id: UUID


@dataclass(frozen=True)
class FinalLabel:
    """One of the answers that a task ended with; `content` is a JSON text.

    `authors` are worker ids by JSON Pointer, '' for whoever made all that no longer pointer names.
    """

    answer: int
    content: str
    authors: Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """What somebody submitted: an answer, a decision, or both; `content` is a JSON text."""

    visit: int
    stage: str
    slot: int
    worker_id: str
    content: str | None
    decision: str | None
    comment: str
    accepted_at: datetime
    submitted_at: datetime
    active_seconds: float


@dataclass(frozen=True)
class LabelVerdict:
    """What a reviewer said about one label of one answer."""

    visit: int
    stage: str
    answer: int
    label: str
    verdict: str
    comment: str
    worker_id: str
    at: datetime


@dataclass(frozen=True)
class TaskRecord:
    """One opening of a task, from rows that are fixed once its last visit has closed.

    `input`, `metadata` and `prediction` are JSON texts; `agreement` is that of the last visit that measured one.
    """

    task_id: UUID
    opening: int
    name: str
    project: str
    graph_version: int
    input: str
    metadata: str
    prediction: str | None
    model: str | None
    rejections: int
    created_at: datetime
    agreement: float | None
    labels: tuple[FinalLabel, ...]
    given: tuple[Given, ...]
    verdicts: tuple[LabelVerdict, ...]


def output_key(*, flow_definition: str, human_loop: str, stamp: datetime) -> str:
    """Key below the output path of a flow definition or project; `stamp` is the second that the task was created in."""
    return f"{flow_definition}/{stamp.astimezone(UTC):%Y/%m/%d/%H/%M/%S}/{human_loop}/output.json"


def output_location(output_path: str, key: str) -> tuple[str, str]:
    """(bucket, key) below an output path, s3://bucket or s3://bucket/prefix."""
    bucket, _, prefix = output_path.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/{key}" if prefix else key


def output_document(
    *, arn_base: str, flow_definition: str, human_loop: str, input_content: str, answers: Sequence[OutputAnswer]
) -> bytes:
    """The bytes of output.json: a pure function of its arguments, with input and answers as they were given.

    `input_content` and each answer's `content` are JSON texts that were checked when they were accepted.
    """
    return orjson.dumps(
        {
            "flowDefinitionArn": f"{arn_base}:flow-definition/{flow_definition}",
            "humanAnswers": [_human_answer(answer, arn_base) for answer in answers],
            "humanLoopName": human_loop,
            "inputContent": orjson.Fragment(input_content),
        }
    )


def record_document(record: TaskRecord, *, completed_at: datetime | None = None) -> bytes:
    """A task's record as one line of JSON: a pure function of its arguments, with contents as they were given.

    With `completed_at` it is a line of an export; the output object is written before that time is known. A task with
    one answer has its `label`, one with several their `labels`.
    """
    document: dict[str, object] = {
        "name": record.name,
        "task_id": str(record.task_id),
        "opening": record.opening,
        "project": record.project,
        "graph_version": record.graph_version,
        "input": orjson.Fragment(record.input),
        "metadata": orjson.Fragment(record.metadata),
        "prediction": _fragment(record.prediction),
        "model": record.model,
        **_labels(record.labels),
        "answers": [_answer(given) for given in record.given if given.content is not None],
        "decisions": [_decision(given) for given in record.given if given.decision is not None],
        "verdicts": [_verdict(verdict) for verdict in record.verdicts],
        "agreement": record.agreement,
        "rejections": record.rejections,
        "created_at": iso_milliseconds(record.created_at),
    }
    if completed_at is not None:
        document["completed_at"] = iso_milliseconds(completed_at)
    # Within JSON's strings they are always escaped, so those that are left only lay out what a client sent.
    return orjson.dumps(document).replace(b"\n", b" ").replace(b"\r", b" ")


def _labels(labels: Sequence[FinalLabel]) -> dict[str, object]:
    if len(labels) > 1:
        return {
            "labels": [orjson.Fragment(label.content) for label in labels],
            "authors": [dict(label.authors) for label in labels],
        }
    label = labels[0] if labels else None
    shown: dict[str, object] = {"label": orjson.Fragment(label.content) if label else None}
    return shown | {"authors": dict(label.authors)} if label and label.authors else shown


def _answer(given: Given) -> dict[str, object]:
    return {
        "visit": given.visit,
        "stage": given.stage,
        "slot": given.slot,
        "worker_id": given.worker_id,
        "content": _fragment(given.content),
        "accepted_at": iso_milliseconds(given.accepted_at),
        "submitted_at": iso_milliseconds(given.submitted_at),
        "active_seconds": round(given.active_seconds, 3),
    }


def _decision(given: Given) -> dict[str, object]:
    return {
        "visit": given.visit,
        "stage": given.stage,
        "decision": given.decision,
        "comment": given.comment,
        "worker_id": given.worker_id,
        "at": iso_milliseconds(given.submitted_at),
        "active_seconds": round(given.active_seconds, 3),
    }


def _verdict(verdict: LabelVerdict) -> dict[str, object]:
    return {
        "visit": verdict.visit,
        "stage": verdict.stage,
        "answer": verdict.answer,
        "label": verdict.label,
        "verdict": verdict.verdict,
        "comment": verdict.comment,
        "worker_id": verdict.worker_id,
        "at": iso_milliseconds(verdict.at),
    }


def _fragment(text: str | None) -> orjson.Fragment | None:
    return None if text is None else orjson.Fragment(text)


def _human_answer(answer: OutputAnswer, arn_base: str) -> dict[str, object]:
    return {
        "acceptanceTime": iso_milliseconds(answer.accepted_at),
        "answerContent": orjson.Fragment(answer.content),
        "submissionTime": iso_milliseconds(answer.submitted_at),
        "timeSpentInSeconds": round(answer.active_seconds, 3),
        "workerId": answer.worker_id,
        "workerMetadata": {
            "identityData": {
                "identityProviderType": "Cognito",
                # Loupe keeps the people itself; the name stays the same wherever the portal moves to.
                "issuer": f"{arn_base}:workforce/loupe",
                "sub": str(answer.person_id),
            }
        },
    }


def iso_milliseconds(time: datetime) -> str:
    """`2021-02-17T19:20:38.354Z`."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
