"""PostgreSQL runs out of disk: what was refused left nothing behind, and all goes on when there is room."""

import os
import secrets
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from botocore.exceptions import ClientError

SMALL = 256 * 1024
BALLAST = UUID(int=0)
LARGE = 32 * 1024 * 1024


@pytest.fixture
async def small_table(live):
    """Puts the inputs of tasks on a small disk of their own and gives that disk's folder."""
    if live.site.disk is None:
        pytest.skip("this user may not mount a small file system; the test beside this one needs none")
    data = live.site.stack.data
    owner = (data / "postgres").stat()
    disk = data / "inputs"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={LARGE}", "tmpfs", str(disk))
    try:
        os.chown(disk, owner.st_uid, owner.st_gid)
        await live.pool.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        await live.pool.execute("ALTER TABLE task_inputs SET TABLESPACE small")
        yield disk
        await live.pool.execute("ALTER TABLE task_inputs SET TABLESPACE pg_default")
        await live.pool.execute("DROP TABLESPACE small")
    finally:
        _unmount(disk)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _unmount(disk: Path) -> None:
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
async def long_table(live):
    """Makes the file with the inputs of tasks longer than any file of the write-ahead log, and gives its length."""
    async with live.pool.acquire() as connection, connection.transaction():
        # These rows are of no task.
        await connection.execute("SET LOCAL session_replication_role = replica")
        for _ in range(24):
            await connection.execute("INSERT INTO task_inputs VALUES ($1, $2)", BALLAST, secrets.token_hex(512 * 1024))
            await connection.execute("UPDATE task_inputs SET task_id = gen_random_uuid() WHERE task_id = $1", BALLAST)
    yield await live.pool.fetchval(
        "SELECT pg_relation_size(reltoastrelid::regclass) FROM pg_class WHERE relname = 'task_inputs'"
    )
    await live.pool.execute("DELETE FROM task_inputs i WHERE NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = i.task_id)")


async def test_a_start_without_room_is_refused_as_a_whole_and_can_be_repeated(live, load, small_table):
    held = os.statvfs(small_table)
    used = (held.f_blocks - held.f_bfree) * held.f_frsize
    _mount("-o", f"remount,size={used + SMALL}", str(small_table))
    await _is_refused_and_repeated(live, load, lambda: _mount("-o", f"remount,size={LARGE}", str(small_table)), (503,))


async def test_a_start_that_a_file_cannot_grow_for_is_refused_and_can_be_repeated(live, load, long_table):
    rows = await live.pool.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'loupe api'")
    with ExitStack() as full:
        full.enter_context(live.site.files_limited(*(row["pid"] for row in rows), most_bytes=long_table))
        # To PostgreSQL this is an error of the system like others, not a full disk.
        await _is_refused_and_repeated(live, load, full.close, (500, 503))


async def _is_refused_and_repeated(live, load, make_room: Callable[[], None], statuses: tuple[int, ...]) -> None:
    flow = await live.flow()
    name = f"loop-{secrets.token_hex(8)}"
    content = f'{{"text": "{secrets.token_hex(SMALL)}"}}'
    with pytest.raises(ClientError) as refused:
        await live.start(flow, name, content)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in statuses
    assert await live.pool.fetchval("SELECT count(*) FROM tasks WHERE name = $1", name) == 0
    assert await live.pool.fetchval("SELECT count(*) FROM human_loop_names WHERE name = $1", name) == 0
    make_room()
    await live.start(flow, name, content)
    work = load(live, flow, started={name: content})
    async with work.running():
        await work.progress(answers=5)
    assert work.refusals == {}
    await work.prove()
