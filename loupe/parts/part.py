"""The shape that every part has: start, wait until ready, running, stop."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import ClassVar

_PR_SET_PDEATHSIG = 1
_IS_LINUX = sys.platform.startswith("linux")
_LIBC = ctypes.CDLL(None)
_PROBE_SECONDS = 0.05
_KILL_SECONDS = 5.0


class PartFailed(Exception):
    """A part ended, or did not become ready in time."""


class Cancelled(Exception):
    """The stack was asked to stop while a part was starting."""


class Part(ABC):
    """One child process with a log file of its own, that never outlives this process.

    A subclass says what to run and how to see that it is ready. A part keeps its ports, so it can be started again.
    """

    name: ClassVar[str]
    # What a person can do when it ends again and again.
    advice: ClassVar[str] = "read its log"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    # Sent by the kernel when this process dies without stopping the part; safe because every part recovers from it.
    orphan_signal: ClassVar[signal.Signals] = signal.SIGKILL
    ready_seconds: ClassVar[float] = 60.0
    stop_seconds: float = 15.0

    def __init__(self, logs: Path) -> None:
        self.log = logs / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]:
        """Program and arguments."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the running process answers as it should; takes at most a few seconds."""

    def _environment(self) -> Mapping[str, str]:
        return plain_environment()

    def _prepare(self) -> None:
        """Provide what has to be on disk before the process starts; most parts need nothing."""
        return

    def _account(self) -> "Account | None":
        """The system user to run as; None is the user of this process."""
        return None

    @property
    def pid(self) -> int | None:
        """Process id, None while the part does not run."""
        return self._process.pid if self._process and self.running else None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How the process ended: a negative number is the signal that ended it."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start the process; its output goes to the end of the log file. Raises OSError where it cannot be run."""
        self._prepare()
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = self._account()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self._environment()),
                start_new_session=True,
                umask=0o077,
                preexec_fn=_die_with_parent(self.orphan_signal),
                pass_fds=self._inherited(),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    def _inherited(self) -> tuple[int, ...]:
        """File descriptors that the process takes over."""
        return ()

    def wait_ready(self, cancelled: threading.Event | None = None) -> None:
        """Return when the part answers. Raises PartFailed where it ends or takes too long, Cancelled when asked to."""
        cancelled = cancelled or threading.Event()
        until = monotonic() + self.ready_seconds
        while not (self.running and self.is_ready()):
            if not self.running:
                raise PartFailed(f"{self.name} ended with {self.exit_text} while starting\n{self.last_lines()}")
            if monotonic() > until:
                raise PartFailed(f"{self.name} was not ready after {self.ready_seconds:.0f} s\n{self.last_lines()}")
            if cancelled.wait(_PROBE_SECONDS):
                raise Cancelled(self.name)

    def ask_to_stop(self) -> None:
        """Begin to end the process, without waiting."""
        if self._process and self.running:
            self._process.send_signal(self.stop_signal)

    def stop(self, hurry: threading.Event | None = None) -> None:
        """End the process and wait until it is gone; past `stop_seconds`, or when hurried, it is killed."""
        hurry = hurry or threading.Event()
        self.ask_to_stop()
        until = monotonic() + self.stop_seconds
        while self.running and monotonic() < until and not hurry.is_set():
            hurry.wait(_PROBE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process and its children at once, in the way that its next start recovers from."""
        if self._process is None or not self.running:
            return
        self._process.send_signal(self.orphan_signal)
        try:
            self._process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def exit_text(self) -> str:
        """How the process ended, in words."""
        code = self.exit_code
        return f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"

    def last_lines(self, count: int = 15) -> str:
        """The end of the log, indented, for an error message."""
        if not self.log.is_file():
            return f"  (no log at {self.log})"
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 16_384))
            lines = log.read().decode(errors="replace").splitlines()[-count:]
        return "\n".join([f"  the end of {self.log}:", *(f"  | {line}" for line in lines)])


class Account:
    """A system user by number."""

    def __init__(self, uid: int, gid: int) -> None:
        self.uid = uid
        self.gid = gid


def plain_environment() -> dict[str, str]:
    """This process's environment without the settings of the parts themselves, so that a part sees its own only."""
    foreign = ("LOUPE_", "TEMPORAL_", "AWS_", "PG", "VGW_", "ROOT_ACCESS_KEY", "ROOT_SECRET_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    if not _IS_LINUX:
        return None
    parent = os.getpid()

    def ask_kernel() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
