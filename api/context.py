"""What every route needs: settings, the pool, the signer. Made once at start, read from the application's state."""

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from runtime.notify import Notifier
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from store.database import Pool


@dataclass(frozen=True)
class Context:
    """The parts of a running API process."""

    settings: Settings
    pool: Pool
    seal: Seal
    s3: S3
    # Without it relays find messages by their poll alone.
    notifier: Notifier | None = None

    def hint(self) -> None:
        """Say, after a commit, that there are messages for workflows."""
        if self.notifier is not None:
            self.notifier.hint()


def context_of(request: Request) -> Context:
    """The parts of the process that serves a request."""
    return cast("Context", request.app.state.context)


async def context(request: Request) -> Context:
    """FastAPI dependency; asynchronous, because FastAPI calls a plain function in another thread."""
    return context_of(request)
