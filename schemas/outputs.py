"""The output object of a human loop, as A2I writes it for custom task types.

Source: Amazon SageMaker developer guide, "Amazon A2I Output Data" (field names and the form of times).
"""

from collections.abc import Sequence
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


def output_key(*, flow_definition: str, human_loop: str, stamp: datetime) -> str:
    """Key below the flow definition's output path; `stamp` is the loop's creation second."""
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
