"""Asking agents, over HTTP or through a user's own worker, and keeping what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import aiohttp
import orjson
import structlog
from botocore.exceptions import ClientError
from pydantic import ValidationError
from pydantic_core import from_json
from standardwebhooks import Webhook
from temporalio import activity
from yarl import URL

from activities.heartbeats import heartbeats
from runtime.agent_secrets import secrets_of
from runtime.metrics import AGENT_ATTEMPTS
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from schemas.agents import (
    MOST_ANSWER_BYTES,
    AgentAnswer,
    AgentAttempt,
    AgentReply,
    AgentTask,
    AttemptEnd,
    AttemptOutcome,
    CallbackToken,
    CallRef,
    DeadCall,
    DecidedAttempt,
    HttpAttempt,
    called_body,
    task_document,
    unknown_pathway,
)
from schemas.tasks import VisitRef
from store import agents, labels
from store.agents import Subject
from store.database import Pool

log = structlog.get_logger()

# Within the heartbeat timeout of activities that write to S3.
S3_HEARTBEAT_SECONDS = 3.0
# The longest that S3 signs an address for.
SIGNED_SECONDS = 7 * 86_400
SHOWN_BYTES = 300


class _NoAnswerError(Exception):
    """An agent gave no answer that can be used; the message says why."""

    def __init__(self, message: str, *, status: int | None = None, timed_out: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.timed_out = timed_out


@dataclass(frozen=True)
class _Reply:
    """An agent's answer over HTTP; `body` is None where it will call back."""

    status: int
    body: bytes | None


class AgentActivities:
    """Bound to the worker's pool, S3 client and settings.

    What an agent does wrong is an outcome; only what is wrong with Loupe's own parts is raised, and tried again.
    """

    def __init__(self, pool: Pool, s3: S3, settings: Settings) -> None:
        self._pool = pool
        self._s3 = s3
        self._settings = settings
        self._hosts = settings.allowed_agent_hosts
        self._seal = Seal(settings.secret_key.get_secret_value())

    @activity.defn
    async def call_agent(self, attempt: HttpAttempt) -> AgentAnswer:
        """Ask an agent over HTTP; `waiting` where it will call back."""
        known = await agents.begin(self._pool, attempt, "http")
        if known is not None:
            return known
        async with heartbeats(attempt.heartbeat_seconds / 3):
            subject = await agents.subject(self._pool, attempt.task_id)
            document = await self._document(attempt, subject, self._callback_url(attempt))
            body = called_body(document, datetime.now(UTC))
            secrets = await secrets_of(self._pool, self._seal, subject.project_id)
            try:
                reply = await self._post(attempt, body, secrets)
            except _NoAnswerError as error:
                return await self._no_answer(attempt, error, error.status)
        if reply.body is None:
            return await self._end(attempt, "waiting", status=reply.status)
        try:
            decided = _read_reply(reply.body)
        except _NoAnswerError as error:
            return await self._no_answer(attempt, error, reply.status)
        return await self._decide(attempt, decided, status=reply.status)

    @activity.defn
    async def prepare_agent(self, attempt: AgentAttempt) -> AgentTask:
        """Put the task where a user's own worker can read it, by an address that needs no key."""
        await agents.begin(self._pool, attempt, "activity")
        async with heartbeats(S3_HEARTBEAT_SECONDS):
            subject = await agents.subject(self._pool, attempt.task_id)
            document = await self._document(attempt, subject)
            bucket, key = self._settings.s3_bucket, _key(attempt, "task.json")
            await self._s3.client.put_object(Bucket=bucket, Key=key, Body=document, ContentType="application/json")
            document_url = await self._s3.signed_url("get_object", bucket, key, seconds=SIGNED_SECONDS)
            content_url = await self._s3.signed_url(
                "put_object", bucket, _key(attempt, "content.json"), seconds=SIGNED_SECONDS
            )
        return AgentTask(
            task_id=attempt.task_id,
            project=subject.project,
            stage=attempt.stage,
            name=subject.name,
            visit=attempt.visit,
            attempt=attempt.attempt,
            pathways=attempt.pathways,
            document_url=document_url,
            content_url=content_url,
        )

    @activity.defn
    async def accept_agent(self, attempt: DecidedAttempt) -> AgentAnswer:
        """Take what a user's own activity decided, and the content that it put to S3."""
        decision = attempt.decision
        try:
            content = await self._content(attempt) if decision.has_content else None
        except _NoAnswerError as error:
            return await self._no_answer(attempt, error)
        reply = AgentReply(pathway=decision.pathway, content=content, priority=decision.priority)
        return await self._decide(attempt, reply)

    @activity.defn
    async def end_attempt(self, end: AttemptEnd) -> AgentAnswer:
        """Keep that an attempt came to nothing; the answer where one came first."""
        return await self._end(end, end.outcome, error=end.error)

    @activity.defn
    async def bury_call(self, call: DeadCall) -> None:
        """Let a task wait for a person's decision."""
        log.warning("agent failed for good", task=str(call.task_id), stage=call.stage, error=call.error)
        await agents.bury(self._pool, call)

    @activity.defn
    async def close_letters(self, visit: VisitRef) -> None:
        """Nothing of a visit waits for a decision any more."""
        await agents.close_letters(self._pool, visit)

    async def _document(self, attempt: AgentAttempt, subject: Subject, callback_url: str | None = None) -> bytes:
        answers = await labels.before(self._pool, attempt.task_id, attempt.opening, attempt.visit)
        return task_document(
            attempt,
            project=subject.project,
            name=subject.name,
            input_content=subject.input,
            metadata=subject.metadata,
            prediction=subject.prediction,
            labels=[(answer.answer, answer.source, answer.content) for answer in answers],
            rejections=subject.rejections,
            callback_url=callback_url,
        )

    def _callback_url(self, attempt: HttpAttempt) -> str | None:
        if not attempt.agent.callback:
            return None
        token = CallbackToken.model_validate(attempt.model_dump(include=set(CallRef.model_fields)))
        return f"{self._settings.portal_url}/v1/agent-callbacks/{self._seal.seal(token.model_dump_json()).decode()}"

    async def _post(self, attempt: HttpAttempt, body: bytes, secrets: list[str]) -> _Reply:
        refusal = self._hosts.refusal(attempt.agent.url)
        if refusal is not None:
            raise _NoAnswerError(refusal)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **_signature(attempt, body, secrets),
        }
        # A connection of its own: one that was kept and then closed by the agent would cost an attempt.
        timeout = aiohttp.ClientTimeout(total=attempt.timeout_seconds)
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
                ) as http,
                http.post(URL(attempt.agent.url), data=body, headers=headers, allow_redirects=False) as response,
            ):
                return await _read_response(attempt, response)
        except TimeoutError as error:
            raise _NoAnswerError(f"no answer within {attempt.timeout_seconds} s", timed_out=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _NoAnswerError(f"could not be asked: {error or repr(error)}") from error

    async def _content(self, attempt: AgentAttempt) -> dict[str, object]:
        key = _key(attempt, "content.json")
        most = self._settings.max_answer_bytes
        async with heartbeats(S3_HEARTBEAT_SECONDS):
            try:
                stored = await self._s3.client.get_object(Bucket=self._settings.s3_bucket, Key=key)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in ("NoSuchKey", "404"):
                    raise
                raise _NoAnswerError("has_content: nothing was put to the task's content_url") from error
            async with stored["Body"] as body:
                if stored["ContentLength"] > most:
                    raise _NoAnswerError(f"content: larger than {most} bytes")
                text = await body.read()
        return _json_object(text, "content")

    async def _decide(self, attempt: AgentAttempt, reply: AgentReply, *, status: int | None = None) -> AgentAnswer:
        try:
            if reply.pathway not in attempt.pathways:
                raise _NoAnswerError(unknown_pathway(reply.pathway, attempt.pathways))
            content = None if reply.content is None else _json_text(reply.content)
        except _NoAnswerError as error:
            return await self._no_answer(attempt, error, status)
        return await self._end(
            attempt, "answered", status=status, pathway=reply.pathway, content=content, priority=reply.priority
        )

    async def _no_answer(self, attempt: AgentAttempt, error: _NoAnswerError, status: int | None = None) -> AgentAnswer:
        return await self._end(attempt, "timed_out" if error.timed_out else "failed", status=status, error=str(error))

    async def _end(
        self,
        attempt: AgentAttempt,
        outcome: AttemptOutcome,
        *,
        status: int | None = None,
        error: str | None = None,
        pathway: str | None = None,
        content: str | None = None,
        priority: int | None = None,
    ) -> AgentAnswer:
        answer = await agents.end(
            self._pool,
            attempt,
            outcome,
            status=status,
            error=error,
            pathway=pathway,
            content=content,
            priority=priority,
        )
        AGENT_ATTEMPTS.labels(answer.outcome).inc()
        return answer


def _signature(attempt: HttpAttempt, body: bytes, secrets: list[str]) -> dict[str, str]:
    """The headers of the Standard Webhooks specification; the id is the same for all attempts of a call."""
    # The signed text joins its parts with dots, so the id has none.
    call_id = f"{attempt.task_id}_{attempt.opening}_{attempt.visit}_{attempt.call}"
    now = datetime.now(UTC)
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(call_id, now, body.decode()) for secret in secrets),
    }


async def _read_response(attempt: HttpAttempt, response: aiohttp.ClientResponse) -> _Reply:
    if response.status == 202 and attempt.agent.callback:
        return _Reply(response.status, None)
    if 300 <= response.status < 400:
        raise _NoAnswerError(f"answered {response.status}: redirects are not followed", status=response.status)
    if response.status != 200:
        start = (await response.content.read(SHOWN_BYTES)).decode(errors="replace")
        hint = " (the stage takes no callback)" if response.status == 202 else ""
        raise _NoAnswerError(f"answered {response.status}{hint}: {start}", status=response.status)
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > MOST_ANSWER_BYTES:
            raise _NoAnswerError(f"answered more than {MOST_ANSWER_BYTES} bytes", status=response.status)
    return _Reply(response.status, bytes(body))


def _read_reply(body: bytes) -> AgentReply:
    try:
        return AgentReply.model_validate(_json_object(body, "answer"))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise _NoAnswerError(f"answer: {problems}") from error


def _json_object(text: bytes, field: str) -> dict[str, object]:
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise _NoAnswerError(f"{field}: not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise _NoAnswerError(f"{field}: not a JSON object")
    return cast("dict[str, object]", value)


def _json_text(content: dict[str, object]) -> str:
    try:
        return orjson.dumps(content).decode()
    except orjson.JSONEncodeError as error:
        raise _NoAnswerError(f"content: {error}") from error


def _key(attempt: AgentAttempt, name: str) -> str:
    place = f"{attempt.task_id}/{attempt.opening}/{attempt.visit}"
    return f"agents/{place}/{attempt.call}-{attempt.attempt}/{name}"
