"""A task as managers see it."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Response

from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from store import tasks
from store.people import Person

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


@router.get("/{task_id}")
async def get_task(task_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Where a task is, how it ended, and every answer that was accepted, also before a stop or an expiry."""
    task = asdict(await tasks.get(ctx.pool, task_id))
    state = task.pop("state")
    answers = [
        {**asdict(answer), "content": orjson.Fragment(answer.content)}
        for answer in await tasks.answers(ctx.pool, task_id)
    ]
    body = {
        **task,
        "status": state,
        "outcome": None if task["ended_at"] is None else state,
        "rejections": 0,
        "answers": answers,
    }
    return json_response(body)
