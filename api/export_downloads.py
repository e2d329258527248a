"""The file of an export, for people without a key of the storage: administrators alone."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from api.auth import require
from api.context import Context, context
from api.media import chunks
from api.paths import NamePath
from schemas.errors import Conflict, NotFound, Unavailable
from store import exports
from store.people import Person

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

router = APIRouter(prefix="/v1/projects/{name}/exports", tags=["exports"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]


@router.get(
    "/{export_id}/file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}}, "description": "one completed task a line"}},
)
async def download_export(name: NamePath, export_id: UUID, person: Admin, ctx: Ctx) -> Response:
    """The JSON Lines of a completed export. 409 where it is not there yet, 404 where the object was taken away."""
    export = await exports.get(ctx.pool, name, export_id)
    if export.uri is None:
        raise Conflict(f"the export is {export.status}: it has no file")
    found = await _open(ctx, export.uri)
    headers = {
        "Content-Length": str(found["ContentLength"]),
        "Content-Disposition": f'attachment; filename="{name}-{export.created_at:%Y-%m-%d-%H-%M-%S}.jsonl"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(chunks(found["Body"]), 200, headers, media_type="application/jsonl")


async def _open(ctx: Context, uri: str) -> "GetObjectOutputTypeDef":
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return await ctx.s3.client.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ("NoSuchKey", "NoSuchBucket", "404"):
            raise NotFound(f"{uri} is not there any more: export again") from error
        raise Unavailable(f"the storage refused to read {uri} ({code})") from error
    except (BotoCoreError, OSError, TimeoutError) as error:
        raise Unavailable(f"the storage did not answer: {type(error).__name__}") from error
