"""Signing in and out, and who is refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from api.auth import RecentPeople
from api.context import Context
from schemas.errors import BadRequest, NotFound
from store import people, sessions
from store.database import Pool
from store.people import Person

PASSWORD = "correct horse battery"


@asynccontextmanager
async def another_browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"X-Loupe-CSRF": "1"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://portal", headers=headers
    ) as opened:
        yield opened


async def sign_in(client: httpx.AsyncClient, pool: Pool, person: Person) -> httpx.Response:
    token = await people.make_login_link(pool, person.id, seconds=60)
    return await client.post("/v1/session", json={"token": token})


async def set_password(client: httpx.AsyncClient, pool: Pool, person: Person) -> None:
    await sign_in(client, pool, person)
    assert (await client.put("/v1/session/password", json={"password": PASSWORD})).status_code == 204
    await client.delete("/v1/session")


async def try_password(client: httpx.AsyncClient, password: str, email: str = "ann@EXAMPLE.com") -> httpx.Response:
    return await client.post("/v1/session", json={"email": email, "password": password})


async def test_a_login_link_signs_in_once(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    token = await people.make_login_link(pool, ann.id, seconds=60)
    first = await client.post("/v1/session", json={"token": token})
    assert first.status_code == 200
    assert first.json() == {
        "user": {"id": str(ann.id), "email": ann.email, "name": "Ann", "role": "annotator", "teams": ["readers"]},
        "team_rules": [],
    }
    assert (await client.get("/v1/session")).json() == first.json()
    again = await client.post("/v1/session", json={"token": token})
    assert again.status_code == 401
    assert again.json()["type"] == "/problems/not-signed-in"


async def test_a_login_link_signs_in_one_of_two_at_once(app: FastAPI, pool: Pool, ann: Person) -> None:
    token = await people.make_login_link(pool, ann.id, seconds=60)
    async with another_browser(app) as one, another_browser(app) as two:
        answers = await asyncio.gather(*(browser.post("/v1/session", json={"token": token}) for browser in (one, two)))
    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_an_old_login_link_is_refused(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    token = await people.make_login_link(pool, ann.id, seconds=60)
    await pool.execute("UPDATE login_links SET expires_at = now()")
    assert (await client.post("/v1/session", json={"token": token})).status_code == 401


async def test_only_hashes_are_stored(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    link = await people.make_login_link(pool, ann.id, seconds=60)
    key = await people.make_api_key(pool, ann.id, "program")
    await set_password(client, pool, ann)
    await sign_in(client, pool, ann)
    stored = await pool.fetchval(
        "SELECT string_agg(row, ' ') FROM (SELECT p::text FROM people p UNION ALL SELECT l::text FROM login_links l"
        " UNION ALL SELECT s::text FROM sessions s UNION ALL SELECT k::text FROM api_keys k) rows (row)"
    )
    for secret in (link, key, client.cookies["loupe_session"], PASSWORD):
        assert secret not in stored
        assert secret.encode().hex() not in stored


async def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: httpx.AsyncClient, pool: Pool, ann: Person
) -> None:
    cookie = (await sign_in(client, pool, ann)).headers["Set-Cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/", "max-age=2592000"} <= parts
    assert "secure" not in parts


async def test_the_cookie_of_an_https_portal_is_secure(
    ctx: Context, app: FastAPI, client: httpx.AsyncClient, pool: Pool, ann: Person
) -> None:
    settings = ctx.settings.model_copy(
        update={
            "public_url": "https://label.example.com",
            "contact": "help@example.com",
            "confidentiality": "names",
        }
    )
    app.state.context = Context(settings=settings, pool=pool, seal=ctx.seal, s3=ctx.s3)
    answer = await sign_in(client, pool, ann)
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert answer.json()["contact"] == "help@example.com"
    assert answer.json()["confidentiality"] == "names"


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await sign_in(client, pool, ann)
    token = client.cookies["loupe_session"]
    assert (await client.get("/v1/session")).status_code == 200
    assert (await client.delete("/v1/session")).status_code == 204
    client.cookies.set("loupe_session", token)
    assert (await client.get("/v1/session")).status_code == 401


async def test_a_session_ends_with_its_time(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await sign_in(client, pool, ann)
    await pool.execute("UPDATE sessions SET expires_at = now()")
    assert (await client.get("/v1/session")).status_code == 401


async def test_a_password_signs_in_and_a_wrong_one_answers_like_an_unknown_address(
    client: httpx.AsyncClient, pool: Pool, ann: Person
) -> None:
    await set_password(client, pool, ann)
    wrong, unknown = (
        await try_password(client, "wrong horse battery"),
        await try_password(client, PASSWORD, "who@example.com"),
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert (await try_password(client, PASSWORD)).status_code == 200


async def test_a_short_password_is_refused_by_name(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await sign_in(client, pool, ann)
    answer = await client.put("/v1/session/password", json={"password": "elevenchars"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"


async def test_a_new_password_ends_the_other_sessions(
    app: FastAPI, client: httpx.AsyncClient, pool: Pool, ann: Person
) -> None:
    async with another_browser(app) as other:
        await sign_in(other, pool, ann)
        await sign_in(client, pool, ann)
        assert (await client.put("/v1/session/password", json={"password": PASSWORD})).status_code == 204
        assert (await client.get("/v1/session")).status_code == 200
        assert (await other.get("/v1/session")).status_code == 401


async def test_ten_wrong_passwords_are_enough(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await set_password(client, pool, ann)
    await pool.execute("INSERT INTO failed_logins SELECT 'ann@example.com', now() FROM generate_series(1, 9)")
    assert (await try_password(client, "wrong horse battery")).status_code == 401
    refused = await try_password(client, PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert (await try_password(client, PASSWORD, "who@example.com")).status_code == 401
    await pool.execute("UPDATE failed_logins SET at = now() - interval '15 minutes' WHERE email = 'ann@example.com'")
    assert (await try_password(client, PASSWORD)).status_code == 200


async def test_guesses_at_the_same_time_are_counted(pool: Pool) -> None:
    counted = await asyncio.gather(
        *(sessions.count_login(pool, "who@example.com") for _ in range(40)), return_exceptions=True
    )
    assert sum(1 for each in counted if each is None) == sessions.MAX_FAILED_LOGINS


async def test_the_right_password_forgets_the_wrong_ones(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await set_password(client, pool, ann)
    await pool.execute("INSERT INTO failed_logins SELECT 'ann@example.com', now() FROM generate_series(1, 9)")
    assert (await try_password(client, PASSWORD)).status_code == 200
    assert await pool.fetchval("SELECT count(*) FROM failed_logins") == 0


async def test_a_login_is_a_link_or_a_password(client: httpx.AsyncClient) -> None:
    for body in [
        {},
        {"token": "x", "email": "a@b", "password": "c"},
        {"email": "a@b"},
        {"password": "c"},
        {"token": "x", "password": "c"},
        {"other": 1},
        [],
    ]:
        assert (await client.post("/v1/session", json=body)).status_code == 422


async def test_a_form_of_another_site_cannot_sign_in(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    token = await people.make_login_link(pool, ann.id, seconds=60)
    answer = await client.post("/v1/session", content=f'{{"token": "{token}"}}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422


async def test_changes_by_cookie_need_the_csrf_header(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await sign_in(client, pool, ann)
    for header in ({"X-Loupe-CSRF": ""}, {"X-Loupe-CSRF": "0"}):
        assert (await client.delete("/v1/session", headers=header)).status_code == 403
        assert (await client.get("/v1/session", headers=header)).status_code == 200


async def test_a_key_needs_no_csrf_header_and_stands_for_its_person(client: httpx.AsyncClient, pool: Pool) -> None:
    boss = await people.add(pool, email="boss@example.com", name="Boss", role="admin", teams=[])
    key = await people.make_api_key(pool, boss.id, "program")
    headers = {"Authorization": f"bearer {key}", "X-Loupe-CSRF": ""}
    assert (await client.get("/v1/session", headers=headers)).json()["user"]["email"] == "boss@example.com"
    assert (await client.post("/v1/administration", headers=headers)).json() == "boss@example.com"


async def test_a_wrong_key_is_refused_even_beside_a_session(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await sign_in(client, pool, ann)
    assert (await client.get("/v1/session", headers={"Authorization": "Bearer loupe_x"})).status_code == 401


async def test_a_role_is_required(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    assert (await client.post("/v1/administration")).status_code == 401
    await sign_in(client, pool, ann)
    refused = await client.post("/v1/administration")
    assert refused.status_code == 403
    assert "annotator" in refused.json()["detail"]


async def test_a_disabled_person_is_refused_everywhere(client: httpx.AsyncClient, pool: Pool, ann: Person) -> None:
    await set_password(client, pool, ann)
    link = await people.make_login_link(pool, ann.id, seconds=60)
    key = await people.make_api_key(pool, ann.id, "program")
    await sign_in(client, pool, ann)
    await people.disable(pool, ann.id)
    assert (await client.get("/v1/session")).status_code == 401
    assert (await client.get("/v1/session", headers={"Authorization": f"Bearer {key}"})).status_code == 401
    assert (await client.post("/v1/session", json={"token": link})).status_code == 401
    assert (await try_password(client, PASSWORD)).status_code == 401
    with pytest.raises(NotFound):
        await people.make_login_link(pool, ann.id, seconds=60)
    with pytest.raises(NotFound):
        await people.make_api_key(pool, ann.id, "program")


def person(name: str) -> Person:
    return Person(uuid4(), f"{name}@example.com", name, "annotator", name, ())


def test_recent_people_are_forgotten_when_their_time_is_over() -> None:
    recent = RecentPeople(seconds=0, size=2)
    recent.put("secret", person("ann"))
    assert recent.get("secret") is None


def test_recent_people_have_a_bound_and_the_oldest_makes_room() -> None:
    recent = RecentPeople(seconds=60, size=2)
    ann, ben, cleo = person("ann"), person("ben"), person("cleo")
    for each in (ann, ben, cleo):
        recent.put(each.name, each)
    assert [recent.get(name) for name in ("ann", "ben", "cleo")] == [None, ben, cleo]
    recent.forget(ben.id)
    assert [recent.get(name) for name in ("ann", "ben", "cleo")] == [None, None, cleo]


async def test_adding_somebody_again_changes_the_role_and_joins_teams(pool: Pool, ann: Person) -> None:
    again = await people.add(pool, email="ANN@example.com", name="Other", role="reviewer", teams=["writers"])
    assert (again.id, again.name, again.role, again.teams) == (ann.id, "Ann", "reviewer", ("readers", "writers"))
    await people.disable(pool, ann.id)
    assert (await people.add(pool, email="ann@example.com", name="Ann", role="viewer", teams=[])).id == ann.id


async def test_a_new_team_has_a_member_definition_of_its_group(pool: Pool, ann: Person) -> None:
    members = await pool.fetchval("SELECT member_definitions FROM work_teams WHERE name = 'readers'")
    assert [each["CognitoMemberDefinition"]["UserGroup"] for each in members] == ["readers"]
    assert await pool.fetchval("SELECT group_name FROM group_members WHERE person_id = $1", ann.id) == "readers"


async def test_people_added_at_the_same_time_share_a_new_team(pool: Pool) -> None:
    await asyncio.gather(
        *(people.add(pool, email=f"p{n % 3}@example.com", name="P", role="annotator", teams=["new"]) for n in range(9))
    )
    assert await pool.fetchval("SELECT count(*) FROM work_team_members") == 3


async def test_a_person_that_is_not_valid_is_refused_by_field(pool: Pool) -> None:
    for field, changed in [
        ("email", {"email": "nobody"}),
        ("email", {"email": "a b@example.com"}),
        ("email", {"email": f"{'x' * 250}@example.com"}),
        ("name", {"name": ""}),
        ("role", {"role": "owner"}),
        ("teams", {"teams": ["-bad"]}),
        ("teams", {"teams": ["good", "x" * 64]}),
    ]:
        valid: dict[str, object] = {"email": "a@example.com", "name": "A", "role": "annotator", "teams": []}
        with pytest.raises(BadRequest) as refused:
            await people.add(pool, **(valid | changed))  # type: ignore[arg-type]
        assert [error.field for error in refused.value.errors] == [field]
        assert await pool.fetchval("SELECT count(*) FROM people") == 0
