"""The requests of the benchmark: StartHumanLoop, signed ahead, and work by bearer key."""

from time import perf_counter
from typing import Any
from uuid import uuid4

import orjson
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from loupe.bench.http import Connection, post
from loupe.endpoints import Endpoints
from schemas.arns import Place

# A few hundred bytes, as the prediction of a model with the text that it is about.
TASK_INPUT = {
    "text": "The tent is light and quick to set up. After the second rain, though, a seam was leaking. " * 3,
    "labels": ["Positive", "Negative", "Mixed", "Neutral"],
    "confidence": 0.58,
}
_ANSWER = {"sentiment": {"label": "Mixed"}, "comment": "both at once"}


def start_request(endpoints: Endpoints, flow: str, loop: str) -> bytes:
    """A StartHumanLoop, signed by botocore; good for the few minutes that a signature may be old."""
    place = Place(endpoints.account_id, endpoints.region)
    body = orjson.dumps(
        {
            "HumanLoopName": loop,
            "FlowDefinitionArn": place.arn("flow-definition", flow),
            "HumanLoopInput": {"InputContent": orjson.dumps(TASK_INPUT).decode()},
        }
    )
    headers = {"Content-Type": "application/json"}
    request: Any = AWSRequest("POST", f"{endpoints.api}/human-loops", headers, body)
    credentials: Any = Credentials(endpoints.aws_access_key_id, endpoints.aws_secret_access_key)
    signer: Any = SigV4Auth(credentials, "sagemaker", endpoints.region)
    signer.add_auth(request)
    return post(endpoints.api, "/human-loops", body, dict(request.headers.items()))


class Annotator:
    """A person at work over HTTP, on a connection of their own."""

    def __init__(self, url: str, connection: Connection, key: str) -> None:
        self._url = url
        self._connection = connection
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    async def next(self, project: str) -> tuple[float, dict[str, Any] | None]:
        """Ask for the next task of a project: seconds that it took, and the assignment."""
        request = post(self._url, "/v1/work/next", {"project": project}, self._headers)
        began = perf_counter()
        answer = await self._connection.send(request, 200, 204)
        return perf_counter() - began, answer.json() if answer.status == 200 else None

    async def submit(self, assignment: dict[str, Any]) -> float:
        """Answer: seconds that it took."""
        body = {
            "lease_token": assignment["lease"]["token"],
            "submission_id": str(uuid4()),
            "content": _ANSWER,
            "active_seconds": 0.1,
        }
        request = post(self._url, f"/v1/assignments/{assignment['id']}/submit", body, self._headers)
        began = perf_counter()
        await self._connection.send(request, 200)
        return perf_counter() - began

    async def decide(self, assignment: dict[str, Any], what: str) -> None:
        """Approve or reject a review."""
        body = {
            "lease_token": assignment["lease"]["token"],
            "submission_id": str(uuid4()),
            "comment": "look again" if what == "reject" else "",
            "active_seconds": 0.1,
        }
        request = post(self._url, f"/v1/assignments/{assignment['id']}/{what}", body, self._headers)
        await self._connection.send(request, 200)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
