"""`loupe doctor`: looks at every part of a running service and says what to do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal
from uuid import uuid4

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from loupe.parts.probe import http_status
from runtime.s3 import S3
from runtime.settings import Settings
from runtime.temporal import SEARCH_ATTRIBUTES
from runtime.temporal import connect as connect_temporal
from schemas.errors import LoupeError
from store import agents, mailbox
from store.database import Pool, connect
from store.migrate import require_schema

_LATE_SECONDS = 30.0
_SHOWN_LETTERS = 5
_HTTP_SECONDS = 5.0
_PRECONDITION_FAILED = 412
_FAILURES = (asyncpg.PostgresError, BotoCoreError, ClientError, LoupeError, OSError, RPCError, RuntimeError)


class Check(BaseModel):
    """What was seen of one part; `advice` says what to do where it is not ok."""

    part: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    advice: str = ""


class Report(BaseModel):
    """All checks; `ok` where none failed."""

    ok: bool
    checks: list[Check]

    def text(self) -> str:
        """One line for each part, and one below it with what to do."""
        lines: list[str] = []
        for check in self.checks:
            lines.append(f"{check.state:8} {check.part:11} {check.detail}")
            if check.advice:
                lines.append(f"{'':20} -> {check.advice}")
        return "\n".join(lines)


class _Trouble(Exception):
    def __init__(self, detail: str, advice: str, *, warning: bool = False) -> None:
        super().__init__(detail)
        self.advice = advice
        self.warning = warning


async def examine(settings: Settings) -> Report:
    """Look at every part; a part that is away is a finding, not an error."""
    looks: list[tuple[str, Callable[[Settings], Awaitable[str]], str]] = [
        ("PostgreSQL", _postgres, "check LOUPE_DATABASE_URL and that the server runs; then 'loupe migrate'"),
        ("Temporal", _temporal, "check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and that the server runs"),
        ("S3", _s3, "check AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, LOUPE_S3_BUCKET and that the server runs"),
        ("API", _api, "start 'loupe api', or read its log"),
        ("portal", _portal, "build the web part with 'make setup', or set LOUPE_WEB_DIST"),
        ("worker", _worker, "start 'loupe worker', or read its log"),
        ("mailbox", _mailbox, "check PostgreSQL first"),
        ("agents", _agents, "check PostgreSQL first"),
    ]
    checks = await asyncio.gather(*(_look(part, look, advice, settings) for part, look, advice in looks))
    return Report(ok=all(check.state != "failed" for check in checks), checks=list(checks))


async def _look(part: str, look: Callable[[Settings], Awaitable[str]], advice: str, settings: Settings) -> Check:
    try:
        return Check(part=part, state="ok", detail=await look(settings))
    except _Trouble as trouble:
        state = "warning" if trouble.warning else "failed"
        return Check(part=part, state=state, detail=str(trouble), advice=trouble.advice)
    except _FAILURES as error:
        return Check(part=part, state="failed", detail=str(error) or repr(error), advice=advice)


async def _open_pool(settings: Settings) -> Pool:
    return await connect(settings.database_url, size=1, name="loupe doctor")


async def _postgres(settings: Settings) -> str:
    async with await _open_pool(settings) as pool:
        await require_schema(pool)
        async with pool.acquire() as connection:
            version: str = connection.get_settings().server_version
    return f"version {version}, schema of this release"


async def _temporal(settings: Settings) -> str:
    client = await connect_temporal(settings)
    request = ListSearchAttributesRequest(namespace=client.namespace)
    present = (await client.operator_service.list_search_attributes(request)).custom_attributes
    missing = [name for name in SEARCH_ATTRIBUTES if name not in present]
    if missing:
        raise _Trouble(f"lacks the search attributes {', '.join(missing)}", "run 'loupe migrate'")
    return f"{settings.temporal_address}, namespace {client.namespace}, search attributes present"


async def _s3(settings: Settings) -> str:
    bucket, key = settings.s3_bucket, f"loupe-doctor/{uuid4()}"
    async with S3(settings) as s3:
        await s3.client.put_object(Bucket=bucket, Key=key, Body=b"a", IfNoneMatch="*")
        try:
            await s3.client.put_object(Bucket=bucket, Key=key, Body=b"b", IfNoneMatch="*")
        except ClientError as error:
            if _status(error) != _PRECONDITION_FAILED:
                raise
        else:
            raise _Trouble(
                "overwrites an object in spite of If-None-Match",
                "use an S3 that honours conditional writes: outputs are not safe on this one",
            )
        finally:
            await s3.client.delete_object(Bucket=bucket, Key=key)
    return f"bucket {bucket}: writes, refuses to overwrite, deletes"


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


async def _api(settings: Settings) -> str:
    status = await asyncio.to_thread(http_status, f"{settings.portal_url}/readyz", seconds=_HTTP_SECONDS)
    if status is None:
        raise _Trouble(f"{settings.portal_url} does not answer", "start 'loupe api', or read its log")
    if status != 200:
        raise _Trouble(f"{settings.portal_url} is not ready (status {status})", "see PostgreSQL above")
    return f"{settings.portal_url} is ready"


async def _portal(settings: Settings) -> str:
    status = await asyncio.to_thread(http_status, f"{settings.portal_url}/", seconds=_HTTP_SECONDS)
    if status != 200:
        raise _Trouble(
            f"{settings.portal_url}/ has no page (status {status or 'none'})",
            "build the web part with 'make setup', or set LOUPE_WEB_DIST",
        )
    return f"{settings.portal_url}/ is there"


async def _worker(settings: Settings) -> str:
    if settings.worker_metrics_port:
        url = f"http://{settings.host}:{settings.worker_metrics_port}/readyz"
        if await asyncio.to_thread(http_status, url, seconds=_HTTP_SECONDS) != 200:
            raise _Trouble(f"{url} is not ready", "start 'loupe worker', or read its log")
        return "pollers, relay and sweep run"
    return await _pollers(settings)


async def _pollers(settings: Settings) -> str:
    """Temporal lists who asked a task queue for work in the last minutes."""
    client = await connect_temporal(settings)
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=settings.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    processes = {poller.identity for poller in answer.pollers}
    if not processes:
        raise _Trouble(f"nobody asks the task queue {settings.task_queue} for work", "start 'loupe worker'")
    return f"{len(processes)} worker processes ask the task queue {settings.task_queue} for work"


async def _mailbox(settings: Settings) -> str:
    async with await _open_pool(settings) as pool:
        lag = await mailbox.lag(pool)
        letters = await mailbox.dead_letters(pool, limit=_SHOWN_LETTERS)
    if letters:
        shown = "; ".join(f"{letter.project}/{letter.task_name}: {letter.last_error}" for letter in letters)
        raise _Trouble(
            f"{lag.dead} dead letters: {shown}",
            "these tasks stand still: mend the cause that the error names, then run 'loupe mailbox retry'",
            warning=True,
        )
    if lag.oldest_seconds > _LATE_SECONDS:
        raise _Trouble(
            f"{lag.waiting} tasks wait for delivery, the oldest for {lag.oldest_seconds:.0f} s",
            "look at worker and Temporal above; nothing is lost, delivery goes on when both run",
            warning=True,
        )
    return f"{lag.waiting} tasks wait for delivery, no dead letters"


async def _agents(settings: Settings) -> str:
    async with await _open_pool(settings) as pool:
        tallies = await agents.tally(pool)
        letters = await agents.dead_letters(pool, limit=_SHOWN_LETTERS)
    if tallies:
        waiting = sum(row.letters for row in tallies)
        shown = "; ".join(f"{row.project}/{row.task_name} ({row.stage}): {row.error}" for row in letters)
        raise _Trouble(
            f"{waiting} tasks whose agent failed for good: {shown}",
            'decide on each with POST /v1/tasks/{id}/agent: {"do": "retry"}, or {"do": "route", "pathway": ...}',
            warning=True,
        )
    return "no task waits for a decision on its agent"
