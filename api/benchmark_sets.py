"""Benchmark sets: inputs whose right answers are known, by which a graph tells benchmark tasks."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import ValidationError

from api import cursors
from api.auth import require
from api.bodies import documented, invalid_fields, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from schemas.assignments import Nothing
from schemas.benchmark_sets import (
    BenchmarkItemOutcomes,
    BenchmarkItemsPage,
    BenchmarkSetsPage,
    BenchmarkSetView,
    NewBenchmarkItem,
    NewBenchmarkItems,
    SetName,
    Sha256,
)
from schemas.errors import BadRequest, FieldError, wrong_fields
from schemas.task_inputs import canonical, digest
from store import benchmark_sets
from store.benchmark_sets import BenchmarkItem, BenchmarkSet
from store.people import Person

router = APIRouter(prefix="/v1/benchmark-sets", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]
SetPath = Annotated[SetName, Path()]

MOST_BYTES = 20 * 1024 * 1024


@router.get("", responses={200: {"model": BenchmarkSetsPage}})
async def list_sets(person: Reader, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """All sets by name."""
    last = cursors.place_in(ctx, cursor, ("benchmark-sets",))
    rows = await benchmark_sets.list_page(ctx.pool, after=last[0] if last else None, limit=limit + 1)
    return json_response(cursors.page(ctx, rows, _set, lambda row: (row.name,), query=("benchmark-sets",), limit=limit))


@router.put("/{name}", openapi_extra=documented(Nothing), responses={200: {"model": BenchmarkSetView}})
async def put_set(name: SetPath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Make a set; one that is there stays as it is."""
    await read_body(request, Nothing)
    await benchmark_sets.put(ctx.pool, name)
    return json_response(_set(await benchmark_sets.get(ctx.pool, name)))


@router.get("/{name}", responses={200: {"model": BenchmarkSetView}})
async def get_set(name: SetPath, person: Reader, ctx: Ctx) -> Response:
    """One set."""
    return json_response(_set(await benchmark_sets.get(ctx.pool, name)))


@router.delete("/{name}", status_code=204)
async def delete_set(name: SetPath, person: Admin, ctx: Ctx) -> Response:
    """Forget a set with its items: no task is in it any more."""
    await benchmark_sets.delete(ctx.pool, name)
    return Response(status_code=204)


@router.get("/{name}/items", responses={200: {"model": BenchmarkItemsPage}})
async def list_items(name: SetPath, person: Reader, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """A set's items by id, the SHA-256 of the input's canonical text."""
    query = ("benchmark-items", name)
    last = cursors.place_in(ctx, cursor, query)
    after = bytes.fromhex(last[0]) if last else None
    rows = await benchmark_sets.items(ctx.pool, name, after=after, limit=limit + 1)
    return json_response(
        cursors.page(ctx, rows, _item, lambda row: (row.input_sha256.hex(),), query=query, limit=limit)
    )


@router.post(
    "/{name}/items", openapi_extra=documented(NewBenchmarkItems), responses={200: {"model": BenchmarkItemOutcomes}}
)
async def add_items(name: SetPath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Up to 5,000 inputs in at most 20 MiB. Of one input twice in a call the last label counts."""
    body = await read_body(request, NewBenchmarkItems, most=MOST_BYTES)
    # So much may take a while, which other requests shall not wait for.
    read = await asyncio.to_thread(lambda: [_read(item) for item in body.items])
    labels = {each.input_sha256: each.label for each in read if isinstance(each, _Item)}
    added = await benchmark_sets.add(ctx.pool, name, labels)
    items = [
        {"id": each.input_sha256.hex(), "outcome": added[each.input_sha256]}
        if isinstance(each, _Item)
        else _refused(each)
        for each in read
    ]
    return json_response({"items": items})


@router.delete("/{name}/items/{item_id}", status_code=204)
async def remove_item(name: SetPath, item_id: Annotated[Sha256, Path()], person: Admin, ctx: Ctx) -> Response:
    """Take an input out of a set."""
    await benchmark_sets.remove(ctx.pool, name, bytes.fromhex(item_id))
    return Response(status_code=204)


@dataclass(frozen=True)
class _Item:
    """An input by its digest; `label` is a JSON text."""

    input_sha256: bytes
    label: str | None


def _read(item: object) -> _Item | BadRequest:
    try:
        given = NewBenchmarkItem.model_validate(item)
    except ValidationError as error:
        return wrong_fields(invalid_fields(error, "item"))
    field = "input"
    try:
        key = digest(canonical(given.input))
        field = "label"
        return _Item(key, None if given.label is None else canonical(given.label))
    except ValueError as error:
        return wrong_fields([FieldError(field, str(error))])


def _refused(refusal: BadRequest) -> dict[str, object]:
    return {
        "id": None,
        "outcome": "refused",
        "detail": refusal.message,
        "errors": [{"field": error.field, "message": error.message} for error in refusal.errors],
    }


def _set(row: BenchmarkSet) -> dict[str, object]:
    return {"name": row.name, "created_at": row.created_at, "items": row.items}


def _item(row: BenchmarkItem) -> dict[str, object]:
    label = None if row.label is None else orjson.Fragment(row.label)
    return {"id": row.input_sha256.hex(), "label": label, "added_at": row.added_at}
