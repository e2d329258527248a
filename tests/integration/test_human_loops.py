"""Starting, stopping and deleting human loops in the store."""

import asyncio

import pytest

from schemas.errors import BadRequest, Conflict, NameInUse, NotFound
from store import human_loops, outputs


async def ended(world, task, state="completed", uri="s3://loupe/x"):
    await outputs.finish(world.pool, task, 1, state=state, output_uri=uri, failure_code=None, failure_reason=None)


async def test_equal_starts_are_one_loop(world):
    await world.person("ann")
    await world.flow()
    first = await world.loop("a")
    assert await world.loop("a") == first
    assert await world.pool.fetchval("SELECT count(*) FROM tasks") == 1
    assert await world.kinds(first) == ["start"]


async def test_twenty_equal_starts_at_once_are_one_loop(world):
    await world.person("ann")
    await world.flow()
    tasks = await asyncio.gather(*(world.loop("a") for _ in range(20)))
    assert len(set(tasks)) == 1
    assert await world.pool.fetchval("SELECT count(*) FROM mailbox") == 1


async def test_another_input_under_a_name_in_use_is_a_conflict_also_after_the_end(world):
    await world.person("ann")
    await world.flow()
    task = await world.loop("a", text="one")
    with pytest.raises(NameInUse):
        await world.loop("a", text="two")
    await ended(world, task)
    with pytest.raises(NameInUse):
        await world.loop("a", text="two")
    assert await world.loop("a", text="one") == task


async def test_a_deleted_name_can_be_used_again_with_a_later_output_second(world):
    await world.person("ann")
    await world.flow()
    task = await world.loop("a", text="one")
    with pytest.raises(Conflict):
        await human_loops.delete(world.pool, "a", None)
    await ended(world, task)
    await human_loops.delete(world.pool, "a", None)
    with pytest.raises(NotFound):
        await human_loops.describe(world.pool, "a")
    again = await world.loop("a", text="two")
    assert again != task
    stamps = await world.pool.fetch("SELECT output_stamp FROM tasks ORDER BY output_stamp")
    assert stamps[0][0] < stamps[1][0]


async def test_an_unknown_flow_definition_is_named_and_nothing_is_written(world):
    with pytest.raises(BadRequest, match="FlowDefinitionArn"):
        await world.loop("a", flow="nobody")
    assert await world.pool.fetchval("SELECT count(*) FROM human_loop_names") == 0


async def test_stop_takes_open_work_out_of_the_queue_at_once_and_tells_the_workflow_once(world):
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await human_loops.stop(world.pool, "a", ann.id)
    await human_loops.stop(world.pool, "a", ann.id)
    assert (await human_loops.describe(world.pool, "a")).status == "Stopping"
    assert await world.take(ann) is None
    assert await world.kinds(task) == ["start", "stop"]


async def test_stopping_an_unknown_loop_is_not_found(world):
    with pytest.raises(NotFound):
        await human_loops.stop(world.pool, "nothing", None)


async def test_every_status_change_is_an_event_with_the_eventbridge_detail(world):
    await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await human_loops.stop(world.pool, "a", None)
    await ended(world, task, state="cancelled", uri=None)
    rows = await world.pool.fetch(
        "SELECT data FROM events WHERE task_id = $1 AND type = 'loupe.human_loop.status_changed' ORDER BY id", task
    )
    assert [row["data"]["humanLoopStatus"] for row in rows] == ["InProgress", "Stopping", "Stopped"]
    detail = rows[-1]["data"]
    assert detail["humanLoopArn"] == "arn:aws:sagemaker:us-east-1:000000000000:human-loop/a"
    assert detail["flowDefinitionArn"].endswith(":flow-definition/flow")
    assert set(detail) == {
        "creationTime",
        "failureCode",
        "failureReason",
        "flowDefinitionArn",
        "humanLoopArn",
        "humanLoopName",
        "humanLoopOutput",
        "humanLoopStatus",
    }


async def test_deleting_a_flow_definition_stops_its_loops_and_frees_its_name_at_the_end(world):
    await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await world.pool.execute("UPDATE projects SET deleting_at = now()")
    await human_loops.continue_deletions(world.pool)
    assert (await human_loops.describe(world.pool, "a")).status == "Stopping"
    await ended(world, task, state="cancelled", uri=None)
    await human_loops.continue_deletions(world.pool)
    assert await world.pool.fetchval("SELECT deleted_at IS NOT NULL FROM projects")
    with pytest.raises(NotFound):
        await human_loops.describe(world.pool, "a")


async def test_events_cannot_be_changed(world):
    await world.person("ann")
    await world.flow()
    await world.loop("a")
    for statement in ("UPDATE events SET type = 'x'", "DELETE FROM events"):
        with pytest.raises(Exception, match="append-only"):
            await world.pool.execute(statement)


async def test_two_sweeps_bring_one_deletion_to_its_end(world):
    await world.person("ann")
    await world.flow()
    for number in range(5):
        await ended(world, await world.opened(f"a{number}"), state="cancelled", uri=None)
    await world.pool.execute("UPDATE projects SET deleting_at = now()")
    await asyncio.gather(*(human_loops.continue_deletions(world.pool) for _ in range(4)))
    await human_loops.continue_deletions(world.pool)
    assert await world.pool.fetchval("SELECT deleted_at IS NOT NULL FROM projects")
    assert await world.pool.fetchval("SELECT count(*) FROM events WHERE type = 'loupe.human_loop.deleted'") == 5


async def test_a_loop_that_was_completed_after_its_stop_was_asked_for_is_stopped(world):
    await world.person("ann")
    await world.flow()
    task = await world.opened("a")
    await human_loops.stop(world.pool, "a", None)
    await ended(world, task)
    loop = await human_loops.describe(world.pool, "a")
    assert (loop.status, loop.output_uri) == ("Stopped", "s3://loupe/x")
