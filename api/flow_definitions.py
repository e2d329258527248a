"""Flow definitions on the AWS wire. They are active at once; a change of one is a new one, as in SageMaker."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.aws_protocol import Call, epoch, present
from api.page_tokens import page, page_size, position
from schemas import flow_definitions as definitions
from schemas import tags
from store import flow_definitions
from store.flow_definitions import Summary


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
