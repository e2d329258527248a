"""The windows: starts queued tasks of projects as others leave their first people's stage."""

from collections.abc import Callable

from runtime.loops import Loop
from store import windows
from store.database import Pool

SOON_SECONDS = 0.02
# How late a queued task may start after there is room.
LONGEST_REST_SECONDS = 0.5


class Windows(Loop):
    """Starts the best queued tasks, in batches, and says so. Several processes at once do no harm."""

    name = "windows"

    def __init__(self, pool: Pool, started: Callable[[], None]) -> None:
        super().__init__(pause=LONGEST_REST_SECONDS)
        self._pool = pool
        self._started = started
        self._idle_turns = 0

    async def turn(self) -> bool:
        """Start what there is room for; true where there may be more of it."""
        started = await windows.open_all(self._pool)
        if started:
            self._started()
        self._idle_turns = 0 if started else self._idle_turns + 1
        return started >= windows.BATCH

    def rest_seconds(self) -> float:
        """Look soon after tasks were started, and ever less often while nothing is to do."""
        return min(LONGEST_REST_SECONDS, SOON_SECONDS * 2 ** min(self._idle_turns, 8))
