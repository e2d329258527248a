"""Human loops: tasks of a flow definition under the name that their client gave them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from schemas.errors import BadRequest, Conflict, FieldError, NameInUse, NotFound
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("human_loops")


@dataclass(frozen=True)
class HumanLoop:
    """What a client sees of a loop; `status` is one of A2I's HumanLoopStatus."""

    task_id: UUID
    name: str
    status: str
    created_at: datetime
    flow_definition: str
    failure_code: str | None
    failure_reason: str | None
    output_uri: str | None


async def start(
    db: Database,
    *,
    name: str,
    flow_definition: str,
    input_content: str,
    classifiers: Sequence[str],
    person_id: UUID,
) -> None:
    """Start a loop, or find the one that an equal call started.

    A name that is in use with the same input is success, also when its loop is over; deleting the loop frees the name.
    Raises BadRequest where the flow definition does not exist or is being deleted, NameInUse for another input.
    """
    digest = hashlib.sha256(input_content.encode()).digest()
    values = (uuid4(), name, flow_definition, input_content, digest, list(classifiers), person_id)
    if await db.fetchval(SQL["start"], *values) is not None:
        return
    holder = await db.fetchrow(SQL["holder"], name)
    if holder is None:
        await _require_active(db, flow_definition)
        # The name became free between the two statements: a deletion, or a start that failed.
        if await db.fetchval(SQL["start"], *values) is None:
            raise NameInUse(f"HumanLoopName: the name {name} was taken by another call just now: ask again")
    elif holder["input_sha256"] != digest or holder["flow_definition"] != flow_definition:
        raise NameInUse(
            f"HumanLoopName: a human loop {name} with another input exists: choose another name or delete it"
        )


async def _require_active(db: Database, flow_definition: str) -> UUID:
    row = await db.fetchrow(SQL["flow_definition"], flow_definition)
    if row is None or row["deleting_at"] is not None:
        problem = "does not exist" if row is None else "is being deleted"
        message = f"the flow definition {flow_definition} {problem}"
        raise BadRequest(f"FlowDefinitionArn: {message}", errors=(FieldError("FlowDefinitionArn", message),))
    return row["id"]


async def describe(db: Database, name: str) -> HumanLoop:
    """One loop. Raises NotFound for a name that never was or whose loop was deleted."""
    row = await db.fetchrow(SQL["describe"], name)
    if row is None:
        raise _unknown(name)
    return _human_loop(row)


async def list_page(
    db: Database,
    flow_definition: str,
    *,
    created_after: datetime | None,
    created_before: datetime | None,
    ascending: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[HumanLoop]:
    """Up to `limit` loops in order of creation, from behind `after`. Raises NotFound for an unknown flow definition."""
    row = await db.fetchrow(SQL["flow_definition"], flow_definition)
    if row is None:
        raise NotFound(f"the flow definition {flow_definition} does not exist")
    created_at, task_id = after or (None, None)
    statement = SQL["list_ascending" if ascending else "list_descending"]
    rows = await db.fetch(statement, row["id"], created_after, created_before, created_at, task_id, limit)
    return [_human_loop(item) for item in rows]


async def stop(pool: Pool, name: str, person_id: UUID | None) -> None:
    """Ask a loop to stop; asking again, or after its end, changes nothing. Raises NotFound."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL["drain"], name)
        task_id = await connection.fetchval(SQL["request_stop"], name)
        if task_id is None:
            await describe(connection, name)
        else:
            await connection.execute(SQL["tell_stop"], task_id, person_id)


async def delete(pool: Pool, name: str, person_id: UUID | None) -> None:
    """Delete a loop that is over: its name is free again. Raises NotFound, Conflict where it is not over."""
    async with pool.acquire() as connection, connection.transaction():
        await _delete(connection, name, person_id)


async def stop_some(pool: Pool, project_id: UUID, person_id: UUID | None, *, limit: int = 200) -> int:
    """Stop up to `limit` unfinished loops of a flow definition, each in its own transaction; returns how many."""
    rows = await pool.fetch(SQL["unfinished"], project_id, limit)
    for row in rows:
        await stop(pool, row["name"], person_id)
    return len(rows)


async def continue_deletions(pool: Pool, *, limit: int = 200) -> None:
    """Bring deletions of flow definitions forward: stop their loops, delete what is over, free the names at the end."""
    for project in await pool.fetch(SQL["deleting"]):
        await stop_some(pool, project["id"], None, limit=limit)
        await pool.execute(SQL["delete_ended"], project["id"], limit)
        await pool.execute(SQL["finish_deletion"], project["id"])


async def _delete(connection: Connection, name: str, person_id: UUID | None) -> None:
    if await connection.fetchval(SQL["delete"], name, person_id) is None:
        loop = await describe(connection, name)
        raise Conflict(f"HumanLoopName: {name} is {loop.status}: stop it and wait for its end before you delete it")


def _human_loop(row: asyncpg.Record) -> HumanLoop:
    return HumanLoop(*row.values())


def _unknown(name: str) -> NotFound:
    return NotFound(f"HumanLoopName: there is no human loop {name}")
