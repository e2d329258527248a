"""What the figures work on: flow definitions of their own, and the people of each one's team."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from loupe.bench.calls import Annotator
from loupe.bench.http import Connection
from loupe.endpoints import Endpoints
from schemas.arns import Place
from schemas.flow_definitions import DEFAULT_LIFETIME, DEFAULT_TIME_LIMIT, Definition
from store import assignments, flow_definitions, human_task_uis, people
from store.database import Pool
from store.queries import load

SQL = load("rows", package="loupe.bench")
_TEMPLATE = """<crowd-form><crowd-classifier name="sentiment" header="How does the writer feel?"
categories="{{ task.input.labels | to_json | escape }}"><classification-target>{{ task.input.text }}
</classification-target></crowd-classifier></crowd-form>"""


@dataclass(frozen=True)
class Flow:
    """A flow definition whose tasks need one answer, with its queue."""

    name: str
    team: str
    project_id: UUID
    queue_id: int


async def make_flow(pool: Pool, endpoints: Endpoints, name: str) -> Flow:
    """A flow definition and a team of the same name."""
    place = Place(endpoints.account_id, endpoints.region)
    await people.add(pool, email=f"lead@{name}.localhost", name=f"Lead of {name}", role="annotator", teams=(name,))
    await human_task_uis.create(pool, name=name, arn=place.arn("human-task-ui", name), content=_TEMPLATE, given_tags=())
    human_loop = {
        "WorkteamArn": place.arn("workteam", name),
        "HumanTaskUiArn": place.arn("human-task-ui", name),
        "TaskTitle": f"Benchmark {name}",
        "TaskDescription": "Choose how the writer feels",
        "TaskCount": 1,
        "TaskTimeLimitInSeconds": DEFAULT_TIME_LIMIT,
        "TaskAvailabilityLifetimeInSeconds": DEFAULT_LIFETIME,
    }
    definition = Definition(
        name=name,
        role_arn=f"arn:aws:iam::{endpoints.account_id}:role/benchmark",
        human_loop_request_source=None,
        human_loop_activation_config=None,
        human_loop_config=human_loop,
        output_config={"S3OutputPath": f"s3://{endpoints.s3_bucket}/bench"},
        work_team=name,
        human_task_ui=name,
    )
    await flow_definitions.create(pool, definition, place=place, given_tags=())
    project_id = await pool.fetchval(SQL["project"], name)
    queue_id = await assignments.queue_for(pool, project_id=project_id, shown_as="annotate", kind="annotate", team=name)
    return Flow(name, name, project_id, queue_id)


@dataclass(frozen=True)
class Hire:
    """A person of a team, with a key."""

    id: UUID
    key: str


async def hire(pool: Pool, flow: Flow, names: list[str]) -> list[Hire]:
    """Annotators of a flow's team."""
    hired: list[Hire] = []
    for name in names:
        person = await people.add(
            pool, email=f"{name}@{flow.name}.localhost", name=name, role="annotator", teams=(flow.team,)
        )
        hired.append(Hire(person.id, await people.make_api_key(pool, person.id, "loupe bench")))
    return hired


@asynccontextmanager
async def at_work(endpoints: Endpoints, hired: list[Hire]) -> AsyncGenerator[list[Annotator]]:
    """Each of them on a connection of their own."""
    annotators = [Annotator(endpoints.api, await Connection.open(endpoints.api), each.key) for each in hired]
    try:
        yield annotators
    finally:
        for annotator in annotators:
            annotator.close()
