"""Bodies and answers of the routes for the keys of programs: access keys of the AWS wire, and API keys of /v1."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class NewAccessKey(BaseModel):
    """A key of an active person; only administrators' keys may call operations of AWS."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID


class NewApiKey(BaseModel):
    """A key of an active person, and what it is for."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    label: Label


class _Key(BaseModel):
    created_at: datetime
    disabled_at: datetime | None
    last_used_at: datetime | None
    person_id: UUID
    email: str
    name: str
    person_disabled: bool


class AccessKeyView(_Key):
    """An access key without its secret. `last_used_at` is true to the hour."""

    id: str


class MadeAccessKey(AccessKeyView):
    """A new access key; its secret is told this once."""

    secret: str


class AccessKeysPage(BaseModel):
    """Access keys, newest first."""

    items: list[AccessKeyView]
    next_cursor: str | None


class ApiKeyView(_Key):
    """An API key without the key itself. `last_used_at` is true to the hour."""

    id: UUID
    label: str


class MadeApiKey(ApiKeyView):
    """A new API key; it is told this once."""

    secret: str


class ApiKeysPage(BaseModel):
    """API keys, newest first."""

    items: list[ApiKeyView]
    next_cursor: str | None
