"""Human task UIs on the AWS wire, and the address at which DescribeHumanTaskUi shows a template."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from api import templates
from api.aws_protocol import Call, epoch
from api.context import Context, context
from api.flow_definitions import after_creation
from api.media import media_url
from api.page_tokens import page, page_size
from schemas import tags
from schemas.human_task_uis import read_rendering
from store import human_task_uis
from store.human_task_uis import Summary

# How long the address of a template works, in seconds: as long as the links to media do.
LINK_SECONDS = 900

router = APIRouter(include_in_schema=False)


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


@router.get("/human-task-uis/{human_task_ui_id}/template")
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
