"""A stack of the benchmark's own: `loupe up` in a folder that is thrown away."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import ClassVar

from loupe.endpoints import FILE_NAME, Endpoints
from loupe.parts.part import Part


class OwnStack(Part):
    """`loupe up` as one part: on free ports, without settings of this process, ready when it says where it is."""

    name: ClassVar[str] = "up"
    # It ends its own parts, and waits for them.
    orphan_signal: ClassVar[signal.Signals] = signal.SIGTERM
    ready_seconds: ClassVar[float] = 180.0
    stop_seconds: float = 60.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data = folder / "data"

    def is_ready(self) -> bool:
        """See Part."""
        return (self.data / FILE_NAME).is_file()

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "loupe", "up", "--data", str(self.data), "--port", "0", "--no-ui"]


@contextmanager
def own_stack() -> Generator[Endpoints]:
    """Run it during the block. Raises PartFailed.

    SIGTERM ends the block as Ctrl-C does, so that no stack is left behind.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="loupe-bench-"))
    try:
        stack = OwnStack(folder)
        stack.start()
        try:
            stack.wait_ready()
            yield Endpoints.read(stack.data)
        finally:
            stack.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
