"""Percentiles and waiting."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

_LONGEST_WAIT = 300.0


class TookTooLongError(Exception):
    """Something that the benchmark waited for did not happen."""


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of durations, in milliseconds."""
    ranked = sorted(seconds)
    return round(ranked[max(0, math.ceil(share * len(ranked)) - 1)] * 1000, 2)


def p50_p99(name: str, seconds: Sequence[float], suffix: str = "") -> dict[str, float]:
    """The two figures of a latency, by key."""
    return {
        f"{name}_p50_ms{suffix}": percentile_ms(seconds, 0.50),
        f"{name}_p99_ms{suffix}": percentile_ms(seconds, 0.99),
    }


async def until(holds: Callable[[], Awaitable[bool]], what: str, *, every: float) -> None:
    """Ask again `every` seconds. Raises TookTooLongError after five minutes."""
    give_up = monotonic() + _LONGEST_WAIT
    while not await holds():
        if monotonic() > give_up:
            raise TookTooLongError(f"not within {_LONGEST_WAIT:.0f} s: {what}")
        await asyncio.sleep(every)
