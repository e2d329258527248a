"""The baseline's worker process, with the options of Loupe's: `python -m loupe.bench.bare_worker PIPE`."""

import asyncio
import signal
import sys

import uvloop

from loupe.bench.bare_task import TASK_QUEUE, BareActivities, BareWorkflow
from loupe.ports import free_port
from runtime import garbage, temporal
from runtime.settings import Settings
from workers.main import PASSED_THROUGH, telemetry, worker_of


async def work(pipe: int) -> None:
    """Serve the baseline until SIGTERM."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    settings = Settings.load().model_copy(update={"task_queue": TASK_QUEUE})
    client = await temporal.connect(settings, telemetry(settings.host, free_port()))
    bare = BareActivities(pipe)
    activities = [bare.bare_open, bare.bare_close, bare.bare_output, bare.bare_finish]
    async with worker_of(
        settings, client, workflows=[BareWorkflow], activities=activities, passed_through=(*PASSED_THROUGH, "loupe")
    ):
        garbage.settle()
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(work(int(sys.argv[1])))
