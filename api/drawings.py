"""Drawings of the graphs that projects have."""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.auth import require
from api.bodies import json_response
from api.context import Context, context
from api.paths import NamePath
from api.projects import VersionPath
from quality.drawings import svg
from schemas.graphs import Graph
from store import projects
from store.people import Person

router = APIRouter(prefix="/v1/projects", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Overseer = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]

# Laying out is computation: more threads than this would only take time from the other requests.
_DRAWING = CapacityLimiter(1)


class DrawingView(BaseModel):
    """An SVG picture. Each stage is a group whose class is its kind and whose title is its name."""

    svg: str


@router.get("/{name}/graphs/{version}/drawing", responses={200: {"model": DrawingView}})
async def draw(name: NamePath, version: VersionPath, person: Overseer, ctx: Ctx) -> Response:
    """A version of a project's graph as a picture."""
    graph = Graph.model_validate((await projects.graph(ctx.pool, name, version)).body)
    return json_response({"svg": await drawn(graph)})


async def drawn(graph: Graph) -> str:
    """A graph as an SVG picture; the process draws one at a time."""
    return await to_thread.run_sync(svg, graph, limiter=_DRAWING)
