"""Flow definitions: projects whose graph is the smallest one, with their settings as the wire has them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.arns import Place
from schemas.aws import wrong_member
from schemas.errors import Conflict, NameInUse, NotFound
from schemas.flow_definitions import SHOWN_AS, Definition
from schemas.tags import Tag
from store import assignments, graphs, human_loops, tags
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("flow_definitions")


@dataclass(frozen=True)
class FlowDefinition:
    """A flow definition as clients see it."""

    id: UUID
    name: str
    created_at: datetime
    deleting: bool
    role_arn: str
    human_loop_request_source: dict[str, Any] | None
    human_loop_activation_config: dict[str, Any] | None
    human_loop_config: dict[str, Any]
    output_config: dict[str, Any]


@dataclass(frozen=True)
class Summary:
    """A flow definition without its settings."""

    id: UUID
    name: str
    created_at: datetime
    deleting: bool


async def create(pool: Pool, definition: Definition, *, place: Place, given_tags: Sequence[Tag]) -> None:
    """Make a flow definition, active at once.

    Raises BadRequest for an unknown work team or human task UI, NameInUse.
    """
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(SQL["work_team"], definition.work_team) is None:
            message = f"there is no work team {definition.work_team}: make it with CreateWorkteam first"
            raise wrong_member("HumanLoopConfig.WorkteamArn", message)
        human_task_ui = await connection.fetchval(SQL["human_task_ui"], definition.human_task_ui)
        if human_task_ui is None:
            message = f"there is no human task UI {definition.human_task_ui}: make it with CreateHumanTaskUi first"
            raise wrong_member("HumanLoopConfig.HumanTaskUiArn", message)
        await _insert(connection, definition, human_task_ui, place)
        await tags.put(connection, place.arn("flow-definition", definition.name), given_tags)


async def _insert(connection: Connection, definition: Definition, human_task_ui: UUID, place: Place) -> None:
    loop = definition.human_loop_config
    project_id = await connection.fetchval(
        SQL["create_project"],
        definition.name,
        loop["TaskTitle"],
        loop["TaskDescription"],
        human_task_ui,
        definition.output_path,
        place.arn_base,
    )
    if project_id is None:
        raise NameInUse(f"FlowDefinitionName: {definition.name} exists already, or is still being deleted")
    await graphs.add(connection, project_id, 1, json.dumps(definition.graph()))
    # People see the queue from the beginning, not only once it had a first loop.
    await assignments.queue_for(
        connection, project_id=project_id, shown_as=SHOWN_AS, kind="annotate", team=definition.work_team
    )
    await connection.execute(
        SQL["create"],
        project_id,
        definition.role_arn,
        definition.human_loop_request_source,
        definition.human_loop_activation_config,
        loop,
        definition.output_config,
    )


async def get(db: Database, name: str) -> FlowDefinition:
    """Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise NotFound(f"FlowDefinitionName: there is no flow definition {name}")
    return FlowDefinition(*row.values())


async def list_page(
    db: Database,
    *,
    created_after: datetime | None,
    created_before: datetime | None,
    ascending: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Summary]:
    """Up to `limit` flow definitions in order of creation, from behind `after`."""
    created_at, last_id = after or (None, None)
    rows = await db.fetch(SQL["list_page"], created_after, created_before, ascending, created_at, last_id, limit)
    return [Summary(*row.values()) for row in rows]


async def delete(pool: Pool, *, name: str, arn: str, person_id: UUID) -> None:
    """Take no new loops and stop the unfinished ones; the name is free when the last of them is over.

    Raises NotFound, Conflict where it is being deleted already.
    """
    async with pool.acquire() as connection, connection.transaction():
        project_id = await connection.fetchval(SQL["start_deleting"], name)
        if project_id is None:
            await get(connection, name)
            raise Conflict(f"FlowDefinitionName: {name} is being deleted already")
        await tags.remove_all(connection, arn)
    # The sweep stops those that one go does not reach.
    await human_loops.stop_some(pool, project_id, person_id)
