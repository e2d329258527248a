"""Nothing that a request can hold is too much for a route: it is refused by name, never an error of Loupe's own."""

import re
from uuid import UUID

import pytest

from project_bodies import fields, project
from walked_project import walked_project

METHODS = ("get", "post", "put", "patch", "delete")
# More than a text column takes, a moment that a time zone takes out of the calendar, and what is too long.
BAD = ("\0", "0001-01-05T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-1", "9" * 30, "x" * 5000)


def concrete(path: str, **chosen: str) -> str:
    values = {"name": "moods", "version": "1", "old": "1", "new": "2"} | chosen
    return re.sub(r"\{(\w+)\}", lambda part: values.get(part[1], str(UUID(int=7))), path)


@pytest.fixture
async def admin(world, as_person):
    await walked_project(world, "moods")
    return await as_person(await world.person("root", role="admin", teams=()))


async def test_an_address_that_holds_anything_is_answered(app, admin):
    failed = []
    for path, operations in app.openapi()["paths"].items():
        for method in METHODS:
            asked = [
                (concrete(path, **{part["name"]: "%00x"}), {})
                if part["in"] == "path"
                else (concrete(path), {part["name"]: bad})
                for part in operations.get(method, {}).get("parameters", ())
                if part["in"] in ("path", "query")
                for bad in (BAD if part["in"] == "query" else BAD[:1])
            ]
            for address, query in asked:
                try:
                    status = (await admin.request(method, address, params=query)).status_code
                except Exception as error:  # the client gets what a server would log and answer with 500
                    failed.append((method, address, query, repr(error)))
                else:
                    failed += [(method, address, query, status)] if status >= 500 else []
    assert failed == []


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("patch", "/v1/people/{person_id}", {"teams": ["\0"]}, "teams.0"),
        ("post", "/v1/projects", project("new", graph="\0"), "graph"),
        ("put", "/v1/projects/{name}/graph", {"graph": "no such\0"}, "graph"),
        (
            "post",
            "/v1/tasks/{task_id}/assign",
            {"email": "root@example.org", "until": "9999-12-31T23:59:59-14:00"},
            "until",
        ),
    ],
)
async def test_a_body_that_holds_what_cannot_be_stored_is_refused_by_name(admin, method, path, body, field):
    refused = await admin.request(method, concrete(path), json=body)
    assert refused.status_code == 422
    assert fields(refused) == {field}


async def test_the_answer_to_a_body_of_wrong_members_is_small(admin):
    many = {str(number): 0 for number in range(4000)}
    refused = await admin.post("/v1/work/next", json=many)
    assert refused.status_code == 422
    assert fields(refused) == {"body"}
    assert "4000 unknown or wrong members" in refused.json()["detail"]
    some = await admin.post("/v1/work/next", json={str(number): 0 for number in range(300)})
    assert len(some.json()["errors"]) == 100
    assert some.json()["detail"].endswith("; and many more")
