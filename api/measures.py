"""What an API process counts about itself."""

import time

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

SUBMISSION_SECONDS = Histogram(
    "loupe_submission_seconds", "Time to answer a submission.", ["outcome"], buckets=_BUCKETS
)
REQUESTS = Counter("loupe_requests_total", "Requests answered.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram("loupe_request_seconds", "Time to answer a request.", ["route"], buckets=_BUCKETS)


class Measured:
    """ASGI middleware: counts and times every HTTP request by its route, never by its path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note its status."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            REQUESTS.labels(route, scope["method"], status).inc()
            REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)
