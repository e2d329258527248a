"""Tasks as managers see them: one, those of a name, those of a project."""

from dataclasses import asdict, astuple
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Response

from api import cursors
from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.paths import NamePath
from api.workflow_links import workflow_link
from runtime.settings import Settings
from schemas.errors import BadRequest, FieldError
from schemas.projects import TaskDetail, TasksPage, TaskState
from store import tasks
from store.people import Person

router = APIRouter(prefix="/v1", tags=["tasks"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]


@router.get("/projects/{name}/tasks", responses={200: {"model": TasksPage}})
async def list_tasks(
    name: NamePath,
    person: Manager,
    ctx: Ctx,
    status: TaskState | None = None,
    stage: Annotated[str | None, Query(max_length=128, pattern=r"^[^\x00]*$")] = None,
    starved: bool = False,
    escalated: bool = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """A project's tasks by age. `stage`, `starved` and `escalated` ask for open tasks: where they are now."""
    if status not in (None, "open") and (stage is not None or starved or escalated):
        message = "stage, starved and escalated ask for open tasks: leave status out, or give open"
        raise BadRequest(f"status: {message}", errors=(FieldError("status", message),))
    which = tasks.Which(status, stage, starved, escalated)
    query = ("tasks", name, *astuple(which))
    after = cursors.moment_and_id(ctx, cursor, query)
    rows = await tasks.list_page(ctx.pool, name, which, after=after, limit=limit + 1)

    def show(task: tasks.Task) -> dict[str, object]:
        return _shown(task, ctx.settings)

    return json_response(
        cursors.page(ctx, rows, show, lambda task: (task.created_at, task.id), query=query, limit=limit)
    )


@router.get("/tasks")
async def find_tasks(project: str, name: str, person: Manager, ctx: Ctx) -> Response:
    """The tasks of a project (a flow definition is one) that have or had a name, newest first."""
    found = await tasks.find(ctx.pool, project, name)
    return json_response({"items": [_shown(task, ctx.settings) for task in found], "next_cursor": None})


@router.get("/tasks/{task_id}", responses={200: {"model": TaskDetail}})
async def get_task(task_id: UUID, person: Manager, ctx: Ctx) -> Response:
    """Where a task is, how it ended, and every answer that was accepted, also before a stop or an expiry."""
    task = await tasks.get(ctx.pool, task_id)
    answers = [
        {**asdict(answer), "content": None if answer.content is None else orjson.Fragment(answer.content)}
        for answer in await tasks.answers(ctx.pool, task_id)
    ]
    return json_response({**_shown(task, ctx.settings), "answers": answers})


def _shown(task: tasks.Task, settings: Settings) -> dict[str, object]:
    fields = asdict(task)
    state = fields.pop("state")
    link = workflow_link(settings, project=task.project, task_name=task.name, task_id=task.id, opening=task.opening)
    return {**fields, "status": state, "outcome": None if task.ended_at is None else state, **link}
