"""Human loops on the AWS wire: the five operations of the A2I runtime, rest-json."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.aws_protocol import REST, Call, Handler, Target, WireError, iso, present, read_json, serve
from api.page_tokens import page, page_size, position
from schemas.aws import operations
from schemas.human_loops import flow_definition_name, read_start
from store import human_loops
from store.human_loops import HumanLoop

# Six bytes of escaped JSON for each character of the largest InputContent, 3 MiB, and room for the rest.
MAX_START_BODY = 20 * 1024 * 1024
MAX_BODY = 64 * 1024

router = APIRouter(include_in_schema=False)


async def start(call: Call) -> dict[str, Any]:
    """StartHumanLoop."""
    loop = read_start(call.input, call.place)
    await human_loops.start(
        call.ctx.pool,
        name=loop.name,
        flow_definition=loop.flow_definition,
        input_content=loop.input_content,
        classifiers=loop.classifiers,
        person_id=call.person.id,
    )
    call.ctx.hint()
    return {"HumanLoopArn": call.place.arn("human-loop", loop.name)}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeHumanLoop."""
    loop = await human_loops.describe(call.ctx.pool, call.input["HumanLoopName"])
    return present(
        {
            "CreationTime": iso(loop.created_at),
            "FailureReason": loop.failure_reason,
            "FailureCode": loop.failure_code,
            "HumanLoopStatus": loop.status,
            "HumanLoopName": loop.name,
            "HumanLoopArn": call.place.arn("human-loop", loop.name),
            "FlowDefinitionArn": call.place.arn("flow-definition", loop.flow_definition),
            "HumanLoopOutput": {"OutputS3Uri": loop.output_uri} if loop.output_uri else None,
        }
    )


async def list_page(call: Call) -> dict[str, Any]:
    """ListHumanLoops: by time of creation, newest first where SortOrder does not say."""
    size = page_size(call)
    last = position(call)
    loops = await human_loops.list_page(
        call.ctx.pool,
        flow_definition_name(call.input, call.place),
        created_after=call.input.get("CreationTimeAfter"),
        created_before=call.input.get("CreationTimeBefore"),
        ascending=call.input.get("SortOrder") == "Ascending",
        after=(datetime.fromisoformat(last[0]), UUID(last[1])) if last else None,
        limit=size + 1,
    )

    def show(loop: HumanLoop) -> dict[str, Any]:
        return present(
            {
                "HumanLoopName": loop.name,
                "HumanLoopStatus": loop.status,
                "CreationTime": iso(loop.created_at),
                "FailureReason": loop.failure_reason,
                "FlowDefinitionArn": call.place.arn("flow-definition", loop.flow_definition),
            }
        )

    return page(call, "HumanLoopSummaries", loops, show, lambda loop: [loop.created_at, loop.task_id], size=size)


async def stop(call: Call) -> dict[str, Any]:
    """StopHumanLoop."""
    await human_loops.stop(call.ctx.pool, call.input["HumanLoopName"], call.person.id)
    call.ctx.hint()
    return {}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteHumanLoop."""
    await human_loops.delete(call.ctx.pool, call.input["HumanLoopName"], call.person.id)
    return {}


HANDLERS: dict[str, Handler] = {
    "StartHumanLoop": start,
    "DescribeHumanLoop": describe,
    "ListHumanLoops": list_page,
    "StopHumanLoop": stop,
    "DeleteHumanLoop": delete,
}
OPERATIONS = operations("sagemaker-a2i-runtime", tuple(HANDLERS))


@router.api_route("/human-loops", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
@router.api_route("/human-loops/{name:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
async def human_loops_operation(request: Request) -> Response:
    """One call of an A2I runtime operation."""
    return await serve(request, REST, _target)


def _target(request: Request) -> Target:
    name: str | None = request.path_params.get("name")
    match request.method, name:
        case "POST", None:
            return Target(OPERATIONS["StartHumanLoop"], start, read_json, MAX_START_BODY)
        case "GET", None:
            return _by_query(request)
        case "POST", "stop":
            return Target(OPERATIONS["StopHumanLoop"], stop, read_json, MAX_BODY)
        case "GET", str():
            return Target(OPERATIONS["DescribeHumanLoop"], describe, lambda _: {"HumanLoopName": name}, MAX_BODY)
        case "DELETE", str():
            return Target(OPERATIONS["DeleteHumanLoop"], delete, lambda _: {"HumanLoopName": name}, MAX_BODY)
        case _:
            raise WireError("UnknownOperationException", f"{request.method} {request.url.path} is no operation")


def _by_query(request: Request) -> Target:
    given: dict[str, Any] = dict(request.query_params)
    size = str(given.get("MaxResults", ""))
    if size.isascii() and size.isdigit():
        given["MaxResults"] = int(size[:10])
    return Target(OPERATIONS["ListHumanLoops"], list_page, lambda _: given, MAX_BODY)
