"""The control plane of the AWS wire: `POST /` with `X-Amz-Target: SageMaker.<Operation>`, JSON 1.1."""

from fastapi import APIRouter, Request, Response

from api import flow_definitions, human_task_uis, tags, work_teams, workforces
from api.aws_protocol import JSON, Handler, Target, WireError, read_json, serve
from schemas.aws import operations

# Twelve bytes of escaped JSON for each character of the largest members, a template and a task's input.
MAX_BODY = 4 * 1024 * 1024

HANDLERS: dict[str, Handler] = {
    "CreateFlowDefinition": flow_definitions.create,
    "DescribeFlowDefinition": flow_definitions.describe,
    "ListFlowDefinitions": flow_definitions.list_page,
    "DeleteFlowDefinition": flow_definitions.delete,
    "CreateHumanTaskUi": human_task_uis.create,
    "DescribeHumanTaskUi": human_task_uis.describe,
    "ListHumanTaskUis": human_task_uis.list_page,
    "DeleteHumanTaskUi": human_task_uis.delete,
    "RenderUiTemplate": human_task_uis.render,
    "CreateWorkteam": work_teams.create,
    "DescribeWorkteam": work_teams.describe,
    "ListWorkteams": work_teams.list_page,
    "UpdateWorkteam": work_teams.update,
    "DeleteWorkteam": work_teams.delete,
    "ListSubscribedWorkteams": work_teams.list_subscribed,
    "DescribeSubscribedWorkteam": work_teams.describe_subscribed,
    "CreateWorkforce": workforces.create,
    "DescribeWorkforce": workforces.describe,
    "UpdateWorkforce": workforces.update,
    "ListWorkforces": workforces.list_page,
    "DeleteWorkforce": workforces.delete,
    "AddTags": tags.add,
    "ListTags": tags.list_page,
    "DeleteTags": tags.delete,
}
OPERATIONS = operations("sagemaker", tuple(HANDLERS))

router = APIRouter()
router.include_router(human_task_uis.router)


@router.post("/", include_in_schema=False)
async def control_plane(request: Request) -> Response:
    """One call of a SageMaker operation."""
    return await serve(request, JSON, _target)


def _target(request: Request) -> Target:
    header = request.headers.get("x-amz-target", "")
    service, _, name = header.partition(".")
    if service != "SageMaker" or name not in HANDLERS:
        told = f"{header} is not an operation of Loupe" if header else "the header X-Amz-Target is missing"
        raise WireError("UnknownOperationException", told)
    return Target(OPERATIONS[name], HANDLERS[name], read_json, MAX_BODY)
