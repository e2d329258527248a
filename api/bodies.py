"""Bodies of requests and answers: bounded, strict JSON, checked by a model."""

from collections.abc import Iterator
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from quality import doubled_members
from quality.doubled_members import DoubledMemberError
from schemas.errors import BadRequest, FieldError, TooLarge, wrong_fields

Model = TypeVar("Model", bound=BaseModel)

SMALL_BODY_BYTES = 64 * 1024
_MOST_INVALID = 1000


async def read_body(
    request: Request, model: type[Model], *, most: int = SMALL_BODY_BYTES, names_once: bool = False
) -> Model:
    """The body as `model`; an empty one counts as {}. With `names_once` no object may name a member twice.

    Raises TooLarge past `most` bytes (without reading on), BadRequest for what is not JSON, does not say that it is, or
    does not fit.
    """
    text = await read_bytes(request, most)
    if text:
        _require_json(request)
    try:
        # Keeps integers of any size, and refuses NaN and what is nested deeper than anybody can show.
        value: object = from_json(text, allow_inf_nan=False) if text.strip() else {}
        if names_once and text.strip():
            doubled_members.load(text.decode())
    except DoubledMemberError as error:
        raise BadRequest(str(error), errors=(FieldError(".".join(error.place), error.problem),)) from error
    except ValueError as error:
        raise BadRequest(f"body: not valid JSON: {error}", errors=(FieldError("body", str(error)),)) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise wrong_fields(invalid_fields(error, "body")) from error


def invalid_fields(error: ValidationError, whole: str) -> Iterator[FieldError]:
    """What keeps a value from being of a model, each with the field that it is in, else with `whole`."""
    if error.error_count() > _MOST_INVALID:
        # Listing them takes a hundred times the memory of the body.
        message = f"has {error.error_count()} unknown or wrong members: see /docs for those that are taken"
        yield FieldError(whole, message)
        return
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        yield FieldError(".".join(str(part) for part in item["loc"]) or whole, item["msg"])


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
    # A reference would be read from the top of the whole OpenAPI document.
    schema = _inlined(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _inlined(part: Any, models: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(item, models) for item in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    members = cast("dict[str, Any]", part)
    referred: dict[str, Any] = models[members["$ref"].rpartition("/")[2]] if "$ref" in members else {}
    return {name: _inlined(member, models) for name, member in (referred | members).items() if name != "$ref"}


async def read_bytes(request: Request, most: int) -> bytes:
    """The body as it came. Raises TooLarge past `most` bytes, without reading on."""
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


def told_once(body: Any) -> Response:
    """201 with a body that holds a secret: nothing on the way may keep it."""
    answer = json_response(body)
    answer.status_code = 201
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(value: object) -> str:
    # asyncpg's UUID is a subclass, which orjson leaves to us.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
