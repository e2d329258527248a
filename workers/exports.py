"""Exports: brings each one forward by a part at a time, so that any worker can go on where another one ended."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import structlog
from botocore.exceptions import ClientError

from runtime.loops import Loop
from runtime.s3 import S3
from schemas.outputs import record_document
from store import exports, outputs
from store.database import Pool
from store.exports import Completed, Part, Position, Turn

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

log = structlog.get_logger()

POLL_SECONDS = 1.0
LEASE_SECONDS = 60.0
HEARTBEAT_SECONDS = 10.0
# S3 takes at most 10,000 parts, none but the last under 5 MiB: they grow, for an object of 430 GiB at the end.
PART_BYTES = 8 * 1024 * 1024
PARTS_OF_A_SIZE = 1000
PAGE_TASKS = 500
# What is read from the database at once, if more than one task.
BATCH_BYTES = 4 * 1024 * 1024
BATCH_TASKS = 100
MOST_ATTEMPTS = 10
LONGEST_PAUSE_SECONDS = 60.0
MOST_RESTARTS = 3
# The upload is not what was noted: it was aborted, completed, or another worker wrote a part of it meanwhile.
UPLOAD_GONE = frozenset({"NoSuchUpload", "InvalidPart", "InvalidPartOrder"})


class _Place(TypedDict):
    Bucket: str
    Key: str


class _Description(TypedDict):
    ContentType: str
    Metadata: dict[str, str]


@dataclass(frozen=True)
class Piece:
    """The next lines of an export; `final` where none follow, `last` is the last task in it."""

    body: bytes
    tasks: int
    last: Position | None
    final: bool


class Exports(Loop):
    """Writes what completed tasks came to as JSON Lines, by multipart upload; all that it knows is in the database."""

    name = "exports"

    def __init__(self, pool: Pool, s3: S3) -> None:
        super().__init__(pause=POLL_SECONDS)
        self._pool = pool
        self._s3 = s3

    async def turn(self) -> bool:
        """Bring one export forward by a part; true where there may be more to do."""
        turn = await exports.claim(self._pool, lease_seconds=LEASE_SECONDS)
        if turn is None:
            return False
        if turn.attempts > MOST_ATTEMPTS or turn.restarts > MOST_RESTARTS:
            await self._give_up(turn)
            return True
        try:
            async with self._kept(turn):
                await self._bring_forward(turn)
        except Exception as error:
            pause = min(2.0 ** (turn.attempts - 1), LONGEST_PAUSE_SECONDS)
            log.warning("export held up", export=str(turn.export_id), error=repr(error), exc_info=turn.attempts == 1)
            await exports.hold_up(self._pool, turn, str(error) or repr(error), pause_seconds=pause)
        return True

    @asynccontextmanager
    async def _kept(self, turn: Turn) -> AsyncGenerator[None]:
        """Renews the lease until the end of the block."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                await exports.renew(self._pool, turn, lease_seconds=LEASE_SECONDS)

        beating = asyncio.create_task(beat())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _bring_forward(self, turn: Turn) -> None:
        piece = await self._next_piece(turn)
        if turn.upload_id is None and piece.final:
            await self._s3.client.put_object(**_place(turn), **_description(turn), Body=piece.body)
            await exports.complete(self._pool, turn, tasks=piece.tasks)
            return
        upload_id = turn.upload_id or await self._begin_upload(turn)
        try:
            if piece.last is not None and piece.tasks:
                await self._add_part(turn, upload_id, piece, piece.last)
            if piece.final:
                await self._complete(turn, upload_id)
        except ClientError as error:
            if _code(error) not in UPLOAD_GONE:
                raise
            log.warning("export begins again", export=str(turn.export_id), error=str(error))
            await exports.begin_again(self._pool, turn)
        await exports.pass_on(self._pool, turn)

    async def _next_piece(self, turn: Turn) -> Piece:
        """As many lines as a part has to have, from behind the last task that was uploaded."""
        wanted = PART_BYTES * (1 + turn.parts // PARTS_OF_A_SIZE)
        lines, size, last = list[bytes](), 0, turn.last
        async for task, line in self._lines(turn):
            lines.append(line)
            size += len(line)
            last = Position(task.ended_at, task.task_id)
            if size >= wanted:
                return Piece(b"".join(lines), len(lines), last, final=False)
        return Piece(b"".join(lines), len(lines), last, final=True)

    async def _lines(self, turn: Turn) -> AsyncIterator[tuple[Completed, bytes]]:
        after = turn.last
        while page := await exports.completed_tasks(self._pool, turn, after=after, limit=PAGE_TASKS):
            for batch in _batches(page):
                records = await outputs.records(self._pool, [(task.task_id, task.opening) for task in batch])
                for task, record in zip(batch, records, strict=True):
                    yield task, record_document(record, completed_at=task.ended_at) + b"\n"
            after = Position(page[-1].ended_at, page[-1].task_id)

    async def _begin_upload(self, turn: Turn) -> str:
        begun = await self._s3.client.create_multipart_upload(**_place(turn), **_description(turn))
        await exports.begin_upload(self._pool, turn, begun["UploadId"])
        return begun["UploadId"]

    async def _add_part(self, turn: Turn, upload_id: str, piece: Piece, last: Position) -> None:
        number = turn.parts + 1
        sent = await self._s3.client.upload_part(**_place(turn), UploadId=upload_id, PartNumber=number, Body=piece.body)
        part = Part(number, sent["ETag"])
        await exports.add_part(self._pool, turn, part, tasks=piece.tasks, last=last)

    async def _complete(self, turn: Turn, upload_id: str) -> None:
        if not await exports.renew(self._pool, turn, lease_seconds=LEASE_SECONDS):
            return
        parts = await exports.parts(self._pool, turn)
        named: list[CompletedPartTypeDef] = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        try:
            await self._s3.client.complete_multipart_upload(
                **_place(turn), UploadId=upload_id, MultipartUpload={"Parts": named}
            )
        except ClientError as error:
            # It is gone too where it was completed by a worker that ended before it could say so.
            if _code(error) != "NoSuchUpload" or not await self._is_there(turn):
                raise
        await exports.complete(self._pool, turn, tasks=0)

    async def _is_there(self, turn: Turn) -> bool:
        try:
            found = await self._s3.client.head_object(**_place(turn))
        except ClientError as error:
            if _code(error) in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return found["Metadata"].get("loupe-export") == str(turn.export_id)

    async def _give_up(self, turn: Turn) -> None:
        log.error("export failed", export=str(turn.export_id), error=turn.error)
        await exports.fail(self._pool, turn, turn.error or "the upload was lost again and again")
        if turn.upload_id is not None:
            await self._s3.client.abort_multipart_upload(**_place(turn), UploadId=turn.upload_id)


def _batches(page: Sequence[Completed]) -> Iterator[Sequence[Completed]]:
    """Consecutive tasks that are read at once: few enough to be held in memory."""
    batch, size = list[Completed](), 0
    for task in page:
        if batch and (len(batch) == BATCH_TASKS or size + task.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += task.size
    yield batch


def _place(turn: Turn) -> _Place:
    bucket, _, key = turn.uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


def _description(turn: Turn) -> _Description:
    return {"ContentType": "application/jsonl", "Metadata": {"loupe-export": str(turn.export_id)}}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
