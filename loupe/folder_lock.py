"""One stack per data folder."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class FolderInUse(Exception):
    """Another stack runs in this data folder."""


@contextmanager
def hold(data: Path) -> Generator[None]:
    """Hold the folder until the block ends or this process dies. Raises FolderInUse."""
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "of another user"
            raise FolderInUse(
                f"a stack already runs in {data} (process {holder}): stop it, or choose another folder with --data"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
