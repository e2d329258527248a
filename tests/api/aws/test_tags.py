"""Tags on the wire, and what the control plane answers to requests that are no calls."""

from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def tags(count: int, value: str = "v") -> list[dict[str, str]]:
    return [{"Key": f"key-{n:02}", "Value": value} for n in range(count)]


@pytest.mark.parametrize("kind", ["team", "ui", "flow"])
def test_resources_have_tags(control, kind, request):
    arn = request.getfixturevalue(kind)
    assert control.list_tags(ResourceArn=arn)["Tags"] == []
    assert control.add_tags(ResourceArn=arn, Tags=tags(2))["Tags"] == tags(2)
    changed = control.add_tags(ResourceArn=arn, Tags=[{"Key": "key-01", "Value": "ä: b"}])["Tags"]
    assert changed == [tags(1)[0], {"Key": "key-01", "Value": "ä: b"}]
    control.delete_tags(ResourceArn=arn, TagKeys=["key-00", "none"])
    assert control.list_tags(ResourceArn=arn)["Tags"] == changed[1:]


def test_a_resource_has_up_to_fifty_tags(control, team, refusal):
    control.add_tags(ResourceArn=team, Tags=tags(50))
    control.add_tags(ResourceArn=team, Tags=tags(50, "other"))
    answer = refusal(control.add_tags, ResourceArn=team, Tags=[{"Key": "one-more", "Value": ""}])
    assert answer.code == "ResourceLimitExceeded"
    assert control.list_tags(ResourceArn=team, MaxResults=50)["Tags"] == tags(50, "other")


WRONG_TAGS = [
    tags(51),
    [{"Key": "a", "Value": "x" * 257}],
    [{"Key": "AWS:a", "Value": ""}],
    [{"Key": "a*", "Value": ""}],
]


def test_tags_are_checked(control, team, refusal):
    for given in WRONG_TAGS:
        answer = refusal(control.add_tags, ResourceArn=team, Tags=given)
        assert (answer.code, "Tags" in answer.message) == ("ValidationException", True)
        assert control.list_tags(ResourceArn=team)["Tags"] == []


NOT_RESOURCES = [
    "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/none",
    "arn:aws:sagemaker:us-east-1:000000000000:human-loop/loop",
    "arn:aws:sagemaker:us-east-1:000000000000:endpoint/x",
    "arn:aws:sagemaker:eu-west-1:000000000000:workteam/private-crowd/readers",
    "readers",
]


def test_resources_have_to_exist(control, team, refusal):
    for arn in NOT_RESOURCES:
        calls: list[tuple[Any, dict[str, Any]]] = [
            (control.add_tags, {"Tags": tags(1)}),
            (control.list_tags, {}),
            (control.delete_tags, {"TagKeys": ["a"]}),
        ]
        for call, given in calls:
            assert refusal(call, ResourceArn=arn, **given).code == "ValidationException"


def send(wire: Any, headers: dict[str, str], body: bytes) -> httpx.Response:
    request = AWSRequest("POST", f"{wire.url}/", headers, body)
    SigV4Auth(Credentials(wire.key.id, wire.key.secret), "sagemaker", "us-east-1").add_auth(request)
    return httpx.post(f"{wire.url}/", headers=dict(request.headers.items()), content=body)


STRANGE_REQUESTS = [
    ("SageMaker.ListTags", b"{", "SerializationException"),
    ("SageMaker.ListTags", b'"text"', "ValidationException"),
    ("SageMaker.ListWorkteams", b'{"MaxResults": "5"}', "ValidationException"),
    ("SageMaker.ListWorkteams", b'{"MaxResults": true}', "ValidationException"),
    ("SageMaker.ListWorkteams", b'{"MaxResults": 1.5}', "ValidationException"),
    ("SageMaker.ListHumanTaskUis", b'{"CreationTimeAfter": 1e300}', "ValidationException"),
    ("SageMaker.ListWorkteams", b" " * (4 * 1024 * 1024 + 1), "ValidationException"),
    ("SageMaker.CreateEndpoint", b"{}", "UnknownOperationException"),
    ("Textract.AnalyzeDocument", b"{}", "UnknownOperationException"),
    ("", b"{}", "UnknownOperationException"),
]


def test_requests_that_no_client_would_send_are_refused(wire):
    for target, body, code in STRANGE_REQUESTS:
        response = send(wire, {"X-Amz-Target": target} if target else {}, body)
        assert response.status_code == 400
        assert response.json()["__type"] == response.headers["x-amzn-errortype"] == code
        assert response.headers["content-type"] == "application/x-amz-json-1.1"


EMPTY_BODIES = [b"", b"{}", b'{"MaxResults": null, "Unheard": 1, "NextToken": ""}']


def test_empty_null_and_unknown_members_are_not_there(wire):
    for body in EMPTY_BODIES:
        assert send(wire, {"X-Amz-Target": "SageMaker.ListWorkteams"}, body).json() == {"Workteams": []}
