"""Bodies of requests and answers: bounded, strict JSON, checked by a model."""

from typing import Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from schemas.errors import BadRequest, FieldError, TooLarge

Model = TypeVar("Model", bound=BaseModel)

SMALL_BODY_BYTES = 64 * 1024


async def read_body(request: Request, model: type[Model], *, most: int = SMALL_BODY_BYTES) -> Model:
    """The body as `model`; an empty one counts as {}.

    Raises TooLarge past `most` bytes (without reading on), BadRequest for what is not JSON, does not say that it is, or
    does not fit.
    """
    text = await _read(request, most)
    if text:
        _require_json(request)
    try:
        # Keeps integers of any size, and refuses NaN and what is nested deeper than anybody can show.
        value: object = from_json(text, allow_inf_nan=False) if text.strip() else {}
    except ValueError as error:
        raise BadRequest(f"body: not valid JSON: {error}", errors=(FieldError("body", str(error)),)) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = tuple(
            FieldError(".".join(str(part) for part in item["loc"]) or "body", item["msg"]) for item in error.errors()
        )
        raise BadRequest("; ".join(f"{each.field}: {each.message}" for each in fields), errors=fields) from error


def _require_json(request: Request) -> None:
    # A form of another site can send text, but not this type.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        message = "send the body as Content-Type: application/json"
        raise BadRequest(f"Content-Type: {message}", errors=(FieldError("Content-Type", message),))


def json_text(value: object, field: str) -> str:
    """A value of a body as the JSON text that is stored. Raises BadRequest for what could not be read back exactly."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        message = f"{error}: numbers have at most 64 bits, and nothing is nested deeper than 200 levels"
        raise BadRequest(f"{field}: {message}", errors=(FieldError(field, message),)) from error


def documented(body: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its body by `read_body`."""
    schema = body.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _read(request: Request, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge(f"body: larger than {most} bytes: send less")
        parts.append(part)
    return b"".join(parts)


def json_response(body: Any) -> Response:
    """200 with `body`; texts that are JSON already go in as orjson.Fragment."""
    return Response(orjson.dumps(body, default=_plain, option=orjson.OPT_UTC_Z), media_type="application/json")


def _plain(value: object) -> str:
    # asyncpg's UUID is a subclass, which orjson leaves to us.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
