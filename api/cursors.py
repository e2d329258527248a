"""`next_cursor` of /v1: where a list goes on. Sealed, and bound to the list and its filters."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from fastapi import Query

from api.context import Context
from schemas.errors import BadRequest, FieldError, NotSignedIn

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
Cursor = Annotated[str | None, Query(max_length=2000, description="next_cursor of the page before")]


def place_in(ctx: Context, cursor: str | None, query: Sequence[object]) -> list[Any] | None:
    """Where the page before ended, or None for the first. Raises BadRequest for a cursor that is not of this query."""
    if not cursor:
        return None
    try:
        asked, place = orjson.loads(ctx.seal.open(cursor.encode()))
    except (NotSignedIn, ValueError) as error:
        raise _wrong_cursor() from error
    if asked != list(query):
        raise _wrong_cursor()
    return place


def moment_and_id(ctx: Context, cursor: str | None, query: Sequence[object]) -> tuple[datetime, UUID] | None:
    """`place_in` of a list that goes by time, then id."""
    place = place_in(ctx, cursor, query)
    return None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))


def page(
    ctx: Context,
    rows: Sequence[Row],
    show: Callable[[Row], object],
    place_of: Callable[[Row], Sequence[object]],
    *,
    query: Sequence[object],
    limit: int,
) -> dict[str, Any]:
    """`{items, next_cursor}` from up to `limit` + 1 rows: one more than shown means a next page."""
    cursor = None
    if len(rows) > limit:
        # asyncpg's ids are a type of their own, which orjson does not know.
        text = orjson.dumps([list(query), list(place_of(rows[limit - 1]))], default=str).decode()
        cursor = ctx.seal.seal(text).decode()
    return {"items": [show(row) for row in rows[:limit]], "next_cursor": cursor}


def _wrong_cursor() -> BadRequest:
    message = "is not a cursor that this list gave for the same filters: begin again without it"
    return BadRequest(f"cursor: {message}", errors=(FieldError("cursor", message),))
