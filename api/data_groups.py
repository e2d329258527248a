"""Data groups: their inputs and answers checked, and the page that people answer them in."""

import html
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from api.context import Context
from api.media import media_url, require_showable
from quality.data_groups import data_group_of
from schemas.assignments import Approval
from schemas.data_groups import DataGroup, Layout, Split, Unit, UnitList
from schemas.errors import BadRequest, FieldError, wrong_fields
from schemas.label_schemas import LabelSchema, answer_problems
from store import data_groups

BUNDLE_PATH = "/static/groups/"
SCRIPT_PATH = f"{BUNDLE_PATH}data-group.js"


def input_problems(
    ctx: Context, schema: LabelSchema, task_input: object, label: dict[str, Any] | None
) -> Iterator[FieldError]:
    """What keeps a new task from being a data group of this schema; `label` is a model's guess of its answer."""

    def uri_problem(uri: str) -> str | None:
        try:
            require_showable(ctx, uri)
        except BadRequest as error:
            return error.message
        return None

    group, problems = data_group_of(task_input, uri_problem)
    yield from (FieldError(f"input.{problem.field}", problem.message) for problem in problems)
    if group is not None and label is not None:
        yield from answer_problems(schema, group.answered, label, "prediction.label")


async def require_answer(
    ctx: Context, assignment_id: UUID, person_id: UUID, content: dict[str, Any], field: str = "content"
) -> None:
    """Raise BadRequest that names all that keeps `content` from answering a data group; templates take anything."""
    asked = await data_groups.asked(ctx.pool, assignment_id, person_id)
    if asked is None:
        return
    group = _stored_group(asked.input)
    refusal = wrong_fields(answer_problems(asked.label_schema, group.answered, content, field))
    if refusal.errors:
        raise refusal


async def require_answers(ctx: Context, assignment_id: UUID, person_id: UUID, approval: Approval) -> None:
    """The same for what a reviewer, or who decides between annotators, made of the answers."""
    if approval.content is not None:
        await require_answer(ctx, assignment_id, person_id, approval.content)
    for number, edit in enumerate(approval.edits):
        await require_answer(ctx, assignment_id, person_id, edit.content, f"edits.{number}.content")


def group_document(ctx: Context, schema: LabelSchema, task_input: object) -> str:
    """The page of a data group, which brings the editor's script and the addresses of the files."""
    group = _stored_group(task_input)
    page = {
        "layout": _layout(group.layout),
        "fixed": group.fixed_layout,
        "timeline": group.timeline,
        "tiles": [_tile(ctx, group, key) for key in group.keys],
        "questions": schema.model_dump(mode="json")["questions"],
    }
    # Within a script element nothing but "<" could end it.
    text = json.dumps(page, ensure_ascii=False).replace("<", "\\u003c")
    script = html.escape(ctx.settings.portal_url + SCRIPT_PATH)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Data group</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<script type="application/json" id="data-group">{text}</script>\n<script src="{script}" defer></script>\n'
        "</head>\n<body></body>\n</html>\n"
    )


def group_policy(portal: str) -> str:
    """What the editor may do in its sandbox: its own scripts, a worker for PDF, the files of its task."""
    media, bundle = f"{portal}/media/", f"{portal}{BUNDLE_PATH}"
    return "; ".join(
        (
            "sandbox allow-scripts allow-forms",
            "default-src 'none'",
            f"script-src {bundle}",
            "worker-src blob:",
            "style-src 'unsafe-inline'",
            f"img-src {media} data: blob:",
            f"media-src {media} blob:",
            f"connect-src {media}",
            "font-src data: blob:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def _stored_group(task_input: object) -> DataGroup:
    # Its files may have become unreachable since it came in; that is said in their tiles.
    group, problems = data_group_of(task_input, lambda uri: None)
    if group is None:
        raise wrong_fields(FieldError(f"input.{each.field}", each.message) for each in problems)
    return group


def _layout(layout: Layout) -> dict[str, object]:
    match layout:
        case Unit(key):
            return {"key": key}
        case UnitList(keys, side, size):
            return {"keys": keys, "side": side, "size": size}
        case Split(direction, first, second, percentage):
            parts = {"first": _layout(first), "second": _layout(second)}
            return {"direction": direction, "percentage": percentage, **parts}


def _tile(ctx: Context, group: DataGroup, key: str) -> dict[str, object]:
    content, settings = group.contents[key], group.tile(key)
    tile: dict[str, object] = {
        "key": key,
        "type": content.type,
        "title": settings.title or key,
        "readOnly": settings.is_read_only,
        "fps": content.fps,
    }
    try:
        return {**tile, "url": media_url(ctx, content.uri), "problem": ""}
    except BadRequest as error:
        return {**tile, "url": None, "problem": error.message}
