"""Calls of agents: what an agent is sent, what it may answer, and what the workflow is told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field

from schemas.graphs import HttpAgent
from schemas.tasks import VisitRef

FAILED = "failed"
MOST_ANSWER_BYTES = 1024 * 1024
ERROR_LENGTH = 2000

AttemptOutcome: TypeAlias = Literal["waiting", "answered", "failed", "timed_out", "cancelled"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class CallRef(VisitRef):
    """One call of an agent: a visit has one, and one more for each time that somebody tried a dead letter again."""

    call: int


class CallbackToken(CallRef):
    """What is sealed in the address that an agent calls back at."""

    purpose: Literal["agent callback"] = "agent callback"


class AgentAttempt(CallRef):
    """One attempt of one call. `pathways` are those that the agent may answer."""

    stage: str
    attempt: int
    pathways: tuple[str, ...]


class HttpAttempt(AgentAttempt):
    """Ask an agent over HTTP, and wait for its answer for at most `timeout_seconds`."""

    agent: HttpAgent
    timeout_seconds: int
    heartbeat_seconds: int


class AttemptEnd(AgentAttempt):
    """An attempt came to no answer."""

    outcome: Literal["failed", "timed_out", "cancelled"]
    error: str


class AgentDecision(BaseModel):
    """What a user's own activity returns; with `has_content` it has put the content to the task's `content_url`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pathway: str
    has_content: bool = False
    priority: int | None = Field(default=None, ge=0, le=100)


class DecidedAttempt(AgentAttempt):
    """A user's own activity returned a decision."""

    decision: AgentDecision


class AgentAnswer(_Frozen):
    """How an attempt stands; the pathway where it was answered. Not `final`: another attempt may do better."""

    outcome: AttemptOutcome
    pathway: str | None = None
    error: str | None = None
    final: bool = False


class DeadCall(CallRef):
    """A call whose attempts are used up."""

    stage: str
    attempts: int
    error: str
    pathways: tuple[str, ...]


class AgentTask(_Frozen):
    """The argument of a user's own activity.

    GET `document_url` gives the task (see `task_document`); PUT to `content_url` takes the content of a label, a JSON
    object. Both are good for seven days.
    """

    task_id: UUID
    project: str
    stage: str
    name: str
    visit: int
    attempt: int
    pathways: tuple[str, ...]
    document_url: str
    content_url: str


class AgentReply(BaseModel):
    """What an HTTP agent answers, at once or to its `callback_url`. `content` becomes the task's label."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pathway: str
    content: dict[str, Any] | None = None
    priority: int | None = Field(default=None, ge=0, le=100)


class Redrive(BaseModel):
    """A decision on a dead letter: `retry` with fresh attempts, or `route` along one of the stage's pathways."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Literal["retry", "route"]
    pathway: str | None = None


def unknown_pathway(pathway: str, allowed: tuple[str, ...]) -> str:
    """Says that an agent may not answer a pathway, and which it may."""
    return f"pathway: {pathway[:200]!r} is not drawn from this stage; use one of: {', '.join(allowed)}"


def task_document(
    attempt: AgentAttempt,
    *,
    project: str,
    name: str,
    input_content: str,
    metadata: dict[str, Any],
    prediction: dict[str, Any] | None,
    labels: Sequence[tuple[int, str, str]],
    rejections: int,
    callback_url: str | None = None,
) -> bytes:
    """A task as agents see it, as JSON.

    `input_content` is a JSON text; `labels` are the task's answers so far, as (number, source, content as a JSON text).
    """
    document: dict[str, Any] = {
        "task": str(attempt.task_id),
        "project": project,
        "stage": attempt.stage,
        "name": name,
        "opening": attempt.opening,
        "visit": attempt.visit,
        "attempt": attempt.attempt,
        "pathways": attempt.pathways,
        "input": orjson.Fragment(input_content),
        "metadata": metadata,
        "prediction": prediction,
        "labels": [
            {"answer": answer, "source": source, "content": orjson.Fragment(content)}
            for answer, source, content in labels
        ],
        "rejections": rejections,
    }
    return orjson.dumps(document if callback_url is None else document | {"callback_url": callback_url})


def called_body(document: bytes, at: datetime) -> bytes:
    """The body of an HTTP agent's request.

    Source: the Standard Webhooks specification, "Payload structure": type, timestamp, data.
    """
    body = {"type": "loupe.agent.called", "timestamp": at, "data": orjson.Fragment(document)}
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)
