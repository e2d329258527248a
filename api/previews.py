"""Templates and data groups shown before they are used: rendered as for a task, kept nowhere.

A page that only its asker may see needs an address of its own, or it would not be held by the frames' policy. So it
goes back to the browser, signed, and the frame sends it here to be shown: any API process can, and none keeps it.
"""

import base64
import hashlib
import re
from functools import partial
from typing import Annotated
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response

from api.auth import require
from api.bodies import documented, json_response, read_body, read_bytes
from api.context import Context, context
from api.data_groups import group_document, group_policy
from api.frame_documents import SCRIPT_PATH, frame_document
from api.frames import frame_response, refusal_page
from api.media import media_url
from api.member_names import named
from api.templates import MAX_SOURCE, Rendered, TemplateProblem, render
from schemas.errors import BadRequest, NotSignedIn
from schemas.label_schemas import LabelSchema
from schemas.previews import NewPreview, PreviewKind, PreviewView
from schemas.projects import MOST_INPUT_BYTES
from store import human_task_uis
from store.people import Person

router = APIRouter(tags=["templates"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]

PREVIEW_SECONDS = 60
MOST_PAGE_BYTES = 4 * 1024 * 1024
_MOST_BODY_BYTES = 6 * MAX_SOURCE + MOST_INPUT_BYTES
# Base64url, the names of the fields and the signature.
_MOST_FORM_BYTES = MOST_PAGE_BYTES * 4 // 3 + 4096
_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)
# Beside the people who work: trying templates out must not slow their frames down.
_RENDERING = CapacityLimiter(1)


@router.post("/v1/templates/preview", openapi_extra=documented(NewPreview), responses={200: {"model": PreviewView}})
async def preview(request: Request, person: Manager, ctx: Ctx) -> Response:
    """Render a template, or the editor of data groups, with an input, and say what is wrong. Nothing is kept."""
    body = await read_body(request, NewPreview, most=_MOST_BODY_BYTES)
    kind: PreviewKind = "template" if body.label_schema is None else "data_group"
    if body.label_schema is None:
        page, problems = await _template_page(ctx, body)
    else:
        page, problems = _group_page(ctx, body.label_schema, body.input)
    if page is not None and len(page.encode()) > MOST_PAGE_BYTES:
        message = f"the page has more than {MOST_PAGE_BYTES // 1024 // 1024} MiB, which is too much for a preview"
        page, problems = None, [*problems, TemplateProblem("LimitExceeded", message)]
    signed = None if page is None else ctx.seal.sign(_signed(kind, page.encode()), seconds=PREVIEW_SECONDS)
    told = [_problem(each) for each in problems]
    return json_response({"kind": kind, "problems": told, "page": page, "signature": signed})


@router.post("/frame/preview", include_in_schema=False)
async def show(request: Request, ctx: Ctx) -> Response:
    """A page that this service made a moment ago, under the policy of all frames; it needs no cookie."""
    form = (await read_bytes(request, _MOST_FORM_BYTES)).decode("ascii", "replace")
    try:
        fields = parse_qs(form, max_num_fields=3)
        page = base64.b64decode(fields.get("page", [""])[0], altchars=b"-_", validate=True)
        kind = fields.get("kind", ["template"])[0]
        ctx.seal.verify(_signed(kind, page), fields.get("signature", [""])[0])
    except (NotSignedIn, ValueError):
        return frame_response(
            ctx, 401, refusal_page("This preview was opened too late: change something to see it again.")
        )
    policy = group_policy(ctx.settings.portal_url) if kind == "data_group" else None
    return frame_response(ctx, 200, page, policy=policy)


async def _template_page(ctx: Context, body: NewPreview) -> tuple[str | None, list[TemplateProblem]]:
    source = await _source(ctx, body)
    rendered = await to_thread.run_sync(
        partial(render, source, body.input, partial(media_url, ctx)), limiter=_RENDERING
    )
    return _page(ctx, rendered)


def _group_page(ctx: Context, schema: LabelSchema, task_input: object) -> tuple[str | None, list[TemplateProblem]]:
    try:
        return group_document(ctx, schema, task_input), []
    except BadRequest as error:
        return None, [TemplateProblem("DataGroup", f"{each.field}: {each.message}") for each in error.errors]


async def _source(ctx: Context, body: NewPreview) -> str:
    if body.human_task_ui is None:
        return body.template or ""
    with named({"HumanTaskUiName": "human_task_ui"}):
        return (await human_task_uis.get(ctx.pool, body.human_task_ui)).content


def _page(ctx: Context, rendered: Rendered) -> tuple[str | None, list[TemplateProblem]]:
    if not rendered.html and rendered.errors:
        return None, rendered.errors
    script_url = ctx.settings.portal_url + SCRIPT_PATH
    return frame_document(rendered.html, script_url=script_url, problems=rendered.errors), rendered.errors


def _problem(problem: TemplateProblem) -> dict[str, object]:
    found = _LINE.fullmatch(problem.message)
    line, message = (int(found[1]), found[2]) if found else (None, problem.message)
    return {"code": problem.code, "line": line, "message": message}


def _signed(kind: str, page: bytes) -> str:
    # What a page may do depends on its kind, which nobody but this service decides.
    return f"preview {kind} {hashlib.sha256(page).hexdigest()}"
