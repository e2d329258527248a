"""The secrets that requests to agents are signed with, as Standard Webhooks has them; sealed in the database."""

import base64
import os
from uuid import UUID

from runtime.seal import Seal
from schemas.errors import NotSignedIn
from store import agents
from store.database import Database

SECRET_BYTES = 32


def new_secret() -> str:
    """Random bytes, base64, behind `whsec_`. Source: the Standard Webhooks specification, "Signature scheme"."""
    return f"whsec_{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


async def secrets_of(db: Database, seal: Seal, project_id: UUID) -> list[str]:
    """The secrets of a project, newest first; one is made where it has none.

    Raises RuntimeError where they were sealed with another LOUPE_SECRET_KEY.
    """
    sealed = await agents.secrets(db, project_id)
    if not sealed:
        await agents.keep_secret(db, project_id, seal.seal(new_secret()))
        sealed = await agents.secrets(db, project_id)
    try:
        return [seal.open(secret) for secret in sealed]
    except NotSignedIn as error:
        message = "the project's agent secret was sealed with another LOUPE_SECRET_KEY: make a new agent secret"
        raise RuntimeError(message) from error
