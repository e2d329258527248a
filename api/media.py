"""Media of tasks: sealed, short-lived URLs, streamed from S3 with byte ranges."""

import mimetypes
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Annotated, Any, cast
from urllib.parse import unquote

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from api.context import Context, context
from api.errors import problem
from schemas.errors import BadRequest, NotSignedIn

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

router = APIRouter(tags=["media"])

MEDIA_SECONDS = 15 * 60
_CHUNK_BYTES = 256 * 1024
# Separates these tokens from everything else that is sealed with the same key.
_PURPOSE = "media"

_S3 = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.IGNORECASE | re.DOTALL)
_HTTP = re.compile(
    r"https?://(?:(?P<host_bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?"
    r"/(?P<path>[^?#]+)(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)")
_UNKNOWN_TYPES = frozenset({"", "binary/octet-stream", "application/octet-stream"})
# A browser runs scripts in these when they are opened by themselves.
_ACTIVE_TYPES = frozenset(
    {"text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/xml", "application/xslt+xml"}
)
_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "404", "NotFound"})


def media_url(ctx: Context, s3_uri: str) -> str:
    """An address that opens one S3 object for 15 minutes; it does not show which.

    Takes `s3://bucket/key` and the http(s) forms of S3, percent-encoded or not. Raises BadRequest where it is
    neither, or the bucket is not one that this service may show.
    """
    bucket, key = require_showable(ctx, s3_uri)
    token = ctx.seal.seal(f"{_PURPOSE}\n{bucket}\n{key}").decode()
    return f"{ctx.settings.portal_url}/media/{token}"


def require_showable(ctx: Context, s3_uri: str) -> tuple[str, str]:
    """Bucket and key of an address. Raises BadRequest as `media_url` does."""
    bucket, key = _address(s3_uri)
    allowed = ctx.settings.media_bucket_names
    if bucket not in allowed and "*" not in allowed:
        raise BadRequest(f"Loupe may not open the bucket {bucket}: add it to LOUPE_MEDIA_BUCKETS")
    return bucket, key


@router.api_route("/media/{token}", methods=["GET", "HEAD"], include_in_schema=False)
async def show(token: str, request: Request, ctx: Annotated[Context, Depends(context)]) -> Response:
    """One media object, or the asked range of it."""
    purpose, _, location = ctx.seal.open(token.encode(), max_age=MEDIA_SECONDS).partition("\n")
    bucket, _, key = location.partition("\n")
    if purpose != _PURPOSE:
        raise NotSignedIn("this is not a media link")
    try:
        response = await _from_s3(ctx.s3.client, request, bucket, key)
    except ClientError as error:
        response = _refused(error)
    except BotoCoreError as error:
        response = problem(502, "storage-unavailable", f"the storage did not answer: {type(error).__name__}")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Range, ETag"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _address(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 address."""
    if match := _S3.fullmatch(uri):
        bucket, key = match["bucket"], match["key"]
    elif match := _HTTP.fullmatch(uri):
        path = unquote(match["path"])
        bucket, key = (match["host_bucket"], path) if match["host_bucket"] else path.partition("/")[::2]
    else:
        raise BadRequest(f"give s3://bucket/key or S3's https address, not {uri[:200]!r}")
    if not _BUCKET.fullmatch(bucket) or not key or len(key.encode()) > 1024:
        raise BadRequest(f"{uri[:200]!r} does not name an S3 object: bucket or key is not valid")
    return bucket, key


async def _from_s3(client: "S3Client", request: Request, bucket: str, key: str) -> Response:
    if request.method == "HEAD":
        found: Any = await client.head_object(Bucket=bucket, Key=key)
        return Response(None, 200, _headers(found, key))
    wanted = request.headers.get("Range", "")
    if not _RANGE.fullmatch(wanted):
        return await _whole(client, bucket, key)
    part: Any = await client.get_object(Bucket=bucket, Key=key, Range=wanted)
    unchanged_since = request.headers.get("If-Range")
    if unchanged_since and unchanged_since not in (part.get("ETag"), _http_date(part.get("LastModified"))):
        part["Body"].close()
        return await _whole(client, bucket, key)
    return StreamingResponse(chunks(part["Body"]), 206, _headers(part, key))


async def _whole(client: "S3Client", bucket: str, key: str) -> Response:
    found: Any = await client.get_object(Bucket=bucket, Key=key)
    return StreamingResponse(chunks(found["Body"]), 200, _headers(found, key))


async def chunks(body: Any) -> AsyncIterator[bytes]:
    """The bytes of an S3 object that was opened; lets go of it when they are read, or nobody reads on."""
    try:
        async for chunk in body.iter_chunks(_CHUNK_BYTES):
            yield cast("bytes", chunk)
    finally:
        # A reader who leaves early must not keep S3's connection.
        body.close()


def _headers(found: Any, key: str) -> dict[str, str]:
    full_kind = str(found.get("ContentType", ""))
    if full_kind.lower() in _UNKNOWN_TYPES:
        full_kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    kind = full_kind.split(";")[0].strip().lower()
    if "javascript" in kind or "ecmascript" in kind:
        # The portal loads scripts from its own origin, and this is the same one.
        full_kind = "text/plain; charset=utf-8"
    headers = {
        "Content-Type": full_kind,
        "Content-Length": str(found["ContentLength"]),
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={MEDIA_SECONDS}",
    }
    for name, field in (("ETag", "ETag"), ("Content-Range", "ContentRange"), ("Content-Encoding", "ContentEncoding")):
        if found.get(field):
            headers[name] = str(found[field])
    if found.get("LastModified"):
        headers["Last-Modified"] = _http_date(found["LastModified"])
    # Whatever it is, opened by itself it can do nothing.
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    if kind in _ACTIVE_TYPES or kind.endswith("+xml"):
        headers["Content-Disposition"] = "attachment"
    return headers


def _http_date(moment: datetime | None) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True) if moment else ""


def _refused(error: ClientError) -> Response:
    details = cast("dict[str, Any]", error.response)
    code = str(details.get("Error", {}).get("Code", ""))
    status = details.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _MISSING or status == 404:
        return problem(404, "not-found", "this file does not exist in the storage")
    if code == "InvalidRange" or status == 416:
        response = problem(416, "range-not-satisfiable", "the file is shorter than the asked range")
        size = details.get("Error", {}).get("ActualObjectSize")
        response.headers["Content-Range"] = f"bytes */{size}" if size else "bytes */*"
        return response
    return problem(502, "storage-refused", f"the storage refused to show this file: {code or status}")
