"""Watches the parts of a stack, starts again what ends, and gives up on what ends again and again."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from loupe.parts.part import Part, PartFailed

_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Patience:
    """How often a part may end within how many seconds, and how long to wait before starting it again."""

    deaths: int = 5
    within_seconds: float = 120.0
    first_backoff_seconds: float = 0.5
    longest_backoff_seconds: float = 8.0


@dataclass
class _Watch:
    part: Part
    deaths: deque[float] = field(default_factory=lambda: deque[float]())
    restart_at: float | None = None
    ready_by: float | None = None


class Supervisor:
    """Restarts parts in the order given: what others need comes first.

    `start` starts one part; `say` prints a line for the person at the terminal.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        start: Callable[[Part], None],
        say: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        self._watches = [_Watch(part) for part in parts]
        self._patience = patience or Patience()
        self._start = start
        self._say = say

    def watch(self, stopping: threading.Event) -> None:
        """Return when `stopping` is set. Raises PartFailed where a part used up the patience."""
        while not stopping.wait(_LOOK_SECONDS):
            for watch in self._watches:
                self._look(watch)

    def _look(self, watch: _Watch) -> None:
        now = monotonic()
        if watch.restart_at is not None:
            if now >= watch.restart_at:
                self._restart(watch)
        elif not watch.part.running:
            self._ended(watch, f"ended with {watch.part.exit_text}")
        elif watch.ready_by is not None:
            self._await_ready(watch, now)

    def _restart(self, watch: _Watch) -> None:
        watch.restart_at = None
        try:
            self._start(watch.part)
        except PartFailed as error:
            self._ended(watch, str(error))
        else:
            watch.ready_by = monotonic() + watch.part.ready_seconds

    def _await_ready(self, watch: _Watch, now: float) -> None:
        if watch.part.is_ready():
            watch.ready_by = None
            self._say(f"{watch.part.name}: runs again")
        elif watch.ready_by is not None and now > watch.ready_by:
            watch.part.kill()
            self._ended(watch, f"was not ready after {watch.part.ready_seconds:.0f} s")

    def _ended(self, watch: _Watch, how: str) -> None:
        now, patience, part = monotonic(), self._patience, watch.part
        watch.ready_by = None
        watch.deaths.append(now)
        while now - watch.deaths[0] > patience.within_seconds:
            watch.deaths.popleft()
        if len(watch.deaths) >= patience.deaths:
            raise PartFailed(
                f"{part.name} {how}. That makes {len(watch.deaths)} times in {patience.within_seconds:.0f} s.\n"
                f"{part.last_lines()}\nWhat to do: {part.advice}. Then start the stack again."
            )
        backoff = patience.first_backoff_seconds * 2 ** (len(watch.deaths) - 1)
        backoff = min(backoff, patience.longest_backoff_seconds)
        watch.restart_at = now + backoff
        self._say(f"{part.name}: {how}; starting it again in {backoff:g} s (log: {part.log})")
