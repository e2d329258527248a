"""Graphs that projects can name: ready ones and one's own; and what a graph's document looks like."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from api.agents import require_allowed_hosts
from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from quality.graph_documents import document_schema
from quality.graph_outlines import Problem
from quality.graphs import parse
from quality.ready_graphs import READY_GRAPHS, ReadyGraph
from schemas.errors import BadRequest, FieldError, NameInUse, NotFound
from schemas.graphs import MOST_BYTES, Graph
from schemas.projects import GraphTemplatesPage, GraphTemplateView, NewGraphTemplate
from store import graph_templates
from store.database import Database
from store.graph_templates import GraphTemplate
from store.people import Person

router = APIRouter(prefix="/v1", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]
_NAME = re.compile(r"[a-z0-9](-*[a-z0-9]){0,62}")
TemplateName = Annotated[str, Path(min_length=1, max_length=63, pattern=f"^{_NAME.pattern}$")]

# A graph's document may be written with more white space than it is kept with.
BODY_BYTES = 4 * MOST_BYTES


@router.get("/graph-schema")
async def graph_schema(person: Reader) -> Response:
    """The JSON Schema of a workflow graph."""
    return json_response(document_schema())


@router.get("/graph-templates", responses={200: {"model": GraphTemplatesPage}})
async def list_templates(person: Reader, ctx: Ctx) -> Response:
    """The ready graphs, then the saved ones by name."""
    saved = await graph_templates.all_of(ctx.pool)
    items = [*(_ready(ready) for ready in READY_GRAPHS.values()), *(_saved(template) for template in saved)]
    return json_response({"items": items, "next_cursor": None})


@router.get("/graph-templates/{name}", responses={200: {"model": GraphTemplateView}})
async def get_template(name: TemplateName, person: Reader, ctx: Ctx) -> Response:
    """One of them, as it was drawn."""
    if name in READY_GRAPHS:
        return json_response(_ready(READY_GRAPHS[name]))
    return json_response(_saved(await graph_templates.get(ctx.pool, name)))


@router.put(
    "/graph-templates/{name}",
    openapi_extra=documented(NewGraphTemplate),
    responses={200: {"model": GraphTemplateView}},
)
async def put_template(name: TemplateName, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Save a graph under a name, in place of the one that was there. It may leave out the teams."""
    _refuse_ready(name)
    body = await read_body(request, NewGraphTemplate, most=BODY_BYTES, names_once=True)
    require_allowed_hosts(read_graph(body.graph, None), ctx.settings)
    template = GraphTemplate(name, body.description, body.graph)
    await graph_templates.put(ctx.pool, template)
    return json_response(_saved(template))


@router.delete("/graph-templates/{name}", status_code=204)
async def delete_template(name: TemplateName, person: Admin, ctx: Ctx) -> Response:
    """Forget a saved graph; projects that were made with it keep theirs."""
    _refuse_ready(name)
    await graph_templates.delete(ctx.pool, name)
    return Response(status_code=204)


async def document_of(db: Database, given: dict[str, Any] | str) -> dict[str, Any]:
    """The document of a graph that is given whole or by the name of a ready or saved one. Raises BadRequest."""
    if not isinstance(given, str):
        return given
    if given in READY_GRAPHS:
        return READY_GRAPHS[given].document
    try:
        if not _NAME.fullmatch(given):
            raise NotFound
        return (await graph_templates.get(db, given)).graph
    except NotFound as error:
        ready = ", ".join(READY_GRAPHS)
        message = f"there is no saved graph {given[:63]!r}, and the ready ones are {ready}"
        raise BadRequest(f"graph: {message}", errors=(FieldError("graph", message),)) from error


def read_graph(document: Mapping[str, Any], teams: Mapping[str, str] | None) -> Graph:
    """The graph in the member `graph` of a body. With the member `teams`, by stage, it is resolved.

    Raises BadRequest that lists every problem, each under the member that has to change.
    """
    return parse(document, teams, member=_member)


def _member(problem: Problem) -> str:
    if problem.stage and problem.field == "team":
        return f"teams.{problem.stage}"
    if problem.path == "graph" or problem.path.startswith("teams."):
        return problem.path
    return f"graph.{problem.path}"


def _refuse_ready(name: str) -> None:
    if name in READY_GRAPHS:
        raise NameInUse(f"name: {name} is a ready graph, which cannot be changed: choose another name")


def _ready(ready: ReadyGraph) -> dict[str, object]:
    return {"name": ready.name, "source": "ready", "description": ready.purpose, "graph": ready.document}


def _saved(template: GraphTemplate) -> dict[str, object]:
    return {
        "name": template.name,
        "source": "saved",
        "description": template.description,
        "graph": template.graph,
    }
