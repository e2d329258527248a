"""NextToken: where a list goes on. Sealed, so that clients can neither read nor alter it, and bound to its query."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from api.aws_protocol import Call
from schemas.aws import wrong_member
from schemas.errors import NotSignedIn

Row = TypeVar("Row")

# Amazon documents no default for these lists: the largest page that MaxResults allows.
DEFAULT_PAGE = 100


def page_size(call: Call, default: int = DEFAULT_PAGE) -> int:
    """MaxResults, or `default` where the call does not say."""
    return call.input.get("MaxResults", default)


def position(call: Call) -> list[Any] | None:
    """Where the page before ended, or None for the first. Raises BadRequest for a token that is not of this query."""
    token = call.input.get("NextToken")
    if not token:
        return None
    try:
        query, last = orjson.loads(call.ctx.seal.open(token.encode()))
    except (NotSignedIn, ValueError) as error:
        raise _wrong_token() from error
    if query != _query(call):
        raise _wrong_token()
    return last


def page(
    call: Call,
    name: str,
    rows: Sequence[Row],
    show: Callable[[Row], object],
    place_of: Callable[[Row], list[Any]],
    *,
    size: int,
) -> dict[str, Any]:
    """The answer of a list operation, from up to `size` + 1 rows: one more than shown means a next page."""
    answer: dict[str, Any] = {name: [show(row) for row in rows[:size]]}
    if len(rows) > size:
        # asyncpg's ids are a type of their own, which orjson does not know.
        body = orjson.dumps([_query(call), place_of(rows[size - 1])], default=str).decode()
        answer["NextToken"] = call.ctx.seal.seal(body).decode()
    return answer


def _query(call: Call) -> str:
    # The size of a page may change on the way.
    asked = {name: value for name, value in call.input.items() if name not in ("NextToken", "MaxResults")}
    text = orjson.dumps([call.operation.name, asked], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:32]


def _wrong_token() -> Exception:
    return wrong_member("NextToken", "is not a token that this list gave for the same filters and order: begin again")
