"""The sweep: PostgreSQL's clocks and housekeeping, in every worker, each second."""

import time

from runtime.loops import Loop
from runtime.metrics import LAST_SWEEP, SWEEP_SECONDS
from runtime.settings import Settings
from store import assignments, human_loops, overview, projects, queues, sessions, skips, withdrawals
from store.database import Pool

# Work that nobody can take is to be seen within a minute.
STARVATION_SECONDS = 10
HOUSEKEEPING_SECONDS = 300


class Sweep(Loop):
    """Ends leases and holds, moves queue heads, marks starved work. Two sweeps at once do no harm."""

    name = "sweep"

    def __init__(self, settings: Settings, pool: Pool) -> None:
        super().__init__(pause=settings.sweep_seconds)
        self._pool = pool
        self._looked_for_starved = 0.0
        self._kept_house = 0.0

    async def turn(self) -> bool:
        """One sweep; the rarer duties when they are due."""
        began = time.monotonic()
        await self._end_leases()
        await withdrawals.tell_final(self._pool)
        await queues.advance_heads(self._pool)
        await human_loops.continue_deletions(self._pool)
        await projects.continue_deletions(self._pool)
        await overview.fold(self._pool)
        if began - self._looked_for_starved >= STARVATION_SECONDS:
            await assignments.end_left_behind(self._pool)
            await assignments.end_reservations(self._pool)
            await queues.mark_starved(self._pool)
            self._looked_for_starved = began
        if began - self._kept_house >= HOUSEKEEPING_SECONDS:
            await queues.forget_passed(self._pool)
            await skips.forget_closed(self._pool)
            await sessions.forget_expired(self._pool)
            self._kept_house = began
        SWEEP_SECONDS.observe(time.monotonic() - began)
        LAST_SWEEP.set_to_current_time()
        return False

    async def _end_leases(self) -> None:
        ended = await assignments.lapse_leases(self._pool)
        for hold in await assignments.over(self._pool):
            if await assignments.expire(self._pool, hold):
                ended[hold.flow] = ended.get(hold.flow, 0) + 1
        for flow, leases in ended.items():
            await assignments.count_up(self._pool, "lease_expiries", flow, leases)
