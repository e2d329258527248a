"""The parts of the application that people meet, in process, on real stores."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Depends, FastAPI

from api import errors, frames, media, sessions, web
from api.auth import require
from api.context import Context
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from store import people
from store.database import Pool
from store.people import Person

PASSWORD = "correct horse battery"

Hold = Callable[[Person, str, object], Awaitable[UUID]]


@pytest.fixture
def ctx(settings: Settings, pool: Pool, s3: S3) -> Context:
    return Context(settings=settings, pool=pool, seal=Seal(settings.secret_key.get_secret_value()), s3=s3)


@pytest.fixture
def app(ctx: Context) -> FastAPI:
    made = FastAPI(docs_url=None)
    made.state.context = ctx
    errors.install(made)

    @made.post("/v1/administration")
    async def administration(person: Annotated[Person, Depends(require("admin", "team_manager"))]) -> str:
        return person.email

    for router in (sessions.router, frames.router, media.router, web.router):
        made.include_router(router)
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The portal in a browser: keeps cookies, sends the CSRF header."""
    headers = {"X-Loupe-CSRF": "1"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal", headers=headers) as opened:
        yield opened


@pytest.fixture
async def ann(pool: Pool) -> Person:
    return await people.add(pool, email="Ann@example.com", name="Ann", role="annotator", teams=["readers"])


@pytest.fixture
def hold(pool: Pool) -> Hold:
    """Puts a task with a template into a person's hands."""

    async def make(person: Person, template: str, task_input: object) -> UUID:
        unique, task = uuid4().hex, uuid4()
        ui = await pool.fetchval(
            "INSERT INTO human_task_uis (name, content, content_sha256) VALUES ($1, $2, '') RETURNING id",
            unique,
            template,
        )
        project = await pool.fetchval(
            "INSERT INTO projects (kind, name, title, human_task_ui_id, output_path)"
            " VALUES ('flow_definition', $1, '', $2, 's3://b/p') RETURNING id",
            unique,
            ui,
        )
        await pool.execute(
            "INSERT INTO tasks (id, project_id, name, input_sha256, graph_version, created_at, output_stamp, state)"
            " VALUES ($1, $2, $3, '', 1, now(), now(), 'open')",
            task,
            project,
            unique,
        )
        await pool.execute("INSERT INTO task_inputs VALUES ($1, $2)", task, json.dumps(task_input))
        queue = await pool.fetchval(
            "INSERT INTO queues (project_id, shown_as, kind, team_id)"
            " SELECT $1, 'annotate', 'annotate', id FROM work_teams WHERE name = $2 RETURNING id",
            project,
            person.teams[0],
        )
        visit = await pool.fetchval(
            "INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank)"
            " VALUES ($1, 1, 1, 'annotate', $2, 1, 3600, 0) RETURNING id",
            task,
            queue,
        )
        return await pool.fetchval(
            "INSERT INTO assignments"
            " (visit_id, task_id, slot, state, person_id, lease_token, lease_until, hold_until, wake_at)"
            " VALUES ($1, $2, 1, 'held', $3, 1, now() + '5 min', now() + '1 h', now() + '5 min') RETURNING id",
            visit,
            task,
            person.id,
        )

    return make
