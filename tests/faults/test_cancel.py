"""What somebody does in the Temporal UI: look for a task, read about it, cancel it."""

from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError


async def test_a_cancelled_workflow_stops_its_loop_and_withdraws_its_work(live, poll):
    flow = await live.flow(overlap=2)
    name = await live.start(flow)
    item = await live.take(flow)

    async def found():
        [execution] = [found async for found in live.temporal.list_workflows(f"LoupeProject = '{flow}'")] or [None]
        assert execution is not None
        return execution

    execution = await poll(found)
    handle = live.temporal.get_workflow_handle(execution.id)
    described = await handle.describe()
    assert await described.static_summary() == f"{flow}: {name}"
    assert described.search_attributes["LoupeStage"] == ["annotate"]
    metadata = await handle.query("__temporal_workflow_metadata")
    assert "annotate" in metadata.current_details and item["task_id"] in metadata.current_details
    await handle.cancel()
    await live.becomes(name, "Stopped")
    refused = await live.submit(item)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/visit-closed")
    rows = await live.pool.fetch("SELECT state FROM assignments WHERE task_id = $1", item["task_id"])
    assert [row["state"] for row in rows] == ["withdrawn", "withdrawn"]
    offered = await live.http.post("/v1/work/next", json={"project": flow}, headers=live.person(1))
    assert offered.status_code == 204
    assert await live.statuses(name) == ["InProgress", "Stopped"]


async def test_a_workflow_that_is_cancelled_while_its_visit_cannot_be_opened(live, poll):
    """The statement that opens it fails again and again; nothing of it is left when the loop is over."""
    flow = await live.flow()
    await live.pool.execute("ALTER TABLE takeable RENAME TO takeable_away")
    try:
        name = await live.start(flow)
        await poll(lambda: _tried_again(live, name))
        await (await live.workflow(name)).cancel()
        await poll(lambda: _cancel_was_seen(live, name))
    finally:
        await live.pool.execute("ALTER TABLE takeable_away RENAME TO takeable")
    await live.becomes(name, "Stopped")
    left = await live.pool.fetchval(
        "SELECT count(*) FROM visits v JOIN tasks t ON t.id = v.task_id WHERE t.name = $1 AND v.closed_at IS NULL", name
    )
    assert left == 0
    assert await live.statuses(name) == ["InProgress", "Stopped"]
    await poll(lambda: live.mailbox_is_empty(flow))


async def _tried_again(live, name: str) -> None:
    handle = await live.workflow(name)
    try:
        described = await handle.describe()
    except RPCError as error:
        raise AssertionError("not started yet") from error
    assert [activity.attempt >= 2 for activity in described.raw_description.pending_activities] == [True]


async def _cancel_was_seen(live, name: str) -> None:
    """A workflow task ended after the request."""
    types = [event.event_type for event in (await (await live.workflow(name)).fetch_history()).events]
    asked = types.index(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED)
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in types[asked:]
