"""Native projects: made, looked at, changed, deleted; the versions of their graphs."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Path, Request, Response

from api import cursors, templates
from api.agents import require_allowed_hosts
from api.auth import require
from api.bodies import documented, json_response, read_body
from api.context import Context, context
from api.cursors import Cursor, Limit
from api.graph_templates import BODY_BYTES, document_of, read_graph
from api.paths import NamePath
from quality.graphs import Difference, difference
from schemas.arns import Place
from schemas.errors import BadRequest, FieldError, TooLarge
from schemas.graphs import AnnotateStage, ConsensusStage, Graph, ReviewStage
from schemas.projects import (
    MOST_METADATA_BYTES,
    GraphsPage,
    GraphView,
    NewGraph,
    NewProject,
    ProjectChange,
    ProjectsPage,
    ProjectView,
)
from schemas.task_inputs import keepable
from store import projects, windows
from store.people import Person
from store.projects import Figures, GraphVersion, Project, Summary

router = APIRouter(prefix="/v1/projects", tags=["projects"])
Ctx = Annotated[Context, Depends(context)]
Admin = Annotated[Person, Depends(require("admin"))]
Reader = Annotated[Person, Depends(require("admin", "team_manager", "viewer"))]
VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1)]

# A template of 128,000 characters, escaped, and a graph.
_NEW_PROJECT_BYTES = 2 * 1024 * 1024


@router.post("", status_code=201, openapi_extra=documented(NewProject), responses={201: {"model": ProjectView}})
async def create_project(request: Request, person: Admin, ctx: Ctx) -> Response:
    """A project with version 1 of its graph; its people see their queues at once."""
    body = await read_body(request, NewProject, most=_NEW_PROJECT_BYTES, names_once=True)
    _check_metadata(body.metadata)
    graph = read_graph(await document_of(ctx.pool, body.graph), body.teams)
    require_allowed_hosts(graph, ctx.settings)
    if body.template is not None:
        await asyncio.to_thread(templates.require_usable, body.template, field="template")
    settings = ctx.settings
    arn_base = Place(settings.account_id, settings.region).arn_base
    await projects.create(ctx.pool, body, graph, arn_base=arn_base, person_id=person.id)
    answer = await _project_response(ctx, body.name)
    answer.status_code = 201
    return answer


@router.get("", responses={200: {"model": ProjectsPage}})
async def list_projects(
    person: Reader,
    ctx: Ctx,
    kind: Literal["project", "flow_definition", "labeling_job"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """All projects by name; flow definitions are projects too."""
    query = ("projects", kind)
    last = cursors.place_in(ctx, cursor, query)
    rows = await projects.list_page(ctx.pool, after=last[0] if last else None, kind=kind, limit=limit + 1)
    return json_response(cursors.page(ctx, rows, _summary, lambda row: (row.name,), query=query, limit=limit))


@router.get("/{name}", responses={200: {"model": ProjectView}})
async def get_project(name: NamePath, person: Reader, ctx: Ctx) -> Response:
    """A project, and how its tasks stand."""
    return await _project_response(ctx, name)


@router.patch("/{name}", openapi_extra=documented(ProjectChange), responses={200: {"model": ProjectView}})
async def change_project(name: NamePath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """Change its texts, window or output location, pause or resume it. What is paused starts and offers nothing."""
    body = await read_body(request, ProjectChange)
    await projects.change(ctx.pool, name, body, person_id=person.id)
    project = await projects.get(ctx.pool, name)
    if await windows.open_one(ctx.pool, project.id):
        ctx.hint()
    return await _project_response(ctx, name)


@router.delete("/{name}", status_code=202)
async def delete_project(name: NamePath, person: Admin, ctx: Ctx) -> Response:
    """Take no new tasks, and stop the unfinished ones; the project is gone when the last of them is over."""
    await projects.delete(ctx.pool, name, person_id=person.id)
    ctx.hint()
    return Response(status_code=202)


@router.get("/{name}/graphs", responses={200: {"model": GraphsPage}})
async def list_graphs(name: NamePath, person: Reader, ctx: Ctx) -> Response:
    """All versions of its graph, newest first."""
    versions = await projects.graphs(ctx.pool, name)
    items = [
        {
            "version": each.version,
            "created_at": each.created_at,
            "current": each.current,
            "stages": len(each.body["stages"]),
        }
        for each in versions
    ]
    return json_response({"items": items, "next_cursor": None})


@router.get("/{name}/graphs/{version}", responses={200: {"model": GraphView}})
async def get_graph(name: NamePath, version: VersionPath, person: Reader, ctx: Ctx) -> Response:
    """One version, as tasks walk it."""
    return json_response(_graph(name, await projects.graph(ctx.pool, name, version)))


@router.put("/{name}/graph", openapi_extra=documented(NewGraph), responses={200: {"model": GraphView}})
async def put_graph(name: NamePath, request: Request, person: Admin, ctx: Ctx) -> Response:
    """A new version, for tasks that come from now on; those that are there keep theirs until they are moved."""
    body = await read_body(request, NewGraph, most=BODY_BYTES, names_once=True)
    document = await document_of(ctx.pool, body.graph)
    project = await projects.get(ctx.pool, name)
    graph = read_graph(document, {**_kept_teams(project, document), **body.teams})
    require_allowed_hosts(graph, ctx.settings)
    version = await projects.put_graph(ctx.pool, name, graph, person_id=person.id)
    return json_response(_graph(name, await projects.graph(ctx.pool, name, version)))


@router.get("/{name}/graphs/{old}/diff/{new}", responses={200: {"model": Difference}})
async def compare_graphs(name: NamePath, old: VersionPath, new: VersionPath, person: Reader, ctx: Ctx) -> Response:
    """What changed from one version to another; stages are the same where they have the same name."""
    before, after = [
        Graph.model_validate((await projects.graph(ctx.pool, name, version)).body) for version in (old, new)
    ]
    return json_response(difference(before, after).model_dump(mode="json"))


async def _project_response(ctx: Context, name: str) -> Response:
    project = await projects.get(ctx.pool, name)
    return json_response(_project(project, await projects.figures(ctx.pool, project.id)))


def _summary(project: Summary) -> dict[str, object]:
    return {
        "name": project.name,
        "kind": project.kind,
        "title": project.title,
        "created_at": project.created_at,
        "graph_version": project.graph_version,
        "paused": project.paused,
        "deleting": project.deleting,
    }


def _project(project: Project, figures: Figures) -> dict[str, object]:
    return {
        **_summary(project),
        "description": project.description,
        "schema_kind": project.schema_kind,
        "human_task_ui": project.human_task_ui,
        "label_schema": project.label_schema,
        "output": project.output_path,
        "max_concurrent_tasks": project.max_concurrent_tasks,
        "in_window": figures.in_window,
        "withdraw_seconds": project.withdraw_seconds,
        "extend_seconds": project.extend_seconds,
        "max_extensions": project.max_extensions,
        "metadata": project.metadata,
        "teams": _teams(project.graph),
        "counts": dict(figures.counts),
        "stages": dict(figures.stages),
        "starved": figures.starved,
        "escalated": figures.escalated,
    }


def _graph(project: str, version: GraphVersion) -> dict[str, object]:
    return {
        "project": project,
        "version": version.version,
        "created_at": version.created_at,
        "current": version.current,
        "graph": version.body,
    }


def _teams(body: Mapping[str, Any]) -> dict[str, str]:
    stages = Graph.model_validate(body).stages
    return {
        name: stage.team
        for name, stage in stages.items()
        if isinstance(stage, AnnotateStage | ReviewStage | ConsensusStage)
    }


def _kept_teams(project: Project, document: Mapping[str, Any]) -> dict[str, str]:
    """Teams of people's stages that keep their name in a new graph and name no team there."""
    given: object = document.get("stages")
    stages = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    kept: dict[str, str] = {}
    for name, team in _teams(project.graph).items():
        stage: object = stages.get(name)
        members = cast("dict[str, object]", stage) if isinstance(stage, dict) else {}
        if members.get("type") in ("annotate", "review", "consensus") and not members.get("team"):
            kept[name] = team
    return kept


def _check_metadata(metadata: dict[str, Any]) -> None:
    try:
        size = len(keepable(metadata))
    except ValueError as error:
        raise BadRequest(f"metadata: {error}", errors=(FieldError("metadata", str(error)),)) from error
    if size > MOST_METADATA_BYTES:
        raise TooLarge(f"metadata: {size} bytes, at most {MOST_METADATA_BYTES} are taken")
