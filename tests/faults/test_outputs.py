"""S3 refuses to write, holds other content, runs out of space; a worker dies between the object and the end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.outputs import output_key


async def _refusals(live, flow: str) -> float:
    text = (await live.http.get("/metrics")).text
    found = [line for line in text.splitlines() if line.startswith(f'loupe_output_refusals_total{{flow="{flow}"}}')]
    return float(found[0].rsplit(" ", 1)[1]) if found else 0.0


async def _pending_write(live, name: str):
    """The failing write as the Temporal UI shows it."""
    execution = await (await live.workflow(name)).describe()
    pending = list(execution.raw_description.pending_activities)
    assert [activity.activity_type.name for activity in pending] == ["write_output"]
    assert pending[0].attempt >= 2
    return pending[0]


async def _answered(live, flow: str) -> tuple[str, str]:
    """A loop that was answered: its name and the submission."""
    name = await live.start(flow)
    answer = await live.submit(await live.take(flow))
    assert answer.status_code == 200
    return name, answer.json()["submission_id"]


async def test_a_bucket_that_is_not_there_holds_the_loop_until_it_is_made(live, poll):
    bucket = f"later-{uuid4().hex}"
    flow = await live.flow(bucket=bucket)
    name, submission = await _answered(live, flow)
    pending = await poll(lambda: _pending_write(live, name))
    assert "NoSuchBucket" in pending.last_failure.message
    assert await live.status(name) == "InProgress"

    async def counted() -> None:
        assert await _refusals(live, flow) >= 1

    await poll(counted)
    await live.s3.create_bucket(Bucket=bucket)
    await live.becomes(name, "Completed")
    assert await live.answers_in(name) == [submission]
    assert await live.statuses(name) == ["InProgress", "Completed"]


async def test_a_key_that_holds_other_content_fails_the_loop_and_stays_untouched(live):
    flow = await live.flow()
    name = await live.start(flow)
    stamp = await live.pool.fetchval("SELECT output_stamp FROM tasks WHERE name = $1", name)
    key = f"out/{output_key(flow_definition=flow, human_loop=name, stamp=stamp)}"
    await live.s3.put_object(Bucket=live.bucket, Key=key, Body=b"somebody else's")
    assert (await live.submit(await live.take(flow))).status_code == 200
    loop = await live.becomes(name, "Failed")
    assert loop["FailureCode"] == "InternalError"
    assert key in loop["FailureReason"]
    assert await live.stored_object(f"s3://{live.bucket}/{key}") == b"somebody else's"


async def test_a_write_that_nobody_heard_of_is_done_again_and_found_equal(live, poll):
    """The object is there, Temporal does not know it, and the worker is killed before it can tell."""
    flow = await live.flow()
    name = await live.start(flow)
    item = await live.take(flow)
    async with AsyncExitStack() as server:
        async with live.held_up("LOCK TABLE task_inputs IN ACCESS EXCLUSIVE MODE"):
            assert (await live.submit(item)).status_code == 200
            await live.waits_for_lock("loupe worker")
            server.enter_context(live.site.frozen("temporal"))
        stored = await poll(lambda: _only_object(live, flow))
        assert await live.status(name) == "InProgress"
        live.site.signal("worker", signal.SIGKILL)
    await live.becomes(name, "Completed")
    assert await _only_object(live, flow) == stored
    history = await (await live.workflow(name)).fetch_history()
    started = [event for event in history.events if event.HasField("activity_task_started_event_attributes")]
    assert [event.activity_task_started_event_attributes.attempt for event in started] == [2]


@pytest.mark.parametrize("spare_pages", [0, 4, 8])
async def test_a_full_disk_below_s3_holds_loops_until_there_is_room(live, load, poll, spare_pages):
    """At each amount of room another step of a write finds no space: nothing half written may stay in the way."""
    disk = live.site.disk
    if disk is None:
        pytest.skip("this user may not mount a small file system; the test below needs none")
    await _holds_loops_meanwhile(live, load, poll, _full(disk, spare_pages))


@pytest.mark.parametrize("most_bytes", [0, 64])
async def test_files_below_s3_that_cannot_grow_hold_loops_until_they_can(live, load, poll, most_bytes):
    """Nothing can be written, or only the start of an object and its small attributes."""
    full = live.site.files_limited(live.site.stack.pid("s3"), most_bytes=most_bytes)
    await _holds_loops_meanwhile(live, load, poll, full)


async def _holds_loops_meanwhile(live, load, poll, full: AbstractContextManager[None]) -> None:
    flow = await live.flow()
    names = [await live.start(flow) for _ in range(3)]
    items = [await live.take(flow, number) for number in range(3)]
    with full:
        answers = [await live.submit(item, number) for number, item in enumerate(items)]
        assert [answer.status_code for answer in answers] == [200] * 3

        async def refused() -> None:
            assert await live.pool.fetchval("SELECT sum(value) FROM counters WHERE flow = $1", flow)

        await poll(refused)
    work = load(live, flow, started={name: f'{{"text": "{name}"}}' for name in names})
    for item, answer in zip(items, answers, strict=True):
        work.submitted[answer.json()["submission_id"]] = item["task_id"]
    await work.prove()


@contextmanager
def _full(disk: Path, spare_pages: int) -> Iterator[None]:
    """A file system that has room for a few pages of 4 KiB more."""
    whole = os.statvfs(disk)
    used = (whole.f_blocks - whole.f_bfree) * whole.f_frsize
    _resize(disk, used + spare_pages * 4096)
    try:
        yield
    finally:
        _resize(disk, whole.f_blocks * whole.f_frsize)


def _resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


async def _only_object(live, flow: str) -> tuple[str, str, str]:
    page = await live.s3.list_objects_v2(Bucket=live.bucket, Prefix=f"out/{flow}/")
    [entry] = page.get("Contents") or [None]
    assert entry is not None
    return entry["Key"], entry["ETag"], str(entry["LastModified"])
