"""DIR/keys.json: what a stack's parts are locked with, made once for each cluster."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict, Field

from loupe.endpoints import write_private

FILE_NAME = "keys.json"


class StackKeys(BaseModel):
    """The administrator's keys are empty until their database exists."""

    model_config = ConfigDict(frozen=True)

    postgres_password: str = Field(default_factory=lambda: secrets.token_urlsafe(24))
    secret_key: str = Field(default_factory=lambda: Fernet.generate_key().decode())
    api_key: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""

    @classmethod
    def load_or_make(cls, data: Path, *, fresh: bool) -> "StackKeys":
        """The keys of this folder; new ones where there are none, or where they would open a cluster that is gone.

        Raises pydantic.ValidationError where the file is damaged.
        """
        path = data / FILE_NAME
        if path.is_file() and not fresh:
            return cls.model_validate_json(path.read_bytes())
        keys = cls()
        keys.save(data)
        return keys

    def save(self, data: Path) -> None:
        """Write the file in one step, readable by its owner only."""
        write_private(data / FILE_NAME, self.model_dump_json(indent=2) + "\n")
