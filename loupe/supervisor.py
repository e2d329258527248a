"""Watches the parts of a stack, starts again what ends, and gives up on what does not become ready again."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from loupe.parts.part import Part, PartFailed

_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Patience:
    """How many starts in a row may fail, and how long to wait before starting again.

    The wait doubles each time, until a part has run for `steady_seconds`.
    """

    failed_starts: int = 5
    steady_seconds: float = 5.0
    first_backoff_seconds: float = 0.5
    longest_backoff_seconds: float = 8.0


@dataclass
class _Watch:
    part: Part
    failed_starts: int = 0
    deaths: int = 0
    ready_since: float | None = None
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
        """Return when `stopping` is set. Raises PartFailed where a part does not become ready again."""
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
            watch.ready_by, watch.ready_since, watch.failed_starts = None, now, 0
            self._say(f"{watch.part.name}: runs again")
        elif watch.ready_by is not None and now > watch.ready_by:
            watch.part.kill()
            self._ended(watch, f"was not ready after {watch.part.ready_seconds:.0f} s")

    def _ended(self, watch: _Watch, how: str) -> None:
        now, patience, part = monotonic(), self._patience, watch.part
        # A part that was ready may end as often as it is killed; one that never gets there is beyond a restart.
        if watch.ready_since is None and watch.deaths:
            watch.failed_starts += 1
        if watch.failed_starts >= patience.failed_starts:
            raise PartFailed(
                f"{part.name} {how}, before it was ready, {watch.failed_starts} times in a row.\n"
                f"{part.last_lines()}\nWhat to do: {part.advice}. Then start the stack again."
            )
        if watch.ready_since is not None and now - watch.ready_since >= patience.steady_seconds:
            watch.deaths = 0
        backoff = min(patience.first_backoff_seconds * 2**watch.deaths, patience.longest_backoff_seconds)
        watch.deaths += 1
        watch.ready_by = watch.ready_since = None
        watch.restart_at = now + backoff
        self._say(f"{part.name}: {how}; starting it again in {backoff:g} s (log: {part.log})")
