"""The work routes: what they answer, what they refuse, and that their answers are what OpenAPI says."""

import json
from uuid import uuid4

import httpx
import pytest

from api.work import HeldView, QueuesView
from schemas.assignments import AssignmentView, HeartbeatView, SavedView, SubmittedView


@pytest.fixture
async def ann(world, as_person):
    """An annotator with one task waiting."""
    person = await world.person("ann")
    await world.flow()
    await world.opened("a")
    return await as_person(person)


JSON = {"Content-Type": "application/json"}


def answer(item, **changes):
    body = {"lease_token": item["lease"]["token"], "submission_id": str(uuid4()), "content": {"answer": "yes"}}
    return body | changes


def is_problem(response: httpx.Response, status: int, kind: str) -> bool:
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["type"]) == (status, status, f"/problems/{kind}"), body
    assert body["detail"]
    return True


async def test_the_way_of_one_assignment(ann):
    queues = QueuesView.model_validate((await ann.get("/v1/work/queues")).json())
    assert [(queue.project, queue.stage, queue.takeable) for queue in queues.items] == [("flow", "annotate", 1)]
    response = await ann.post("/v1/work/next", json={"project": "flow", "stage": "annotate"})
    item = response.json()
    view = AssignmentView.model_validate(item)
    assert (view.input, view.draft, view.previous, view.kind) == ({"text": "hello"}, None, [], "annotate")
    assert (await ann.get(view.frame_url)).status_code == 200
    path = f"/v1/assignments/{view.id}"
    token = {"lease_token": view.lease.token}
    HeartbeatView.model_validate((await ann.post(f"{path}/heartbeat", json=token)).json())
    SavedView.model_validate((await ann.put(f"{path}/draft", json=token | {"content": {"answer": "ye"}})).json())
    held = HeldView.model_validate((await ann.get("/v1/work/held")).json())
    assert [(one.id, one.has_draft) for one in held.items] == [(view.id, True)]
    again = AssignmentView.model_validate((await ann.post(f"{path}/open", json={})).json())
    assert again.draft.content == {"answer": "ye"}
    body = answer(again.model_dump(mode="json"), active_seconds=2.5)
    first = await ann.post(f"{path}/submit", json=body)
    SubmittedView.model_validate(first.json())
    assert (await ann.post(f"{path}/submit", json=body)).json() == first.json()
    assert (await ann.post("/v1/work/next", json={})).status_code == 204
    assert (await ann.get("/v1/work/held")).json()["items"] == []


async def test_an_empty_body_asks_for_any_work(ann):
    assert (await ann.post("/v1/work/next")).status_code == 200


async def test_release_and_decline(ann):
    item = (await ann.post("/v1/work/next", json={})).json()
    token = {"lease_token": item["lease"]["token"]}
    assert (await ann.post(f"/v1/assignments/{item['id']}/release", json=token)).status_code == 204
    item = (await ann.post("/v1/work/next", json={})).json()
    body = {"lease_token": item["lease"]["token"], "reason": "too dark"}
    assert (await ann.post(f"/v1/assignments/{item['id']}/decline", json=body)).status_code == 204
    assert (await ann.post("/v1/work/next", json={})).status_code == 204


async def test_a_dead_token_is_409_and_says_what_to_do(ann):
    item = (await ann.post("/v1/work/next", json={})).json()
    await ann.post(f"/v1/assignments/{item['id']}/open", json={})
    response = await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item))
    assert is_problem(response, 409, "lease-lost")


async def test_work_of_others_and_unknown_work_are_the_same_404(ann, world, as_person):
    item = (await ann.post("/v1/work/next", json={})).json()
    bob = await as_person(await world.person("bob"))
    theirs = await bob.post(f"/v1/assignments/{item['id']}/submit", json=answer(item))
    unknown = await bob.post(f"/v1/assignments/{uuid4()}/submit", json=answer(item))
    assert is_problem(theirs, 404, "not-found")
    assert theirs.json() == unknown.json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"submission_id": "no"}, "submission_id"),
        ({"submission_id": None}, "submission_id"),
        ({"lease_token": "x"}, "lease_token"),
        ({"lease_token": "9" * 30}, "lease_token"),
        ({"content": [1]}, "content"),
        ({"content": "text"}, "content"),
        ({"active_seconds": -1}, "active_seconds"),
        ({"surplus": 1}, "surplus"),
    ],
)
async def test_bad_input_names_the_field_and_changes_nothing(ann, pool, change, field):
    item = (await ann.post("/v1/work/next", json={})).json()
    response = await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item) | change)
    assert is_problem(response, 422, "bad-request")
    assert field in [error["field"] for error in response.json()["errors"]]
    assert await pool.fetchval("SELECT count(*) FROM submissions") == 0
    assert (await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item))).status_code == 200


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"content": NaN}', "\xff"])
async def test_what_is_not_a_json_object_is_refused(ann, text):
    response = await ann.post("/v1/work/next", content=text.encode("latin-1"), headers=JSON)
    assert is_problem(response, 422, "bad-request")


async def test_nul_in_text_is_refused(ann):
    item = (await ann.post("/v1/work/next", json={})).json()
    body = {"lease_token": item["lease"]["token"], "reason": "a\x00b"}
    assert is_problem(await ann.post(f"/v1/assignments/{item['id']}/decline", json=body), 422, "bad-request")
    assert is_problem(await ann.post("/v1/work/next", json={"project": "\x00"}), 422, "bad-request")


async def test_an_answer_may_hold_any_json_and_comes_back_as_it_was(ann, pool):
    item = (await ann.post("/v1/work/next", json={})).json()
    content = {"nul": "a\x00b", "deep": [[{"é": [1.5, None, True, "\u2028"]}]], "big": 2**53}
    response = await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item, content=content))
    assert response.status_code == 200
    assert json.loads(await pool.fetchval("SELECT content FROM submissions")) == content


async def test_too_large_a_body_is_413(ann, settings):
    item = (await ann.post("/v1/work/next", json={})).json()
    content = {"answer": "x" * (settings.max_answer_bytes + 10)}
    response = await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item, content=content))
    assert is_problem(response, 413, "too-large")
    assert is_problem(await ann.post("/v1/work/next", content=b" " * 70_000, headers=JSON), 413, "too-large")


async def test_nobody_works_without_signing_in(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loupe") as stranger:
        for method, path in [
            ("GET", "/v1/work/queues"),
            ("GET", "/v1/work/held"),
            ("POST", "/v1/work/next"),
            ("POST", f"/v1/assignments/{uuid4()}/open"),
            ("POST", f"/v1/assignments/{uuid4()}/submit"),
            ("PUT", f"/v1/assignments/{uuid4()}/draft"),
            ("GET", f"/v1/tasks/{uuid4()}"),
        ]:
            assert is_problem(await stranger.request(method, path), 401, "not-signed-in")


async def test_prefetched_work_is_accepted_by_opening_it(ann):
    item = (await ann.post("/v1/work/next", json={"prefetch": True})).json()
    assert item["accepted_at"] is None
    assert item["hold_until"] is None
    assert (await ann.get("/v1/work/held")).json()["items"] == []
    opened = (await ann.post(f"/v1/assignments/{item['id']}/open", json={})).json()
    assert opened["accepted_at"] is not None


async def test_managers_see_a_task_with_all_its_answers_and_annotators_do_not(ann, world, as_person):
    item = (await ann.post("/v1/work/next", json={})).json()
    await ann.post(f"/v1/assignments/{item['id']}/submit", json=answer(item))
    manager = await as_person(await world.person("mia", role="team_manager"))
    task = (await manager.get(f"/v1/tasks/{item['task_id']}")).json()
    assert (task["status"], task["stage"], task["visit"], task["outcome"]) == ("open", "annotate", 1, None)
    assert [one["content"] for one in task["answers"]] == [{"answer": "yes"}]
    assert is_problem(await ann.get(f"/v1/tasks/{item['task_id']}"), 403, "forbidden")
    assert is_problem(await manager.get(f"/v1/tasks/{uuid4()}"), 404, "not-found")


async def test_metrics_and_health(ann, app):
    await ann.post("/v1/work/next", json={})
    text = (await ann.get("/metrics")).text
    for line in (
        'loupe_loops_started_total{flow="flow"} 1.0',
        'loupe_loops_open{flow="flow"} 1.0',
        'loupe_queue_depth{flow="flow",stage="annotate"} 0.0',
        "loupe_mailbox_waiting 1.0",
    ):
        assert line in text
    assert (await ann.get("/healthz")).status_code == 200
    ready = (await ann.get("/readyz")).json()
    assert (ready["postgresql"], ready["s3"]) == ("ok", "ok")


async def test_openapi_describes_the_bodies(ann):
    paths = (await ann.get("/openapi.json")).json()["paths"]
    submit = paths["/v1/assignments/{assignment_id}/submit"]["post"]
    schema = submit["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["required"]) == {"lease_token", "submission_id", "content"}


async def test_what_cannot_be_kept_exactly_is_refused(ann, pool):
    item = (await ann.post("/v1/work/next", json={})).json()
    deep = "[" * 300 + "]" * 300
    for content in (deep, "123456789012345678901234567890"):
        text = f'{{"lease_token": "{item["lease"]["token"]}", "content": {{"a": {content}}}}}'
        response = await ann.put(f"/v1/assignments/{item['id']}/draft", content=text, headers=JSON)
        assert is_problem(response, 422, "bad-request")
    assert await pool.fetchval("SELECT count(*) FROM drafts") == 0


async def test_odd_addresses_are_refused_and_break_nothing(ann):
    item = (await ann.post("/v1/work/next", json={})).json()
    assert (await ann.get(f"/frame/{item['id']}", params={"t": "1.é"})).status_code == 401
    for path in ("/" + "x" * 300, "/assets/" + "x" * 300, "/%00"):
        assert (await ann.get(path)).status_code in (404, 503)


async def test_signing_in_is_bounded_and_takes_no_nul(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loupe") as stranger:
        huge = await stranger.post("/v1/session", content=b'{"token": "' + b"x" * 100_000 + b'"}')
        assert is_problem(huge, 413, "too-large")
        nul = await stranger.post("/v1/session", json={"email": "a\x00@b.org", "password": "x"})
        assert is_problem(nul, 422, "bad-request")


async def test_a_task_is_found_by_its_name_with_its_workflow(ann, world, as_person):
    manager = await as_person(await world.person("mia", role="viewer"))
    found = (await manager.get("/v1/tasks", params={"project": "flow", "name": "a"})).json()
    [task] = found["items"]
    assert (task["name"], task["status"], task["workflow_url"]) == ("a", "open", None)
    assert task["workflow_id"] == f"flow/a/{task['id'].replace('-', '')[:8]}/1"
    assert (await manager.get("/v1/tasks", params={"project": "flow", "name": "b"})).json()["items"] == []
    assert is_problem(await ann.get("/v1/tasks", params={"project": "flow", "name": "a"}), 403, "forbidden")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_body_has_to_say_that_it_is_json(ann, kind):
    """So no form of another site can send one."""
    headers = {} if kind is None else {"Content-Type": kind}
    response = await ann.post("/v1/work/next", content=b"{}", headers=headers)
    assert is_problem(response, 422, "bad-request")
    assert response.json()["errors"][0]["field"] == "Content-Type"
