"""Signs of life of activities that take a while."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio import activity


@asynccontextmanager
async def heartbeats(every_seconds: float) -> AsyncGenerator[None]:
    """Tells Temporal that this process lives, so that what a killed one was doing is tried again soon."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(every_seconds)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
