"""The list of tasks that managers work with, one task as it stands now, and what moving tasks would come to."""

from dataclasses import asdict, astuple
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api import cursors
from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.frames import frame_url
from api.paths import NamePath
from schemas.moments import Moment
from schemas.task_list import FilterText, ListedState, MovePlan, Order, PlanMove, PresentTask, TaskListPage
from store import management, moves, task_list
from store.people import Person
from store.task_list import Filter, Listed, Place, Present

router = APIRouter(prefix="/v1", tags=["managing work"])
Ctx = Annotated[Context, Depends(context)]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]
Yes = Annotated[bool | None, Field(description="only these; false and left out are the same")]


class TaskFilter(BaseModel):
    """Which tasks, by where they are and what they wait for; several of these go together."""

    status: ListedState | None = Field(default=None, description="unfinished: queued or open")
    stage: FilterText | None = Field(default=None, description="open tasks that are in this stage now")
    held: Yes = None
    in_review: Yes = None
    starved: Yes = None
    escalated: Yes = None
    rejected: Yes = None
    expiring: Yes = None
    expired: Yes = None
    person: FilterText | None = Field(default=None, description="address of who has it, or for whom it is reserved")
    priority_from: int | None = Field(default=None, ge=0, le=100)
    priority_to: int | None = Field(default=None, ge=0, le=100)
    name: FilterText | None = Field(default=None, description="part of its name, in any case, or its id")
    ended_from: Moment | None = None
    ended_to: Moment | None = None


@router.get("/projects/{name}/queue", responses={200: {"model": TaskListPage}})
async def list_tasks(
    name: NamePath,
    which: Annotated[TaskFilter, Query()],
    person: Overseer,
    ctx: Ctx,
    order: Order = "priority",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """A project's tasks that match, with who has them: by priority and then age, or by age alone."""
    chosen = await _filter(ctx, which)
    query = ("queue", name, order, *(str(each) for each in astuple(chosen)))
    last = cursors.place_in(ctx, cursor, query)
    after = None if last is None else _after(last)
    rows = await task_list.list_page(ctx.pool, name, chosen, order, after=after, limit=limit + 1)

    def place_of(task: Listed) -> Place:
        return task_list.place(task, order)

    return json_response(cursors.page(ctx, rows, _listed, place_of, query=query, limit=limit))


@router.get("/tasks/{task_id}/present", responses={200: {"model": PresentTask}})
async def present_task(task_id: UUID, person: Overseer, ctx: Ctx) -> Response:
    """What a task is and what it waits for now: its input and answers, who has which slot, what may be done with it."""
    task = await task_list.present(ctx.pool, task_id)
    return json_response(
        {
            "id": task.id,
            "input": orjson.Fragment(task.input),
            "labels": [
                {**asdict(label), "content": orjson.Fragment(label.content)}
                for label in await task_list.labels(ctx.pool, task)
            ],
            "open_visit": await _open_visit(ctx, task),
            "planned": task.planned,
            "stopping": task.stopping,
            "stages": task.stages,
            "dead_letter": task.dead_letter,
            "frame_url": None if task.shown_by is None else frame_url(ctx, task.shown_by),
        }
    )


@router.post(
    "/projects/{name}/tasks/move/plan", openapi_extra=documented(PlanMove), responses={200: {"model": MovePlan}}
)
async def plan_move(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Tell what would become of tasks if they were moved to a stage of their graph now; nothing is changed."""
    body = await read_body(request, PlanMove)
    project_id = await management.project_id(ctx.pool, name)
    planned = await moves.plan_stage(ctx.pool, project_id, body.tasks, body.stage)
    items = [
        {
            "id": task.id,
            "name": task.name,
            "from_stage": task.from_stage,
            "outcome": task.outcome,
            "detail": task.reason,
        }
        for task in planned
    ]
    return json_response({"items": items, "next_cursor": None})


async def _filter(ctx: Context, which: TaskFilter) -> Filter:
    person = None if which.person is None else await task_list.person_id(ctx.pool, which.person)
    fields: dict[str, Any] = {name: None if value is False else value for name, value in which}
    fields["person"] = person
    return Filter(**fields)


def _after(last: list[Any]) -> Place:
    *priority, created_at, task_id = last
    return (*priority, datetime.fromisoformat(created_at), UUID(task_id))


def _listed(task: Listed) -> dict[str, Any]:
    fields = asdict(task)
    state = fields.pop("state")
    return {**fields, "status": state, "people": task.people or []}


async def _open_visit(ctx: Context, task: Present) -> dict[str, Any] | None:
    if task.visit_id is None:
        return None
    return {
        "visit": task.visit,
        "kind": task.kind,
        "shown_as": task.shown_as,
        "team": task.team,
        "opened_at": task.opened_at,
        "deadline_at": task.deadline_at,
        "starved_reason": task.starved_reason,
        "escalated": task.escalated,
        "slots": [asdict(slot) for slot in await task_list.slots(ctx.pool, task.visit_id)],
    }
