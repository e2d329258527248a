"""The shape of every long-running loop: start, stop, one turn; a failed turn is logged, and the loop goes on."""

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger()


class Loop(ABC):
    """Calls `turn` again and again, `pause` seconds apart, or at once after `wake`."""

    name: str

    def __init__(self, *, pause: float, longest_pause: float | None = None) -> None:
        if pause <= 0:
            raise ValueError("pause: must be more than 0 seconds")
        self._pause = pause
        self._longest_pause = longest_pause or max(10.0, pause)
        self._wake = asyncio.Event()
        self._stopping = False
        self._resting = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in a task of the running event loop."""
        self._task = asyncio.create_task(self._loop(), name=self.name)

    async def stop(self) -> None:
        """Finish the present turn and end."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    @property
    def running(self) -> bool:
        """Whether the loop is alive."""
        return self._task is not None and not self._task.done()

    async def ended(self) -> None:
        """Wait until the loop is over; raises what ended it."""
        if self._task is not None:
            await asyncio.shield(self._task)

    @property
    def resting(self) -> bool:
        """Whether the loop waits for its next turn."""
        return self._resting

    def wake(self) -> None:
        """Take the next turn now."""
        self._wake.set()

    @abstractmethod
    async def turn(self) -> bool:
        """Do what there is to do; true where the next turn should come at once."""

    def rest_seconds(self) -> float:
        """How long to rest after a turn that went well."""
        return self._pause

    async def _loop(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                at_once = await self.turn()
                rest = self.rest_seconds()
                failures = 0
            except Exception as error:
                failures += 1
                at_once = False
                rest = min(self._pause * 2 ** min(failures, 8), self._longest_pause)
                log.warning("turn failed", loop=self.name, failures=failures, error=repr(error), exc_info=failures == 1)
            if not at_once:
                await self._rest(rest)

    async def _rest(self, seconds: float) -> None:
        self._resting = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._resting = False
        self._wake.clear()
