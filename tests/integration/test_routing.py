"""Routers and gates: each task is sent one way, which is kept, and the same one however often it is asked."""

import asyncio
import json
from uuid import UUID

import pytest

from activities.routing import RoutingActivities
from quality.routing import share_of
from schemas.errors import NotFound
from schemas.graphs import Graph
from schemas.tasks import Route
from store import labels

DONE = {"type": "complete"}


def asks(kind, pathways, **fields):
    return {"type": kind, "pathways": dict.fromkeys(pathways, "done"), **fields}


STAGES = {
    "split": asks("percentage_router", ("a", "b"), shares={"a": 50, "b": 50}),
    "who": asks("collaborator_router", ("hers", "rest"), people={"hers": ["ANN@example.org"]}, otherwise="rest"),
    "if": asks(
        "condition_router",
        ("site", "agreed", "kind", "back", "rest"),
        conditions=[
            {"when": "metadata.site == 'north'", "then": "site"},
            {"when": "agreement > 0.9 && visits == 2", "then": "agreed"},
            {"when": "label.kind.label == 'cat' && size(answers) == 1", "then": "kind"},
            {"when": "rejections > 0 && confidence < 0.5 && priority > 60", "then": "back"},
            {"when": "metadata.odd > 3", "then": "back"},
        ],
        otherwise="rest",
    ),
    "gold": asks("benchmark_router", ("benchmark", "production"), benchmark_set="gold"),
    "gate": asks("gate", ("accept", "human"), threshold=0.9),
    "done": DONE,
}


@pytest.fixture
async def route(world):
    """Asks the activity about a task in a visit to a stage, in version 2 of the flow's graph."""
    await world.person("zed")
    await world.flow(overlap=2)
    graph = Graph.model_validate({"start": "split", "stages": STAGES})
    activities = RoutingActivities(world.pool)

    async def ask(task: UUID, stage: str, *, visit: int = 1, opening: int = 1, version: int = 2) -> str:
        await world.pool.execute(
            "INSERT INTO graphs (project_id, version, body) VALUES ($1, 2, $2) ON CONFLICT DO NOTHING",
            world.flows["flow"],
            graph.model_dump(mode="json"),
        )
        return await activities.route(Route(task_id=task, opening=opening, visit=visit, stage=stage, version=version))

    return ask


async def routed(world, task):
    return [
        row["data"]
        for row in await world.pool.fetch(
            "SELECT data FROM events WHERE task_id = $1 AND type = 'loupe.task.routed' ORDER BY id", task
        )
    ]


async def knows(world, task, **columns):
    for column, value in columns.items():
        statement = {
            "metadata": "UPDATE tasks SET metadata = $2 WHERE id = $1",
            "prediction": "UPDATE tasks SET prediction = $2 WHERE id = $1",
            "rejections": "UPDATE tasks SET rejections = $2 WHERE id = $1",
            "priority": "UPDATE tasks SET priority = $2 WHERE id = $1",
            "opening": "UPDATE tasks SET opening = $2, visit = 0 WHERE id = $1",
        }[column]
        await world.pool.execute(statement, task, value)


async def label(world, task, content, *, visit=0, answer=1):
    await world.pool.execute(
        "INSERT INTO labels (task_id, opening, visit, answer, source, content) VALUES ($1, 1, $2, $3, 'merge', $4)",
        task,
        visit,
        answer,
        json.dumps(content),
    )


async def test_a_task_is_sent_one_way_and_that_is_kept_once(world, route):
    task = await world.loop("a")
    pathway = await route(task, "split")
    assert pathway == share_of(task, "split", {"a": 50, "b": 50})
    assert await route(task, "split") == pathway
    assert await routed(world, task) == [{"opening": 1, "stage": "split", "pathway": pathway}]
    shown = await world.pool.fetchrow("SELECT state, stage, visit FROM tasks WHERE id = $1", task)
    assert tuple(shown) == ("open", "split", 1)


async def test_many_attempts_at_once_agree(world, route):
    task = await world.loop("a")
    await knows(world, task, metadata={"site": "north"})

    async def change():
        await knows(world, task, metadata={"site": "south"})

    *taken, _ = await asyncio.gather(*(route(task, "if") for _ in range(8)), change())
    assert len(set(taken)) == 1
    assert [event["pathway"] for event in await routed(world, task)] == [taken[0]]


async def test_what_changes_later_changes_no_way_that_was_taken(world, route):
    task = await world.loop("a")
    await knows(world, task, metadata={"site": "north"})
    assert await route(task, "if", visit=1) == "site"
    await knows(world, task, metadata={"site": "south"})
    assert await route(task, "if", visit=1) == "site"
    assert await route(task, "if", visit=2) == "rest"


async def test_a_new_opening_is_sent_anew(world, route):
    task = await world.loop("a")
    await knows(world, task, metadata={"site": "north"})
    assert await route(task, "if") == "site"
    await knows(world, task, metadata={}, opening=2)
    assert await route(task, "if", opening=2) == "rest"
    assert [event["opening"] for event in await routed(world, task)] == [1, 2]


async def test_a_late_visit_does_not_move_a_task_back(world, route):
    task = await world.loop("a")
    await route(task, "split", visit=3)
    await route(task, "who", visit=2)
    assert await world.pool.fetchval("SELECT visit FROM tasks WHERE id = $1", task) == 3
    assert len(await routed(world, task)) == 1


@pytest.mark.parametrize(("answered", "pathway"), [("ann", "hers"), ("bob", "rest"), (None, "rest")])
async def test_a_task_goes_by_who_submitted_last(world, route, answered, pathway):
    people = {name: await world.person(name) for name in ("ann", "bob")}
    task = await world.opened("a")
    if answered is not None:
        item = await world.take(people[answered])
        await world.submit(item, people[answered])
    assert await route(task, "who", visit=2) == pathway


async def test_of_two_who_submitted_the_later_one_counts(world, route):
    people = [await world.person(name) for name in ("ann", "bob")]
    task = await world.opened("a")
    for person in reversed(people):
        await world.submit(await world.take(person), person)
    assert await route(task, "who", visit=2) == "hers"


async def test_conditions_see_labels_agreement_and_what_the_client_said(world, route):
    tasks = {name: await world.loop(name) for name in ("agreed", "kind", "back", "rest")}
    await world.pool.execute(
        "INSERT INTO agreements (task_id, opening, visit, measure, agreement)"
        " VALUES ($1, 1, 1, 'exact', 0.1), ($1, 1, 2, 'exact', 1)",
        tasks["agreed"],
    )
    await label(world, tasks["kind"], {"kind": {"label": "cat"}})
    await knows(world, tasks["back"], rejections=1, prediction={"label": {}, "confidence": 0.2}, priority=70)
    assert {name: await route(task, "if", visit=3) for name, task in tasks.items()} == {name: name for name in tasks}


async def test_a_condition_that_cannot_be_told_is_in_the_event(world, route):
    task = await world.loop("a")
    await knows(world, task, metadata={"odd": "text"})
    assert await route(task, "if") == "rest"
    (event,) = await routed(world, task)
    assert event["problems"] == ["metadata.odd > 3: No matching overloads found : _>_(string, int64)"]


async def test_a_task_is_a_benchmark_where_its_input_is_in_the_set(world, route):
    gold, other = await world.loop("a", text="gold"), await world.loop("b", text="other")
    await world.pool.execute(
        "WITH made AS (INSERT INTO benchmark_sets (name) VALUES ('gold'), ('silver') RETURNING id, name)"
        " INSERT INTO benchmark_items (set_id, input_sha256)"
        " SELECT made.id, t.input_sha256 FROM made JOIN tasks t ON (made.name = 'gold') = (t.id = $1)",
        gold,
    )
    assert await route(gold, "gold") == "benchmark"
    assert await route(other, "gold") == "production"
    assert all("problems" not in event for event in await routed(world, gold) + await routed(world, other))


async def test_a_set_that_is_not_there_is_empty_and_the_event_says_so(world, route):
    task = await world.loop("a")
    assert await route(task, "gold") == "production"
    (event,) = await routed(world, task)
    assert event["problems"] == ["there is no benchmark set gold: taken as empty"]


async def test_an_accepted_prediction_is_the_label_once(world, route):
    task = await world.loop("a")
    await label(world, task, {"q": "first"}, visit=1)
    await label(world, task, {"q": "second"}, visit=1, answer=2)
    await knows(world, task, prediction={"label": {"q": {"label": "cat"}}, "confidence": 0.95})
    assert [await route(task, "gate", visit=2) for _ in range(2)] == ["accept", "accept"]
    (answer,) = await labels.before(world.pool, task, 1, 3)
    assert (answer.answer, answer.visit, answer.source, answer.authors) == (1, 2, "prediction", {})
    assert json.loads(answer.content) == {"q": {"label": "cat"}}


@pytest.mark.parametrize("prediction", [None, {"label": {"q": 1}, "confidence": 0.5}, {"confidence": 0.99}])
async def test_what_is_for_people_leaves_no_label(world, route, prediction):
    task = await world.loop("a")
    await knows(world, task, prediction=prediction)
    assert await route(task, "gate") == "human"
    assert await labels.before(world.pool, task, 1, 2) == []


async def test_a_task_that_is_over_is_left_as_it_is(world, route):
    task = await world.loop("a")
    await knows(world, task, prediction={"label": {"q": 1}, "confidence": 1.0})
    await world.pool.execute("UPDATE tasks SET state = 'cancelled', ended_at = now() WHERE id = $1", task)
    assert await route(task, "gate") == "accept"
    assert await routed(world, task) == []
    assert await labels.before(world.pool, task, 1, 2) == []


@pytest.mark.parametrize(("stage", "version"), [("nowhere", 2), ("split", 3)])
async def test_a_stage_that_is_not_in_the_graph_is_not_found(world, route, stage, version):
    with pytest.raises(NotFound, match=f"no stage {stage} in version {version}"):
        await route(await world.loop("a"), stage, version=version)


async def test_a_stage_that_routes_nothing_is_an_error(world, route):
    with pytest.raises(TypeError, match="done is of type complete"):
        await route(await world.loop("a"), "done")
