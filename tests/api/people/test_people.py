"""Managing people over HTTP: who may change whom, and what ends when somebody is disabled or leaves a team."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from asgi import client_of, running_app
from runtime.settings import Settings
from schemas.errors import LeaseLost, NotFound
from schemas.people import WORKING_ROLES, InvitedPerson, LoginLink, PersonEvents, PersonView
from store import access_keys, assignments, people
from store.assignments import Item

CSRF = {"X-Loupe-CSRF": "1"}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    async with running_app(settings) as made:
        yield made


@pytest.fixture
async def chief(world):
    return await world.person("chief", role="admin", teams=())


@pytest.fixture
async def admin(chief, as_person):
    """An administrator's client."""
    return await as_person(chief)


@pytest.fixture
async def lead(world):
    """A team manager of the team `crew`."""
    return await world.person("lead", role="team_manager")


@pytest.fixture
async def manager(lead, as_person):
    """A client of the manager of the team `crew`."""
    return await as_person(lead)


@pytest.fixture
async def browser(app):
    """The portal, not signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal", headers=CSRF) as opened:
        yield opened


def guest(**changes):
    return {"email": "new@example.org", "name": "New One", "role": "annotator", "teams": ["crew"], **changes}


def refused(response, status, *fields):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json().get("errors", ())] == list(fields)
    return response.json()["detail"]


async def names(client, **query):
    answer = await client.get("/v1/people", params=query)
    assert answer.status_code == 200, answer.text
    return [PersonView.model_validate(item).name for item in answer.json()["items"]]


async def types(client, person):
    answer = await client.get(f"/v1/people/{person}/events")
    return [(event.type, event.by) for event in PersonEvents.model_validate(answer.json()).items]


async def holder(world, task):
    return await world.pool.fetchval("SELECT person_id FROM assignments WHERE task_id = $1", task)


async def held_work(world, person):
    """A task that the person holds."""
    await world.flow()
    task = await world.opened("task")
    assert await world.take(person) is not None
    return task


async def test_who_is_invited_signs_in_by_their_link_once(world, admin, browser, chief):
    await world.person("ann")
    made = await admin.post("/v1/people", json=guest())
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    invited = InvitedPerson.model_validate(made.json())
    assert (invited.role, invited.teams, invited.signed_in_at) == ("annotator", ["crew"], None)
    address, _, token = invited.login_link.url.partition("/login#token=")
    assert address
    assert (await browser.post("/v1/session", json={"token": token})).status_code == 200
    assert (await browser.get("/v1/session")).json()["user"]["teams"] == ["crew"]
    assert (await browser.post("/v1/session", json={"token": token})).status_code == 401
    seen = PersonView.model_validate((await admin.get(f"/v1/people/{invited.id}")).json())
    assert seen.signed_in_at is not None
    assert await types(admin, invited.id) == [("loupe.person.added", chief.email)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a b@example.org"}, "email"),
        ({"name": ""}, "name"),
        ({"role": "owner"}, "role"),
        ({"teams": ["no-such-team"]}, "teams"),
        ({"teams": ["-x-"]}, "teams"),
        ({"extra": 1}, "extra"),
    ],
)
async def test_a_wrong_invitation_names_its_field_and_invites_nobody(world, admin, wrong, field):
    await world.person("ann")
    before = await names(admin)
    refused(await admin.post("/v1/people", json=guest(**wrong)), 422, field)
    assert await names(admin) == before


async def test_an_address_is_invited_once_and_nobody_gets_another_role_by_it(world, admin, manager, chief):
    ann = await world.person("ann")
    for client in (admin, manager):
        refused(await client.post("/v1/people", json=guest(email="ANN@example.org")), 409, "email")
        refused(await client.post("/v1/people", json=guest(email=chief.email)), 409, "email")
    assert (await people.get(world.pool, ann.id)).name == "ann"
    assert (await people.get(world.pool, chief.id)).role == "admin"


async def test_lists_have_filters_and_pages(world, admin):
    for name, teams in (("Berta", ("crew",)), ("anton", ("crew", "night")), ("Cesar", ("night",)), ("dora", ())):
        await world.person(name, role="reviewer" if name == "dora" else "annotator", teams=teams)
    gone = await world.person("emil")
    await people.disable(world.pool, gone.id)
    assert await names(admin) == ["anton", "Berta", "Cesar", "chief", "dora", "emil"]
    assert await names(admin, search="A") == await names(admin)
    assert await names(admin, search="BERTA@") == ["Berta"]
    assert await names(admin, search="%") == []
    assert await names(admin, role="reviewer") == ["dora"]
    assert await names(admin, team="night") == ["anton", "Cesar"]
    assert await names(admin, disabled="true") == ["emil"]
    assert await names(admin, disabled="true", team="crew") == ["emil"]
    assert await names(admin, disabled="false", team="crew") == ["anton", "Berta"]
    page = (await admin.get("/v1/people", params={"limit": 4})).json()
    rest = (await admin.get("/v1/people", params={"limit": 4, "cursor": page["next_cursor"]})).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == await names(admin)
    assert rest["next_cursor"] is None
    refused(await admin.get("/v1/people", params={"search": "x", "cursor": page["next_cursor"]}), 422, "cursor")


async def test_disabling_ends_sessions_keys_leases_and_links_at_once(world, admin, browser, as_person, ctx, app, chief):
    ann = await world.person("ann")
    task = await held_work(world, ann)
    program = await as_person(ann)
    key_id, _ = await access_keys.make(world.pool, ctx.seal, ann.id)
    for link in ("first", "second"):
        made = await admin.post(f"/v1/people/{ann.id}/login-link")
        url = LoginLink.model_validate(made.json()).url
        if link == "first":
            await browser.post("/v1/session", json={"token": url.partition("#token=")[2]})
    assert (await browser.get("/v1/session")).status_code == 200
    assert (await program.get("/v1/session")).status_code == 200

    done = await admin.post(f"/v1/people/{ann.id}/disable")
    assert PersonView.model_validate(done.json()).disabled_at is not None
    assert await holder(world, task) is None
    assert await world.pool.fetchval("SELECT free_slots FROM takeable") == 1
    assert [(await client.get("/v1/session")).status_code for client in (browser, program)] == [401, 401]
    assert (await browser.post("/v1/session", json={"token": url.partition("#token=")[2]})).status_code == 401
    refused(await admin.post(f"/v1/people/{ann.id}/login-link"), 409)
    with pytest.raises(NotFound):
        await access_keys.secret_of(world.pool, ctx.seal, key_id)

    assert (await admin.post(f"/v1/people/{ann.id}/enable")).json()["disabled_at"] is None
    assert [(await client.get("/v1/session")).status_code for client in (browser, program)] == [401, 200]
    assert (await types(admin, ann.id))[:2] == [
        ("loupe.person.enabled", chief.email),
        ("loupe.person.disabled", chief.email),
    ]


async def test_a_new_link_ends_the_one_before(world, admin, browser):
    ann = await world.person("ann")
    first, second = [(await admin.post(f"/v1/people/{ann.id}/login-link")).json()["url"] for _ in range(2)]
    assert (await browser.post("/v1/session", json={"token": first.partition("#token=")[2]})).status_code == 401
    assert (await browser.post("/v1/session", json={"token": second.partition("#token=")[2]})).status_code == 200


async def test_nobody_disables_or_demotes_themselves(admin, chief):
    assert "yourself" in refused(await admin.post(f"/v1/people/{chief.id}/disable"), 409)
    assert "own role" in refused(await admin.patch(f"/v1/people/{chief.id}", json={"role": "viewer"}), 409)
    assert (await admin.patch(f"/v1/people/{chief.id}", json={"name": "Chief", "role": "admin"})).status_code == 200


async def test_two_administrators_who_disable_each_other_leave_one(world, admin, as_person, chief):
    other = await world.person("other", role="admin", teams=())
    second = await as_person(other)
    await asyncio.gather(admin.get("/v1/people"), second.get("/v1/people"))
    answers = await asyncio.gather(
        admin.post(f"/v1/people/{other.id}/disable"), second.post(f"/v1/people/{chief.id}/disable")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    assert await world.pool.fetchval("SELECT count(*) FROM people WHERE role = 'admin' AND disabled_at IS NULL") == 1


async def test_disabling_and_taking_work_at_once_leaves_nobody_holding(world, admin):
    ann = await world.person("ann")
    await world.flow()
    tasks = [await world.opened(f"task-{n}") for n in range(8)]
    disabled, *taken = await asyncio.gather(
        admin.post(f"/v1/people/{ann.id}/disable"), *(world.take(ann) for _ in tasks), return_exceptions=True
    )
    assert disabled.status_code == 200
    # Taken from them before they saw it.
    assert all(isinstance(one, Item | LeaseLost | None) for one in taken)
    # What was taken in the very moment is found by the sweep.
    await assignments.end_left_behind(world.pool)
    assert await world.pool.fetchval("SELECT count(*) FROM assignments WHERE state = 'held'") == 0
    assert await world.pool.fetchval("SELECT sum(free_slots) FROM takeable") == len(tasks)


async def test_a_role_that_does_not_fit_ends_what_is_held(world, admin, chief):
    ann = await world.person("ann", role="annotator_reviewer")
    task = await held_work(world, ann)
    await admin.patch(f"/v1/people/{ann.id}", json={"name": "Ann"})
    assert await holder(world, task) == ann.id
    changed = await admin.patch(f"/v1/people/{ann.id}", json={"role": "reviewer"})
    assert changed.json()["role"] == "reviewer"
    assert await holder(world, task) is None
    events = (await admin.get(f"/v1/people/{ann.id}/events")).json()["items"]
    assert [(event["type"], event["data"]["changes"]) for event in events[:2]] == [
        ("loupe.person.changed", {"role": ["annotator_reviewer", "reviewer"]}),
        ("loupe.person.changed", {"name": ["ann", "Ann"]}),
    ]


async def test_leaving_a_team_ends_what_is_held_of_its_work_alone(world, admin):
    ann = await world.person("ann", teams=("crew", "night"))
    task = await held_work(world, ann)
    await admin.patch(f"/v1/people/{ann.id}", json={"teams": ["crew"]})
    assert await holder(world, task) == ann.id
    changed = await admin.patch(f"/v1/people/{ann.id}", json={"teams": ["night"]})
    assert changed.json()["teams"] == ["night"]
    assert await holder(world, task) is None


async def test_teams_that_share_a_group_are_left_and_joined_together(world, admin):
    ann = await world.person("ann", teams=("crew",))
    await world.pool.execute(
        "INSERT INTO work_teams (name, description, member_definitions) VALUES ('twin', '', '[]');"
        "INSERT INTO work_team_groups SELECT id, 'crew', 0 FROM work_teams WHERE name = 'twin'"
    )
    assert "twin" in refused(await admin.patch(f"/v1/people/{ann.id}", json={"teams": ["crew"]}), 409)
    assert (await people.get(world.pool, ann.id)).teams == ("crew", "twin")
    assert (await admin.patch(f"/v1/people/{ann.id}", json={"teams": []})).json()["teams"] == []


class TestTeamManagers:
    """Team managers invite and change those who do the work, in teams of their own."""

    @pytest.mark.parametrize("role", WORKING_ROLES)
    async def test_they_invite_for_the_work(self, manager, role):
        made = await manager.post("/v1/people", json=guest(role=role))
        assert made.status_code == 201, made.text
        assert made.json()["may_change"] is True

    @pytest.mark.parametrize("role", ["admin", "team_manager", "viewer"])
    async def test_they_invite_nobody_who_manages_or_sees_all(self, world, manager, role):
        refused(await manager.post("/v1/people", json=guest(role=role)), 403, "role")
        assert await world.pool.fetchval("SELECT count(*) FROM people WHERE name = 'New One'") == 0

    @pytest.mark.parametrize(("teams", "status"), [(["night"], 403), (["crew", "night"], 403), ([], 422)])
    async def test_they_invite_into_their_own_teams_alone(self, world, manager, teams, status):
        await world.person("other", teams=("night",))
        refused(await manager.post("/v1/people", json=guest(teams=teams)), status, "teams")

    async def test_they_see_themselves_and_the_people_of_their_teams(self, world, manager, chief):
        ann = await world.person("ann")
        both = await world.person("both", teams=("crew", "night"))
        stranger = await world.person("stranger", teams=("night",))
        deputy = await world.person("deputy", role="team_manager")
        assert await names(manager) == ["ann", "both", "deputy", "lead"]
        items = (await manager.get("/v1/people")).json()["items"]
        assert {item["name"]: item["may_change"] for item in items} == {
            "ann": True,
            "both": False,
            "deputy": False,
            "lead": False,
        }
        for unseen in (stranger, chief):
            refused(await manager.get(f"/v1/people/{unseen.id}"), 404)
            refused(await manager.get(f"/v1/people/{unseen.id}/events"), 404)
        assert (await manager.get(f"/v1/people/{ann.id}")).status_code == 200
        assert (await manager.get(f"/v1/people/{both.id}")).status_code == 200
        assert (await manager.get(f"/v1/people/{deputy.id}/events")).status_code == 200

    @pytest.mark.parametrize("who", ["both", "deputy", "lead", "stranger", "chief"])
    async def test_they_cannot_act_as_or_change_anybody_else(self, world, manager, chief, lead, who):
        others = {
            "both": await world.person("both", teams=("crew", "night")),
            "deputy": await world.person("deputy", role="team_manager"),
            "stranger": await world.person("stranger", teams=("night",)),
            "lead": lead,
            "chief": chief,
        }
        person = others[who]
        before = await world.pool.fetchrow("SELECT * FROM people WHERE id = $1", person.id)
        path = f"/v1/people/{person.id}"
        answers = [
            await manager.patch(path, json={"name": "Mine"}),
            await manager.patch(path, json={"role": "annotator"}),
            await manager.patch(path, json={"teams": ["crew"]}),
            await manager.post(f"{path}/login-link"),
            await manager.post(f"{path}/disable"),
            await manager.post(f"{path}/enable"),
        ]
        seen = who in ("both", "deputy", "lead")
        assert {answer.status_code for answer in answers} == {403 if seen else 404}
        assert await world.pool.fetchrow("SELECT * FROM people WHERE id = $1", person.id) == before

    async def test_they_change_their_people(self, world, manager):
        ann = await world.person("ann")
        path = f"/v1/people/{ann.id}"
        assert (await manager.patch(path, json={"name": "Ann", "role": "reviewer"})).json()["name"] == "Ann"
        refused(await manager.patch(path, json={"role": "admin"}), 403, "role")
        refused(await manager.patch(path, json={"teams": ["crew", "night"]}), 403, "teams")
        refused(await manager.patch(path, json={"teams": []}), 422, "teams")
        assert (await manager.post(f"{path}/disable")).status_code == 200
        assert await names(manager, disabled="true") == ["Ann"]
        assert (await manager.post(f"{path}/enable")).status_code == 200
        assert (await manager.post(f"{path}/login-link")).status_code == 201

    async def test_rights_are_those_of_the_moment(self, world, manager, admin, lead):
        ann = await world.person("ann")
        assert (await manager.get("/v1/people")).status_code == 200
        await world.pool.execute("UPDATE people SET role = 'annotator' WHERE id = $1", lead.id)
        refused(await manager.post(f"/v1/people/{ann.id}/disable"), 403)
        refused(await manager.post("/v1/people", json=guest()), 403)

    async def test_teams(self, world, manager, admin):
        night = await world.person("night", teams=("night",))
        both = await world.person("both", teams=("crew", "night"))
        assert [team["name"] for team in (await manager.get("/v1/teams")).json()["items"]] == ["crew"]
        refused(await manager.get("/v1/teams/night"), 404)
        refused(await manager.put(f"/v1/teams/crew/members/{night.id}"), 404)
        refused(await manager.delete(f"/v1/teams/night/members/{both.id}"), 403)
        assert (await manager.delete(f"/v1/teams/crew/members/{both.id}")).status_code == 204
        refused(await manager.delete(f"/v1/teams/crew/members/{both.id}"), 404)


async def test_a_team_is_made_filled_used_and_deleted(world, admin, chief):
    made = await admin.post("/v1/teams", json={"name": "crew"})
    assert (made.status_code, made.json()["members"], made.json()["description"]) == (201, 0, "People of crew")
    refused(await admin.post("/v1/teams", json={"name": "crew"}), 409, "name")
    refused(await admin.post("/v1/teams", json={"name": "two words"}), 422, "name")
    ann = await world.person("ann", teams=())
    for _ in range(2):
        assert (await admin.put(f"/v1/teams/crew/members/{ann.id}")).status_code == 204
    refused(await admin.put(f"/v1/teams/none/members/{ann.id}"), 422, "teams")
    refused(await admin.put(f"/v1/teams/crew/members/{uuid4()}"), 404)
    assert (await people.get(world.pool, ann.id)).teams == ("crew",)
    task = await held_work(world, ann)
    team = (await admin.get("/v1/teams/crew")).json()
    assert (team["members"], team["used_by"]) == (1, ["flow"])
    assert "flow" in refused(await admin.delete("/v1/teams/crew"), 409)
    assert (await admin.delete(f"/v1/teams/crew/members/{ann.id}")).status_code == 204
    assert await holder(world, task) is None
    assert [item["type"] for item in (await admin.get(f"/v1/people/{ann.id}/events")).json()["items"]] == [
        "loupe.person.changed",
        "loupe.person.changed",
        "loupe.person.added",
    ]


async def test_a_team_that_is_made_again_begins_empty(world, admin):
    ann = await world.person("ann")
    assert (await admin.delete("/v1/teams/crew")).status_code == 204
    assert (await people.get(world.pool, ann.id)).teams == ()
    assert (await admin.post("/v1/teams", json={"name": "crew", "description": "The new crew"})).json()["members"] == 0
    refused(await admin.delete("/v1/teams/none"), 404)


async def test_a_team_tells_its_people_whom_to_ask_and_what_to_keep(world, admin, as_person):
    await admin.post("/v1/teams", json={"name": "crew", "contact": "ops@example.org", "confidentiality": "all names"})
    await admin.post("/v1/teams", json={"name": "night", "contact": "night@example.org"})
    refused(await admin.patch("/v1/teams/crew", json={"contact": "two\nlines"}), 422, "contact")
    refused(await admin.patch("/v1/teams/none", json={"contact": "x"}), 404)
    changed = await admin.patch("/v1/teams/crew", json={"contact": " lead@example.org "})
    assert changed.json()["contact"] == "lead@example.org"
    assert changed.json()["confidentiality"] == "all names"
    ann = await as_person(await world.person("ann"))
    assert (await ann.get("/v1/session")).json()["team_rules"] == [
        {"team": "crew", "contact": "lead@example.org", "confidentiality": "all names"}
    ]
    await admin.patch("/v1/teams/crew", json={"contact": "", "confidentiality": ""})
    assert (await ann.get("/v1/session")).json()["team_rules"] == []


async def test_teams_come_in_pages(admin):
    for name in ("c", "A-team", "b-team"):
        await admin.post("/v1/teams", json={"name": name})
    page = (await admin.get("/v1/teams", params={"limit": 2})).json()
    rest = (await admin.get("/v1/teams", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert sorted(team["name"] for team in page["items"] + rest["items"]) == ["A-team", "b-team", "c"]
    found = (await admin.get("/v1/teams", params={"search": "TEAM"})).json()["items"]
    assert sorted(team["name"] for team in found) == ["A-team", "b-team"]


async def test_events_of_people_cannot_be_changed(world, admin):
    await world.person("ann")
    for statement in ("DELETE FROM people_events", "UPDATE people_events SET event_id = event_id"):
        with pytest.raises(Exception, match="append-only"):
            await world.pool.execute(statement)


async def test_no_secret_is_ever_in_an_event(world, admin, ctx):
    ann = await world.person("ann")
    link = (await admin.post(f"/v1/people/{ann.id}/login-link")).json()["url"].partition("#token=")[2]
    key = (await admin.post("/v1/api-keys", json={"person_id": str(ann.id), "label": "robot"})).json()["secret"]
    access = (await admin.post("/v1/access-keys", json={"person_id": str(ann.id)})).json()["secret"]
    told = str((await admin.get(f"/v1/people/{ann.id}/events")).json())
    assert "loupe.api_key.made" in told
    assert not any(secret in told for secret in (link, key, access))


async def test_api_keys_are_told_once_and_refused_at_once(world, admin, app, chief):
    ann = await world.person("ann")
    made = await admin.post("/v1/api-keys", json={"person_id": str(ann.id), "label": "robot"})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    key = made.json()
    async with client_of(app, key["secret"]) as program:
        assert (await program.get("/v1/session")).json()["user"]["email"] == ann.email
        entry = next(item for item in (await admin.get("/v1/api-keys")).json()["items"] if item["id"] == key["id"])
        assert (entry["label"], entry["email"], entry["disabled_at"]) == ("robot", ann.email, None)
        assert entry["last_used_at"] is not None
        assert "secret" not in entry
        assert (await admin.post(f"/v1/api-keys/{key['id']}/disable")).json()["disabled_at"] is not None
        assert (await program.get("/v1/session")).status_code == 401
    assert (await admin.post(f"/v1/api-keys/{key['id']}/disable")).status_code == 200
    assert await types(admin, ann.id) == [
        ("loupe.api_key.disabled", chief.email),
        ("loupe.api_key.made", chief.email),
        ("loupe.person.added", None),
    ]
    refused(await admin.post("/v1/api-keys", json={"person_id": str(uuid4()), "label": "robot"}), 404)
    refused(await admin.post("/v1/api-keys", json={"person_id": str(ann.id)}), 422, "label")
    refused(await admin.post(f"/v1/api-keys/{uuid4()}/disable"), 404)


async def test_access_keys_open_the_aws_wire_until_they_are_disabled(admin, ctx, chief):
    made = await admin.post("/v1/access-keys", json={"person_id": str(chief.id)})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    key = made.json()
    found = await access_keys.secret_of(ctx.pool, ctx.seal, key["id"])
    assert (found.secret, found.person.id) == (key["secret"], chief.id)
    (entry,) = (await admin.get("/v1/access-keys")).json()["items"]
    assert UUID(entry["person_id"]) == chief.id
    assert entry["last_used_at"] is not None
    assert "secret" not in entry
    assert "sealed_secret" not in entry
    assert (await admin.post(f"/v1/access-keys/{key['id']}/disable")).json()["disabled_at"] is not None
    with pytest.raises(NotFound):
        await access_keys.secret_of(ctx.pool, ctx.seal, key["id"])
    refused(await admin.post("/v1/access-keys/NONE/disable"), 404)


async def test_keys_come_in_pages(admin, chief):
    for kind, body in (("access-keys", {}), ("api-keys", {"label": "one of several"})):
        for _ in range(3):
            await admin.post(f"/v1/{kind}", json={"person_id": str(chief.id), **body})
        everything = [item["id"] for item in (await admin.get(f"/v1/{kind}")).json()["items"]]
        seen, query = [], {"limit": 1}
        while True:
            page = (await admin.get(f"/v1/{kind}", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert seen == everything
        assert len(seen) >= 3


async def test_changes_by_cookie_need_the_header(world, chief, app):
    token = await people.make_login_link(world.pool, chief.id, seconds=60)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as plain:
        await plain.post("/v1/session", json={"token": token})
        assert (await plain.get("/v1/people")).status_code == 200
        assert (await plain.post("/v1/people", json=guest(teams=[]))).status_code == 403
        assert (await plain.post("/v1/teams", json={"name": "crew"})).status_code == 403
