"""What the two halves of the AWS wire share: signed requests in, answers and AWS's errors out.

The control plane (SageMaker) speaks JSON 1.1, the human loops (A2I runtime) rest-json. Domain errors become error codes
here and nowhere else: the first code that the operation's model lists, else ValidationException, as SageMaker answers
for names that do not exist where its model has no code for that.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast
from uuid import uuid4

import orjson
import structlog
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from api.context import Context, context_of
from api.errors import DATABASE_AWAY
from api.sigv4 import SignatureRefused, Verifier
from schemas import errors
from schemas.arns import Place
from schemas.aws import Operation
from store.people import Person

LOG = structlog.get_logger()


@dataclass(frozen=True)
class Protocol:
    """How one of AWS's protocols writes its answers."""

    content_type: str
    status: Mapping[str, int]
    # For codes that no operation models: refused signatures and roles.
    refused_status: int
    conflict: str
    limit: str
    internal: str


JSON = Protocol("application/x-amz-json-1.1", {}, 400, "ResourceInUse", "ResourceLimitExceeded", "InternalFailure")
REST = Protocol(
    "application/json",
    {
        "ResourceNotFoundException": 404,
        "ConflictException": 409,
        "ThrottlingException": 429,
        "ServiceQuotaExceededException": 402,
        "UnknownOperationException": 404,
    },
    403,
    "ValidationException",
    "ServiceQuotaExceededException",
    "InternalServerException",
)


class WireError(errors.LoupeError):
    """The request cannot be read as a call of an operation; `code` is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Call:
    """One call of an operation by a person whose key signed it; `input` satisfies the operation's model."""

    ctx: Context
    person: Person
    operation: Operation
    input: dict[str, Any]

    @property
    def place(self) -> Place:
        """Account and region of this Loupe, for ARNs."""
        return Place(self.ctx.settings.account_id, self.ctx.settings.region)


Handler: TypeAlias = Callable[[Call], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Target:
    """An operation, what serves it, and its input as the request holds it."""

    operation: Operation
    handler: Handler
    read: Callable[[bytes], object]
    max_body: int


async def serve(request: Request, protocol: Protocol, find: Callable[[Request], Target]) -> Response:
    """Verify, read, call and answer. Administrators' keys alone may call operations of AWS."""
    modelled: frozenset[str] = frozenset()
    request_id = str(uuid4())
    try:
        target = find(request)
        modelled = target.operation.errors
        person, body = await _signed(request, target.max_body)
        call = Call(context_of(request), person, target.operation, target.operation.read(target.read(body)))
        content = await target.handler(call)
    except Exception as error:
        return _refusal(error, protocol, modelled, request_id)
    return Response(orjson.dumps(content), 200, {"x-amzn-RequestId": request_id}, protocol.content_type)


async def _signed(request: Request, max_body: int) -> tuple[Person, bytes]:
    verifier = _verifier(request)
    claim = await verifier.read_claim(request.headers.raw)
    body = await _body(request, max_body)
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    verifier.check(claim, method=request.method, raw_path=raw_path, query=query, body=body)
    person = claim.key.person
    if person.role != "admin":
        raise errors.Forbidden(f"only keys of administrators may do this; the role of this one is {person.role}")
    return person, body


def _verifier(request: Request) -> Verifier:
    state = request.app.state
    if not hasattr(state, "sigv4"):
        state.sigv4 = Verifier(context_of(request))
    return cast("Verifier", state.sigv4)


async def _body(request: Request, limit: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise errors.TooLarge(f"the request has {told} bytes, {limit} are allowed")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise errors.TooLarge(f"the request has more than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def read_json(body: bytes) -> object:
    """The JSON of a request's body; an empty body is an empty object. Raises WireError."""
    try:
        return orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise WireError("SerializationException", f"the body is not JSON: {error}") from error


def _refusal(error: Exception, protocol: Protocol, modelled: frozenset[str], request_id: str) -> Response:
    status, code, message = _code(error, protocol, modelled)
    if status == 500:
        LOG.error("request failed", request_id=request_id, exc_info=error)
    return Response(
        orjson.dumps({"__type": code, "Message": message}),
        status,
        {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": code},
        protocol.content_type,
    )


def _code(error: Exception, protocol: Protocol, modelled: frozenset[str]) -> tuple[int, str, str]:
    match error:
        case SignatureRefused():
            return protocol.refused_status, error.code, error.message
        case errors.Forbidden():
            return protocol.refused_status, "AccessDeniedException", error.message
        case WireError():
            return protocol.status.get(error.code, 400), error.code, error.message
        case ClientDisconnect():
            return 400, "RequestAbortedException", "the client went away before the request was complete"
        case errors.Unavailable():
            return 503, "ServiceUnavailable", error.message
        case errors.LoupeError():
            code = _domain_code(error, protocol, modelled)
            return protocol.status.get(code, 400), code, error.message
        case _ if isinstance(error, DATABASE_AWAY):
            return 503, "ServiceUnavailable", "the database is not reachable right now: ask again in a few seconds"
        case _:
            return 500, protocol.internal, "something went wrong inside Loupe: its log has the request id"


def _domain_code(error: errors.LoupeError, protocol: Protocol, modelled: frozenset[str]) -> str:
    match error:
        case errors.NotFound():
            return _first(modelled, ("ResourceNotFound", "ResourceNotFoundException"), "ValidationException")
        case errors.Conflict():
            return _first(modelled, ("ResourceInUse", "ConflictException"), protocol.conflict)
        case errors.LimitExceeded():
            return protocol.limit
        case errors.TooManyRequests():
            return "ThrottlingException"
        case _:
            return "ValidationException"


def _first(modelled: frozenset[str], codes: tuple[str, ...], other: str) -> str:
    return next((code for code in codes if code in modelled), other)


def epoch(moment: datetime) -> float:
    """A time of JSON 1.1: seconds since 1970 with milliseconds."""
    return round(moment.timestamp(), 3)


def iso(moment: datetime) -> str:
    """A time of the A2I runtime: ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an answer that have a value."""
    return {name: value for name, value in members.items() if value is not None}
