"""Agents as their operators see them: secrets, answers of their own accord, dead letters."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ValidationError

from api.auth import require
from api.bodies import documented, json_response, json_text, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit, moment_and_id, page
from api.paths import NamePath
from runtime.agent_secrets import new_secret
from runtime.settings import Settings
from schemas.agents import MOST_ANSWER_BYTES, AgentReply, CallbackToken, Redrive
from schemas.errors import BadRequest, FieldError, NotFound, NotSignedIn
from schemas.graphs import ActivityAgent, AgentStage, Graph, HttpAgent
from store import agents
from store.people import Person

router = APIRouter(prefix="/v1", tags=["agents"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

# Receivers have so long to change over to a new secret.
PREVIOUS_SECRET_SECONDS = 86_400


class SecretView(BaseModel):
    """A project's secret, shown this once; until `previous_until` requests are signed with the one before too."""

    secret: str
    previous_until: datetime | None


class DeadLetterView(BaseModel):
    """A task whose agent failed for good; `pathways` are those that it can be routed along."""

    task_id: UUID
    project: str
    task_name: str
    stage: str
    visit: int
    attempts: int
    error: str
    pathways: tuple[str, ...]
    dead_at: datetime


class DeadLettersView(BaseModel):
    """Dead letters, oldest first."""

    items: list[DeadLetterView]
    next_cursor: str | None


def require_allowed_hosts(graph: Graph, settings: Settings) -> None:
    """Refuse a graph whose agents are at hosts that the operator did not list, or on Loupe's own task queue.

    Raises BadRequest that names every such stage.
    """
    refused = [
        FieldError(f"graph.stages.{name}.call.{field}", f"stage {name}: {refusal}")
        for name, stage in graph.stages.items()
        if isinstance(stage, AgentStage)
        for field, refusal in _refusals(stage.call, settings)
    ]
    if refused:
        raise BadRequest("; ".join(f"{each.field}: {each.message}" for each in refused), errors=tuple(refused))


def _refusals(call: HttpAgent | ActivityAgent, settings: Settings) -> list[tuple[str, str]]:
    if isinstance(call, ActivityAgent):
        taken = call.task_queue == settings.task_queue
        return [("task_queue", f"{call.task_queue} is Loupe's own: serve agents from another one")] if taken else []
    refusal = settings.allowed_agent_hosts.refusal(call.url)
    return [] if refusal is None else [("url", refusal)]


@router.post("/projects/{name}/agent-secret", responses={200: {"model": SecretView}})
async def replace_agent_secret(name: NamePath, person: Admin, ctx: Ctx) -> Response:
    """Make the secret that requests to a project's agents are signed with. It is shown this once.

    Requests are signed with the secret before it too, for a day, so that receivers can change over.
    """
    secret = new_secret()
    until = await agents.replace_secret(
        ctx.pool, name, ctx.seal.seal(secret), previous_seconds=PREVIOUS_SECRET_SECONDS, person_id=person.id
    )
    return json_response({"secret": secret, "previous_until": until})


@router.post(
    "/agent-callbacks/{token}",
    status_code=204,
    openapi_extra=documented(AgentReply),
    responses={409: {"description": "The call is over"}},
)
async def agent_calls_back(token: str, request: Request, ctx: Ctx) -> Response:
    """An agent's answer of its own accord. The token in the address is the credential; it is good for one answer."""
    call = _call_of(token, ctx)
    reply = await read_body(request, AgentReply, most=MOST_ANSWER_BYTES)
    content = None if reply.content is None else json_text(reply.content, "content")
    await agents.call_back(ctx.pool, call, pathway=reply.pathway, content=content, priority=reply.priority)
    ctx.hint()
    return Response(status_code=204)


@router.get("/projects/{name}/agents/dead-letters", responses={200: {"model": DeadLettersView}})
async def agent_dead_letters(
    name: NamePath,
    person: Reader,
    ctx: Ctx,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Tasks that wait for a decision because their agent failed for good, oldest first."""
    query = ("agents/dead-letters", name)
    after = moment_and_id(ctx, cursor, query)
    rows = await agents.dead_letters(ctx.pool, name, after=after, limit=limit + 1)
    return json_response(page(ctx, rows, asdict, lambda row: (row.dead_at, row.task_id), query=query, limit=limit))


@router.post("/tasks/{task_id}/agent", status_code=204, openapi_extra=documented(Redrive))
async def decide_for_agent(task_id: UUID, request: Request, person: Manager, ctx: Ctx) -> Response:
    """Decide on a dead letter: `retry` asks the agent again, with fresh attempts; `route` goes along `pathway`."""
    redrive = await read_body(request, Redrive)
    if (redrive.do == "route") != (redrive.pathway is not None):
        message = "is needed with do: route" if redrive.do == "route" else "goes with do: route alone"
        raise BadRequest(f"pathway: {message}", errors=(FieldError("pathway", message),))
    await agents.redrive(ctx.pool, task_id, person.id, redrive.pathway)
    ctx.hint()
    return Response(status_code=204)


def _call_of(token: str, ctx: Context) -> CallbackToken:
    try:
        return CallbackToken.model_validate_json(ctx.seal.open(token.encode()))
    except (NotSignedIn, ValidationError) as error:
        raise NotFound("there is no such callback address: use callback_url as it was sent") from error
