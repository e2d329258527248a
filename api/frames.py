"""The page of a task, of its template or its data group: of opaque origin, it reaches nothing but its own media."""

import html
import json
from functools import partial
from typing import Annotated
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Response

from api.context import Context, context
from api.data_groups import group_document, group_policy
from api.frame_documents import SCRIPT_PATH, frame_document
from api.media import media_url
from api.templates import render
from schemas.errors import BadRequest, NotFound, NotSignedIn
from store import frames

router = APIRouter(tags=["frames"])

FRAME_SECONDS = 5 * 60
# Rendering is computation: more threads than this would only take time from the other requests.
_RENDERING = CapacityLimiter(2)


def frame_url(ctx: Context, assignment_id: UUID) -> str:
    """A path that shows the page of an assignment and may be opened for 5 minutes, without a cookie."""
    return f"/frame/{assignment_id}?t={ctx.seal.sign(_signed(assignment_id), seconds=FRAME_SECONDS)}"


@router.get("/frame/{assignment_id}", include_in_schema=False)
async def show(assignment_id: UUID, ctx: Annotated[Context, Depends(context)], t: str = "") -> Response:
    """The rendered template of an assignment; a refusal is a page too, as people see it inside the portal."""
    try:
        ctx.seal.verify(_signed(assignment_id), t)
        page = await frames.page(ctx.pool, assignment_id)
    except NotSignedIn:
        return frame_response(ctx, 401, refusal_page("This page was opened too late: open the task again."))
    except NotFound as error:
        return frame_response(ctx, 404, refusal_page(error.message))
    if page.label_schema is not None:
        try:
            document = group_document(ctx, page.label_schema, json.loads(page.input))
        except BadRequest as error:
            return frame_response(ctx, 422, refusal_page(f"This task cannot be shown: {error.message}"))
        return frame_response(ctx, 200, document.encode(), policy=group_policy(ctx.settings.portal_url))
    content = await to_thread.run_sync(_document, ctx, page, limiter=_RENDERING)
    return frame_response(ctx, 200, content)


def _document(ctx: Context, page: frames.Page) -> bytes:
    rendered = render(page.template, json.loads(page.input), partial(media_url, ctx))
    script_url = ctx.settings.portal_url + SCRIPT_PATH
    return frame_document(rendered.html, script_url=script_url, problems=rendered.errors).encode()


def refusal_page(message: str) -> bytes:
    """A page that says why there is no other."""
    return f'<!doctype html><title>Loupe</title><p role="alert">{html.escape(message)}</p>'.encode()


def frame_response(ctx: Context, status: int, content: bytes, *, policy: str | None = None) -> Response:
    """A page for a sandboxed frame, under the policy that keeps it from everything but its media."""
    headers = {
        "Content-Security-Policy": policy or _policy(ctx.settings.portal_url),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(content, status, headers, media_type="text/html; charset=utf-8")


def _policy(portal: str) -> str:
    """What a template may do. The header has `sandbox` too, so that the page opened by itself is as powerless."""
    media = f"{portal}/media/"
    return "; ".join(
        (
            "sandbox allow-scripts allow-forms",
            "default-src 'none'",
            f"script-src 'unsafe-inline' {portal}{SCRIPT_PATH}",
            "style-src 'unsafe-inline'",
            f"img-src {media} data: blob:",
            f"media-src {media} data: blob:",
            f"connect-src {media}",
            "font-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def _signed(assignment_id: UUID) -> str:
    return f"frame {assignment_id}"
