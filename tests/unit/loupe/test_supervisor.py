"""Supervision, on real processes that are as short as needed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from loupe.parts.part import Cancelled, Part, PartFailed
from loupe.supervisor import Patience, Supervisor

QUICK = Patience(failed_starts=3, first_backoff_seconds=0.01, longest_backoff_seconds=0.02)


class Program(Part):
    """Runs a line of Python; it is ready once it has written the file `ready`."""

    name: ClassVar[str] = "program"
    advice: ClassVar[str] = "mend the line"

    def __init__(self, folder: Path, line: str) -> None:
        super().__init__(folder / "logs")
        self._folder = folder
        self._line = line

    def is_ready(self) -> bool:
        return (self._folder / "ready").exists()

    def _command(self) -> list[str]:
        return [
            sys.executable,
            "-c",
            f"import pathlib, signal\nready = pathlib.Path({str(self._folder / 'ready')!r})\n{self._line}",
        ]


WAITS = "ready.touch(); signal.pause()"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    made: list[Program] = []

    def program(line: str) -> Program:
        made.append(Program(tmp_path, line))
        return made[-1]

    yield program
    for part in made:
        part.kill()


def test_a_part_that_ends_is_started_again(make: Callable[[str], Program]) -> None:
    part = make(WAITS)
    part.start()
    part.wait_ready()
    first = part.pid
    assert first is not None
    stopping, said = threading.Event(), list[str]()

    def say(line: str) -> None:
        said.append(line)
        if line.endswith("runs again"):
            stopping.set()

    os.kill(first, signal.SIGKILL)
    Supervisor([part], start=Program.start, say=say, patience=QUICK).watch(stopping)

    assert part.running
    assert part.pid != first
    assert "signal SIGKILL" in said[0]
    assert said[-1] == "program: runs again"


def test_a_part_may_be_killed_as_often_as_somebody_likes(make: Callable[[str], Program]) -> None:
    part = make(WAITS)
    part.start()
    part.wait_ready()
    stopping, killed = threading.Event(), list[int]()

    def kill() -> None:
        assert part.pid is not None
        killed.append(part.pid)
        os.kill(part.pid, signal.SIGKILL)

    def say(line: str) -> None:
        if not line.endswith("runs again"):
            return
        if len(killed) > 2 * QUICK.failed_starts:
            stopping.set()
        else:
            kill()

    kill()
    Supervisor([part], start=Program.start, say=say, patience=QUICK).watch(stopping)
    assert part.running
    assert len(set(killed)) == 2 * QUICK.failed_starts + 1


def test_a_part_that_does_not_become_ready_again_stops_the_whole_with_its_last_words(
    make: Callable[[str], Program],
) -> None:
    part = make("print('the disk is full'); raise SystemExit(3)")
    part.start()
    starts = list[Part]()

    def start(again: Part) -> None:
        starts.append(again)
        again.start()

    with pytest.raises(PartFailed) as caught:
        Supervisor([part], start=start, say=str, patience=QUICK).watch(threading.Event())

    assert len(starts) == QUICK.failed_starts
    message = str(caught.value)
    for words in ("program ended with exit code 3", "3 times", "the disk is full", "mend the line", str(part.log)):
        assert words in message


def test_a_part_that_ends_while_starting_is_an_error_with_its_last_words(make: Callable[[str], Program]) -> None:
    part = make("raise SystemExit('no such setting')")
    part.start()
    with pytest.raises(PartFailed, match="no such setting"):
        part.wait_ready()


def test_waiting_ends_when_the_person_stops_the_stack(make: Callable[[str], Program]) -> None:
    part = make("signal.pause()")
    part.start()
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        part.wait_ready(cancelled)


def test_a_part_that_ignores_the_stop_is_killed_when_hurried(make: Callable[[str], Program]) -> None:
    part = make("signal.signal(signal.SIGTERM, signal.SIG_IGN); ready.touch()\nwhile True: signal.pause()")
    part.start()
    part.wait_ready()
    hurry = threading.Event()
    hurry.set()
    part.stop(hurry)
    assert not part.running
    assert part.exit_code == -signal.SIGKILL


PARENT = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from test_supervisor import Program, WAITS
part = Program(Path({data!r}), WAITS)
part.start()
part.wait_ready()
print(part.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at the parent's death is Linux's own")
def test_a_part_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = PARENT.format(folder=str(Path(__file__).parent), data=str(tmp_path))
    parent = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL, parent.stderr
    child = int(parent.stdout)
    gone = threading.Event()
    for _ in range(200):
        if not is_alive(child):
            break
        gone.wait(0.05)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    """A process that ended but was not reaped yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
