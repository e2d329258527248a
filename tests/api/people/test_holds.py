"""Work that a person holds ends when they leave."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from schemas.errors import NotFound
from store import memberships, people
from store.database import Pool
from store.people import Person

Hold = Callable[[Person, str, object], Awaitable[UUID]]


async def holder(pool: Pool, assignment: UUID) -> UUID | None:
    return await pool.fetchval("SELECT person_id FROM assignments WHERE id = $1 AND state = 'held'", assignment)


async def test_disabling_a_person_gives_their_work_back(pool: Pool, ann: Person, hold: Hold) -> None:
    assignment = await hold(ann, "x", {})
    await people.disable(pool, ann.id)
    assert await holder(pool, assignment) is None
    assert await pool.fetchval("SELECT free_slots FROM takeable") == 1


async def test_leaving_a_group_gives_back_the_work_of_its_teams_alone(pool: Pool, ann: Person, hold: Hold) -> None:
    both = await people.add(pool, email=ann.email, name="Ann", role="annotator", teams=["readers", "writers"])
    reading = await hold(ann, "x", {})
    writing = await hold(Person(**{**both.__dict__, "teams": ("writers",)}), "x", {})
    await memberships.leave_group(pool, ann.id, "readers")
    assert await holder(pool, reading) is None
    assert await holder(pool, writing) == ann.id
    assert (await people.get(pool, ann.id)).teams == ("writers",)
    with pytest.raises(NotFound):
        await memberships.leave_group(pool, ann.id, "readers")


async def test_a_member_by_another_group_keeps_the_work(pool: Pool, ann: Person, hold: Hold) -> None:
    assignment = await hold(ann, "x", {})
    await pool.execute("INSERT INTO people_groups VALUES ('second')")
    await pool.execute("INSERT INTO work_team_groups SELECT id, 'second', 1 FROM work_teams WHERE name = 'readers'")
    await pool.execute("INSERT INTO group_members VALUES ('second', $1)", ann.id)
    await memberships.leave_group(pool, ann.id, "readers")
    assert await holder(pool, assignment) == ann.id
