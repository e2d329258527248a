"""The five operations of the A2I runtime."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from aiobotocore.session import get_session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

LOOP_ARN = "arn:aws:sagemaker:us-east-1:000000000000:human-loop/loop"


def start(a2i: Any, flow: str, name: str = "loop", content: str = '{"text": "hello"}', **more: Any) -> Any:
    return a2i.start_human_loop(
        HumanLoopName=name, FlowDefinitionArn=flow, HumanLoopInput={"InputContent": content}, **more
    )


def test_a_loop_is_started_described_and_listed(a2i, flow):
    before = datetime.now(UTC) - timedelta(seconds=1)
    classifiers = {"ContentClassifiers": ["FreeOfAdultContent", "FreeOfAdultContent"]}
    assert start(a2i, flow, DataAttributes=classifiers)["HumanLoopArn"] == LOOP_ARN
    loop = a2i.describe_human_loop(HumanLoopName="loop")
    assert before < loop.pop("CreationTime") < datetime.now(UTC) + timedelta(seconds=1)
    assert loop.pop("ResponseMetadata")["RequestId"]
    assert loop == {
        "HumanLoopStatus": "InProgress",
        "HumanLoopName": "loop",
        "HumanLoopArn": LOOP_ARN,
        "FlowDefinitionArn": flow,
    }
    (summary,) = a2i.list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"]
    assert (summary["HumanLoopName"], summary["HumanLoopStatus"]) == ("loop", "InProgress")


def test_starting_again_is_success_for_the_same_input_and_a_conflict_for_another(a2i, flow, refusal):
    assert start(a2i, flow)["HumanLoopArn"] == start(a2i, flow)["HumanLoopArn"]
    answer = refusal(start, a2i=a2i, flow=flow, content='{"text": "other"}')
    assert (answer.code, answer.status) == ("ConflictException", 409)
    assert answer.response["Message"] == answer.message
    assert len(a2i.list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"]) == 1


NOT_JSON = ["", "{", "text", "{'a': 1}", "NaN", '{"a": 1,}', '"\\ud800"', "\0", "[" * 5000]


def test_input_that_is_not_json_is_refused(a2i, flow, refusal):
    for content in NOT_JSON:
        answer = refusal(start, a2i=a2i, flow=flow, content=content)
        assert (answer.code, answer.status) == ("ValidationException", 400)
        assert "HumanLoopInput.InputContent" in answer.message


@pytest.mark.parametrize("letter", ["x", "é", "\n"])
def test_input_may_have_three_mebi_characters(a2i, flow, letter, refusal):
    largest = json.dumps(
        letter * ((3_145_728 - 2) // len(json.dumps(letter, ensure_ascii=False)[1:-1])), ensure_ascii=False
    )
    assert start(a2i, flow, content=largest)["HumanLoopArn"] == LOOP_ARN
    answer = refusal(start, a2i=a2i, flow=flow, name="larger", content=largest + "  ")
    assert (answer.code, answer.status) == ("ValidationException", 400)
    assert "3145728" in answer.message


def test_a_body_beyond_every_input_is_refused(a2i, flow, refusal):
    answer = refusal(start, a2i=a2i, flow=flow, content=json.dumps("x" * 21_000_000))
    assert (answer.code, answer.status) == ("ValidationException", 400)


WRONG_STARTS = [
    ({"HumanLoopName": "Upper"}, "HumanLoopName"),
    ({"HumanLoopName": "-x"}, "HumanLoopName"),
    ({"HumanLoopName": "x-"}, "HumanLoopName"),
    ({"HumanLoopName": "x\n"}, "HumanLoopName"),
    ({"HumanLoopName": "x" * 64}, "HumanLoopName"),
    ({"FlowDefinitionArn": "flow"}, "FlowDefinitionArn"),
    ({"FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:000000000000:flow-definition/none"}, "FlowDefinitionArn"),
    ({"FlowDefinitionArn": "arn:aws:sagemaker:eu-west-1:000000000000:flow-definition/flow"}, "FlowDefinitionArn"),
    ({"FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:111111111111:flow-definition/flow"}, "FlowDefinitionArn"),
    ({"DataAttributes": {"ContentClassifiers": ["Harmless"]}}, "DataAttributes.ContentClassifiers[0]"),
    ({"DataAttributes": {"ContentClassifiers": ["FreeOfAdultContent"] * 257}}, "DataAttributes.ContentClassifiers"),
]


def test_each_member_is_checked(a2i, flow, refusal):
    for changes, member in WRONG_STARTS:
        given = {"HumanLoopName": "loop", "FlowDefinitionArn": flow, "HumanLoopInput": {"InputContent": "{}"}}
        answer = refusal(a2i.start_human_loop, **{**given, **changes})
        assert (answer.code, answer.status) == ("ValidationException", 400)
        assert member in answer.message
        assert a2i.list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"] == []


def test_loops_that_do_not_exist_are_not_found(a2i, flow, refusal):
    for call in (a2i.describe_human_loop, a2i.stop_human_loop, a2i.delete_human_loop):
        answer = refusal(call, HumanLoopName="none")
        assert (answer.code, answer.status) == ("ResourceNotFoundException", 404)
    unknown = refusal(a2i.list_human_loops, FlowDefinitionArn=flow + "-none")
    assert (unknown.code, unknown.status) == ("ResourceNotFoundException", 404)


def test_a_stopped_loop_is_stopping_until_its_process_ends_it(a2i, flow, refusal):
    start(a2i, flow)
    a2i.stop_human_loop(HumanLoopName="loop")
    a2i.stop_human_loop(HumanLoopName="loop")
    assert a2i.describe_human_loop(HumanLoopName="loop")["HumanLoopStatus"] == "Stopping"
    answer = refusal(a2i.delete_human_loop, HumanLoopName="loop")
    assert (answer.code, answer.status) == ("ValidationException", 400)
    assert "Stopping" in answer.message


async def test_the_end_of_a_loop_is_shown_and_a_deleted_name_is_free(a2i, flow, pool, refusal):
    start(a2i, flow)
    await pool.execute(
        "UPDATE tasks SET state = 'failed', failure_code = 'Expired', failure_reason = 'too late', ended_at = now()"
    )
    loop = a2i.describe_human_loop(HumanLoopName="loop")
    assert (loop["HumanLoopStatus"], loop["FailureCode"], loop["FailureReason"]) == ("Failed", "Expired", "too late")
    assert start(a2i, flow)["HumanLoopArn"] == LOOP_ARN
    assert refusal(start, a2i=a2i, flow=flow, content="[]").code == "ConflictException"
    a2i.delete_human_loop(HumanLoopName="loop")
    assert refusal(a2i.describe_human_loop, HumanLoopName="loop").code == "ResourceNotFoundException"
    assert a2i.list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"] == []
    start(a2i, flow, content="[]")


async def test_the_output_of_a_completed_loop_is_shown(a2i, flow, pool):
    start(a2i, flow)
    await pool.execute("UPDATE tasks SET state = 'completed', output_uri = 's3://b/k', ended_at = now()")
    loop = a2i.describe_human_loop(HumanLoopName="loop")
    assert (loop["HumanLoopStatus"], loop["HumanLoopOutput"]) == ("Completed", {"OutputS3Uri": "s3://b/k"})


def names(a2i: Any, flow: str, **given: Any) -> list[str]:
    pages = a2i.get_paginator("list_human_loops").paginate(FlowDefinitionArn=flow, **given)
    return [summary["HumanLoopName"] for page in pages for summary in page["HumanLoopSummaries"]]


async def test_lists_have_pages_orders_and_times(a2i, flow, pool, refusal):
    for n in range(5):
        start(a2i, flow, name=f"loop-{n}")
        moment = datetime(2026, 1, 1 + n, tzinfo=UTC)
        await pool.execute("UPDATE tasks SET created_at = $2 WHERE name = $1", f"loop-{n}", moment)
    ordered = [f"loop-{n}" for n in range(5)]
    assert names(a2i, flow, SortOrder="Ascending", PaginationConfig={"PageSize": 2}) == ordered
    assert names(a2i, flow, PaginationConfig={"PageSize": 2}) == ordered[::-1]
    since = {"CreationTimeAfter": datetime(2026, 1, 2, 12, tzinfo=UTC)}
    until = {"CreationTimeBefore": datetime(2026, 1, 4, 12, tzinfo=UTC)}
    assert names(a2i, flow, SortOrder="Ascending", **since, **until) == ["loop-2", "loop-3"]


def test_a_page_goes_on_where_it_was_when_loops_are_added(a2i, flow):
    for n in range(4):
        start(a2i, flow, name=f"loop-{n}")
    first = a2i.list_human_loops(FlowDefinitionArn=flow, MaxResults=2)
    start(a2i, flow, name="newer")
    second = a2i.list_human_loops(FlowDefinitionArn=flow, MaxResults=10, NextToken=first["NextToken"])
    assert "NextToken" not in second
    seen = [item["HumanLoopName"] for page in (first, second) for item in page["HumanLoopSummaries"]]
    assert sorted(seen) == [f"loop-{n}" for n in range(4)]


def test_a_token_is_bound_to_its_query(a2i, flow, refusal):
    for n in range(2):
        start(a2i, flow, name=f"loop-{n}")
    token = a2i.list_human_loops(FlowDefinitionArn=flow, MaxResults=1)["NextToken"]
    altered = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    for given in ({"NextToken": altered}, {"NextToken": token, "SortOrder": "Ascending"}, {"NextToken": "ü"}):
        answer = refusal(a2i.list_human_loops, FlowDefinitionArn=flow, **given)
        assert answer.code == "ValidationException"
        assert "NextToken" in answer.message


WRONG_LISTS = [
    ({"MaxResults": 101}, "MaxResults"),
    ({"SortOrder": "Up"}, "SortOrder"),
    ({"NextToken": "x" * 8193}, "NextToken"),
]


def test_each_member_of_a_list_is_checked(a2i, flow, refusal):
    for given, member in WRONG_LISTS:
        answer = refusal(a2i.list_human_loops, FlowDefinitionArn=flow, **given)
        assert answer.code == "ValidationException"
        assert member in answer.message


def signed(wire: Any, method: str, path: str, body: bytes = b"") -> httpx.Response:
    request = AWSRequest(method, wire.url + path, {"Content-Type": "application/json"}, body)
    SigV4Auth(Credentials(wire.key.id, wire.key.secret), "sagemaker", "us-east-1").add_auth(request)
    return httpx.request(method, wire.url + path, headers=dict(request.headers.items()), content=body)


STRANGE_REQUESTS = [
    ("POST", "/human-loops", b"{", "SerializationException", 400),
    ("POST", "/human-loops", b"[]", "ValidationException", 400),
    ("POST", "/human-loops", b"", "ValidationException", 400),
    ("POST", "/human-loops", b'{"HumanLoopName": "\xff"}', "SerializationException", 400),
    ("POST", "/human-loops/stop", b"", "ValidationException", 400),
    ("GET", "/human-loops?FlowDefinitionArn=x&MaxResults=many", b"", "ValidationException", 400),
    ("GET", "/human-loops?CreationTimeAfter=soon", b"", "ValidationException", 400),
    ("GET", "/human-loops", b"", "ValidationException", 400),
    ("GET", "/human-loops/", b"", "ValidationException", 400),
    ("PUT", "/human-loops/loop", b"", "UnknownOperationException", 404),
    ("POST", "/human-loops/loop", b"", "UnknownOperationException", 404),
]


def test_requests_that_no_client_would_send_are_refused(wire):
    for method, path, body, code, status in STRANGE_REQUESTS:
        response = signed(wire, method, path, body)
        assert (response.json()["__type"], response.status_code) == (code, status)


def test_every_wrong_member_is_named_at_once(wire):
    body = b'{"HumanLoopName": 5, "HumanLoopInput": {}, "DataAttributes": {"ContentClassifiers": "all"}}'
    message = signed(wire, "POST", "/human-loops", body).json()["Message"]
    for member in ("HumanLoopName", "FlowDefinitionArn", "HumanLoopInput.InputContent", "ContentClassifiers"):
        assert member in message


def test_clients_ask_again_while_the_database_is_away(wire, a2i, flow, postgres, refusal):
    postgres.stop()
    try:
        answer = refusal(start, a2i=a2i, flow=flow)
        assert (answer.code, answer.status) == ("ServiceUnavailable", 503)
        patient = wire.client("sagemaker-a2i-runtime", retries={"mode": "standard", "total_max_attempts": 3})
        assert refusal(start, a2i=patient, flow=flow).response["ResponseMetadata"]["RetryAttempts"] == 2
    finally:
        postgres.start()
        postgres.wait_ready()
    assert start(a2i, flow)["HumanLoopArn"] == LOOP_ARN


async def test_the_same_by_aiobotocore_and_endpoints_of_the_environment(wire, flow, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_A2I_RUNTIME", wire.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", wire.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", wire.key.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", wire.key.secret)
    session = get_session()
    async with (
        session.create_client("sagemaker-a2i-runtime", region_name="us-east-1") as a2i,
        session.create_client("sagemaker", region_name="us-east-1") as control,
    ):
        given = {"HumanLoopName": "loop", "FlowDefinitionArn": flow, "HumanLoopInput": {"InputContent": "{}"}}
        assert (await a2i.start_human_loop(**given))["HumanLoopArn"] == LOOP_ARN
        assert (await a2i.describe_human_loop(HumanLoopName="loop"))["FlowDefinitionArn"] == flow
        listed = await a2i.list_human_loops(FlowDefinitionArn=flow, CreationTimeAfter=datetime(2026, 1, 1, tzinfo=UTC))
        assert len(listed["HumanLoopSummaries"]) == 1
        assert (await control.describe_flow_definition(FlowDefinitionName="flow"))["FlowDefinitionArn"] == flow
        with pytest.raises(a2i.exceptions.ResourceNotFoundException):
            await a2i.stop_human_loop(HumanLoopName="none")
        with pytest.raises(control.exceptions.ResourceInUse):
            await control.create_human_task_ui(HumanTaskUiName="page", UiTemplate={"Content": "x"})
