"""Hints that the mailbox has new messages. Only hints: relays also poll, and nothing breaks without them."""

import asyncio
from collections.abc import Callable, Sequence

import asyncpg

from runtime.loops import Loop

CHANNEL = "loupe_mailbox"
# At most one NOTIFY for each process and span: NOTIFY takes a lock of the whole database at commit.
SPAN_SECONDS = 0.005


class Notifier(Loop):
    """Sends at most one NOTIFY in 5 ms on a connection of its own, never inside the transaction that writes."""

    name = "notifier"

    def __init__(self, database_url: str) -> None:
        super().__init__(pause=30)
        self._database_url = database_url
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._hinted = False

    def hint(self) -> None:
        """Say, after a commit, that there are messages; returns at once."""
        self._hinted = True
        self.wake()

    async def turn(self) -> bool:
        """Send one NOTIFY for all hints since the last."""
        if not self._hinted:
            return False
        self._hinted = False
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._database_url, command_timeout=5)
        await self._connection.execute("SELECT pg_notify($1, '')", CHANNEL)
        await asyncio.sleep(SPAN_SECONDS)
        return self._hinted

    async def stop(self) -> None:
        """End the loop and close the connection."""
        await super().stop()
        if self._connection is not None:
            await self._connection.close()


class Listener(Loop):
    """Calls all of `wakes` on every hint; connects again where the connection was lost."""

    name = "listener"

    def __init__(self, database_url: str, wakes: Sequence[Callable[[], None]]) -> None:
        super().__init__(pause=2)
        self._database_url = database_url
        self._wakes = wakes
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def turn(self) -> bool:
        """Make sure of the connection."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._database_url, command_timeout=5)
            await self._connection.add_listener(CHANNEL, self._heard)
            self._heard()
        return False

    async def stop(self) -> None:
        """End the loop and close the connection."""
        await super().stop()
        if self._connection is not None:
            await self._connection.close()

    def _heard(self, *_: object) -> None:
        for wake in self._wakes:
            wake()
