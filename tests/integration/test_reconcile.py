"""What people do in the Temporal UI past Loupe: terminate and reset are noticed, and the tasks come to an end."""

import asyncio
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from runtime import temporal as temporal_runtime
from schemas.tasks import workflow_id
from store import human_loops, reconcile
from store.database import Pool
from workers.main import make_worker
from workers.reconcile import Reconcile
from workers.relay import Relay
from world import World

SIGNALS = ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL


async def eventually(check, *, seconds=30):
    """What `check` returns once it asserts no more."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await check()
        except AssertionError:
            if asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(0.02)


@dataclass
class House:
    """An installation whose worker runs, and an operator with the Temporal UI."""

    world: World
    pool: Pool
    client: Client
    reconcile: Reconcile

    def workflow(self, name: str, task: UUID) -> WorkflowHandle:
        return self.client.get_workflow_handle(workflow_id(project="flow", task_name=name, task_id=task, opening=1))

    async def opened(self, name: str) -> tuple[UUID, WorkflowHandle]:
        """A started loop whose work is offered, and whose workflow waits for it."""
        task = await self.world.loop(name)
        workflow = self.workflow(name, task)

        async def offered():
            assert await self.pool.fetchval("SELECT count(*) FROM visits WHERE task_id = $1", task) == 1
            assert await self.first_workflow_task(workflow)

        await eventually(offered)
        return task, workflow

    async def completed(self, name: str) -> tuple[UUID, WorkflowHandle]:
        """A loop that one person answered."""
        ann = await self.world.person(f"ann-{name}")
        task, workflow = await self.opened(name)
        await self.world.submit(await self.world.take(ann), ann, content='{"answer": "x"}')
        await workflow.result()
        return task, workflow

    async def first_workflow_task(self, workflow: WorkflowHandle) -> int | None:
        """The event of the latest run by which its first workflow task was done; None before."""
        async for event in workflow.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                return event.event_id
        return None

    async def reset(self, workflow: WorkflowHandle, *, reason="once more", without=()) -> str:
        """Reset the latest run to its first workflow task; the new run."""
        run = (await workflow.describe()).run_id
        request = ResetWorkflowExecutionRequest(
            namespace=self.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow.id, run_id=run),
            reason=reason,
            workflow_task_finish_event_id=await self.first_workflow_task(workflow),
            request_id=str(uuid4()),
            reset_reapply_exclude_types=without,
        )
        return (await self.client.workflow_service.reset_workflow_execution(request)).run_id

    async def turn(self, reconcile: Reconcile | None = None) -> None:
        """A turn of the loop, with the time since the last one gone by."""
        await self.pool.execute("UPDATE reconciliation SET begun_at = '-infinity'")
        await (reconcile or self.reconcile).turn()

    async def events(self, task: UUID, kind: str) -> list[dict]:
        rows = await self.pool.fetch("SELECT data FROM events WHERE task_id = $1 AND type = $2 ORDER BY id", task, kind)
        return [row["data"] for row in rows]

    async def noticed(self, task: UUID, kind: str, *, times: int = 1) -> list[dict]:
        """The events of a kind once turns wrote so many."""

        async def there():
            await self.turn()
            events = await self.events(task, kind)
            assert len(events) == times, events
            return events

        return await eventually(there)

    async def loop(self, name: str) -> human_loops.HumanLoop:
        return await human_loops.describe(self.pool, name)

    async def becomes(self, name: str, status: str) -> human_loops.HumanLoop:
        async def there():
            loop = await self.loop(name)
            assert loop.status == status, loop
            return loop

        return await eventually(there)


@pytest.fixture
async def house(settings, pool, s3, temporal):
    client = await temporal_runtime.connect(settings)
    await temporal_runtime.register_search_attributes(client)
    world = World(pool, bucket=settings.s3_bucket)
    await world.person("ann")
    await world.flow()
    relay = Relay(settings, pool, client)
    async with make_worker(settings, client, pool, s3):
        relay.start()
        yield House(world, pool, client, Reconcile(settings, pool, client))
        await relay.stop()


async def test_a_terminated_loop_is_noticed_and_its_work_is_withdrawn(house, settings):
    ann = await house.world.person("bea")
    task, workflow = await house.opened("a")
    held = await house.world.take(ann)
    await workflow.terminate(reason="we do not need it any more")
    (told,) = await house.noticed(task, "loupe.task.terminated")
    assert (told["status"], told["reason"], told["opening"]) == ("Terminated", "we do not need it any more", 1)
    assert told["identity"] == house.client.identity
    assert told["run_id"] == (await workflow.describe()).run_id
    loop = await house.loop("a")
    assert (loop.status, loop.failure_code, loop.output_uri) == ("Failed", "InternalError", None)
    assert "terminated in Temporal" in loop.failure_reason
    assert "we do not need it any more" in loop.failure_reason
    assert house.client.identity in loop.failure_reason
    assert await house.pool.fetchval("SELECT state FROM assignments WHERE id = $1", held.id) == "withdrawn"
    assert await house.pool.fetchval("SELECT close_reason FROM visits WHERE task_id = $1", task) == "cancelled"
    assert await house.pool.fetchval("SELECT count(*) FROM takeable") == 0
    statuses = [event["humanLoopStatus"] for event in await house.events(task, "loupe.human_loop.status_changed")]
    assert statuses == ["InProgress", "Failed"]


async def test_nothing_is_told_twice_by_later_turns_other_workers_or_after_a_restart(house, settings):
    task, workflow = await house.opened("a")
    await workflow.terminate()
    await house.noticed(task, "loupe.task.terminated")
    ran, _ = await house.completed("b")
    await house.reset(house.workflow("b", ran))
    await house.noticed(ran, "loupe.task.reset")
    others = [Reconcile(settings, house.pool, house.client) for _ in range(2)]
    for other in (*others, house.reconcile):
        await house.turn(other)
    await house.pool.execute(
        "UPDATE reconciliation SET looked_until = now() - interval '1 day', begun_at = '-infinity'"
    )
    await asyncio.gather(*(other.turn() for other in others))
    assert len(await house.events(task, "loupe.task.terminated")) == 1
    assert len(await house.events(task, "loupe.human_loop.status_changed")) == 2
    assert len(await house.events(ran, "loupe.task.reset")) == 1


async def test_only_one_worker_looks_in_a_pause(house, settings):
    await house.turn()
    begun = await house.pool.fetchval("SELECT begun_at FROM reconciliation")
    await Reconcile(settings, house.pool, house.client).turn()
    assert await house.pool.fetchval("SELECT begun_at FROM reconciliation") == begun


async def test_messages_of_a_terminated_loop_are_dropped(house):
    task, workflow = await house.opened("a")
    await workflow.terminate()
    await human_loops.stop(house.pool, "a", None)
    await house.noticed(task, "loupe.task.terminated")

    async def dropped():
        assert await house.pool.fetchval("SELECT count(*) FROM mailbox") == 0
        assert await house.pool.fetchval("SELECT count(*) FROM mailbox_heads") == 0

    await eventually(dropped)
    assert (await house.loop("a")).status == "Failed"


async def test_a_reason_of_any_length_and_letters_fits(house):
    task, workflow = await house.opened("a")
    await workflow.terminate(reason="ü\0" * 5000)
    (told,) = await house.noticed(task, "loupe.task.terminated")
    assert told["reason"] == "ü" * 5000
    loop = await house.loop("a")
    assert len(loop.failure_reason) == 1024
    assert "\0" not in loop.failure_reason


async def test_a_reset_loop_goes_on_where_it_was_and_completes(house, s3):
    ann, bob = await house.world.person("bea"), await house.world.person("bob")
    await house.world.flow("two", overlap=2)
    task = await house.world.loop("a", flow="two")
    workflow = house.client.get_workflow_handle(workflow_id(project="two", task_name="a", task_id=task, opening=1))

    async def taken():
        item = await house.world.take(ann)
        assert item is not None
        return item

    await house.world.submit(await eventually(taken), ann, content='{"n": 1}')
    held = await house.world.take(bob)

    async def delivered():
        assert await house.world.kinds(task) == []

    await eventually(delivered)
    before = (await workflow.describe()).run_id
    run = await house.reset(workflow, reason="a worker had a bug")
    (told,) = await house.noticed(task, "loupe.task.reset")
    assert told | {"reset_at": None} == {
        "opening": 1,
        "run_id": run,
        "base_run_id": before,
        "reason": "a worker had a bug",
        "identity": None,
        "over": False,
        "reset_at": None,
    }
    await house.world.submit(held, bob, content='{"n": 2}')
    loop = await house.becomes("a", "Completed")
    assert await house.events(task, "loupe.task.terminated") == []
    assert len(await house.events(task, "loupe.visit.opened")) == 1
    assert len(await house.events(task, "loupe.visit.closed")) == 1
    bucket, _, key = loop.output_uri.removeprefix("s3://").partition("/")
    output = json.loads(await (await s3.client.get_object(Bucket=bucket, Key=key))["Body"].read())
    assert [answer["answerContent"] for answer in output["humanAnswers"]] == [{"n": 1}, {"n": 2}]


async def test_a_reset_of_a_completed_loop_changes_nothing_and_is_told(house, s3):
    task, workflow = await house.completed("a")
    before = await house.loop("a")
    run = await house.reset(workflow)
    await house.client.get_workflow_handle(workflow.id, run_id=run).result()
    (told,) = await house.noticed(task, "loupe.task.reset")
    assert (told["run_id"], told["over"], told["reason"]) == (run, True, "once more")
    assert await house.loop("a") == before
    assert before.status == "Completed"
    assert len(await house.events(task, "loupe.human_loop.status_changed")) == 2
    stored = await s3.client.list_objects_v2(Bucket=before.output_uri.split("/")[2])
    assert stored["KeyCount"] == 1
    again = await house.reset(workflow)
    assert [event["run_id"] for event in await house.noticed(task, "loupe.task.reset", times=2)] == [run, again]


async def test_a_run_that_waits_for_nothing_any_more_is_cancelled(house):
    """Terminated, noticed, and then reset: the task stays failed, as its client was told."""
    task, workflow = await house.opened("a")
    await workflow.terminate()
    await house.noticed(task, "loupe.task.terminated")
    run = await house.reset(workflow)
    await house.noticed(task, "loupe.task.reset")

    async def cancelled():
        await house.turn()
        description = await house.client.get_workflow_handle(workflow.id, run_id=run).describe()
        assert description.status == WorkflowExecutionStatus.CANCELED

    await eventually(cancelled)
    assert (await house.loop("a")).status == "Failed"
    assert len(await house.events(task, "loupe.human_loop.status_changed")) == 2


async def test_a_reset_that_lost_its_messages_does_not_wait_for_ever(house):
    task, workflow = await house.completed("a")
    run = await house.reset(workflow, without=[SIGNALS])

    async def cancelled():
        await house.turn()
        description = await house.client.get_workflow_handle(workflow.id, run_id=run).describe()
        assert description.status == WorkflowExecutionStatus.CANCELED

    await eventually(cancelled)
    assert (await house.loop("a")).status == "Completed"
    assert len(await house.events(task, "loupe.task.reset")) == 1


async def test_a_reset_is_told_also_where_its_run_was_terminated_at_once(house):
    task, workflow = await house.completed("a")
    run = await house.reset(workflow, without=[SIGNALS])
    await house.client.get_workflow_handle(workflow.id, run_id=run).terminate()
    (told,) = await house.noticed(task, "loupe.task.reset")
    assert told["run_id"] == run
    assert (await house.loop("a")).status == "Completed"
    assert await house.events(task, "loupe.task.terminated") == []


async def test_a_terminated_run_of_an_earlier_opening_ends_nothing(house):
    task, workflow = await house.opened("a")
    await house.pool.execute("UPDATE tasks SET opening = 2 WHERE id = $1", task)
    await workflow.terminate()
    other, gone = await house.opened("b")
    await gone.terminate()
    await house.noticed(other, "loupe.task.terminated")
    assert not await reconcile.end(house.pool, task, 1, failure_reason="gone", data={})
    assert await house.events(task, "loupe.task.terminated") == []
    assert (await house.loop("a")).status == "InProgress"


async def test_what_cannot_be_settled_holds_up_nothing_else_and_is_tried_again(house):
    task, workflow = await house.opened("a")
    await house.pool.execute("ALTER TABLE tasks ADD CONSTRAINT refused CHECK (name <> 'a' OR ended_at IS NULL)")
    await workflow.terminate()
    other, gone = await house.opened("b")
    await gone.terminate()

    async def one_refused():
        try:
            await house.turn()
        except ExceptionGroup as problems:
            (problem,) = problems.exceptions
            assert isinstance(problem, asyncpg.CheckViolationError)
            assert workflow.id in problem.__notes__[0]
        else:
            raise AssertionError("both were settled")
        assert await house.events(other, "loupe.task.terminated") != []

    await eventually(one_refused)
    looked = await house.pool.fetchval("SELECT looked_until FROM reconciliation")
    assert await house.events(task, "loupe.task.terminated") == []
    await house.pool.execute("ALTER TABLE tasks DROP CONSTRAINT refused")
    await house.noticed(task, "loupe.task.terminated")
    assert await house.pool.fetchval("SELECT looked_until FROM reconciliation") > looked
