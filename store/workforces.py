"""The private workforce: identity settings that work teams share. One for each account and region, as in SageMaker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from schemas.errors import BadRequest, Conflict, FieldError, NameInUse, NotFound
from schemas.tags import Tag
from store import tags
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("workforces")


@dataclass(frozen=True)
class Settings:
    """What a client sets, as the wire has it; the OIDC client secret is apart and sealed. None: not given."""

    cognito_config: dict[str, Any] | None
    oidc_config: dict[str, Any] | None
    sealed_oidc_secret: bytes | None
    source_ip_config: dict[str, Any] | None
    vpc_config: dict[str, Any] | None
    ip_address_type: str | None


@dataclass(frozen=True)
class Workforce:
    """A workforce as clients see it, without its secret."""

    name: str
    cognito_config: dict[str, Any] | None
    oidc_config: dict[str, Any] | None
    source_ip_config: dict[str, Any] | None
    vpc_config: dict[str, Any] | None
    ip_address_type: str | None
    created_at: datetime
    updated_at: datetime


async def create(pool: Pool, *, name: str, arn: str, settings: Settings, given_tags: Sequence[Tag]) -> None:
    """Make the private workforce. Raises NameInUse where there is one already."""
    values = (
        settings.cognito_config,
        settings.oidc_config,
        settings.sealed_oidc_secret,
        settings.source_ip_config,
        settings.vpc_config,
        settings.ip_address_type,
    )
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(SQL["create"], name, *values) is None:
            present = await connection.fetchval(SQL["name_of_only"])
            raise NameInUse(
                f"WorkforceName: the private workforce of this account and region exists already, it is {present}: "
                "update it, or delete it first"
            )
        await tags.put(connection, arn, given_tags)


async def get(db: Database, name: str) -> Workforce:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return _workforce(row)


async def list_all(db: Database, *, name_contains: str | None) -> list[Workforce]:
    """The private workforce, where its name holds the text."""
    return [_workforce(row) for row in await db.fetch(SQL["list"], name_contains)]


async def update(pool: Pool, name: str, settings: Settings) -> Workforce:
    """Change what is given. Raises NotFound; BadRequest for OIDC settings of a Cognito workforce; Conflict for OIDC
    settings while work teams exist."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(SQL["lock"], name)
        if row is None:
            raise _unknown(name)
        if settings.oidc_config is not None:
            await _require_oidc_changeable(connection, name, oidc=row["oidc"])
        await connection.execute(
            SQL["update"],
            name,
            settings.oidc_config,
            settings.sealed_oidc_secret,
            settings.source_ip_config,
            settings.vpc_config,
            settings.ip_address_type,
        )
        return await get(connection, name)


async def _require_oidc_changeable(connection: Connection, name: str, *, oidc: bool) -> None:
    if not oidc:
        message = "can only be changed for a workforce that was made with it"
        raise BadRequest(f"OidcConfig: {message}", errors=(FieldError("OidcConfig", message),))
    if await connection.fetchval(SQL["teams"], name):
        raise Conflict(f"OidcConfig: it can only be changed while {name} has no work teams: delete them first")


async def delete(pool: Pool, *, name: str, arn: str) -> None:
    """Remove a workforce. Raises NotFound, Conflict while it has work teams."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchrow(SQL["lock"], name) is None:
            raise _unknown(name)
        teams = await connection.fetchval(SQL["teams"], name)
        if teams:
            raise Conflict(f"WorkforceName: {name} has {teams} work teams: delete them first")
        await connection.execute(SQL["delete"], name)
        await tags.remove_all(connection, arn)


def _workforce(row: asyncpg.Record) -> Workforce:
    return Workforce(*row.values())


def _unknown(name: str) -> NotFound:
    # Clients such as Terraform's provider know a workforce that is gone by the first two words.
    return NotFound(f"No workforce {name} exists in this account and region")
