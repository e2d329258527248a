"""A stack of the benchmark's own: `loupe up` in a folder that is thrown away."""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from loupe.endpoints import FILE_NAME, Endpoints
from loupe.parts.part import PartFailed, plain_environment

_START_SECONDS = 180
_LOOK_SECONDS = 0.1


@contextmanager
def own_stack() -> Generator[Endpoints]:
    """Run it during the block, on free ports and without settings of this process. Raises PartFailed.

    SIGTERM ends the block as Ctrl-C does, so that no stack is left behind.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="loupe-bench-"))
    try:
        with (folder / "up.log").open("ab") as log:
            command = [sys.executable, "-m", "loupe", "up", "--data", str(folder / "data"), "--port", "0", "--no-ui"]
            process = subprocess.Popen(
                command, env=plain_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            yield _endpoints(process, folder)
        finally:
            process.terminate()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _endpoints(process: "subprocess.Popen[bytes]", folder: Path) -> Endpoints:
    give_up = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        if (folder / "data" / FILE_NAME).is_file():
            return Endpoints.read(folder / "data")
        time.sleep(_LOOK_SECONDS)
    raise PartFailed(f"the benchmark's stack did not start:\n{(folder / 'up.log').read_text(errors='replace')}")
