"""`loupe up`: runs a stack in the foreground."""

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from types import FrameType

from loupe import folder_lock
from loupe.administrator import administrator_link
from loupe.demo.people import sign_in_links
from loupe.demo.samples import provide_samples
from loupe.endpoints import FILE_NAME
from loupe.parts.part import Cancelled
from loupe.stack import Signals, Stack, StackOptions, open_listener
from store.database import connect

Say = Callable[[str], None]


def run(options: StackOptions, *, demo: bool, say: Say) -> None:
    """Start the stack, say how to reach it, and return after Ctrl-C or SIGTERM when all of it has ended.

    Raises FolderInUse, PortTaken, PartFailed, pydantic.ValidationError, schemas.errors.LoupeError, OSError; whatever
    was started by then has ended.
    """
    options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with folder_lock.hold(options.data), _signals() as signals, closing(open_listener(options)) as listener:
        stack = Stack(options, listener, signals, say)
        try:
            stack.start()
            links = asyncio.run(_provide_people(stack, demo=demo))
            if demo:
                say("demo: flow definitions, human task UIs and sample loops")
                provide_samples(stack.endpoints, signals.stopping)
            stack.publish()
            _greet(stack, options, links, say)
            stack.watch()
        except Cancelled:
            say("stopping before all parts were ready")
        finally:
            stack.stop()
        say("stopped")


async def _provide_people(stack: Stack, *, demo: bool) -> dict[str, str]:
    """Login links by whom they sign in."""
    async with await connect(stack.settings.database_url, size=2, name="loupe up") as pool:
        links = {"administrator": await administrator_link(pool, stack.settings)}
        if demo:
            links |= await sign_in_links(pool, stack.settings)
    return links


def _greet(stack: Stack, options: StackOptions, links: dict[str, str], say: Say) -> None:
    endpoints = stack.endpoints
    say("")
    say("Loupe is ready.")
    say(f"  portal        {endpoints.portal}")
    say(f"  AWS endpoint  {endpoints.api}  (region {endpoints.region})")
    say(f"  API docs      {endpoints.api}/docs")
    ui = f"  UI {endpoints.temporal_ui}" if endpoints.temporal_ui else ""
    say(f"  Temporal      {endpoints.temporal_address}{ui}")
    say(f"  S3            {endpoints.s3_endpoint}  (bucket {endpoints.s3_bucket})")
    say(f"  keys          {options.data / FILE_NAME}")
    hours = stack.settings.login_link_seconds / 3600
    say(f"One-time login links, good for {hours:g} h:")
    for whom, link in links.items():
        say(f"  {whom}: {link}")
    say("Ctrl-C stops everything; the same folder continues where it was.")


@contextmanager
def _signals() -> Generator[Signals]:
    """SIGINT and SIGTERM ask to stop; the second one hurries."""
    signals = Signals(threading.Event(), threading.Event())

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if signals.stopping.is_set():
            signals.hurry.set()
        signals.stopping.set()

    caught = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, on_signal) for number in caught}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
