"""Signature Version 4: what botocore signs is accepted, and every change of it is refused with AWS's own codes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from store import access_keys, people

BODY = b'{"MaxResults":5}'


class Signed:
    """A ListWorkteams request as botocore signs it, to be changed before it is sent."""

    def __init__(
        self,
        wire: Any,
        *,
        region: str = "us-east-1",
        service: str = "sagemaker",
        secret: str = "",
        moment: datetime | None = None,
    ) -> None:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "SageMaker.ListWorkteams"}
        request = AWSRequest("POST", f"{wire.url}/", headers, BODY)
        auth = SigV4Auth(Credentials(wire.key.id, secret or wire.key.secret), service, region)
        auth.add_auth(request)
        if moment is not None:
            self._sign_at(auth, request, moment)
        self.url = wire.url
        self.headers = dict(request.headers.items())

    @staticmethod
    def _sign_at(auth: SigV4Auth, request: AWSRequest, moment: datetime) -> None:
        del request.headers["Authorization"], request.headers["X-Amz-Date"]
        request.context["timestamp"] = request.headers["X-Amz-Date"] = f"{moment:%Y%m%dT%H%M%SZ}"
        text = auth.string_to_sign(request, auth.canonical_request(request))
        signed_headers = auth.signed_headers(auth.headers_to_sign(request))
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, SignedHeaders={signed_headers}, "
            f"Signature={auth.signature(text, request)}"
        )

    def send(self, body: bytes = BODY, path: str = "/") -> httpx.Response:
        return httpx.post(self.url + path, headers=self.headers, content=body)


def code_of(response: httpx.Response) -> str:
    assert response.headers["x-amzn-requestid"]
    assert response.json()["__type"] == response.headers["x-amzn-errortype"]
    assert response.json()["Message"]
    return response.json()["__type"]


def test_a_signed_request_is_accepted(wire):
    assert Signed(wire).send().status_code == 200


@pytest.mark.parametrize("service", ["sagemaker", "sagemaker-a2i-runtime"])
def test_a_wrong_secret_is_refused(wire, service, refusal):
    wrong = type(wire.key)(wire.key.id, "x" * 40, wire.key.person)
    client = wire.client(service, wrong)
    call = client.list_workteams if service == "sagemaker" else client.describe_human_loop
    answer = refusal(call, **({} if service == "sagemaker" else {"HumanLoopName": "loop"}))
    assert answer.code == "InvalidSignatureException"
    assert answer.status == (400 if service == "sagemaker" else 403)


def test_an_unknown_key_is_refused(wire, refusal):
    unknown = type(wire.key)("LOUPE0000000000UNKNO", wire.key.secret, wire.key.person)
    assert refusal(wire.client("sagemaker", unknown).list_workteams).code == "UnrecognizedClientException"


def test_a_session_token_is_refused_with_advice(wire, refusal):
    answer = refusal(wire.client("sagemaker", session_token="token").list_workteams)
    assert answer.code == "UnrecognizedClientException"
    assert "AWS_SESSION_TOKEN" in answer.message


def test_an_altered_body_is_refused(wire):
    response = Signed(wire).send(b'{"MaxResults":6}')
    assert (response.status_code, code_of(response)) == (400, "InvalidSignatureException")


ALTERED_HEADERS = [("X-Amz-Target", "SageMaker.DeleteWorkteam"), ("Content-Type", "text/plain"), ("Host", "elsewhere")]


def test_an_altered_signed_header_is_refused(wire):
    for name, value in ALTERED_HEADERS:
        signed = Signed(wire)
        signed.headers[name] = value
        assert code_of(signed.send()) == "InvalidSignatureException"


def test_an_added_amz_header_is_refused(wire):
    signed = Signed(wire)
    signed.headers["X-Amz-Meta"] = "1"
    assert code_of(signed.send()) == "InvalidSignatureException"


def test_a_signed_header_that_is_missing_is_refused(wire):
    signed = Signed(wire)
    del signed.headers["Content-Type"]
    assert code_of(signed.send()) == "InvalidSignatureException"


def test_a_hash_header_of_another_body_is_refused(wire):
    request = AWSRequest(
        "POST", f"{wire.url}/", {"X-Amz-Target": "SageMaker.ListWorkteams", "X-Amz-Content-SHA256": "0" * 64}, BODY
    )
    SigV4Auth(Credentials(wire.key.id, wire.key.secret), "sagemaker", "us-east-1").add_auth(request)
    response = httpx.post(f"{wire.url}/", headers=dict(request.headers.items()), content=BODY)
    assert code_of(response) == "InvalidSignatureException"


OTHER_SCOPES = [{"region": "eu-west-1"}, {"service": "s3"}, {"secret": "y" * 40}]


def test_another_scope_is_refused(wire):
    for change in OTHER_SCOPES:
        assert code_of(Signed(wire, **change).send()) == "InvalidSignatureException"


CLOCKS = [(-6, 400), (-4, 200), (4, 200), (6, 400)]


def test_clocks_may_differ_by_five_minutes(wire):
    for minutes, status in CLOCKS:
        response = Signed(wire, moment=datetime.now(UTC) + timedelta(minutes=minutes)).send()
        assert response.status_code == status
        if status == 400:
            assert code_of(response) == "InvalidSignatureException"
            assert response.json()["Message"].startswith("Signature expired")


def test_a_request_without_a_signature_is_refused(wire):
    response = httpx.post(f"{wire.url}/", headers={"X-Amz-Target": "SageMaker.ListWorkteams"}, content=b"{}")
    assert (response.status_code, code_of(response)) == (400, "MissingAuthenticationTokenException")
    response = httpx.get(f"{wire.url}/human-loops/loop")
    assert (response.status_code, code_of(response)) == (403, "MissingAuthenticationTokenException")


NOT_WHOLE = [
    "Bearer key",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1, SignedHeaders=host, Signature=00",
]


def test_a_signature_that_is_not_whole_is_refused(wire):
    for authorization in NOT_WHOLE:
        signed = Signed(wire)
        signed.headers["Authorization"] = authorization
        assert code_of(signed.send()) == "IncompleteSignatureException"


TIMES = [None, "yesterday"]


def test_a_request_without_its_time_is_refused(wire):
    for moment in TIMES:
        signed = Signed(wire)
        del signed.headers["X-Amz-Date"]
        if moment:
            signed.headers["X-Amz-Date"] = moment
        assert code_of(signed.send()) in ("IncompleteSignatureException", "InvalidSignatureException")


@pytest.mark.parametrize("service", ["sagemaker", "sagemaker-a2i-runtime"])
def test_keys_of_other_roles_are_refused(wire, annotator_key, service, refusal):
    client = wire.client(service, annotator_key)
    call = client.list_workteams if service == "sagemaker" else client.describe_human_loop
    answer = refusal(call, **({} if service == "sagemaker" else {"HumanLoopName": "loop"}))
    assert answer.code == "AccessDeniedException"
    assert answer.status == (400 if service == "sagemaker" else 403)


async def test_a_disabled_key_is_refused(wire, pool, refusal):
    await access_keys.disable(pool, wire.key.id)
    assert refusal(wire.client("sagemaker").list_workteams).code == "UnrecognizedClientException"


async def test_the_key_of_a_disabled_person_is_refused(wire, pool, refusal):
    await people.disable(pool, wire.key.person.id)
    assert refusal(wire.client("sagemaker").list_workteams).code == "UnrecognizedClientException"


PATHS = ["a b", "ä", "..", "a/b", "a%2Fb", "x+y", "*~'()"]


def test_paths_of_every_kind_are_verified_as_botocore_signs_them(wire, refusal):
    for name in PATHS:
        answer = refusal(wire.client("sagemaker-a2i-runtime").describe_human_loop, HumanLoopName=name)
        assert answer.code in ("ValidationException", "UnknownOperationException")


def test_queries_of_every_kind_are_verified_as_botocore_signs_them(a2i, refusal):
    for token in ("a b+c", "ä&x=1", "%2F~*'()", "=="):
        answer = refusal(a2i.list_human_loops, FlowDefinitionArn="arn:aws:sagemaker:us-east-1:1:x/ü", NextToken=token)
        assert answer.code == "ValidationException"
