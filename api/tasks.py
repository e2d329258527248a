"""A task as managers see it."""

from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Response

from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from runtime.settings import Settings
from schemas.tasks import workflow_id
from store import tasks
from store.people import Person

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


@router.get("")
async def find_tasks(project: str, name: str, person: Manager, ctx: Ctx) -> Response:
    """The tasks of a project (a flow definition is one) that have or had a name, newest first."""
    found = await tasks.find(ctx.pool, project, name)
    return json_response({"items": [_shown(task, ctx.settings) for task in found], "next_cursor": None})


@router.get("/{task_id}")
async def get_task(task_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Where a task is, how it ended, and every answer that was accepted, also before a stop or an expiry."""
    task = await tasks.get(ctx.pool, task_id)
    answers = [
        {**asdict(answer), "content": orjson.Fragment(answer.content)}
        for answer in await tasks.answers(ctx.pool, task_id)
    ]
    return json_response({**_shown(task, ctx.settings), "answers": answers})


def _shown(task: tasks.Task, settings: Settings) -> dict[str, object]:
    fields = asdict(task)
    state = fields.pop("state")
    workflow = workflow_id(project=task.project, task_name=task.name, task_id=task.id, opening=task.opening)
    place = f"{settings.temporal_ui}/namespaces/{settings.temporal_namespace}/workflows/{quote(workflow, safe='')}"
    return {
        **fields,
        "status": state,
        "outcome": None if task.ended_at is None else state,
        "rejections": 0,
        "workflow_id": workflow,
        "workflow_url": place if settings.temporal_ui else None,
    }
