"""No slot is lost and none is held twice, whatever people and managers do at once."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import LoupeError
from store import assignments, management, skips
from store.assignments import Item
from store.people import Person

CREW = 4

PEOPLE = st.integers(0, CREW - 1)
NOBODY = st.none()
TAKE = st.tuples(st.just("take"), PEOPLE, NOBODY)
ASSIGN = st.tuples(st.just("assign"), PEOPLE, st.sampled_from([None] * CREW + list(range(CREW))))
STEPS = st.one_of(
    TAKE,
    TAKE,
    ASSIGN,
    ASSIGN,
    st.tuples(st.sampled_from(["submit", "release", "skip", "decline", "take again"]), PEOPLE, NOBODY),
    st.tuples(st.sampled_from(["release task", "end reservations"]), NOBODY | PEOPLE, NOBODY),
    st.tuples(st.just("priority"), st.integers(0, 100), NOBODY),
)
# What stands in one list happens at once.
ROUNDS = st.lists(st.lists(STEPS, min_size=1, max_size=4), min_size=3, max_size=8)


@dataclass
class Crew:
    """People at work on one task, and their manager."""

    world: object
    boss: Person
    people: list[Person]
    task: object = None
    held: dict[int, Item] = field(default_factory=dict)

    async def step(self, what, who, whom):
        pool, person = self.world.pool, None if who is None or what == "priority" else self.people[who]
        with contextlib.suppress(LoupeError):
            match what:
                case "take":
                    item = await self.world.take(person)
                    if item is not None:
                        self.held[who] = item
                case "take again":
                    async with pool.acquire() as connection:
                        await skips.take(
                            connection, person.id, project=None, stage=None, prefetch=False, lease_seconds=300
                        )
                case "submit" if who in self.held:
                    await self.world.submit(self.held[who], person, submission=uuid4())
                case "release" if who in self.held:
                    await assignments.release(pool, self.held[who].id, person.id, self.held[who].lease_token)
                case "skip" if who in self.held:
                    await skips.skip(pool, self.held[who].id, person.id, self.held[who].lease_token)
                case "decline" if who in self.held:
                    await assignments.decline(pool, self.held[who].id, person.id, self.held[who].lease_token, "")
                case "assign":
                    other = None if whom is None else self.people[whom].email
                    until = datetime.now(UTC) + timedelta(hours=1)
                    await management.assign(
                        pool, self.task, person.email, until=until, instead_of=other, by=self.boss.id
                    )
                case "release task":
                    email = None if person is None else person.email
                    await management.release(pool, self.task, email=email, by=self.boss.id)
                case "end reservations":
                    rows = await pool.fetch("SELECT id FROM assignments WHERE reserved_for IS NOT NULL")
                    for row in rows:
                        await pool.fetchval("SELECT end_reservation($1, 'expired')", row["id"])
                case "priority":
                    await management.set_priority(pool, self.task, who, by=self.boss.id)

    async def check(self, overlap):
        rows = await self.world.pool.fetch("SELECT * FROM assignments WHERE task_id = $1", self.task)
        assert len(rows) == overlap
        free = [row for row in rows if row["state"] == "open" and row["reserved_for"] is None]
        rest = [row for row in rows if row not in free]
        assert all(row["state"] in ("held", "submitted") or row["reserved_for"] is not None for row in rest), rest
        visit = await self.world.pool.fetchrow("SELECT id, rank FROM visits WHERE task_id = $1", self.task)
        offered = await self.world.pool.fetchrow("SELECT * FROM takeable WHERE visit_id = $1", visit["id"])
        assert (0 if offered is None else offered["free_slots"]) == len(free)
        assert offered is None or offered["rank"] == visit["rank"]
        # Nobody has two slots, however they came to them.
        owners = [row["person_id"] or row["reserved_for"] for row in rest]
        assert len(owners) == len(set(owners)), owners
        priority = await self.world.pool.fetchval("SELECT priority FROM tasks WHERE id = $1", self.task)
        assert visit["rank"] >> 48 == 100 - priority


@given(rounds=ROUNDS, overlap=st.integers(1, 3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_slot_is_lost_or_held_twice(world, rounds, overlap):
    name = uuid4().hex
    boss = await world.person("boss", role="team_manager", teams=())
    crew = Crew(world, boss, [await world.person(f"p{number}") for number in range(CREW)])
    flow = await world.flow(name, overlap=overlap)
    crew.task = await world.opened(name, flow=flow)
    for steps in rounds:
        await asyncio.gather(*(crew.step(*step) for step in steps))
        await crew.check(overlap)
    await assignments.close_visit(world.pool, task_id=crew.task, opening=1, visit=1, mode="cancelled")
