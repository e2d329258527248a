"""Native projects: a label schema, a workflow graph and its versions, teams, an output location, a window."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from schemas.errors import Conflict, FieldError, NameInUse, NotFound, wrong_field, wrong_fields
from schemas.graphs import AnnotateStage, ConsensusStage, Graph, ReviewStage
from schemas.projects import NewProject, ProjectChange
from store import assignments
from store import graphs as graphs_store
from store.database import Connection, Database, Pool
from store.queries import load

SQL = load("projects")

FLOW_DEFINITION = "flow_definition"


@dataclass(frozen=True)
class Summary:
    """A project of a list; a flow definition is one."""

    id: UUID
    name: str
    kind: str
    title: str
    created_at: datetime
    graph_version: int
    paused: bool
    deleting: bool


@dataclass(frozen=True)
class Project(Summary):
    """A project with its settings; `graph` is what new tasks start with."""

    description: str
    schema_kind: str
    human_task_ui: str | None
    output_path: str
    max_concurrent_tasks: int
    withdraw_seconds: int
    extend_seconds: int
    max_extensions: int
    metadata: dict[str, Any]
    label_schema: dict[str, Any] | None
    graph: dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """How a project's tasks stand: by status, the open ones by stage, and what waits for managers."""

    counts: Mapping[str, int]
    stages: Mapping[str, int]
    starved: int
    escalated: int
    in_window: int


@dataclass(frozen=True)
class GraphVersion:
    """A version of a project's graph; `current` is what new tasks start with."""

    version: int
    created_at: datetime
    current: bool
    body: dict[str, Any]


@dataclass(frozen=True)
class Locked:
    """A project that nobody else changes until the end of the transaction."""

    id: UUID
    graph_version: int


@dataclass(frozen=True)
class StageWork:
    """One kind of work of a stage: its queue, and which of the stage's members names the queue's team."""

    stage: str
    member: str
    shown_as: str
    kind: str
    team: str

    @property
    def field(self) -> str:
        """Where a project's body says which team it is."""
        return f"teams.{self.stage}" if self.member == "team" else f"graph.stages.{self.stage}.{self.member}"


async def create(pool: Pool, project: NewProject, graph: Graph, *, arn_base: str, person_id: UUID) -> None:
    """Make a project with a resolved graph.

    Raises BadRequest for an unknown work team or human task UI, NameInUse where a project or flow definition has the
    name.
    """
    async with pool.acquire() as connection, connection.transaction():
        await _require_teams(connection, graph)
        project_id = await connection.fetchval(
            SQL["create"],
            project.name,
            project.title or project.name,
            project.description,
            await _template(connection, project),
            project.output.rstrip("/"),
            arn_base,
            project.max_concurrent_tasks,
            project.metadata,
            None if project.label_schema is None else project.label_schema.model_dump(mode="json"),
        )
        if project_id is None:
            message = f"a project or flow definition {project.name} exists already, or is still being deleted"
            raise NameInUse(f"name: {message}", errors=(FieldError("name", message),))
        await connection.execute(SQL["give_time"], project_id, *_time(project))
        await _add_graph(connection, project_id, 1, graph)
        await connection.execute(SQL["record"], "loupe.project.created", person_id, {"project": project.name})


def _time(given: NewProject | ProjectChange) -> tuple[int | None, int | None, int | None]:
    return given.withdraw_seconds, given.extend_seconds, given.max_extensions


async def _template(connection: Connection, project: NewProject) -> UUID | None:
    if project.label_schema is not None:
        return None
    if project.human_task_ui is not None:
        found = await connection.fetchval(SQL["human_task_ui"], project.human_task_ui)
        if found is None:
            raise wrong_field("human_task_ui", f"there is no human task UI {project.human_task_ui}: make it first")
        return found
    content = project.template or ""
    digest = hashlib.sha256(content.encode()).hexdigest()
    return await connection.fetchval(SQL["own_template"], f"project {project.name}", content, digest)


async def without_team(db: Database, graph: Graph) -> list[StageWork]:
    """The work of a resolved graph whose work team does not exist."""
    work = list(_work(graph))
    rows = await db.fetch(SQL["work_teams"], [each.team for each in work])
    known = {row["name"] for row in rows}
    return [each for each in work if each.team not in known]


async def _require_teams(connection: Connection, graph: Graph) -> None:
    errors = tuple(
        FieldError(each.field, f"there is no work team {each.team}: make it first")
        for each in await without_team(connection, graph)
    )
    if errors:
        raise wrong_fields(errors)


async def _add_graph(connection: Connection, project_id: UUID, version: int, graph: Graph) -> None:
    await graphs_store.add(connection, project_id, version, graph.model_dump_json())
    # People see their queues from the beginning, not only once they had a first task.
    queues = {(each.shown_as, each.kind, each.team) for each in _work(graph)}
    for shown_as, kind, team in sorted(queues):
        await assignments.queue_for(connection, project_id=project_id, shown_as=shown_as, kind=kind, team=team)


def _work(graph: Graph) -> Iterator[StageWork]:
    for name, stage in graph.stages.items():
        if isinstance(stage, AnnotateStage | ReviewStage | ConsensusStage):
            kind = "review" if isinstance(stage, ReviewStage) else "annotate"
            yield StageWork(name, "team", stage.shown_as, kind, stage.team)
        if isinstance(stage, ConsensusStage) and stage.decision != "none":
            yield StageWork(name, "decision_team", stage.decision_shown_as, "consensus", stage.decision_team)


async def get(db: Database, name: str) -> Project:
    """A project or flow definition. Raises NotFound."""
    row = await db.fetchrow(SQL["get"], name)
    if row is None:
        raise _unknown(name)
    return Project(**{**row, "graph": json.loads(row["graph"])})


async def figures(db: Database, project_id: UUID) -> Figures:
    """How its tasks stand."""
    counts = await db.fetch(SQL["counts"], project_id)
    stages = await db.fetch(SQL["stages"], project_id)
    [waiting] = await db.fetch(SQL["waiting_for_managers"], project_id)
    return Figures(
        counts={row["state"]: row["tasks"] for row in counts},
        stages={row["stage"]: row["tasks"] for row in stages},
        **waiting,
    )


async def list_page(db: Database, *, after: str | None, kind: str | None, limit: int) -> list[Summary]:
    """Up to `limit` projects by name, from behind the name `after`."""
    return [Summary(*row.values()) for row in await db.fetch(SQL["list_page"], after, kind, limit)]


async def change(pool: Pool, name: str, changes: ProjectChange, *, person_id: UUID) -> None:
    """Change what is given. Raises NotFound, Conflict for a flow definition and for what is being deleted."""
    async with pool.acquire() as connection, connection.transaction():
        project = await lock(connection, name)
        await connection.execute(
            SQL["change"],
            project.id,
            changes.title,
            changes.description,
            changes.max_concurrent_tasks,
            changes.paused,
            None if changes.output is None else changes.output.rstrip("/"),
        )
        await connection.execute(SQL["give_time"], project.id, *_time(changes))
        data = {"project": name, "changes": changes.model_dump(exclude_none=True)}
        await connection.execute(SQL["record"], "loupe.project.changed", person_id, data)


async def put_graph(pool: Pool, name: str, graph: Graph, *, person_id: UUID) -> int:
    """Give new tasks another version of the graph, resolved; its number. Running tasks keep theirs.

    Raises NotFound, BadRequest for an unknown work team, Conflict where nothing would change.
    """
    async with pool.acquire() as connection, connection.transaction():
        project = await lock(connection, name)
        row = await connection.fetchrow(SQL["graph"], name, project.graph_version)
        # Compared as texts, for another order is another drawing.
        if row is not None and Graph.model_validate_json(row["graph"]).model_dump_json() == graph.model_dump_json():
            raise Conflict(f"graph: it is the same as version {project.graph_version}: nothing was changed")
        await _require_teams(connection, graph)
        version = project.graph_version + 1
        await _add_graph(connection, project.id, version, graph)
        await connection.execute(SQL["use_graph"], project.id, version)
        data = {"project": name, "version": version}
        await connection.execute(SQL["record"], "loupe.project.graph_changed", person_id, data)
    return version


async def graphs(db: Database, name: str) -> list[GraphVersion]:
    """All versions of a project's graph, newest first. Raises NotFound."""
    rows = await db.fetch(SQL["graphs"], name)
    if not rows:
        raise _unknown(name)
    return [_version(row) for row in rows]


async def graph(db: Database, name: str, version: int) -> GraphVersion:
    """One version. Raises NotFound."""
    row = await db.fetchrow(SQL["graph"], name, version)
    if row is None:
        await get(db, name)
        raise NotFound(f"the project {name} has no graph version {version}")
    return _version(row)


def _version(row: asyncpg.Record) -> GraphVersion:
    return GraphVersion(row["version"], row["created_at"], row["current"], json.loads(row["graph"]))


async def delete(pool: Pool, name: str, *, person_id: UUID) -> None:
    """Take no new tasks and stop the unfinished ones; the name is free when the last of them is over.

    Raises NotFound, Conflict for a flow definition and for what is being deleted already.
    """
    async with pool.acquire() as connection, connection.transaction():
        project = await lock(connection, name)
        await connection.execute(SQL["start_deleting"], project.id)
        await connection.execute(SQL["record"], "loupe.project.deleted", person_id, {"project": name})
    # The sweep reaches those that one go does not.
    await _stop_some(pool, project.id, person_id, limit=200)


async def continue_deletions(pool: Pool, *, limit: int = 200) -> None:
    """Bring deletions forward: stop what is unfinished, delete what is over, free the names at the end."""
    for project in await pool.fetch(SQL["deleting"]):
        await _stop_some(pool, project["id"], None, limit=limit)
        await pool.execute(SQL["delete_ended"], project["id"], 10 * limit)
        await pool.execute(SQL["finish_deletion"], project["id"])


async def _stop_some(pool: Pool, project_id: UUID, person_id: UUID | None, *, limit: int) -> None:
    """Cancel queued tasks, and ask up to `limit` started ones to stop, each in its own transaction."""
    await pool.execute(SQL["cancel_queued"], project_id, 10 * limit, person_id)
    for row in await pool.fetch(SQL["unfinished"], project_id, limit):
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(SQL["drain"], row["id"])
            if await connection.fetchval(SQL["request_stop"], row["id"]) is not None:
                await connection.execute(SQL["tell_stop"], row["id"], person_id)


async def lock(connection: Connection, name: str) -> Locked:
    """A native project, to be changed in the caller's transaction. Raises NotFound, Conflict."""
    return _native(name, await connection.fetchrow(SQL["lock"], name))


async def for_intake(connection: Connection, name: str) -> Locked:
    """A native project that tasks are about to come into. Raises NotFound, Conflict."""
    return _native(name, await connection.fetchrow(SQL["for_intake"], name))


def _native(name: str, row: asyncpg.Record | None) -> Locked:
    if row is None:
        raise _unknown(name)
    if row["kind"] == FLOW_DEFINITION:
        raise Conflict(f"{name} is a flow definition: use the operations of Amazon A2I")
    if row["deleting"]:
        raise Conflict(f"the project {name} is being deleted")
    return Locked(row["id"], row["graph_version"])


def _unknown(name: str) -> NotFound:
    return NotFound(f"there is no project {name}")
