"""Flow definitions on the wire."""

import json
from datetime import UTC, datetime
from typing import Any

from schemas.activation_conditions import REKOGNITION, TEXTRACT

CONDITIONS = json.dumps(
    {
        "Conditions": [
            {
                "ConditionType": "ImportantFormKeyConfidenceCheck",
                "ConditionParameters": {"ImportantFormKey": "Total", "KeyValueBlockConfidenceLessThan": 80},
            }
        ]
    }
)
ACTIVATION = {"HumanLoopActivationConditionsConfig": {"HumanLoopActivationConditions": CONDITIONS}}


def test_everything_given_is_shown(control, team, ui, given_flow):
    given = given_flow(
        TaskCount=3,
        TaskTimeLimitInSeconds=60,
        TaskAvailabilityLifetimeInSeconds=120,
        TaskKeywords=["read", "short text"],
        HumanLoopRequestSource={"AwsManagedHumanLoopRequestSource": TEXTRACT},
        HumanLoopActivationConfig=ACTIVATION,
        OutputConfig={"S3OutputPath": "s3://bucket/answers", "KmsKeyId": "alias/key"},
        Tags=[{"Key": "team", "Value": "ml"}],
    )
    given["HumanLoopConfig"]["PublicWorkforceTaskPrice"] = {"AmountInUsd": {"Dollars": 0, "Cents": 3}}
    arn = control.create_flow_definition(**given)["FlowDefinitionArn"]
    shown = control.describe_flow_definition(FlowDefinitionName="flow")
    assert shown["FlowDefinitionStatus"] == "Active"
    assert shown["FlowDefinitionArn"] == arn
    for name in given.keys() - {"Tags"}:
        assert shown[name] == given[name], name
    assert control.list_tags(ResourceArn=arn)["Tags"] == given["Tags"]


async def test_its_project_and_graph_are_written(control, team, ui, pool, given_flow):
    control.create_flow_definition(**given_flow(TaskCount=2))
    project = await pool.fetchrow("SELECT * FROM projects JOIN graphs ON graphs.project_id = projects.id")
    assert project["output_path"] == "s3://bucket/answers"
    assert project["arn_base"] == "arn:aws:sagemaker:us-east-1:000000000000"
    assert project["graph_version"] == project["version"] == 1
    stage = project["body"]["stages"]["annotate"]
    assert (stage["team"], stage["overlap"]) == ("readers", 2)
    assert (stage["time_limit_seconds"], stage["deadline_seconds"]) == (3600, 2_592_000)


def test_names_are_taken_once(control, flow, given_flow, refusal):
    answer = refusal(control.create_flow_definition, **given_flow())
    assert (answer.code, answer.status) == ("ResourceInUse", 400)


WRONG_MEMBERS = [
    ({"WorkteamArn": "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/none"}, "WorkteamArn"),
    ({"WorkteamArn": "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"}, "public-crowd"),
    ({"WorkteamArn": "arn:aws:sagemaker:us-east-1:111111111111:workteam/vendor-crowd/x"}, "vendor-crowd"),
    ({"WorkteamArn": "arn:aws:sagemaker:us-east-1:111111111111:workteam/private-crowd/readers"}, "WorkteamArn"),
    ({"HumanTaskUiArn": "arn:aws:sagemaker:us-east-1:000000000000:human-task-ui/none"}, "HumanTaskUiArn"),
    ({"HumanTaskUiArn": "arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/PointCloud"}, "HumanTaskUiArn"),
    ({"TaskCount": 4}, "HumanLoopConfig.TaskCount"),
    ({"TaskTimeLimitInSeconds": 2**31}, "HumanLoopConfig.TaskTimeLimitInSeconds"),
    ({"TaskKeywords": ["a-b"]}, "HumanLoopConfig.TaskKeywords[0]"),
    ({"TaskTitle": "\0"}, "HumanLoopConfig.TaskTitle"),
    ({"TaskDescription": "two\nlines"}, "HumanLoopConfig.TaskDescription"),
    ({"FlowDefinitionName": "Flow"}, "FlowDefinitionName"),
    ({"RoleArn": "arn:aws:iam::000000000000:user/somebody"}, "RoleArn"),
    ({"OutputConfig": {"S3OutputPath": "https://bucket/x"}}, "OutputConfig.S3OutputPath"),
    ({"OutputConfig": {"S3OutputPath": "/answers"}}, "OutputConfig.S3OutputPath"),
    ({"HumanLoopActivationConfig": ACTIVATION}, "HumanLoopRequestSource"),
    ({"Tags": [{"Key": "a", "Value": ""}] * 2}, "Tags[1].Key"),
    ({"Tags": [{"Key": "a#", "Value": ""}]}, "Tags[0].Key"),
]


def test_each_member_is_checked(control, team, ui, given_flow, refusal):
    for changes, member in WRONG_MEMBERS:
        answer = refusal(control.create_flow_definition, **given_flow(**changes))
        assert (answer.code, answer.status) == ("ValidationException", 400)
        assert member in answer.message
        assert control.list_flow_definitions()["FlowDefinitionSummaries"] == []


def test_a_flow_definition_without_a_team_is_refused(control, team, ui, given_flow, refusal):
    given = given_flow()
    del given["HumanLoopConfig"]
    assert "HumanLoopConfig" in refusal(control.create_flow_definition, **given).message


WRONG_CONDITIONS = [
    ('{"Conditions": [}', "line 1, column 17"),
    ('{"Conditions": []}', "Conditions"),
    (CONDITIONS.replace("80", "101"), "Conditions[0].ConditionParameters.KeyValueBlockConfidenceLessThan"),
]


def test_activation_conditions_are_checked(control, team, ui, given_flow, refusal):
    for text, place in WRONG_CONDITIONS:
        config = {"HumanLoopActivationConditionsConfig": {"HumanLoopActivationConditions": text}}
        source = {"AwsManagedHumanLoopRequestSource": TEXTRACT}
        given = given_flow(HumanLoopActivationConfig=config, HumanLoopRequestSource=source)
        answer = refusal(control.create_flow_definition, **given)
        assert answer.code == "ValidationException"
        assert place in answer.message


def test_conditions_of_another_source_are_refused(control, team, ui, given_flow, refusal):
    source = {"AwsManagedHumanLoopRequestSource": REKOGNITION}
    given = given_flow(HumanLoopActivationConfig=ACTIVATION, HumanLoopRequestSource=source)
    assert "ConditionType" in refusal(control.create_flow_definition, **given).message


def test_flow_definitions_that_do_not_exist_are_not_found(control, refusal):
    for call in (control.describe_flow_definition, control.delete_flow_definition):
        answer = refusal(call, FlowDefinitionName="none")
        assert (answer.code, answer.status) == ("ResourceNotFound", 400)


async def test_a_deleted_one_takes_no_loops_and_frees_its_name_when_its_loops_are_over(
    control, a2i, flow, pool, given_flow, refusal
):
    control.add_tags(ResourceArn=flow, Tags=[{"Key": "a", "Value": "1"}])
    given: dict[str, Any] = {"FlowDefinitionArn": flow, "HumanLoopInput": {"InputContent": "{}"}}
    a2i.start_human_loop(HumanLoopName="loop", **given)
    control.delete_flow_definition(FlowDefinitionName="flow")
    assert control.describe_flow_definition(FlowDefinitionName="flow")["FlowDefinitionStatus"] == "Deleting"
    assert a2i.describe_human_loop(HumanLoopName="loop")["HumanLoopStatus"] == "Stopping"
    assert refusal(a2i.start_human_loop, HumanLoopName="other", **given).code == "ValidationException"
    assert refusal(control.delete_flow_definition, FlowDefinitionName="flow").code == "ResourceInUse"
    assert refusal(control.create_flow_definition, **given_flow()).code == "ResourceInUse"
    await pool.execute("UPDATE projects SET deleted_at = now()")
    assert refusal(control.describe_flow_definition, FlowDefinitionName="flow").code == "ResourceNotFound"
    control.create_flow_definition(**given_flow())
    assert control.list_tags(ResourceArn=flow)["Tags"] == []


async def test_lists_have_pages_orders_and_times(control, team, ui, pool, given_flow, refusal):
    for n in range(5):
        control.create_flow_definition(**given_flow(FlowDefinitionName=f"flow-{n}"))
        moment = datetime(2026, 1, 1 + n, tzinfo=UTC)
        await pool.execute("UPDATE projects SET created_at = $2 WHERE name = $1", f"flow-{n}", moment)

    def names(**given: Any) -> list[str]:
        pages = control.get_paginator("list_flow_definitions").paginate(**given, PaginationConfig={"PageSize": 2})
        return [item["FlowDefinitionName"] for page in pages for item in page["FlowDefinitionSummaries"]]

    ordered = [f"flow-{n}" for n in range(5)]
    assert names(SortOrder="Ascending") == ordered
    assert names(SortOrder="Descending") == names() == ordered[::-1]
    since, until = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 4, tzinfo=UTC)
    assert names(SortOrder="Ascending", CreationTimeAfter=since, CreationTimeBefore=until) == ["flow-1", "flow-2"]
    token = control.list_flow_definitions(MaxResults=1)["NextToken"]
    answer = refusal(control.list_human_task_uis, NextToken=token)
    assert (answer.code, "NextToken" in answer.message) == ("ValidationException", True)
