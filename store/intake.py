"""Bulk intake: tasks of a project, written as queued rows. Windows start them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from store import projects
from store.database import Connection, Pool
from store.projects import Locked
from store.queries import load

SQL = load("intake")

What = Literal["created", "exists", "taken"]


@dataclass(frozen=True)
class QueuedTask:
    """A task to be written; input, metadata and prediction are JSON texts, `digest` is that of the input."""

    name: str
    input: str
    digest: bytes
    priority: int
    metadata: str
    prediction: str | None


@dataclass(frozen=True)
class Taken:
    """What became of a task: exists, where one of its name and input was there; taken, where it had another input."""

    what: What
    id: UUID | None


@dataclass(frozen=True)
class Intake:
    """What became of a call's tasks, in their order."""

    project_id: UUID
    outcomes: list[Taken]


async def add(pool: Pool, project: str, tasks: Sequence[QueuedTask], *, person_id: UUID) -> Intake:
    """Write tasks under names of their own in a project; a name that has a task already is left as it is.

    Raises NotFound, Conflict for a flow definition and for a project that is being deleted.
    """
    ids = [uuid4() for _ in tasks]
    async with pool.acquire() as connection, connection.transaction():
        found = await projects.for_intake(connection, project)
        written = await _insert(connection, found, tasks, ids, person_id)
        refused = [task.name for task, key in zip(tasks, ids, strict=True) if key not in written]
        holders = await _holders(connection, found.id, refused) if refused else {}
    outcomes = [
        Taken("created", key) if key in written else _found(task, holders.get(task.name))
        for task, key in zip(tasks, ids, strict=True)
    ]
    return Intake(found.id, outcomes)


def _found(task: QueuedTask, holder: tuple[UUID, bytes] | None) -> Taken:
    if holder is None:
        # Its holder was deleted between the two statements.
        return Taken("taken", None)
    return Taken("exists" if holder[1] == task.digest else "taken", holder[0])


async def _insert(
    connection: Connection, project: Locked, tasks: Sequence[QueuedTask], ids: Sequence[UUID], person_id: UUID
) -> set[UUID]:
    # In the order of their names, so that two calls at once wait for each other instead of in a ring.
    places = sorted(range(len(tasks)), key=lambda place: tasks[place].name)
    ordered = [tasks[place] for place in places]
    rows = await connection.fetch(
        SQL["insert"],
        project.id,
        project.graph_version,
        person_id,
        [ids[place] for place in places],
        [task.name for task in ordered],
        [task.input for task in ordered],
        [task.digest for task in ordered],
        [task.priority for task in ordered],
        [task.metadata for task in ordered],
        [task.prediction for task in ordered],
        places,
    )
    return {row["id"] for row in rows}


async def _holders(connection: Connection, project_id: UUID, names: Sequence[str]) -> dict[str, tuple[UUID, bytes]]:
    rows = await connection.fetch(SQL["holders"], project_id, names)
    return {row["name"]: (row["id"], row["input_sha256"]) for row in rows}
