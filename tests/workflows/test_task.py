"""The walk of a task through the smallest graph."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import CancelledError

WITHIN = 30


async def outcome(opening):
    async with asyncio.timeout(WITHIN):
        return await opening.handle.result()


async def reached(opening, *names):
    """Poll until the store was called like this."""
    async with asyncio.timeout(WITHIN):
        while opening.store.names() != list(names):
            await asyncio.sleep(0.01)


async def test_an_answer_completes_the_task_after_its_output_is_written(begin):
    opening = await begin()
    await opening.submit()
    ended = await outcome(opening)
    assert (ended.state, ended.output_uri) == ("completed", "s3://bucket/output.json")
    assert opening.store.names() == ["open", "close submitted", "write", "finish"]


async def test_three_slots_wait_for_three_answers(begin):
    opening = await begin(overlap=3)
    for _ in range(3):
        await opening.submit()
    assert (await outcome(opening)).state == "completed"
    assert opening.store.names() == ["open", "close submitted", "write", "finish"]


async def test_repeated_and_disordered_messages_count_once(begin):
    opening = await begin(overlap=2)
    first, second = opening.message("submission"), opening.message("submission")
    await opening.send(second)
    await opening.send(first)
    opening.store.answers = 2
    await opening.send(first, second)
    await outcome(opening)
    assert opening.store.names() == ["open", "close submitted", "write", "finish"]


async def test_it_counts_what_closing_returned_not_which_messages_came(begin):
    """Two messages came, but only one answer is in the database: it waits on."""
    opening = await begin(overlap=2)
    await opening.send(opening.message("submission"), opening.message("submission"))
    await reached(opening, "open", "close submitted")
    opening.store.answers = 2
    await opening.send(opening.message("submission"))
    assert (await outcome(opening)).state == "completed"


async def test_messages_of_an_earlier_visit_are_passed_over(begin):
    opening = await begin()
    await opening.send(opening.message("submission", visit=0), opening.message("exhausted", visit=0))
    await opening.submit()
    assert (await outcome(opening)).state == "completed"
    assert opening.store.names() == ["open", "close submitted", "write", "finish"]


async def test_the_deadline_fails_the_task_with_the_graphs_code(begin):
    opening = await begin(deadline=timedelta(seconds=1))
    ended = await outcome(opening)
    assert (ended.state, ended.failure_code, ended.failure_reason) == ("failed", "Expired", "too late")
    assert opening.store.names() == ["open", "close expired", "finish"]


async def test_a_deadline_counts_from_the_tasks_creation(begin):
    opening = await begin(deadline=timedelta(hours=1), age=timedelta(hours=2))
    assert (await outcome(opening)).failure_code == "Expired"


async def test_a_deadline_that_finds_all_answered_completes(begin):
    opening = await begin(deadline=timedelta(seconds=1))
    opening.store.answers = 1
    assert (await outcome(opening)).state == "completed"


async def test_nobody_left_goes_the_way_of_expired(begin):
    opening = await begin(deadline=None)
    await opening.send(opening.message("exhausted"))
    assert (await outcome(opening)).failure_code == "Expired"


async def test_an_exhausted_message_that_is_out_of_date_changes_nothing(begin):
    opening = await begin(deadline=None)
    opening.store.nobody_left = False
    await opening.send(opening.message("exhausted"))
    await opening.submit()
    assert (await outcome(opening)).state == "completed"


async def test_stop_ends_untouched_work_at_once_without_output(begin):
    opening = await begin()
    await opening.send(opening.message("stop", None))
    ended = await outcome(opening)
    assert (ended.state, ended.output_uri) == ("cancelled", None)
    assert opening.store.names() == ["open", "close stopped", "finish"]


async def test_stop_waits_for_held_work_and_writes_it_when_all_is_finished(begin):
    opening = await begin()
    opening.store.held_until = datetime.now(UTC) + timedelta(hours=1)
    await opening.send(opening.message("stop", None))
    await reached(opening, "open", "close stopped")
    await opening.submit()
    ended = await outcome(opening)
    assert (ended.state, ended.output_uri) == ("cancelled", "s3://bucket/output.json")


async def test_stop_ends_when_the_hold_of_the_last_held_work_is_over(begin):
    opening = await begin()
    opening.store.held_until = datetime.now(UTC)
    await opening.send(opening.message("stop", None))
    await reached(opening, "open", "close stopped")
    opening.store.held_until = None
    assert (await outcome(opening)).state == "cancelled"


async def test_cancel_withdraws_the_visit_and_records_the_end(begin):
    opening = await begin()
    await reached(opening, "open")
    await opening.handle.cancel()
    with pytest.raises(WorkflowFailureError) as failure:
        await outcome(opening)
    assert isinstance(failure.value.cause, CancelledError)
    assert opening.store.names() == ["open", "close cancelled", "finish"]
    assert opening.store.last("finish").outcome.state == "cancelled"


async def test_other_content_at_the_key_fails_the_task(begin):
    opening = await begin()
    opening.store.conflict = True
    await opening.submit()
    ended = await outcome(opening)
    assert (ended.state, ended.failure_code) == ("failed", "InternalError")


async def test_a_database_that_is_away_for_long_ends_up_as_an_ordinary_activity(begin):
    opening = await begin()
    await reached(opening, "open")
    # One more than a local activity is tried.
    opening.store.failures["close"] = 7
    await opening.submit()
    assert (await outcome(opening)).state == "completed"
    history = await opening.handle.fetch_history()
    scheduled = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert scheduled == ["close_visit", "write_output"]


async def test_current_details_name_stage_team_and_deadline(begin):
    opening = await begin()
    await reached(opening, "open")
    details = str(await opening.handle.query("__temporal_workflow_metadata"))
    for part in ("annotate", "crew", "visit 1", "/tasks/x"):
        assert part in details
    await opening.submit()
    await outcome(opening)
