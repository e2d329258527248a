"""What is wrong with a graph that is being written, and what it looks like."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from api.agents import require_allowed_hosts
from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.drawings import drawn
from quality.graph_outlines import Problem
from quality.graphs import examine
from schemas.errors import BadRequest
from schemas.graph_checks import CheckGraph, GraphCheckView
from schemas.graphs import MOST_BYTES, AnnotateStage, ConsensusStage, Graph, ReviewStage, Stage, pathways_of
from store import projects
from store.people import Person

router = APIRouter(prefix="/v1/graphs", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Manager = Annotated[Person, Depends(require("admin", "team_manager"))]

# Text within JSON takes up to six times its length.
_MOST_BODY_BYTES = 24 * MOST_BYTES + 64 * 1024


@router.post("/check", openapi_extra=documented(CheckGraph), responses={200: {"model": GraphCheckView}})
async def check_graph(request: Request, person: Manager, ctx: Ctx) -> Response:
    """All that is wrong with a graph, and its drawing. With `teams` it is checked as a project would use it."""
    body = await read_body(request, CheckGraph, most=_MOST_BODY_BYTES)
    graph, problems = await to_thread.run_sync(examine, body.document.encode(errors="replace"), body.teams)
    if graph is not None:
        problems = [*problems, *_host_problems(ctx, graph)]
        if body.teams is not None:
            problems += await _team_problems(ctx, graph)
    return json_response(
        {
            "problems": [_problem(each) for each in problems],
            "svg": None if graph is None else await drawn(graph),
            "outline": None if graph is None else _outline(graph),
        }
    )


def _host_problems(ctx: Context, graph: Graph) -> list[Problem]:
    try:
        require_allowed_hosts(graph, ctx.settings)
    except BadRequest as refused:
        return [Problem("", each.field.removeprefix("graph."), each.message) for each in refused.errors]
    return []


async def _team_problems(ctx: Context, graph: Graph) -> list[Problem]:
    return [
        Problem(each.stage, each.member, f"is {each.team}, and there is no such work team: make it first")
        for each in await projects.without_team(ctx.pool, graph)
        if each.team
    ]


def _problem(problem: Problem) -> dict[str, str]:
    return {"stage": problem.stage, "field": problem.field, "path": problem.path, "message": problem.message}


def _outline(graph: Graph) -> dict[str, object]:
    return {"start": graph.start, "stages": [_stage(name, stage) for name, stage in graph.stages.items()]}


def _stage(name: str, stage: Stage) -> dict[str, object]:
    people = isinstance(stage, AnnotateStage | ReviewStage | ConsensusStage)
    return {
        "name": name,
        "type": stage.type,
        "people": people,
        "team": stage.team if people else None,
        "shown_as": stage.shown_as if people else None,
        "pathways": dict(pathways_of(stage)),
    }
