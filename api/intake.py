"""Bulk intake: tasks of a project, each with an outcome of its own."""

import asyncio
from itertools import islice
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from api.auth import require
from api.bodies import documented, invalid_fields, json_response, read_body
from api.context import Context, context
from api.data_groups import input_problems
from api.paths import NamePath
from schemas.errors import MOST_TOLD, BadRequest, FieldError, wrong_fields
from schemas.label_schemas import LabelSchema
from schemas.projects import (
    MOST_INPUT_BYTES,
    MOST_METADATA_BYTES,
    NewTask,
    NewTasks,
    TaskOutcomes,
    name_problem,
)
from schemas.task_inputs import canonical, digest, keepable
from store import data_groups, intake, windows
from store.intake import QueuedTask, Taken
from store.people import Person

router = APIRouter(prefix="/v1/projects", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]

MOST_BYTES = 20 * 1024 * 1024


@router.post("/{name}/tasks", openapi_extra=documented(NewTasks), responses={200: {"model": TaskOutcomes}})
async def add_tasks(name: NamePath, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Up to 5,000 tasks in at most 20 MiB; they start as the project's window has room.

    The same name and input again is `exists`: a call whose answer was lost can be sent again.
    """
    body = await read_body(request, NewTasks, most=MOST_BYTES)
    schema = await data_groups.schema_of(ctx.pool, name)
    # So much may take a while, which other requests shall not wait for.
    read = await asyncio.to_thread(lambda: [_read(ctx, schema, item) for item in body.tasks])
    tasks = [each for each in read if isinstance(each, QueuedTask)]
    added = await intake.add(ctx.pool, name, tasks, person_id=person.id)
    if any(each.what == "created" for each in added.outcomes) and await windows.open_one(ctx.pool, added.project_id):
        ctx.hint()
    outcomes = iter(added.outcomes)
    items = [
        _shown(each, next(outcomes)) if isinstance(each, QueuedTask) else _refused(_name_of(item), each)
        for item, each in zip(body.tasks, read, strict=True)
    ]
    return json_response({"items": items})


def _read(ctx: Context, schema: LabelSchema | None, item: object) -> QueuedTask | BadRequest:
    try:
        given = NewTask.model_validate(item)
    except ValidationError as error:
        return wrong_fields(invalid_fields(error, "task"))
    problems: list[FieldError] = []
    text = _text(given.input, "input", MOST_INPUT_BYTES, problems)
    metadata = _text(given.metadata, "metadata", MOST_METADATA_BYTES, problems, searched=True)
    prediction = None
    if given.prediction is not None:
        guess = given.prediction.model_dump(by_alias=True, exclude_none=True)
        # A label may hold null, which is not left out.
        guess["label"] = given.prediction.label
        prediction = _text(guess, "prediction", MOST_INPUT_BYTES, problems, searched=True)
    if schema is not None:
        guessed = None if given.prediction is None else given.prediction.label
        problems += islice(input_problems(ctx, schema, given.input, guessed), MOST_TOLD)
    wrong_name = name_problem(given.name)
    if wrong_name is not None or problems:
        return wrong_fields((*((wrong_name,) if wrong_name else ()), *problems))
    return QueuedTask(given.name, text, digest(text), given.priority, metadata, prediction)


def _text(value: object, field: str, most: int, problems: list[FieldError], *, searched: bool = False) -> str:
    try:
        text = keepable(value) if searched else canonical(value)
    except ValueError as error:
        problems.append(FieldError(field, str(error)))
        return ""
    if len(text) > most or len(text.encode()) > most:
        problems.append(FieldError(field, f"has more than {most} bytes: put large data into S3 and give its address"))
    return text


def _shown(task: QueuedTask, taken: Taken) -> dict[str, object]:
    if taken.what != "taken":
        return {"name": task.name, "outcome": taken.what, "id": taken.id}
    taken_name = FieldError("name", "a task of this name with another input is there already")
    return _refused(task.name, wrong_fields([taken_name]))


def _refused(name: str | None, refusal: BadRequest) -> dict[str, object]:
    return {
        "name": name,
        "outcome": "refused",
        "detail": refusal.message,
        "errors": [{"field": error.field, "message": error.message} for error in refusal.errors],
    }


def _name_of(item: object) -> str | None:
    members = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    name: object = members.get("name")
    return name if isinstance(name, str) else None
