"""The JSON document of a graph: its schema, and reading it before anything looks at what it means."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from quality import doubled_members
from quality.doubled_members import DoubledMemberError
from quality.graph_outlines import Problem
from schemas.graphs import MOST_BYTES, MOST_STAGES, Graph

# Names no host: whoever publishes the schema says where it is.
SCHEMA_ID = "urn:loupe:graph:1"


def document_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a graph's document, for editors; a graph has further rules as a whole."""
    schema = Graph.model_json_schema()
    for name, model in schema["$defs"].items():
        # A tag has a default in Python only: without it no reader could tell the kinds apart.
        tags = [tag for tag in ("type", "via") if "const" in model["properties"].get(tag, {})]
        schema["$defs"][name] = model | {"required": [*tags, *model.get("required", ())]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def read(document: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The document's object.

    Raises DoubledMemberError, and ValueError, TypeError or RecursionError where it is none, or too large.
    """
    text = document if isinstance(document, bytes) else _text(document)
    if len(text) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1024} KiB")
    try:
        given = doubled_members.load(text.decode("utf-8-sig", "strict" if text is document else "surrogatepass"))
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"is not JSON in UTF-8: {error.reason} at byte {error.start}") from error
    if not isinstance(given, dict):
        raise ValueError("has to be an object with the members start and stages")
    members = cast("dict[str, Any]", given)
    _few_stages(members)
    return members


def _text(document: Mapping[str, Any]) -> bytes:
    _few_stages(document)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def _few_stages(document: Mapping[str, Any]) -> None:
    count = len(stages_in(document))
    if count > MOST_STAGES:
        raise ValueError(f"has {count} stages: at most {MOST_STAGES} are allowed")


def stages_in(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stages of a document as they are; empty where it has none."""
    stages: object = document.get("stages")
    return cast("dict[str, Any]", stages) if isinstance(stages, dict) else {}


def doubled(error: DoubledMemberError) -> Problem:
    """That a member is written twice, with its place."""
    return _at(error.place, error.problem)


def unstorable(value: object, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """Texts that cannot be kept: PostgreSQL takes no NUL, and half of a surrogate pair is no character."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            yield _at(path, "holds a NUL, or half of a surrogate pair: leave it out")
    elif isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            inner = (*path, name.encode(errors="replace").decode().replace("\0", "?"))
            if inner[-1] != name:
                yield _at(inner, "has a NUL, or half of a surrogate pair, in its name")
            yield from unstorable(member, inner)
    elif isinstance(value, list):
        for number, member in enumerate(cast("list[object]", value)):
            yield from unstorable(member, (*path, str(number)))


def invalid_fields(error: ValidationError) -> Iterator[Problem]:
    """What a document's fields have that their types do not allow."""
    for item in error.errors(include_url=False):
        yield _invalid_field(item)


def _invalid_field(error: ErrorDetails) -> Problem:
    place = [str(part) for part in error["loc"]]
    # The tags of the two unions are in the place, but not in the document.
    if len(place) > 2 and place[0] == "stages" and place[2] != "[key]":
        del place[2]
        if place[2:3] == ["call"]:
            del place[3:4]
    context = error.get("ctx", {})
    if "discriminator" in context:
        place.append(str(context["discriminator"]).strip("'"))
    if place[-1:] == ["[key]"]:
        return _at(tuple(place[:-1]), f"as a name {_message(error)}")
    return _at(tuple(place), _message(error))


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "is no field here: leave it out, or see how it is spelled"
        case "missing":
            return "is missing"
        case "union_tag_not_found":
            return "is missing: it says what kind this is"
        case "union_tag_invalid":
            tags = error.get("ctx", {})
            return f"is {tags['tag']}: it has to be one of {tags['expected_tags']}"
        case _:
            return f"is not allowed: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _at(path: tuple[str, ...], message: str) -> Problem:
    if len(path) > 1 and path[0] == "stages":
        return Problem(path[1], ".".join(path[2:]), message)
    return Problem("", ".".join(path), message)
