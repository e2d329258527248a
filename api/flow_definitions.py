"""Flow definitions on the AWS wire and for the portal.

They are active at once; a change of one is a new one, as in SageMaker.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api import cursors
from api.auth import require
from api.aws_protocol import Call, epoch, present
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.member_names import named
from api.page_tokens import page, page_size, position
from api.paths import NamePath
from schemas import flow_definitions as definitions
from schemas import tags
from schemas.arns import Place
from schemas.aws import operations
from schemas.flow_definitions import FIELDS, FlowDefinitionsPage, FlowDefinitionView, NewFlowDefinition
from store import flow_definitions
from store.flow_definitions import FlowDefinition, Summary
from store.people import Person

router = APIRouter(prefix="/v1/flow-definitions", tags=["flow definitions"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

_CREATE = operations("sagemaker", ("CreateFlowDefinition",))["CreateFlowDefinition"]


@router.get("", responses={200: {"model": FlowDefinitionsPage}})
async def list_flow_definitions(person: Reader, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Flow definitions, newest first; one that is being deleted stays until its last loop is over."""
    query = ("flow-definitions",)
    rows = await flow_definitions.list_page(
        ctx.pool,
        created_after=None,
        created_before=None,
        ascending=False,
        after=cursors.moment_and_id(ctx, cursor, query),
        limit=limit + 1,
    )
    return json_response(
        cursors.page(ctx, rows, _entry, lambda row: (row.created_at, row.id), query=query, limit=limit)
    )


@router.post(
    "", status_code=201, openapi_extra=documented(NewFlowDefinition), responses={201: {"model": FlowDefinitionView}}
)
async def create_flow_definition(request: Request, person: Admin, ctx: Ctx) -> Response:
    """A flow definition, as CreateFlowDefinition makes it."""
    new = await read_body(request, NewFlowDefinition)
    place = _place(ctx)
    with named(FIELDS):
        definition = definitions.read(_CREATE.read(new.as_input(place)), place)
        await flow_definitions.create(ctx.pool, definition, place=place, given_tags=())
    answer = json_response(_view(await flow_definitions.get(ctx.pool, new.name), place))
    answer.status_code = 201
    return answer


@router.get("/{name}", responses={200: {"model": FlowDefinitionView}})
async def get_flow_definition(name: NamePath, person: Reader, ctx: Ctx) -> Response:
    """One flow definition; how its tasks stand is in GET /v1/projects/{name}."""
    with named(FIELDS):
        return json_response(_view(await flow_definitions.get(ctx.pool, name), _place(ctx)))


@router.delete("/{name}", status_code=202)
async def delete_flow_definition(name: NamePath, person: Admin, ctx: Ctx) -> Response:
    """Take no new loops and stop the unfinished ones; it is gone when the last of them is over."""
    with named(FIELDS):
        arn = _place(ctx).arn("flow-definition", name)
        await flow_definitions.delete(ctx.pool, name=name, arn=arn, person_id=person.id)
    ctx.hint()
    return Response(status_code=202)


async def create(call: Call) -> dict[str, Any]:
    """CreateFlowDefinition."""
    definition = definitions.read(call.input, call.place)
    given_tags = tags.read(call.input.get("Tags", []))
    await flow_definitions.create(call.ctx.pool, definition, place=call.place, given_tags=given_tags)
    return {"FlowDefinitionArn": call.place.arn("flow-definition", definition.name)}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeFlowDefinition."""
    found = await flow_definitions.get(call.ctx.pool, call.input["FlowDefinitionName"])
    return present(
        {
            "FlowDefinitionArn": call.place.arn("flow-definition", found.name),
            "FlowDefinitionName": found.name,
            "FlowDefinitionStatus": _status(found.deleting),
            "CreationTime": epoch(found.created_at),
            "HumanLoopRequestSource": found.human_loop_request_source,
            "HumanLoopActivationConfig": found.human_loop_activation_config,
            "HumanLoopConfig": found.human_loop_config,
            "OutputConfig": found.output_config,
            "RoleArn": found.role_arn,
        }
    )


async def list_page(call: Call) -> dict[str, Any]:
    """ListFlowDefinitions: by time of creation, newest first where SortOrder does not say."""
    size = page_size(call)
    rows = await flow_definitions.list_page(
        call.ctx.pool,
        created_after=call.input.get("CreationTimeAfter"),
        created_before=call.input.get("CreationTimeBefore"),
        ascending=call.input.get("SortOrder") == "Ascending",
        after=after_creation(call),
        limit=size + 1,
    )

    def show(row: Summary) -> dict[str, Any]:
        return {
            "FlowDefinitionName": row.name,
            "FlowDefinitionArn": call.place.arn("flow-definition", row.name),
            "FlowDefinitionStatus": _status(row.deleting),
            "CreationTime": epoch(row.created_at),
        }

    return page(call, "FlowDefinitionSummaries", rows, show, lambda row: [row.created_at, row.id], size=size)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteFlowDefinition."""
    name = call.input["FlowDefinitionName"]
    arn = call.place.arn("flow-definition", name)
    await flow_definitions.delete(call.ctx.pool, name=name, arn=arn, person_id=call.person.id)
    call.ctx.hint()
    return {}


def after_creation(call: Call) -> tuple[datetime, UUID] | None:
    """Where a list by time of creation goes on. Raises BadRequest."""
    last = position(call)
    return (datetime.fromisoformat(last[0]), UUID(last[1])) if last else None


def _status(deleting: bool) -> str:
    return "Deleting" if deleting else "Active"


def _place(ctx: Context) -> Place:
    return Place(ctx.settings.account_id, ctx.settings.region)


def _entry(row: Summary | FlowDefinition) -> dict[str, object]:
    return {"name": row.name, "created_at": row.created_at, "deleting": row.deleting}


def _view(found: FlowDefinition, place: Place) -> dict[str, object]:
    loop, source, activation = (
        found.human_loop_config,
        found.human_loop_request_source or {},
        (found.human_loop_activation_config or {}).get("HumanLoopActivationConditionsConfig", {}),
    )
    return {
        **_entry(found),
        "arn": place.arn("flow-definition", found.name),
        # What was made under another account or region keeps the names that it was given.
        "human_task_ui": loop["HumanTaskUiArn"].rpartition("/")[2],
        "team": loop["WorkteamArn"].rpartition("/")[2],
        "title": loop["TaskTitle"],
        "description": loop["TaskDescription"],
        "count": loop["TaskCount"],
        "time_limit_seconds": loop["TaskTimeLimitInSeconds"],
        "lifetime_seconds": loop["TaskAvailabilityLifetimeInSeconds"],
        "keywords": loop.get("TaskKeywords", []),
        "request_source": source.get("AwsManagedHumanLoopRequestSource"),
        "activation_conditions": activation.get("HumanLoopActivationConditions"),
        "output": found.output_config["S3OutputPath"],
    }
