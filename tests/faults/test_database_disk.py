"""PostgreSQL runs out of disk: what was refused left nothing behind, and all goes on when there is room."""

import os
import secrets
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

SMALL = 256 * 1024
LARGE = 32 * 1024 * 1024


@pytest.fixture
async def small_table(live):
    """Puts the inputs of tasks on a small disk of their own and gives that disk's folder."""
    if live.site.disk is None:
        pytest.skip("this user may not mount a small file system")
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


async def test_a_start_without_room_is_refused_as_a_whole_and_can_be_repeated(live, load, small_table):
    flow = await live.flow()
    held = os.statvfs(small_table)
    used = (held.f_blocks - held.f_bfree) * held.f_frsize
    _mount("-o", f"remount,size={used + SMALL}", str(small_table))
    name = f"loop-{secrets.token_hex(8)}"
    content = f'{{"text": "{secrets.token_hex(SMALL)}"}}'
    with pytest.raises(ClientError) as refused:
        await live.start(flow, name, content)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert await live.pool.fetchval("SELECT count(*) FROM tasks WHERE name = $1", name) == 0
    assert await live.pool.fetchval("SELECT count(*) FROM human_loop_names WHERE name = $1", name) == 0
    _mount("-o", f"remount,size={LARGE}", str(small_table))
    await live.start(flow, name, content)
    work = load(live, flow, started={name: content})
    async with work.running():
        await work.progress(answers=5)
    assert work.refusals == {}
    await work.prove()
