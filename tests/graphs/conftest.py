"""Whole tasks through graphs: the application in process, the real worker with relay and sweep, real stores."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from temporalio.client import Client

from asgi import client_of, running_app
from runtime import temporal as temporal_runtime
from runtime.s3 import S3
from runtime.settings import Settings
from schemas.tasks import workflow_id
from store import people
from store.database import Pool
from store.people import Person
from workers.main import make_worker
from workers.relay import Relay
from workers.sweep import Sweep

Result = TypeVar("Result")
TEAMS = ("annotators", "reviewers")


async def eventually(check: Callable[[], Awaitable[Result]], *, seconds: float = 30) -> Result:
    """What `check` returns once it asserts no more; its last failure after `seconds`."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await check()
        except AssertionError:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(0.02)


@dataclass
class Someone:
    """A person with a client of their own."""

    person: Person
    http: httpx.AsyncClient

    async def post(self, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        """The JSON of an answer, after its status was looked at."""
        answer = await self.http.post(path, json=body or {})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, *, status: int = 200) -> Any:
        """The same for GET."""
        answer = await self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def next(self, **asked: Any) -> dict[str, Any] | None:
        """The next work, None where nothing is left."""
        answer = await self.http.post("/v1/work/next", json=asked)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.status_code == 200 else None

    async def wait(self, **asked: Any) -> dict[str, Any]:
        """The next work, as soon as there is some."""

        async def offered() -> dict[str, Any]:
            item = await self.next(**asked)
            assert item is not None, f"nothing is offered to {self.person.email}"
            return item

        return await eventually(offered)

    async def act(self, item: dict[str, Any], what: str, *, status: int = 200, **body: Any) -> Any:
        """Submit, approve, reject, decline or release an assignment."""
        told = {"lease_token": item["lease"]["token"], **body}
        if what in ("submit", "approve", "reject"):
            told.setdefault("submission_id", str(uuid4()))
        return await self.post(f"/v1/assignments/{item['id']}/{what}", told, status=status)


@dataclass
class Site:
    """One installation with its process running."""

    app: FastAPI
    pool: Pool
    settings: Settings
    temporal: Client
    s3: S3
    clients: list[httpx.AsyncClient] = field(default_factory=list[httpx.AsyncClient])
    known: dict[str, Someone] = field(default_factory=dict[str, Someone])

    async def someone(self, name: str, role: str, *teams: str) -> Someone:
        """A person, made the first time."""
        if name not in self.known:
            person = await people.add(self.pool, email=f"{name}@example.org", name=name, role=role, teams=teams)
            http = client_of(self.app, await people.make_api_key(self.pool, person.id, "test"))
            self.clients.append(http)
            self.known[name] = Someone(person, http)
        return self.known[name]

    async def admin(self) -> Someone:
        return await self.someone("admin", "admin")

    async def annotator(self, name: str = "ann") -> Someone:
        return await self.someone(name, "annotator", "annotators")

    async def reviewer(self, name: str = "rita") -> Someone:
        return await self.someone(name, "reviewer", "reviewers")

    async def both(self, name: str) -> Someone:
        return await self.someone(name, "annotator_reviewer", *TEAMS)

    async def project(self, graph: dict[str, Any] | str, *, teams: dict[str, str] | None = None, **more: Any) -> str:
        """A project of this graph; its name."""
        name = f"project-{uuid4().hex[:8]}"
        admin = await self.admin()
        await self.annotator()
        await self.reviewer()
        body = {
            "name": name,
            "template": '<crowd-form><crowd-input name="a"></crowd-input></crowd-form>',
            "graph": graph,
            "teams": teams or {},
            "output": f"s3://{self.settings.s3_bucket}/out",
            **more,
        }
        await admin.post("/v1/projects", body, status=201)
        return name

    async def task(self, project: str, name: str = "task", **more: Any) -> UUID:
        """One task of a project; its id."""
        admin = await self.admin()
        item = {"name": name, "input": {"text": name}, **more}
        made = await admin.post(f"/v1/projects/{project}/tasks", {"tasks": [item]})
        assert made["items"][0]["outcome"] == "created", made
        return await self.pool.fetchval(
            "SELECT t.id FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.name = $1 AND t.name = $2",
            project,
            name,
        )

    async def shown(self, task: UUID) -> dict[str, Any]:
        """The task as managers see it."""
        return await (await self.admin()).get(f"/v1/tasks/{task}")

    async def becomes(self, task: UUID, status: str) -> dict[str, Any]:
        """The task, once it has a status."""

        async def there() -> dict[str, Any]:
            shown = await self.shown(task)
            assert shown["status"] == status, shown
            return shown

        return await eventually(there)

    async def output(self, task: UUID) -> dict[str, Any]:
        """The output object of a completed task."""
        shown = await self.becomes(task, "completed")
        bucket, _, key = shown["output_uri"].removeprefix("s3://").partition("/")
        stored = await self.s3.client.get_object(Bucket=bucket, Key=key)
        return json.loads(await stored["Body"].read())

    async def history_length(self, task: UUID) -> int:
        """Events of the workflow of a task's opening."""
        row = await self.pool.fetchrow(
            "SELECT t.name, t.opening, p.name AS project FROM tasks t JOIN projects p ON p.id = t.project_id"
            " WHERE t.id = $1",
            task,
        )
        key = workflow_id(project=row["project"], task_name=row["name"], task_id=task, opening=row["opening"])
        return (await self.temporal.get_workflow_handle(key).describe()).history_length


@contextlib.asynccontextmanager
async def working(site: Site, settings: Settings) -> AsyncIterator[None]:
    """A worker with its relay and sweep inside the block."""
    worker = make_worker(settings, site.temporal, site.pool, site.s3)
    loops = [Relay(settings, site.pool, site.temporal), Sweep(settings, site.pool)]
    with contextlib.ExitStack():
        async with worker:
            for loop in loops:
                loop.start()
            try:
                yield
            finally:
                for loop in loops:
                    await loop.stop()


@pytest.fixture
async def idle_site(settings: Settings, pool: Pool, s3: S3, temporal: object) -> AsyncIterator[Site]:
    """An installation whose worker does not run."""
    client = await temporal_runtime.connect(settings)
    await temporal_runtime.register_search_attributes(client)
    async with running_app(settings) as app:
        site = Site(app, pool, settings, client, s3)
        yield site
        for http in site.clients:
            await http.aclose()


@pytest.fixture
async def site(idle_site: Site) -> AsyncIterator[Site]:
    """An installation with everything running."""
    async with working(idle_site, idle_site.settings):
        yield idle_site


@pytest.fixture
def poll() -> Callable[..., Awaitable[Any]]:
    """`eventually`, for the tests of this folder."""
    return eventually
