"""Random histories of tasks, written as submitting writes them, and what a plain recount makes of them."""

import random
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from store.people import Person
from walked_project import WalkedProject

FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)

VISIT = """
WITH v AS (
    INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank, opened_at)
    VALUES ($1, $2, $3, $4, $5, $6, 3600, 0, $7) RETURNING id
)
INSERT INTO assignments (visit_id, task_id, slot, answer)
SELECT v.id, $1, slot, slot FROM v, generate_series(1, $6::smallint) AS slot
RETURNING id
"""
HOLD = "UPDATE assignments SET state = 'held', person_id = $2 WHERE id = $1"
SUBMIT = """
WITH held AS (
    UPDATE assignments SET state = 'submitted', submitted_at = $3 WHERE id = $2
)
INSERT INTO submissions (id, assignment_id, person_id, content, decision, active_seconds, accepted_at, submitted_at)
VALUES ($1, $2, $4, '{}', $5, $6, $3, $3)
"""
WITHDRAW = """
WITH gone AS (
    DELETE FROM submissions WHERE assignment_id = $1
)
UPDATE assignments SET state = 'held', submitted_at = NULL WHERE id = $1
"""
VERDICT = """
INSERT INTO verdicts (task_id, opening, visit, stage, submission_id, person_id, answer, label, value_sha256, verdict)
VALUES ($1, $2, $3, $4, $5, $6, $7, '/answer', '', $8)
"""
LABELS = """
INSERT INTO labels (task_id, opening, visit, answer, source, content, authors) VALUES ($1, $2, $3, $4, $5, '{}', $6)
"""


@dataclass(frozen=True)
class Work:
    """Something handed in that is no review; `made` says whether an answer came of it."""

    opening: tuple[UUID, int]
    person: UUID
    stage: str
    at: datetime
    seconds: float
    made: bool


@dataclass(frozen=True)
class Review:
    """A review, with whose labels it rejected."""

    opening: tuple[UUID, int]
    person: UUID
    stage: str
    at: datetime
    seconds: float
    approved: bool
    rejected_of: frozenset[UUID]


@dataclass
class Histories:
    """Writes histories into a project, and remembers what happened."""

    project: WalkedProject
    people: list[Person]
    chance: random.Random
    happened: list[Work | Review] = field(default_factory=list)
    deleted: set[UUID] = field(default_factory=set)
    now: datetime = FIRST
    queues: dict[str, int] = field(default_factory=dict)

    async def play(self, name: str) -> None:
        """One task, through one or two openings; some tasks are deleted, some while somebody works on them."""
        task = await self.project.add(name)
        self.now = FIRST + timedelta(hours=self.chance.randrange(24 * 40))
        openings = self.chance.choice([1, 1, 1, 2])
        for opening in range(1, openings + 1):
            await self._opening(task, opening)
        if self.chance.random() < 0.1:
            await self._delete(task)
            await self._annotate(task, openings + 1, 1, self._some(1))

    async def _opening(self, task: UUID, opening: int) -> None:
        authors = dict(enumerate(self._some(self.chance.randint(1, 3)), 1))
        done = await self._annotate(task, opening, 1, list(authors.values()))
        authors = {answer: person for answer, person in authors.items() if person in done}
        visit = 2
        if self.chance.random() < 0.3:
            decider = self._some(1)[0]
            agreed = self.chance.random() < 0.7
            await self._hand_in(task, opening, visit, "decide", [decider], "agreed" if agreed else "no_consensus")
            if not agreed:
                return
            authors = {1: decider}
            await self._label(task, opening, visit, "merge", authors)
            visit += 1
        for _ in range(self.chance.randint(0, 4)):
            rejected = await self._review(task, opening, visit, authors)
            visit += 1
            if rejected and self.chance.random() < 0.8:
                authors = await self._rework(task, opening, visit, authors, rejected)
                visit += 1

    async def _review(self, task: UUID, opening: int, visit: int, authors: dict[int, UUID]) -> list[int]:
        reviewer, stage = self._some(1)[0], self.chance.choice(["review", "review 2"])
        rejected = [answer for answer in authors if self.chance.random() < 0.35]
        unnamed = bool(rejected) and self.chance.random() < 0.2
        [submission] = await self._hand_in(
            task, opening, visit, stage, [reviewer], "rejected" if rejected else "approved"
        )
        if not unnamed:
            for answer in authors:
                verdict = "reject" if answer in rejected else "approve"
                place = (task, opening, visit, stage, submission, reviewer, answer, verdict)
                await self.project.world.pool.execute(VERDICT, *place)
        worked = {
            each.person
            for each in self.happened
            if isinstance(each, Work) and each.opening == (task, opening) and each.made
        }
        whose = (worked if unnamed else {authors[answer] for answer in rejected}) if rejected else set[UUID]()
        self.happened.append(
            Review((task, opening), reviewer, stage, self.now, self.seconds, not rejected, frozenset(whose))
        )
        return rejected

    async def _rework(
        self, task: UUID, opening: int, visit: int, authors: dict[int, UUID], rejected: list[int]
    ) -> dict[int, UUID]:
        again = dict(authors)
        for answer in rejected:
            if self.chance.random() < 0.3:
                again[answer] = self._some(1)[0]
        done = await self._annotate(task, opening, visit, sorted({again[answer] for answer in rejected}, key=str))
        again = {answer: person if person in done else authors[answer] for answer, person in again.items()}
        await self._label(task, opening, visit, "rework", again)
        return again

    async def _annotate(self, task: UUID, opening: int, visit: int, people: list[UUID]) -> set[UUID]:
        """A visit; who handed something in that they did not take back."""
        before = len(self.happened)
        await self._hand_in(task, opening, visit, "annotate", people, None)
        return {each.person for each in self.happened[before:]}

    async def _hand_in(
        self, task: UUID, opening: int, visit: int, stage: str, people: list[UUID], decision: str | None
    ) -> list[UUID]:
        pool = self.project.world.pool
        slots = await pool.fetch(VISIT, task, opening, visit, stage, await self._queue(stage), len(people), self.now)
        submissions: list[UUID] = []
        for slot, person in zip(slots, people, strict=True):
            await pool.execute(HOLD, slot["id"], person)
            if decision is None and self.chance.random() < 0.15:
                await self._submit(slot["id"], person, decision)
                await pool.execute(WITHDRAW, slot["id"])
                if self.chance.random() < 0.5:
                    continue
            submissions.append(await self._submit(slot["id"], person, decision))
            if decision not in ("approved", "rejected"):
                made = decision != "no_consensus"
                self.happened.append(Work((task, opening), person, stage, self.now, self.seconds, made))
        await pool.execute(
            "UPDATE visits SET closed_at = now(), close_reason = 'submitted' WHERE task_id = $1 AND closed_at IS NULL",
            task,
        )
        return submissions

    async def _submit(self, assignment: UUID, person: UUID, decision: str | None) -> UUID:
        self.now += timedelta(minutes=self.chance.randrange(1, 3000))
        self.seconds = self.chance.randrange(1, 5000) / 8
        submission = uuid4()
        await self.project.world.pool.execute(SUBMIT, submission, assignment, self.now, person, decision, self.seconds)
        return submission

    async def _label(self, task: UUID, opening: int, visit: int, source: str, authors: dict[int, UUID]) -> None:
        for answer, person in authors.items():
            place = (task, opening, visit, answer, source)
            await self.project.world.pool.execute(LABELS, *place, {"": str(person)})

    async def _delete(self, task: UUID) -> None:
        await self.project.world.pool.execute("UPDATE tasks SET deleted_at = now() WHERE id = $1", task)
        self.deleted.add(task)

    async def _queue(self, stage: str) -> int:
        kind = {"annotate": "annotate", "decide": "consensus"}.get(stage, "review")
        if stage not in self.queues:
            self.queues[stage] = await self.project.world.pool.fetchval(
                """INSERT INTO queues (project_id, shown_as, kind, team_id)
                   VALUES ($1, 'of ' || $2, $3, (SELECT min(id::text)::uuid FROM work_teams)) RETURNING id""",
                self.project.id,
                stage,
                kind,
            )
        return self.queues[stage]

    def _some(self, count: int) -> list[UUID]:
        return [person.id for person in self.chance.sample(self.people, count)]

    def recount(self, since: datetime, until: datetime, stage: str | None) -> dict[UUID, dict[str, float | None]]:
        """Everybody's figures, counted one by one."""
        figures: defaultdict[UUID, dict[str, float | None]] = defaultdict(dict)
        happened = [each for each in self.happened if each.opening[0] not in self.deleted]
        for person in {person.id for person in self.people}:
            counted = _of_person(person, happened, since, until, stage)
            if any(counted[name] for name in ("submitted", "reviewed", "rejections", "reviews")):
                figures[person] = counted
        return dict(figures)


def _of_person(
    person: UUID, happened: list[Work | Review], since: datetime, until: datetime, stage: str | None
) -> dict[str, float | None]:
    times: list[float] = []
    reviewed = at_once = rejections = 0
    for opening in {each.opening for each in happened}:
        here = [each for each in happened if each.opening == opening]
        mine = [each for each in here if isinstance(each, Work) and each.person == person]
        in_stage = bool(mine) and (stage is None or mine[0].stage == stage)
        if in_stage and since <= mine[0].at < until:
            times.append(sum(each.seconds for each in mine))
        made = [each for each in mine if each.made]
        reviews = [each for each in here if isinstance(each, Review) and made and each.at > made[0].at]
        received = [each for each in here if isinstance(each, Review) and person in each.rejected_of]
        if in_stage and reviews and since <= reviews[-1].at < until:
            reviewed += 1
            at_once += not received
        rejections += sum((in_stage or stage is None) and since <= each.at < until for each in received)
    reviews_given = [each for each in happened if isinstance(each, Review) and each.person == person]
    judged = [each for each in reviews_given if since <= each.at < until and stage in (None, each.stage)]
    return {
        "submitted": len(times),
        "reviewed": reviewed,
        "approved_at_once": at_once,
        "rejections": rejections,
        "reviews": len(judged),
        "approvals": sum(each.approved for each in judged),
        "first_pass_approval": at_once / reviewed if reviewed else None,
        "task_seconds_median": statistics.median(times) if times else None,
        "task_seconds_mean": statistics.fmean(times) if times else None,
        "review_seconds_median": statistics.median(each.seconds for each in judged) if judged else None,
        "review_seconds_mean": statistics.fmean(each.seconds for each in judged) if judged else None,
    }
