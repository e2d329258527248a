"""A project with annotation and review, whose tasks a test walks through their graph by hand, as workflows would."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from schemas.graphs import AnnotateStage, CompleteStage, Graph, ReviewStage, resolved
from schemas.projects import NewProject
from store import assignments, intake, labels, outputs, projects, reviews, windows
from store.assignments import Item, Owed, QueueKey
from store.intake import QueuedTask
from store.labels import Answer
from store.people import Person
from store.reviews import Decision, NewVerdict
from world import TEMPLATE, World

GRAPH = resolved(
    Graph(
        start="annotate",
        stages={
            "annotate": AnnotateStage(team="crew", pathways={"submitted": "review"}),
            "review": ReviewStage(team="reviewers", pathways={"approved": "complete", "rejected": "annotate"}),
            "complete": CompleteStage(),
        },
    ),
    {},
)


@dataclass
class WalkedProject:
    """The project, an annotator and a reviewer."""

    world: World
    name: str
    id: UUID
    admin: Person
    annotator: Person
    reviewer: Person

    async def add(self, name: str, *, text: object = "hello") -> UUID:
        """A task, with its start message."""
        content = json.dumps({"text": text})
        digest = hashlib.sha256(content.encode()).digest()
        prediction = '{"label": {"answer": "guess"}, "confidence": 0.5, "model": "m-1"}'
        task = QueuedTask(name, content, digest, 50, '{"batch": 7}', prediction)
        added = await intake.add(self.world.pool, self.name, [task], person_id=self.admin.id)
        await windows.open_one(self.world.pool, self.id)
        (outcome,) = added.outcomes
        assert outcome.id is not None
        return outcome.id

    async def open(
        self, task: UUID, visit: int, stage: str, *, opening: int = 1, rejected_in: int | None = None
    ) -> None:
        """Open a visit as its workflow would."""
        kind, team = {"annotate": ("annotate", "crew"), "review": ("review", "reviewers")}[stage]
        place = {
            "task_id": task,
            "opening": opening,
            "visit": visit,
            "stage": stage,
            "queue": QueueKey(self.id, stage, kind, team),
            "overlap": 1,
            "time_limit_seconds": 3600,
            "deadline_at": None,
        }
        owed = Owed(rejected_in, None, 3600, allow_own=False, allow_reassessment=True)
        is_first = visit == 1 and opening == 1
        await assignments.open_visit(self.world.pool, **place, owed=None if is_first else owed)

    async def close(self, task: UUID, visit: int, mode: str = "submitted", *, opening: int = 1) -> None:
        await assignments.close_visit(self.world.pool, task_id=task, opening=opening, visit=visit, mode=mode)

    async def take(self, person: Person) -> Item:
        item = await self.world.take(person)
        assert item is not None
        return item

    async def answer(self, task: UUID, visit: int, content: object, **place: int | None) -> None:
        """A whole visit of annotation."""
        await self.open(task, visit, "annotate", **place)
        item = await self.take(self.annotator)
        assert item.task_id == task
        await self.world.submit(item, self.annotator, content=json.dumps(content))
        await self.close(task, visit, opening=place.get("opening") or 1)

    async def judge(self, task: UUID, visit: int, verdict: str, *, comment: str = "", opening: int = 1) -> None:
        """A whole visit of review, with one verdict on /answer."""
        await self.open(task, visit, "review", opening=opening)
        item = await self.take(self.reviewer)
        assert item.task_id == task
        said = NewVerdict(1, "/answer", b"", verdict, comment)
        decision = Decision(
            submission_id=uuid4(),
            decision={"approve": "approved", "reject": "rejected"}[verdict],
            comment=comment,
            content=None,
            active_seconds=2.0,
            verdicts=[said],
            answers=[],
        )
        await reviews.decide(self.world.pool, item.id, self.reviewer.id, item.lease_token, decision)
        await self.close(task, visit, opening=opening)

    async def merge(self, task: UUID, visit: int, content: object) -> None:
        """Put reworked content into the task's answers."""
        made = Answer(1, visit, "rework", json.dumps(content), {"": str(self.annotator.id)})
        await labels.write(self.world.pool, task, 1, visit, [made])

    async def end(self, task: UUID, state: str = "completed", *, opening: int = 1) -> None:
        uri = "s3://somewhere/output.json" if state == "completed" else None
        await outputs.finish(
            self.world.pool, task, opening, state=state, output_uri=uri, failure_code=None, failure_reason=None
        )

    async def completed(self, name: str, *, text: object = "hello") -> UUID:
        """A task that was annotated and approved."""
        task = await self.add(name, text=text)
        await self.answer(task, 1, {"answer": name})
        await self.judge(task, 2, "approve")
        await self.end(task)
        return task


async def walked_project(world: World, name: str = "project") -> WalkedProject:
    """A project in an installation."""
    admin = await world.person(f"{name}-admin", role="admin", teams=())
    annotator = await world.person("ann")
    reviewer = await world.person("rob", role="reviewer", teams=("reviewers",))
    made = NewProject(name=name, template=TEMPLATE, graph={}, output=f"s3://{world.bucket}/out")
    await projects.create(world.pool, made, GRAPH, arn_base="arn:aws:sagemaker:us-east-1:0", person_id=admin.id)
    project_id = (await projects.get(world.pool, name)).id
    return WalkedProject(world, name, project_id, admin, annotator, reviewer)
