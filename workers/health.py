"""The worker's own HTTP: /metrics, /healthz, /readyz."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator

import orjson
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # The worker handles the process's signals itself.
        yield


class HealthServer:
    """Serves on `host:port` (0 chooses a free one) until `stop`; `checks` are the parts that readiness needs."""

    def __init__(self, host: str, port: int, checks: Callable[[], dict[str, bool]]) -> None:
        self._checks = checks
        app = Starlette(
            routes=[Route("/metrics", _metrics), Route("/healthz", _healthz), Route("/readyz", self._readyz)]
        )
        self._server = _Server(
            uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off")
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Begin, and return the port. Raises OSError where the port is taken."""
        config = self._server.config
        listener = socket.create_server((config.host, config.port))
        self._task = asyncio.create_task(self._server.serve([listener]))
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    async def _readyz(self, request: Request) -> Response:
        checks = self._checks()
        return Response(orjson.dumps(checks), 200 if all(checks.values()) else 503, media_type="application/json")


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _healthz(request: Request) -> Response:
    return Response("ok\n", media_type="text/plain")
