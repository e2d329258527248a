"""A team, a template and flow definitions in a database of the test's own, and its workflow side by hand."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from schemas.arns import Place
from schemas.flow_definitions import Definition
from store import assignments, flow_definitions, human_loops, human_task_uis, people, queues
from store.assignments import Accepted, Item, QueueKey
from store.database import Pool
from store.people import Person

PLACE = Place("000000000000", "us-east-1")
TEMPLATE = '<crowd-form><crowd-input name="answer"></crowd-input></crowd-form>'


@dataclass
class World:
    """What tests of the store begin with."""

    pool: Pool
    bucket: str = "loupe"
    flows: dict[str, UUID] = field(default_factory=dict)
    cursor_step: int = queues.CURSOR_STEP

    async def person(self, name: str, *, role: str = "annotator", teams: tuple[str, ...] = ("crew",)) -> Person:
        return await people.add(self.pool, email=f"{name}@example.org", name=name, role=role, teams=teams)

    async def flow(self, name: str = "flow", *, overlap: int = 1, limit: int = 3600, lifetime: int = 86400) -> str:
        """A flow definition of the team `crew`."""
        if not self.flows:
            await human_task_uis.create(
                self.pool, name="ui", arn=PLACE.arn("human-task-ui", "ui"), content=TEMPLATE, given_tags=()
            )
        loop = {
            "WorkteamArn": PLACE.arn("workteam", "crew"),
            "HumanTaskUiArn": PLACE.arn("human-task-ui", "ui"),
            "TaskTitle": f"Title of {name}",
            "TaskDescription": "Look and answer",
            "TaskCount": overlap,
            "TaskTimeLimitInSeconds": limit,
            "TaskAvailabilityLifetimeInSeconds": lifetime,
        }
        definition = Definition(
            name=name,
            role_arn="arn:aws:iam::000000000000:role/loupe",
            human_loop_request_source=None,
            human_loop_activation_config=None,
            human_loop_config=loop,
            output_config={"S3OutputPath": f"s3://{self.bucket}/out"},
            work_team="crew",
            human_task_ui="ui",
        )
        await flow_definitions.create(self.pool, definition, place=PLACE, given_tags=())
        self.flows[name] = await self.pool.fetchval("SELECT id FROM projects WHERE name = $1", name)
        return name

    async def loop(self, name: str, *, flow: str = "flow", text: str = "hello") -> UUID:
        """A started loop; its task's id."""
        await human_loops.start(
            self.pool,
            name=name,
            flow_definition=flow,
            input_content=json.dumps({"text": text}),
            classifiers=(),
            person_id=None,
        )
        return (await human_loops.describe(self.pool, name)).task_id

    async def opened(self, name: str, *, flow: str = "flow", deadline: datetime | None = None) -> UUID:
        """A loop whose first visit is open, as its workflow would open it."""
        task = await self.loop(name, flow=flow)
        graph = (await self.pool.fetchval("SELECT body FROM graphs WHERE project_id = $1", self.flows[flow]))["stages"]
        await assignments.open_visit(
            self.pool,
            queue=QueueKey(self.flows[flow], "annotate", "annotate", "crew"),
            task_id=task,
            opening=1,
            visit=1,
            stage="annotate",
            overlap=graph["annotate"]["overlap"],
            time_limit_seconds=graph["annotate"]["time_limit_seconds"],
            deadline_at=deadline,
        )
        return task

    async def take(
        self, person: Person, *, prefetch: bool = False, lease: int = 300, project: str | None = None
    ) -> Item | None:
        taken = await queues.take_next(
            self.pool,
            person.id,
            project=project,
            stage=None,
            prefetch=prefetch,
            lease_seconds=lease,
            most_held=50,
            cursor_step=self.cursor_step,
        )
        return None if taken is None else await assignments.item(self.pool, taken, person.id)

    async def submit(
        self, item: Item, person: Person, *, submission: UUID | None = None, content: str = "{}"
    ) -> Accepted:
        return await assignments.submit(
            self.pool,
            item.id,
            person.id,
            item.lease_token,
            submission_id=submission or uuid4(),
            content=content,
            active_seconds=1.0,
        )

    async def kinds(self, task: UUID) -> list[str]:
        """Kinds of a task's undelivered messages, in order."""
        rows = await self.pool.fetch("SELECT kind FROM mailbox WHERE task_id = $1 ORDER BY seq", task)
        return [row["kind"] for row in rows]
