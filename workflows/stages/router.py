"""Routers: the task itself says which way it goes."""

from activities.routing import RoutingActivities
from schemas.tasks import Route
from workflows import activity_calls
from workflows.walk import Walk


async def run(walk: Walk, name: str) -> str:
    """Return one of the router's own pathways; the same one however often it is asked in a visit."""
    await walk.pass_through(name)
    route = Route(**walk.ref().model_dump(), stage=name, version=walk.start.graph_version)
    return await activity_calls.statement(RoutingActivities.route, route, summary=f"route {name}")
