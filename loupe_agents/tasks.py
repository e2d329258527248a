"""What an agent is given, and what it decides."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

# One read or write of S3; the stage's own timeout bounds the whole attempt.
TRANSFER_SECONDS = 60.0


class Label(BaseModel):
    """One of a task's answers so far. `source`: person, rework, edit, merge, agent or prediction."""

    model_config = ConfigDict(frozen=True)

    answer: int
    source: str
    content: Any


class Document(BaseModel):
    """A task with its contents."""

    model_config = ConfigDict(frozen=True)

    task: UUID
    project: str
    stage: str
    name: str
    opening: int
    visit: int
    attempt: int
    pathways: tuple[str, ...]
    input: Any
    metadata: dict[str, Any]
    prediction: dict[str, Any] | None
    labels: tuple[Label, ...]
    rejections: int


class AgentTask(BaseModel):
    """A task that waits for an agent's decision: one of `pathways`. Its contents come by `read`."""

    model_config = ConfigDict(frozen=True)

    task_id: UUID
    project: str
    stage: str
    name: str
    visit: int
    attempt: int
    pathways: tuple[str, ...]
    document_url: str
    content_url: str

    def read(self) -> Document:
        """The task with its contents, for plain functions; `async def` ones take `read_async`.

        Raises OSError where the object store does not answer, RuntimeError in an event loop, which it would hold up.
        """
        if _in_event_loop():
            raise RuntimeError("in an async function, use: await task.read_async()")
        return Document.model_validate_json(_get(self.document_url))

    async def read_async(self) -> Document:
        """The same without holding up the event loop."""
        return Document.model_validate_json(await asyncio.to_thread(_get, self.document_url))


class Decision(BaseModel):
    """The pathway that a task takes, and what else changes.

    `content` becomes the task's label, a JSON object by the names of the project's answers; `priority` (0..100, higher
    first) orders the queues that it comes to.
    """

    model_config = ConfigDict(frozen=True)

    pathway: str
    content: dict[str, Any] | None = None
    priority: int | None = Field(default=None, ge=0, le=100)


class Returned(BaseModel):
    """A decision as it goes over the wire; the content goes by S3."""

    model_config = ConfigDict(frozen=True)

    pathway: str
    has_content: bool = False
    priority: int | None = None


def put_content(task: AgentTask, content: dict[str, Any]) -> None:
    """Hand a label's content over. Raises ValueError for what is no JSON, OSError where S3 refuses it."""
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    _send(task.content_url, "PUT", body)


def _get(url: str) -> bytes:
    return _send(url, "GET", None)


def _send(url: str, method: str, body: bytes | None) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url[:100]}: is no http address")
    request = urllib.request.Request(url, body, method=method)  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=TRANSFER_SECONDS) as response:  # noqa: S310 - checked above
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        # The address carries a signature: it must not get into logs and histories.
        raise OSError(f"the object store answered {error.code} {error.reason}") from None


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
