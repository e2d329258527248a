"""Maps domain errors to problem+json (RFC 9457), in this one place."""

from typing import Any

import orjson
import structlog
from asyncpg import InterfaceError, InternalClientError, PostgresConnectionError
from asyncpg.exceptions import (
    InsufficientResourcesError,
    OperatorInterventionError,
    PostgresSystemError,
    ReadOnlySQLTransactionError,
    TransactionRollbackError,
)
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from schemas import errors

STATUS: dict[type[errors.LoupeError], tuple[int, str]] = {
    errors.BadRequest: (422, "bad-request"),
    errors.NotSignedIn: (401, "not-signed-in"),
    errors.Forbidden: (403, "forbidden"),
    errors.NotFound: (404, "not-found"),
    errors.LeaseLost: (409, "lease-lost"),
    errors.VisitClosed: (409, "visit-closed"),
    errors.NameInUse: (409, "name-in-use"),
    errors.Conflict: (409, "conflict"),
    errors.TooLarge: (413, "too-large"),
    errors.LimitExceeded: (409, "limit-exceeded"),
    errors.TooManyRequests: (429, "too-many-requests"),
    errors.Unavailable: (503, "unavailable"),
}

log = structlog.get_logger()

# What asyncpg raises while PostgreSQL is away, restarting, failing over, out of disk, memory or connections, or where
# it rolled a transaction back in favour of another: nothing was changed, and the same request may succeed later.
DATABASE_AWAY = (
    PostgresConnectionError,
    OperatorInterventionError,
    InsufficientResourcesError,
    PostgresSystemError,
    ReadOnlySQLTransactionError,
    TransactionRollbackError,
    InterfaceError,
    # Of a connection whose server has said goodbye and is about to close it: the statement was not sent.
    InternalClientError,
    ConnectionError,
    TimeoutError,
)


def problem(status: int, kind: str, detail: str, fields: tuple[errors.FieldError, ...] = ()) -> Response:
    """One problem+json answer; `fields` become its `errors`."""
    body: dict[str, Any] = {
        "type": f"/problems/{kind}",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": detail,
    }
    if fields:
        body["errors"] = [{"field": item.field, "message": item.message} for item in fields]
    headers = {"Retry-After": "2"} if status in (429, 503) else None
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


def domain_problem(error: errors.LoupeError) -> Response:
    """The answer for a domain error: the status of its nearest mapped class."""
    status, kind = next((STATUS[base] for base in type(error).__mro__ if base in STATUS), (500, "internal"))
    return problem(status, kind, error.message, error.errors)


def install(app: FastAPI) -> None:
    """Register the mapping on the application."""

    @app.exception_handler(errors.LoupeError)
    async def domain(request: Request, error: errors.LoupeError) -> Response:
        return domain_problem(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        fields = tuple(
            errors.FieldError(".".join(str(part) for part in item["loc"] if part != "body") or "body", item["msg"])
            for item in error.errors()
        )
        return problem(422, "bad-request", "; ".join(f"{f.field}: {f.message}" for f in fields), fields)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        kind = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
        return problem(error.status_code, kind, str(error.detail))

    async def database_away(request: Request, error: Exception) -> Response:
        log.warning("database away", path=request.url.path, error=repr(error))
        return domain_problem(errors.Unavailable("the database is not available right now: ask again in a few seconds"))

    for kind in DATABASE_AWAY:
        app.add_exception_handler(kind, database_away)

    del domain, invalid, http
