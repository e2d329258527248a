"""More time for a hold, where the project gives it."""

from datetime import timedelta

import pytest

from schemas.errors import Conflict, LeaseLost, VisitClosed
from schemas.projects import ProjectChange
from store import assignments, management, projects
from walked_project import walked_project


@pytest.fixture
async def project(world):
    """A project that gives ten minutes more, twice."""
    made = await walked_project(world)
    change = ProjectChange(extend_seconds=600, max_extensions=2)
    await projects.change(world.pool, made.name, change, person_id=made.admin.id)
    return made


@pytest.fixture
async def item(project):
    task = await project.add("a")
    await project.open(task, 1, "annotate")
    return await project.take(project.annotator)


async def extend(project, item, person=None):
    person = person or project.annotator
    await assignments.extend(project.world.pool, item.id, person.id, item.lease_token, lease_seconds=300)
    return await assignments.item(project.world.pool, item.id, person.id)


async def test_it_is_given_as_often_as_the_project_says(project, item):
    assert (item.extend_seconds, item.extensions_left) == (600, 2)
    more = await extend(project, item)
    assert more.hold_until - item.hold_until == timedelta(minutes=10)
    assert (await extend(project, item)).extensions_left == 0
    with pytest.raises(Conflict, match="as often as"):
        await extend(project, item)


async def test_the_next_hold_begins_anew(world, project, item):
    await extend(project, item)
    await assignments.release(world.pool, item.id, project.annotator.id, item.lease_token)
    assert (await project.take(project.annotator)).extensions_left == 2


async def test_it_never_goes_past_the_deadline(world, project, item):
    await world.pool.execute("UPDATE visits SET deadline_at = $1", item.hold_until + timedelta(seconds=100))
    assert (await extend(project, item)).hold_until == item.hold_until + timedelta(seconds=100)
    with pytest.raises(Conflict, match="deadline"):
        await extend(project, item)


async def test_only_under_a_live_lease(world, project, item, backdate):
    with pytest.raises(LeaseLost):
        await assignments.extend(world.pool, item.id, project.annotator.id, item.lease_token - 1, lease_seconds=300)
    await backdate(item.id)
    with pytest.raises(LeaseLost):
        await extend(project, item)


async def test_stopped_or_closed_work_gets_no_more_time(world, project, item):
    await management.cancel(world.pool, item.task_id, by=project.admin.id)
    with pytest.raises(Conflict, match="stopped"):
        await extend(project, item)
    await assignments.close_visit(world.pool, task_id=item.task_id, opening=1, visit=1, mode="cancelled")
    with pytest.raises(VisitClosed):
        await extend(project, item)


async def test_human_loops_are_never_extended(world):
    ann = await world.person("ann")
    await world.flow()
    await world.opened("a")
    item = await world.take(ann)
    with pytest.raises(Conflict, match="no more time"):
        await assignments.extend(world.pool, item.id, ann.id, item.lease_token, lease_seconds=300)
