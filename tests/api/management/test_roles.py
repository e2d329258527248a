"""Which role may call which route of /v1: every route stands here, so a new one is decided on purpose."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import httpx
import pytest
from fastapi.routing import APIRoute

from api.auth import COOKIE
from asgi import client_of
from store import people, sessions
from store.people import ROLES

ADMIN = frozenset({"admin"})
MANAGERS = ADMIN | {"team_manager"}
READERS = MANAGERS | {"viewer"}
# Managers, and people of the work itself: their own tasks alone.
WRITERS = frozenset(ROLES) - {"viewer"}
# What is theirs, or nothing.
ALL = frozenset(ROLES)
# Without signing in too: the call carries its own secret.
ANYBODY = None

MATRIX = {
    ("GET", "/v1/session"): ALL,
    ("POST", "/v1/session"): ANYBODY,
    ("DELETE", "/v1/session"): ALL,
    ("PUT", "/v1/session/password"): ALL,
    ("GET", "/v1/work/queues"): ALL,
    ("GET", "/v1/work/held"): ALL,
    ("POST", "/v1/work/next"): ALL,
    ("GET", "/v1/work/submissions"): ALL,
    ("GET", "/v1/work/returned"): ALL,
    ("GET", "/v1/work/figures"): ALL,
    ("GET", "/v1/work/problems"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/problems"): ALL,
    ("GET", "/v1/projects/{name}/problems"): READERS,
    ("POST", "/v1/problems/{problem_id}/answer"): MANAGERS,
    ("POST", "/v1/assignments/{assignment_id}/open"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/heartbeat"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/extend"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/withdraw"): ALL,
    ("PUT", "/v1/assignments/{assignment_id}/draft"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/release"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/decline"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/skip"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/submit"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/approve"): ALL,
    ("POST", "/v1/assignments/{assignment_id}/reject"): ALL,
    ("GET", "/v1/tasks/{task_id}/issues"): ALL,
    ("POST", "/v1/tasks/{task_id}/issues"): WRITERS,
    ("POST", "/v1/issues/{issue_id}/comments"): WRITERS,
    ("POST", "/v1/issues/{issue_id}/resolve"): WRITERS,
    ("POST", "/v1/issues/{issue_id}/reopen"): WRITERS,
    ("GET", "/v1/tasks"): READERS,
    ("GET", "/v1/tasks/{task_id}"): READERS,
    ("GET", "/v1/tasks/{task_id}/history"): READERS,
    ("POST", "/v1/tasks/{task_id}/priority"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/assign"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/release"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/cancel"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/reopen"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/move"): MANAGERS,
    ("POST", "/v1/tasks/{task_id}/agent"): MANAGERS,
    ("GET", "/v1/projects"): READERS,
    ("POST", "/v1/projects"): ADMIN,
    ("GET", "/v1/projects/{name}"): READERS,
    ("PATCH", "/v1/projects/{name}"): ADMIN,
    ("DELETE", "/v1/projects/{name}"): ADMIN,
    ("GET", "/v1/projects/{name}/graphs"): READERS,
    ("GET", "/v1/projects/{name}/graphs/{version}"): READERS,
    ("GET", "/v1/projects/{name}/graphs/{old}/diff/{new}"): READERS,
    ("PUT", "/v1/projects/{name}/graph"): ADMIN,
    ("POST", "/v1/projects/{name}/pause"): MANAGERS,
    ("POST", "/v1/projects/{name}/resume"): MANAGERS,
    ("GET", "/v1/overview"): READERS,
    ("GET", "/v1/projects/{name}/overview"): READERS,
    ("GET", "/v1/projects/{name}/throughput"): READERS,
    ("GET", "/v1/projects/{name}/workers"): READERS,
    ("GET", "/v1/projects/{name}/performance"): READERS,
    ("GET", "/v1/projects/{name}/performance/tasks"): READERS,
    ("GET", "/v1/projects/{name}/live"): READERS,
    ("GET", "/v1/projects/{name}/queue"): READERS,
    ("GET", "/v1/projects/{name}/graphs/{version}/drawing"): READERS,
    ("POST", "/v1/projects/{name}/tasks/move/plan"): MANAGERS,
    ("GET", "/v1/tasks/{task_id}/present"): READERS,
    ("GET", "/v1/projects/{name}/tasks"): READERS,
    ("POST", "/v1/projects/{name}/tasks"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/priority"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/assign"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/release"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/cancel"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/reopen"): MANAGERS,
    ("POST", "/v1/projects/{name}/tasks/move"): MANAGERS,
    ("POST", "/v1/projects/{name}/moves"): MANAGERS,
    ("GET", "/v1/projects/{name}/moves/{move_id}"): READERS,
    ("POST", "/v1/projects/{name}/exports"): ADMIN,
    ("GET", "/v1/projects/{name}/exports"): ADMIN,
    ("GET", "/v1/projects/{name}/exports/{export_id}"): ADMIN,
    ("GET", "/v1/projects/{name}/exports/{export_id}/file"): ADMIN,
    ("GET", "/v1/projects/{name}/labels"): READERS,
    ("GET", "/v1/projects/{name}/labels/{task_id}"): READERS,
    ("POST", "/v1/projects/{name}/agent-secret"): ADMIN,
    ("GET", "/v1/projects/{name}/agents/dead-letters"): READERS,
    ("POST", "/v1/agent-callbacks/{token}"): ANYBODY,
    ("GET", "/v1/graph-schema"): READERS,
    ("GET", "/v1/graph-templates"): READERS,
    ("GET", "/v1/graph-templates/{name}"): READERS,
    ("PUT", "/v1/graph-templates/{name}"): ADMIN,
    ("DELETE", "/v1/graph-templates/{name}"): ADMIN,
    ("POST", "/v1/graphs/check"): MANAGERS,
    ("POST", "/v1/templates/preview"): MANAGERS,
    ("GET", "/v1/outputs"): ADMIN,
    ("POST", "/v1/outputs/check"): ADMIN,
    ("GET", "/v1/people"): MANAGERS,
    ("POST", "/v1/people"): MANAGERS,
    ("GET", "/v1/people/{person_id}"): MANAGERS,
    ("PATCH", "/v1/people/{person_id}"): MANAGERS,
    ("GET", "/v1/people/{person_id}/events"): MANAGERS,
    ("POST", "/v1/people/{person_id}/login-link"): MANAGERS,
    ("POST", "/v1/people/{person_id}/disable"): MANAGERS,
    ("POST", "/v1/people/{person_id}/enable"): MANAGERS,
    ("GET", "/v1/teams"): MANAGERS,
    ("POST", "/v1/teams"): ADMIN,
    ("GET", "/v1/teams/{name}"): MANAGERS,
    ("PATCH", "/v1/teams/{name}"): ADMIN,
    ("DELETE", "/v1/teams/{name}"): ADMIN,
    ("PUT", "/v1/teams/{name}/members/{person_id}"): MANAGERS,
    ("DELETE", "/v1/teams/{name}/members/{person_id}"): MANAGERS,
    ("GET", "/v1/access-keys"): ADMIN,
    ("POST", "/v1/access-keys"): ADMIN,
    ("POST", "/v1/access-keys/{key_id}/disable"): ADMIN,
    ("GET", "/v1/api-keys"): ADMIN,
    ("POST", "/v1/api-keys"): ADMIN,
    ("POST", "/v1/api-keys/{key_id}/disable"): ADMIN,
    ("GET", "/v1/flow-definitions"): READERS,
    ("POST", "/v1/flow-definitions"): ADMIN,
    ("GET", "/v1/flow-definitions/{name}"): READERS,
    ("DELETE", "/v1/flow-definitions/{name}"): ADMIN,
    ("GET", "/v1/human-task-uis"): READERS,
    ("POST", "/v1/human-task-uis"): ADMIN,
    ("GET", "/v1/human-task-uis/{name}"): READERS,
    ("DELETE", "/v1/human-task-uis/{name}"): ADMIN,
    ("GET", "/v1/benchmark-sets"): READERS,
    ("PUT", "/v1/benchmark-sets/{name}"): ADMIN,
    ("GET", "/v1/benchmark-sets/{name}"): READERS,
    ("DELETE", "/v1/benchmark-sets/{name}"): ADMIN,
    ("GET", "/v1/benchmark-sets/{name}/items"): READERS,
    ("POST", "/v1/benchmark-sets/{name}/items"): ADMIN,
    ("DELETE", "/v1/benchmark-sets/{name}/items/{item_id}"): ADMIN,
}

VALUES = {"name": "nothing", "version": "1", "old": "1", "new": "2", "token": "x", "item_id": "0" * 64}


def routes_of(routes: Iterable[object]) -> Iterator[tuple[str, str]]:
    """Method and path of each route of an application or a router, and of the routers within it."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods)
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from routes_of(inner.routes)


def concrete(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda part: VALUES.get(part[1], str(UUID(int=7))), path)


async def ask(client: httpx.AsyncClient, method: str, path: str) -> int:
    body = {} if method == "GET" else {"json": {}}
    return (await client.request(method, concrete(path), **body)).status_code


def test_every_route_stands_in_the_matrix(app):
    routes = {(method, path) for method, path in routes_of(app.routes) if path.startswith("/v1")}
    documented = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1")
    }
    assert documented <= routes
    assert routes == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
async def test_what_a_role_may_call(world, as_person, role):
    person = await world.person("somebody", role=role)
    client = await as_person(person)
    wrong = {}
    for (method, path), allowed in MATRIX.items():
        status = await ask(client, method, path)
        if allowed is ANYBODY:
            fits = status != 403
        else:
            fits = status not in (401, 403, 500) if role in allowed else status == 403
        if not fits:
            wrong[method, path] = status
    assert wrong == {}


async def test_nobody_may_call_anything_without_signing_in(app):
    async with client_of(app, "no such key") as client:
        statuses = {route: await ask(client, *route) for route, allowed in MATRIX.items() if allowed is not ANYBODY}
    assert {route: status for route, status in statuses.items() if status != 401} == {}


async def test_nothing_is_changed_by_cookie_without_the_header_that_other_sites_cannot_send(world, app):
    person = await world.person("somebody", role="admin")
    async with client_of(app, "") as client:
        del client.headers["Authorization"]
        client.cookies.set(COOKIE, await sessions.start(world.pool, person.id, seconds=60))
        assert await ask(client, "GET", "/v1/projects") == 200
        changes = [route for route, allowed in MATRIX.items() if route[0] != "GET" and allowed is not ANYBODY]
        statuses = {route: await ask(client, *route) for route in changes}
    assert {route: status for route, status in statuses.items() if status != 403} == {}


async def test_a_person_who_is_disabled_may_call_nothing(world, as_person):
    person = await world.person("somebody", role="admin")
    client = await as_person(person)
    await people.disable(world.pool, person.id)
    assert await ask(client, "GET", "/v1/projects") == 401
