"""Benchmark sets: membership by the content of the input, whatever the order of its members."""

from project_bodies import fields, is_problem, project
from schemas.benchmark_sets import BenchmarkItemOutcomes, BenchmarkItemsPage, BenchmarkSetsPage


async def added(client, *items, name="gold"):
    response = await client.post(f"/v1/benchmark-sets/{name}/items", json={"items": list(items)})
    assert response.status_code == 200, response.text
    return BenchmarkItemOutcomes.model_validate(response.json()).items


async def test_a_task_is_in_a_set_when_its_input_is(admin, pool):
    assert (await admin.put("/v1/benchmark-sets/gold")).json()["items"] == 0
    await admin.post("/v1/projects", json=project())
    body = {"tasks": [{"name": "in", "input": {"a": 1.0, "b": ["é"]}}, {"name": "out", "input": {"a": 1}}]}
    await admin.post("/v1/projects/birds/tasks", json=body)
    [item] = await added(admin, {"input": {"b": ["é"], "a": 1.0}, "label": {"kind": "owl"}})
    assert item.outcome == "created"
    members = await pool.fetch("SELECT t.name FROM tasks t JOIN benchmark_items i USING (input_sha256)")
    assert [row["name"] for row in members] == ["in"]


async def test_items_are_added_changed_listed_and_removed(admin):
    await admin.put("/v1/benchmark-sets/gold", json={})
    first = await added(admin, {"input": 1}, {"input": 2, "label": {"x": 1}}, {"input": 1})
    assert [item.outcome for item in first] == ["created", "created", "created"]
    second = await added(admin, {"input": 1}, {"input": 2, "label": {"x": 2}}, {"input": 3})
    assert [item.outcome for item in second] == ["exists", "changed", "created"]

    page = BenchmarkItemsPage.model_validate(
        (await admin.get("/v1/benchmark-sets/gold/items", params={"limit": 2})).json()
    )
    rest = await admin.get("/v1/benchmark-sets/gold/items", params={"limit": 2, "cursor": page.next_cursor})
    items = [*page.items, *BenchmarkItemsPage.model_validate(rest.json()).items]
    assert sorted(item.id for item in items) == [item.id for item in items] == sorted(item.id for item in second)
    assert {item.id: item.label for item in items}[second[1].id] == {"x": 2}

    path = f"/v1/benchmark-sets/gold/items/{second[0].id}"
    assert (await admin.delete(path)).status_code == 204
    assert is_problem(await admin.delete(path), 404, "not-found")
    assert (await admin.get("/v1/benchmark-sets/gold")).json()["items"] == 2


async def test_sets_are_made_once_listed_and_deleted(admin):
    for name in ("b", "a", "b"):
        assert (await admin.put(f"/v1/benchmark-sets/{name}")).status_code == 200
    await added(admin, {"input": 1}, name="a")
    page = BenchmarkSetsPage.model_validate((await admin.get("/v1/benchmark-sets", params={"limit": 1})).json())
    assert [(each.name, each.items) for each in page.items] == [("a", 1)]
    rest = await admin.get("/v1/benchmark-sets", params={"cursor": page.next_cursor})
    assert [each["name"] for each in rest.json()["items"]] == ["b"]
    assert (await admin.delete("/v1/benchmark-sets/a")).status_code == 204
    for call in (
        admin.delete("/v1/benchmark-sets/a"),
        admin.get("/v1/benchmark-sets/a"),
        admin.get("/v1/benchmark-sets/a/items"),
        admin.post("/v1/benchmark-sets/a/items", json={"items": [{"input": 1}]}),
    ):
        assert is_problem(await call, 404, "not-found")


WRONG_ITEMS = (
    (1, {"item"}),
    ({}, {"input"}),
    ({"input": 2**64}, {"input"}),
    ({"input": 1, "label": "x"}, {"label"}),
    ({"input": 1, "label": {"x": 2**64}}, {"label"}),
    ({"input": 1, "name": "x"}, {"name"}),
)


async def test_wrong_items_are_refused_and_the_others_are_taken(admin):
    await admin.put("/v1/benchmark-sets/gold")
    good, *refused = await added(admin, {"input": "good"}, *(item for item, _ in WRONG_ITEMS))
    assert good.outcome == "created"
    for (item, named), outcome in zip(WRONG_ITEMS, refused, strict=True):
        assert (outcome.outcome, outcome.id) == ("refused", None), item
        assert {error.field for error in outcome.errors} == named, item
    assert (await admin.get("/v1/benchmark-sets/gold")).json()["items"] == 1


async def test_calls_are_bounded_and_names_are_checked(admin):
    await admin.put("/v1/benchmark-sets/gold")
    for body in ({}, {"items": []}, {"items": [1] * 5001}):
        assert fields(await admin.post("/v1/benchmark-sets/gold/items", json=body)) == {"items"}
    assert fields(await admin.put("/v1/benchmark-sets/a%00b")) == {"path.name"}
    assert fields(await admin.put("/v1/benchmark-sets/" + "x" * 129)) == {"path.name"}
    assert fields(await admin.delete("/v1/benchmark-sets/gold/items/xyz")) == {"path.item_id"}
