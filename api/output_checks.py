"""Whether an output location can be written to."""

from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from fastapi import APIRouter, Depends, Request, Response

from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from schemas.output_checks import CheckOutput, OutputCheckView, OutputSuggestion
from schemas.outputs import output_location
from store.people import Person

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

router = APIRouter(prefix="/v1/outputs", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]


@router.get("", responses={200: {"model": OutputSuggestion}})
async def suggest_output(person: Admin, ctx: Ctx) -> Response:
    """A location in Loupe's own bucket, for those who have no other."""
    return json_response({"suggestion": f"s3://{ctx.settings.s3_bucket}/projects"})


@router.post("/check", openapi_extra=documented(CheckOutput), responses={200: {"model": OutputCheckView}})
async def check_output(request: Request, person: Admin, ctx: Ctx) -> Response:
    """Whether Loupe may write to a location. Nothing is left there: an upload is begun and aborted."""
    body = await read_body(request, CheckOutput)
    bucket, key = output_location(body.output, f"loupe-check-{uuid4()}")
    problem = await _problem(ctx.s3.client, bucket, key)
    return json_response({"ok": problem is None, "problem": problem})


async def _problem(client: "S3Client", bucket: str, key: str) -> str | None:
    try:
        await client.head_bucket(Bucket=bucket)
    except ClientError as error:
        # Without the right to list a bucket, one may still write to it.
        if _status(error) != 403:
            return _bucket_refusal(bucket, error)
    except (BotoCoreError, OSError, TimeoutError) as error:
        return _unreachable(error)
    try:
        begun = await client.create_multipart_upload(Bucket=bucket, Key=key)
        await client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=begun["UploadId"])
    except ClientError as error:
        code = _code(error)
        return (
            f"the storage refuses to let Loupe write to s3://{bucket}/{key.rpartition('/')[0]} ({code}): "
            "give its credentials s3:PutObject and s3:AbortMultipartUpload there"
        )
    except (BotoCoreError, OSError, TimeoutError) as error:
        return _unreachable(error)
    return None


def _bucket_refusal(bucket: str, error: ClientError) -> str:
    match _status(error):
        case 404:
            return f"there is no bucket {bucket}: make it, or correct the name"
        case 301:
            return f"the bucket {bucket} is in another region: use one in the region that Loupe runs for"
        case status:
            return f"the storage answered {_code(error) or status} for the bucket {bucket}: ask whoever runs it"


def _unreachable(error: Exception) -> str:
    if isinstance(error, NoCredentialsError):
        return "Loupe has no credentials for the storage: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    return f"the storage cannot be reached ({type(error).__name__}): see that AWS_ENDPOINT_URL_S3 is right"


def _status(error: ClientError) -> int:
    details = cast("dict[str, Any]", error.response)
    return int(details.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _code(error: ClientError) -> str:
    details = cast("dict[str, Any]", error.response)
    return str(details.get("Error", {}).get("Code", ""))
