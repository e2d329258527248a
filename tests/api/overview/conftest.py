"""A project that is walked by hand, and its managers."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest

from store.people import Person
from walked_project import WalkedProject, walked_project
from world import World

AsPerson = Callable[[Person], Awaitable[httpx.AsyncClient]]

MANY = """
WITH made AS (
    INSERT INTO tasks (id, project_id, name, input_sha256, native, priority, graph_version, state, stage, visit,
                       created_at, output_stamp, ended_at, output_uri)
    SELECT gen_random_uuid(), $1, 'task-' || n, '', true, n % 101, 1,
           CASE WHEN n <= $3 THEN 'open' ELSE 'completed' END, 'annotate', CASE WHEN n <= $3 THEN 1 ELSE 2 END,
           now() - make_interval(secs => n), now(), CASE WHEN n > $3 THEN now() - make_interval(mins => n % 3000) END,
           CASE WHEN n > $3 THEN 's3://out/' || n END
    FROM generate_series(1, $2::integer) AS n
    RETURNING id, priority, created_at, state
), visit AS (
    INSERT INTO visits (
        task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank, opened_at, deadline_at)
    SELECT made.id, 1, 1, 'annotate', $4, 1, 3600, ((100 - priority)::bigint << 48) + nextval('queue_positions'),
           created_at, now() + make_interval(mins => priority)
    FROM made WHERE state = 'open'
    RETURNING id, task_id, queue_id, rank, deadline_at
), slot AS (
    INSERT INTO assignments (visit_id, task_id, slot) SELECT id, task_id, 1 FROM visit
)
INSERT INTO takeable (visit_id, queue_id, rank, free_slots, until) SELECT id, queue_id, rank, 1, deadline_at FROM visit
"""


@pytest.fixture
async def project(world: World) -> WalkedProject:
    """The project, whose reviewers are another team than its annotators."""
    return await walked_project(world, "moods")


@pytest.fixture
async def boss(world: World, as_person: AsPerson) -> httpx.AsyncClient:
    """A team manager's client."""
    return await as_person(await world.person("boss", role="team_manager", teams=()))


@pytest.fixture
def fill(world: World, project: WalkedProject) -> Callable[[int, int], Awaitable[UUID]]:
    """Writes so many tasks, so many of them open and waiting for annotators, the others completed."""

    async def write(tasks: int, unfinished: int) -> UUID:
        queue = await world.pool.fetchval(
            "SELECT id FROM queues WHERE project_id = $1 AND kind = 'annotate'", project.id
        )
        await world.pool.execute(MANY, project.id, tasks, unfinished, queue, timeout=120)
        await world.pool.execute("ANALYZE")
        return project.id

    return write
