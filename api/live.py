"""Hints that a project's figures have changed, as server-sent events: one look a second for all who listen to it.

A hint is never the only way to know: whoever misses one sees the same by asking for the overview again.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any, cast
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from api.auth import require, signed_in
from api.context import Context, context
from api.overview import pulse_view
from api.paths import NamePath
from schemas.errors import LoupeError, TooManyRequests, Unavailable
from store import overview
from store.database import Pool
from store.overview import Pulse, Subject
from store.people import Person

router = APIRouter(prefix="/v1/projects", tags=["overview"])
Ctx = Annotated[Context, Depends(context)]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

LOOK_SECONDS = 1.0
# Proxies close what is silent for longer, commonly a minute.
HEARTBEAT_SECONDS = 15.0
# How long somebody whose session ended is still told.
SESSION_SECONDS = 10.0
MOST_LISTENERS = 500
# More tabs than anybody looks at: one person must not take the streams of all others.
MOST_OF_A_PERSON = 20
# What a browser's own EventSource waits before it connects again.
_RETRY_MILLISECONDS = 3000

log = structlog.get_logger()


class Feed:
    """Looks at one project while somebody listens, and wakes the listeners where something has changed."""

    def __init__(self, pool: Pool, subject: Subject) -> None:
        self._pool = pool
        self._project = subject.id
        self._pulse: Pulse | None = None
        self._event = 0
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.listeners = 0
        self.version = 0
        # Looks in a row that failed: while the database is away nobody is told anything.
        self.failures = 0

    @property
    def hint(self) -> bytes:
        """The last hint, as an event of the stream."""
        view = {} if self._pulse is None else pulse_view(self._pulse)
        return b"event: changed\nid: %d\ndata: %s\n\n" % (self._event, orjson.dumps(view))

    def start(self) -> None:
        """Begin to look, once a second."""
        self._task = asyncio.create_task(self._look(), name=f"live {self._project}")

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    def wake(self) -> None:
        """Let the listeners look up."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self, seen: int, seconds: float) -> None:
        """Wait for a newer version than `seen`, at most so long."""
        if self.version != seen:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)

    async def _look(self) -> None:
        while True:
            try:
                await self._turn()
                self.failures = 0
            except Exception as error:
                self.failures += 1
                log.warning("cannot look", project=str(self._project), error=repr(error), failures=self.failures)
            await asyncio.sleep(LOOK_SECONDS * 2 ** min(self.failures, 4))

    async def _turn(self) -> None:
        if self._pulse is None:
            event = await overview.newest_event(self._pool)
        else:
            event = await overview.newest_event_of(self._pool, self._project, self._event)
        pulse = await overview.pulse(self._pool, self._project)
        if (pulse, event) == (self._pulse, self._event):
            return
        self._pulse, self._event = pulse, event
        self.wake()


class Feeds:
    """The feeds of a process. `close` ends all streams: an API process that drains does not wait for them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._feeds: dict[UUID, Feed] = {}
        self._people: Counter[UUID] = Counter()
        self.closed = False

    def close(self) -> None:
        """Take no listeners any more, and let those that are there go."""
        self.closed = True
        for feed in self._feeds.values():
            feed.stop()
            feed.wake()

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return sum(feed.listeners for feed in self._feeds.values())

    def require_room(self, person_id: UUID) -> None:
        """Raises TooManyRequests where there are too many streams, or of this person; Unavailable while draining."""
        if self.closed:
            raise Unavailable("this process is being replaced: connect again")
        if self.listeners >= MOST_LISTENERS or self._people[person_id] >= MOST_OF_A_PERSON:
            raise TooManyRequests("too many live connections: ask for the overview now and then instead")

    @contextlib.contextmanager
    def listening(self, subject: Subject, person_id: UUID) -> Generator[Feed]:
        """The project's feed, which looks while anybody is within."""
        feed = self._feeds.get(subject.id)
        if feed is None:
            feed = self._feeds[subject.id] = Feed(self._pool, subject)
            feed.start()
        feed.listeners += 1
        self._people[person_id] += 1
        try:
            yield feed
        finally:
            self._people[person_id] -= 1
            self._people += Counter()  # forgets who listens no more
            feed.listeners -= 1
            if feed.listeners == 0:
                feed.stop()
                del self._feeds[subject.id]


def feeds_of(request: Request) -> Feeds:
    """The feeds of the process that serves a request."""
    return cast("Feeds", request.app.state.feeds)


@router.get(
    "/{name}/live",
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events named `changed`"}},
    response_class=Response,
)
async def live(name: NamePath, request: Request, person: Overseer, ctx: Ctx) -> Response:
    """Server-sent events: `changed`, at most once a second, with the counts of the overview as they are now.

    The first comes at once. It is only a hint: after a lost connection ask for what you show. Ends with the session,
    and when the process drains.
    """
    feeds = feeds_of(request)
    feeds.require_room(person.id)
    subject = await overview.subject(ctx.pool, name)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(feeds, feeds.listening(subject, person.id), request, ctx)
    return StreamingResponse(events, headers=headers, media_type="text/event-stream")


async def _events(
    feeds: Feeds, listening: AbstractContextManager[Feed], request: Request, ctx: Context
) -> AsyncGenerator[bytes]:
    with listening as feed:
        yield b"retry: %d\n\n" % _RETRY_MILLISECONDS
        seen, checked, spoke = 0, time.monotonic(), time.monotonic()
        while not feeds.closed:
            if feed.version > seen:
                seen, spoke = feed.version, time.monotonic()
                if not feeds.closed:
                    yield feed.hint
            elif time.monotonic() - spoke >= HEARTBEAT_SECONDS:
                spoke = time.monotonic()
                yield b": nothing new\n\n"
            await feed.change(seen, min(checked + SESSION_SECONDS, spoke + HEARTBEAT_SECONDS) - time.monotonic())
            if time.monotonic() - checked >= SESSION_SECONDS:
                checked = time.monotonic()
                if not await _may_listen(request, ctx):
                    return


async def _may_listen(request: Request, ctx: Context) -> bool:
    try:
        person = await signed_in(request, ctx)
    except LoupeError:
        return False
    return person.role in ("admin", "team_manager", "viewer")


def close_feeds(app_state: Mapping[str, Any]) -> None:
    """End the streams of a process; `app_state` is what its lifespan yielded."""
    feeds = app_state.get("feeds")
    if isinstance(feeds, Feeds):
        feeds.close()
