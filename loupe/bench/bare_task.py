"""The baseline: the same steps as Loupe's graphs, with nothing behind them, by Temporal alone.

One start; for each visit a local activity that opens, one signal, a local activity that closes; an ordinary one in
place of the output, a local one that finishes.
"""

import os
import struct
from datetime import timedelta

from temporalio import activity, workflow

TASK_QUEUE = "bench-baseline"
ANSWER = "answer"
OPENED, FINISHED = 0, 1
EVENT = struct.Struct("<ii")

_LOCAL = timedelta(seconds=2)
_ORDINARY = timedelta(seconds=60)


class BareActivities:
    """They do nothing, but that the first and the last say over a pipe that they were there."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    @activity.defn
    async def bare_open(self, number: int) -> None:
        """Nobody can answer what was not offered."""
        os.write(self._pipe, EVENT.pack(OPENED, number))

    @activity.defn
    async def bare_close(self, number: int) -> None:
        """Nothing."""

    @activity.defn
    async def bare_output(self, number: int) -> None:
        """Nothing."""

    @activity.defn
    async def bare_finish(self, number: int) -> None:
        """Loupe's counterpart makes the loop Completed."""
        os.write(self._pipe, EVENT.pack(FINISHED, number))


@workflow.defn(name="BareTask")
class BareWorkflow:
    """A task without anything of Loupe."""

    def __init__(self) -> None:
        self._answers = 0

    @workflow.signal(name=ANSWER)
    def answer(self) -> None:
        """One for each visit."""
        self._answers += 1

    @workflow.run
    async def run(self, number: int, visits: int) -> None:
        """Open, wait and close as often as there are visits; write, finish."""
        for visit in range(visits):
            await workflow.execute_local_activity_method(
                BareActivities.bare_open, number, start_to_close_timeout=_LOCAL
            )
            await workflow.wait_condition(lambda visit=visit: self._answers > visit)
            await workflow.execute_local_activity_method(
                BareActivities.bare_close, number, start_to_close_timeout=_LOCAL
            )
        await workflow.execute_activity_method(BareActivities.bare_output, number, start_to_close_timeout=_ORDINARY)
        await workflow.execute_local_activity_method(BareActivities.bare_finish, number, start_to_close_timeout=_LOCAL)
