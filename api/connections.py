"""HTTP connections of an API process that is asked to end."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.live import close_feeds

# Longer than a request takes to arrive on a connection that is open already.
_FIRST_REQUEST_SECONDS = 0.5


class DrainedConnection(HttpToolsProtocol):
    """Waits for the first request of a connection: its client may have sent it before it could know of the end.

    uvicorn closes what has not asked yet, and the client of a connection opened a moment ago is refused.
    """

    def shutdown(self) -> None:
        """Close when nothing is being answered, after the answer otherwise; answers without an end end now."""
        close_feeds(self.app_state)
        if not self.cycle:
            self.loop.call_later(_FIRST_REQUEST_SECONDS, super().shutdown)
        else:
            super().shutdown()
