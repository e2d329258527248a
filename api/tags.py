"""Tags on the AWS wire: of flow definitions, human task UIs, work teams and workforces that exist."""

from typing import Any

from api.aws_protocol import Call
from api.page_tokens import page, page_size, position
from schemas.arns import KINDS, Kind
from schemas.aws import wrong_member
from schemas.tags import MAX_TAGS, Tag
from schemas.tags import read as read_tags
from store import tags


async def add(call: Call) -> dict[str, Any]:
    """AddTags: the answer holds all tags that the resource has now."""
    given = read_tags(call.input["Tags"])
    arn = await _resource(call)
    return {"Tags": [tag.show() for tag in await tags.add(call.ctx.pool, arn, given)]}


async def list_page(call: Call) -> dict[str, Any]:
    """ListTags: by key."""
    size = page_size(call, MAX_TAGS)
    last = position(call)
    arn = await _resource(call)
    rows = await tags.list_page(call.ctx.pool, arn, after=last[0] if last else None, limit=size + 1)
    return page(call, "Tags", rows, Tag.show, lambda row: [row.key], size=size)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteTags."""
    await tags.remove(call.ctx.pool, await _resource(call), call.input["TagKeys"])
    return {}


async def _resource(call: Call) -> str:
    kind, name = _named(call)
    await tags.require_resource(call.ctx.pool, kind, name)
    return call.place.arn(kind, name)


def _named(call: Call) -> tuple[Kind, str]:
    for kind in KINDS:
        name = call.place.name(call.input["ResourceArn"], kind)
        if name is not None:
            return kind, name
    example = f"{call.place.arn_base}:<kind>/<name>"
    raise wrong_member("ResourceArn", f"is not a resource of this account and region: {example}")
