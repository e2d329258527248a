"""Human task UIs on the AWS wire and for the portal, and the address at which DescribeHumanTaskUi shows a template."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from api import cursors, templates
from api.auth import require
from api.aws_protocol import Call, epoch
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.flow_definitions import after_creation
from api.media import media_url
from api.member_names import named
from api.page_tokens import page, page_size
from api.paths import NamePath
from schemas import tags
from schemas.arns import Place
from schemas.aws import operations
from schemas.human_task_uis import FIELDS, HumanTaskUisPage, HumanTaskUiView, NewHumanTaskUi, read_rendering
from store import human_task_uis
from store.human_task_uis import HumanTaskUi, Summary
from store.people import Person

# How long the address of a template works, in seconds: as long as the links to media do.
LINK_SECONDS = 900
# A template of 128,000 characters, escaped.
_NEW_BYTES = 1024 * 1024

router = APIRouter(tags=["human task UIs"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

_CREATE = operations("sagemaker", ("CreateHumanTaskUi",))["CreateHumanTaskUi"]


@router.get("/v1/human-task-uis", responses={200: {"model": HumanTaskUisPage}})
async def list_human_task_uis(person: Reader, ctx: Ctx, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Human task UIs, newest first."""
    query = ("human-task-uis",)
    rows = await human_task_uis.list_page(
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
    "/v1/human-task-uis",
    status_code=201,
    openapi_extra=documented(NewHumanTaskUi),
    responses={201: {"model": HumanTaskUiView}},
)
async def create_human_task_ui(request: Request, person: Admin, ctx: Ctx) -> Response:
    """Keep a template under a name. One that no input could make a page of is refused."""
    new = await read_body(request, NewHumanTaskUi, most=_NEW_BYTES)
    with named(FIELDS):
        _CREATE.read(new.as_input())
        await asyncio.to_thread(templates.require_usable, new.template, field="template")
        arn = _arn(ctx, new.name)
        await human_task_uis.create(ctx.pool, name=new.name, arn=arn, content=new.template, given_tags=())
    answer = json_response(_view(ctx, await human_task_uis.get(ctx.pool, new.name)))
    answer.status_code = 201
    return answer


@router.get("/v1/human-task-uis/{name}", responses={200: {"model": HumanTaskUiView}})
async def get_human_task_ui(name: NamePath, person: Reader, ctx: Ctx) -> Response:
    """One human task UI with its template."""
    with named(FIELDS):
        return json_response(_view(ctx, await human_task_uis.get(ctx.pool, name)))


@router.delete("/v1/human-task-uis/{name}", status_code=204)
async def delete_human_task_ui(name: NamePath, person: Admin, ctx: Ctx) -> Response:
    """Free the name; flow definitions and projects that use the template keep it."""
    with named(FIELDS):
        await human_task_uis.delete(ctx.pool, name=name, arn=_arn(ctx, name))
    return Response(status_code=204)


async def create(call: Call) -> dict[str, Any]:
    """CreateHumanTaskUi."""
    name = call.input["HumanTaskUiName"]
    arn = call.place.arn("human-task-ui", name)
    content = call.input["UiTemplate"]["Content"]
    given_tags = tags.read(call.input.get("Tags", []))
    await human_task_uis.create(call.ctx.pool, name=name, arn=arn, content=content, given_tags=given_tags)
    return {"HumanTaskUiArn": arn}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeHumanTaskUi; `Url` answers the template as plain text for a quarter of an hour."""
    found = await human_task_uis.get(call.ctx.pool, call.input["HumanTaskUiName"])
    signature = call.ctx.seal.sign(_link_text(found.id), seconds=LINK_SECONDS)
    return {
        "HumanTaskUiArn": call.place.arn("human-task-ui", found.name),
        "HumanTaskUiName": found.name,
        "HumanTaskUiStatus": "Active",
        "CreationTime": epoch(found.created_at),
        "UiTemplate": {
            "Url": f"{call.ctx.settings.portal_url}/human-task-uis/{found.id}/template?signature={signature}",
            "ContentSha256": found.sha256,
        },
    }


async def list_page(call: Call) -> dict[str, Any]:
    """ListHumanTaskUis: by time of creation, newest first where SortOrder does not say."""
    size = page_size(call)
    rows = await human_task_uis.list_page(
        call.ctx.pool,
        created_after=call.input.get("CreationTimeAfter"),
        created_before=call.input.get("CreationTimeBefore"),
        ascending=call.input.get("SortOrder") == "Ascending",
        after=after_creation(call),
        limit=size + 1,
    )

    def show(row: Summary) -> dict[str, Any]:
        return {
            "HumanTaskUiName": row.name,
            "HumanTaskUiArn": call.place.arn("human-task-ui", row.name),
            "CreationTime": epoch(row.created_at),
        }

    return page(call, "HumanTaskUiSummaries", rows, show, lambda row: [row.created_at, row.id], size=size)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteHumanTaskUi."""
    name = call.input["HumanTaskUiName"]
    await human_task_uis.delete(call.ctx.pool, name=name, arn=call.place.arn("human-task-ui", name))
    return {}


async def render(call: Call) -> dict[str, Any]:
    """RenderUiTemplate."""
    rendering = read_rendering(call.input, call.place)
    content = rendering.content
    if rendering.human_task_ui is not None:
        content = (await human_task_uis.get(call.ctx.pool, rendering.human_task_ui)).content

    def grant(s3_uri: str) -> str:
        return media_url(call.ctx, s3_uri)

    # A template may take its whole time limit, which other requests shall not wait for.
    rendered = await asyncio.to_thread(templates.render, content or "", rendering.task_input, grant)
    problems = [{"Code": problem.code, "Message": problem.message} for problem in rendered.errors]
    return {"RenderedContent": rendered.html, "Errors": problems}


@router.get("/human-task-uis/{human_task_ui_id}/template", include_in_schema=False)
async def template(
    human_task_ui_id: UUID, signature: str, ctx: Annotated[Context, Depends(context)]
) -> PlainTextResponse:
    """The text of a template, for whoever has a signed address."""
    ctx.seal.verify(_link_text(human_task_ui_id), signature)
    content = await human_task_uis.content_of(ctx.pool, human_task_ui_id)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "private"}
    return PlainTextResponse(content, headers=headers)


def _link_text(human_task_ui_id: UUID) -> str:
    return f"human task ui {human_task_ui_id}"


def _arn(ctx: Context, name: str) -> str:
    return Place(ctx.settings.account_id, ctx.settings.region).arn("human-task-ui", name)


def _entry(row: Summary | HumanTaskUi) -> dict[str, object]:
    return {"name": row.name, "sha256": row.sha256, "created_at": row.created_at}


def _view(ctx: Context, found: HumanTaskUi) -> dict[str, object]:
    return {**_entry(found), "arn": _arn(ctx, found.name), "template": found.content}
