"""The output object of a task, and the note of its end."""

import hashlib
from functools import partial
from typing import Any

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeats import heartbeats
from runtime.metrics import OUTPUT_CONFLICTS, OUTPUT_REFUSED, OUTPUT_WRITES
from runtime.s3 import S3
from schemas.outputs import output_document, output_key, output_location, record_document
from schemas.tasks import Finish, OpeningRef
from store import assignments, outputs
from store.database import Pool
from store.outputs import Finished

log = structlog.get_logger()

# Well within the heartbeat timeout that the workflow sets.
HEARTBEAT_SECONDS = 3.0
TORN_ATTEMPTS = 3


class OutputActivities:
    """Bound to the worker's pool and S3 client."""

    def __init__(self, pool: Pool, s3: S3) -> None:
        self._pool = pool
        self._s3 = s3

    @activity.defn
    async def write_output(self, opening: OpeningRef) -> str:
        """Write the output object and return its URI; equal content at the key is success.

        Other content there is an alert and never overwritten: raises a non-retryable ApplicationError OutputConflict.
        Where it is another task's of a project, which had the name in the same second, the key's time is raised by one.
        Whatever S3 refuses is raised, so that Temporal shows it and tries again.
        """
        while True:
            task = await outputs.finished(self._pool, opening.task_id)
            key = output_key(flow_definition=task.project, human_loop=task.task_name, stamp=task.output_stamp)
            bucket, key = output_location(task.output_path, key)
            body = await self._document(task, opening)
            holder = await self._write(bucket, key, body, owner=str(opening.task_id), flow=task.project)
            if holder is None:
                return f"s3://{bucket}/{key}"
            # The names of human loops keep their last second themselves.
            if task.kind == "flow_definition" or not holder:
                raise _conflict(bucket, key, opening, task.project)
            await outputs.raise_stamp(self._pool, opening.task_id, task.output_stamp)

    async def _write(self, bucket: str, key: str, body: bytes, *, owner: str, flow: str) -> str | None:
        """Write with heartbeats, and count what came of it; None where it is there now, else as `_put` says."""
        try:
            async with heartbeats(HEARTBEAT_SECONDS):
                holder = await self._put(bucket, key, body, owner=owner)
        except (BotoCoreError, ClientError, OSError, TimeoutError) as error:
            reason = _reason(error)
            OUTPUT_REFUSED.labels(flow, reason).inc()
            await assignments.count_up(self._pool, "output_write_failures", flow, 1)
            log.warning("output refused", bucket=bucket, key=key, reason=reason)
            raise
        if holder is None:
            OUTPUT_WRITES.labels(flow).inc()
        return holder

    async def _document(self, task: Finished, opening: OpeningRef) -> bytes:
        if task.kind != "flow_definition":
            (record,) = await outputs.records(self._pool, [(opening.task_id, opening.opening)])
            return record_document(record)
        return output_document(
            arn_base=task.arn_base,
            flow_definition=task.project,
            human_loop=task.task_name,
            input_content=task.input,
            answers=await outputs.human_answers(self._pool, opening.task_id, opening.opening),
        )

    @activity.defn
    async def finish(self, finish: Finish) -> None:
        """Record how an opening ended."""
        outcome = finish.outcome
        await outputs.finish(
            self._pool,
            finish.task_id,
            finish.opening,
            state=outcome.state,
            output_uri=outcome.output_uri,
            failure_code=outcome.failure_code,
            failure_reason=outcome.failure_reason,
        )

    async def _put(self, bucket: str, key: str, body: bytes, *, owner: str) -> str | None:
        """Write an object, unless something is there: None where that is equal, else the task that it is of.

        Empty where it is of this task, or of none.
        """
        digest = hashlib.sha256(body).hexdigest()
        write = partial(
            self._s3.client.put_object,
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType="application/json",
            Metadata={"loupe-sha256": digest, "loupe-task": owner},
        )
        try:
            await write(IfNoneMatch="*")
        except ClientError as error:
            # 412: the object is there. 409: another attempt is writing it at this moment.
            if _status(error) not in (409, 412):
                raise
            if await self._is_torn(bucket, key):
                log.warning("the store refuses a key that it does not have: written anyway", bucket=bucket, key=key)
                await write()
                return None
            return await self._holder(bucket, key, owner, digest)
        return None

    async def _is_torn(self, bucket: str, key: str) -> bool:
        """Whether the store refuses a key that it does not have, as a gateway does whose disk was full within a write.

        A first time it may be a deletion of this moment, or a write; still so at a later attempt it is neither.
        """
        if activity.info().attempt < TORN_ATTEMPTS:
            return False
        try:
            await self._s3.client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if _status(error) != 404:
                raise
            return True
        return False

    async def _holder(self, bucket: str, key: str, owner: str, digest: str) -> str | None:
        stored = await self._s3.client.get_object(Bucket=bucket, Key=key)
        holder = stored["Metadata"].get("loupe-task", "")
        if holder != owner:
            return holder
        return None if hashlib.sha256(await stored["Body"].read()).hexdigest() == digest else ""


def _conflict(bucket: str, key: str, opening: OpeningRef, flow: str) -> ApplicationError:
    OUTPUT_CONFLICTS.labels(flow).inc()
    log.error("output key holds other content", bucket=bucket, key=key, task=str(opening.task_id))
    message = f"s3://{bucket}/{key} holds other content: move it away, delete this loop and start it again"
    return ApplicationError(message, type="OutputConflict", non_retryable=True)


def _status(error: ClientError) -> int:
    metadata: Any = error.response.get("ResponseMetadata", {})
    return int(metadata.get("HTTPStatusCode", 0))


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
