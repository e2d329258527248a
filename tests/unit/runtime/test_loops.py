"""The shape of every loop: a failed turn is survived, and stopping waits for the present one."""

import asyncio

import pytest

from runtime.loops import Loop


class Counting(Loop):
    """Fails in its first turns, and in its first rests."""

    name = "counting"

    def __init__(self, *, failing: int, bad_rests: int = 0) -> None:
        super().__init__(pause=0.001, longest_pause=0.002)
        self.turns = 0
        self.failing = failing
        self.bad_rests = bad_rests
        self.well = asyncio.Event()

    async def turn(self) -> bool:
        self.turns += 1
        if self.turns <= self.failing:
            raise ValueError("no")
        if self.turns > self.failing + self.bad_rests:
            self.well.set()
        return False

    def rest_seconds(self) -> float:
        if self.turns <= self.failing + self.bad_rests:
            raise OverflowError("too long a rest")
        return super().rest_seconds()


@pytest.mark.parametrize(("failing", "bad_rests"), [(0, 0), (3, 0), (0, 3)])
async def test_failures_are_survived(failing, bad_rests):
    loop = Counting(failing=failing, bad_rests=bad_rests)
    loop.start()
    async with asyncio.timeout(10):
        await loop.well.wait()
    assert loop.running
    await loop.stop()
    assert not loop.running
    assert loop.turns > failing + bad_rests


async def test_waking_ends_a_rest():
    loop = Counting(failing=0)
    loop._pause = loop._longest_pause = 3600
    loop.start()
    async with asyncio.timeout(10):
        await loop.well.wait()
        loop.wake()
        while loop.turns < 2:
            await asyncio.sleep(0)
    await loop.stop()


def test_a_pause_has_to_be_longer_than_nothing():
    class Hurried(Counting):
        def __init__(self) -> None:
            Loop.__init__(self, pause=0)

    with pytest.raises(ValueError, match="pause"):
        Hurried()
