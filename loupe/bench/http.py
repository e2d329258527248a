"""A lean HTTP/1.1 client, so that the load costs the measured machine as little as possible."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httptools
import orjson

_TIMEOUT_SECONDS = 30.0


class UnexpectedAnswerError(Exception):
    """The stack answered a request of the benchmark with an error."""


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, parsed."""
        return orjson.loads(self.body)


class Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser: Any = None
        self._parts: list[bytes] = []

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to the host of `url`."""
        parts = urlsplit(url)
        _, connection = await asyncio.get_running_loop().create_connection(cls, parts.hostname or "", parts.port or 80)
        return connection

    async def send(self, request: bytes, *expected: int) -> Answer:
        """Send the bytes of a request. Raises UnexpectedAnswerError for a status that is not `expected`."""
        if self._transport is None:
            raise ConnectionError("the connection is closed")
        self._parts = []
        # The library has no types of its own.
        self._parser = httptools.HttpResponseParser(self)  # pyright: ignore[reportUnknownMemberType]
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            answer = await self._answer
        if answer.status not in expected:
            line = request.split(b"\r\n", 1)[0].decode()
            raise UnexpectedAnswerError(f"{line}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        """See asyncio.Protocol."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_body(self, part: bytes) -> None:
        """See httptools.HttpResponseParser."""
        self._parts.append(part)

    def on_message_complete(self) -> None:
        """See httptools.HttpResponseParser."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), b"".join(self._parts)))


def post(url: str, path: str, body: object, headers: dict[str, str]) -> bytes:
    """The bytes of a POST of JSON, or of `body` as it is where it is bytes already."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        f"Content-Length: {len(content)}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + content
