"""Flow definitions and human task UIs for the portal: the same things as on the AWS wire, by the same checks."""

import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from api.aws import HANDLERS, OPERATIONS
from api.aws_protocol import Call
from asgi import running_app
from runtime.settings import Settings
from schemas.activation_conditions import REKOGNITION
from schemas.flow_definitions import FlowDefinitionView
from schemas.human_task_uis import HumanTaskUiView
from world import TEMPLATE

CONDITIONS = {"Conditions": [{"ConditionType": "Sampling", "ConditionParameters": {"RandomSamplingPercentage": 5}}]}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    async with running_app(settings) as made:
        yield made


@pytest.fixture
async def chief(world):
    return await world.person("chief", role="admin")


@pytest.fixture
async def admin(chief, as_person):
    """An administrator's client."""
    return await as_person(chief)


@pytest.fixture
def aws(ctx, chief):
    """Calls an operation of AWS past the wire."""

    async def call(name, **given):
        operation = OPERATIONS[name]
        return await HANDLERS[name](Call(ctx, chief, operation, operation.read(given)))

    return call


def flow(**changes):
    return {
        "name": "moods",
        "human_task_ui": "page",
        "team": "crew",
        "title": "Mood of a text",
        "description": "Read and choose",
        "output": "s3://bucket/moods",
        **changes,
    }


def refused(response, status):
    assert response.status_code == status, response.text
    return {error["field"]: error["message"] for error in response.json().get("errors", ())}


async def make_ui(admin, name="page", template=TEMPLATE):
    made = await admin.post("/v1/human-task-uis", json={"name": name, "template": template})
    assert made.status_code == 201, made.text
    return HumanTaskUiView.model_validate(made.json())


async def test_a_task_ui_is_the_same_on_both_ways(admin, aws):
    made = await make_ui(admin)
    told = await aws("DescribeHumanTaskUi", HumanTaskUiName="page")
    assert (told["HumanTaskUiArn"], told["UiTemplate"]["ContentSha256"]) == (made.arn, made.sha256)
    assert (await admin.get("/v1/human-task-uis/page")).json()["template"] == TEMPLATE
    await aws("CreateHumanTaskUi", HumanTaskUiName="second", UiTemplate={"Content": "<p></p>"})
    page = (await admin.get("/v1/human-task-uis", params={"limit": 1})).json()
    rest = (await admin.get("/v1/human-task-uis", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == ["second", "page"]
    assert (await admin.delete("/v1/human-task-uis/page")).status_code == 204
    assert (await admin.get("/v1/human-task-uis/page")).status_code == 404
    assert (await admin.delete("/v1/human-task-uis/page")).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "Two words"}, "name"),
        ({"name": ""}, "name"),
        ({"template": ""}, "template"),
        ({"template": "x" * 128_001}, "template"),
        ({"template": "{% if %}"}, "template"),
        ({"template": "a\0b"}, "template"),
    ],
)
async def test_a_wrong_task_ui_names_the_field(admin, given, field):
    answer = await admin.post("/v1/human-task-uis", json={"name": "page", "template": TEMPLATE, **given})
    assert list(refused(answer, 422)) == [field]
    assert (await admin.get("/v1/human-task-uis")).json()["items"] == []


async def test_names_of_task_uis_are_taken_once(admin):
    await make_ui(admin)
    answer = await admin.post("/v1/human-task-uis", json={"name": "page", "template": TEMPLATE})
    refused(answer, 409)
    assert answer.json()["detail"].startswith("name: ")


async def test_a_flow_definition_is_the_same_on_both_ways(admin, aws, world):
    await make_ui(admin)
    conditions = json.dumps(CONDITIONS)
    body = flow(count=3, time_limit_seconds=600, lifetime_seconds=7200, keywords=["mood"])
    made = await admin.post("/v1/flow-definitions", json=body | extra(conditions))
    assert made.status_code == 201, made.text
    shown = FlowDefinitionView.model_validate(made.json())
    assert shown.model_dump(include=set(body) | {"request_source", "activation_conditions"}) == body | extra(conditions)
    told = await aws("DescribeFlowDefinition", FlowDefinitionName="moods")
    assert told["FlowDefinitionArn"] == shown.arn
    assert told["HumanLoopConfig"]["TaskCount"] == 3
    assert told["HumanLoopConfig"]["TaskTimeLimitInSeconds"] == 600
    activation = told["HumanLoopActivationConfig"]["HumanLoopActivationConditionsConfig"]
    assert activation["HumanLoopActivationConditions"] == conditions
    assert (await admin.get("/v1/flow-definitions")).json()["items"] == [
        {"name": "moods", "created_at": made.json()["created_at"], "deleting": False}
    ]
    assert (await admin.get("/v1/projects/moods")).json()["kind"] == "flow_definition"
    assert (await admin.get("/v1/teams/crew")).json()["used_by"] == ["moods"]
    assert (await admin.delete("/v1/flow-definitions/moods")).status_code == 202
    refused(await admin.delete("/v1/flow-definitions/moods"), 409)
    refused(await admin.get("/v1/flow-definitions/none"), 404)


def extra(conditions):
    return {"request_source": REKOGNITION, "activation_conditions": conditions}


async def test_what_is_left_out_gets_the_defaults(admin, world):
    await make_ui(admin)
    made = FlowDefinitionView.model_validate((await admin.post("/v1/flow-definitions", json=flow())).json())
    assert (made.count, made.time_limit_seconds, made.lifetime_seconds) == (1, 3600, 2_592_000)
    assert (made.keywords, made.request_source, made.activation_conditions) == ([], None, None)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"name": "Two words"}, ["name"]),
        ({"name": "", "title": ""}, ["name", "title"]),
        ({"team": "nobody"}, ["team"]),
        ({"team": "no/team"}, ["team"]),
        ({"human_task_ui": "nothing"}, ["human_task_ui"]),
        ({"count": 0}, ["count"]),
        ({"count": 4}, ["count"]),
        ({"count": "1"}, ["count"]),
        ({"time_limit_seconds": 1}, ["time_limit_seconds"]),
        ({"lifetime_seconds": 0}, ["lifetime_seconds"]),
        ({"output": "bucket"}, ["output"]),
        ({"request_source": "other"}, ["request_source"]),
        ({"activation_conditions": json.dumps(CONDITIONS)}, ["activation_conditions"]),
        (extra("{"), ["activation_conditions"]),
        (extra('{"Conditions": []}'), ["activation_conditions at Conditions"]),
        ({"shape": "round"}, ["shape"]),
    ],
)
async def test_a_wrong_flow_definition_names_the_fields(admin, world, given, fields):
    await make_ui(admin)
    answer = await admin.post("/v1/flow-definitions", json=flow(**given))
    assert list(refused(answer, 422)) == fields
    assert (await admin.get("/v1/flow-definitions")).json()["items"] == []


async def test_names_of_flow_definitions_are_taken_once(admin, world):
    await make_ui(admin)
    assert (await admin.post("/v1/flow-definitions", json=flow())).status_code == 201
    answer = await admin.post("/v1/flow-definitions", json=flow())
    refused(answer, 409)
    assert answer.json()["detail"].startswith("name: moods exists already")
