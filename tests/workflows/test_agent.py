"""The agent stage: attempts, callbacks, dead letters, and what people's decisions do meanwhile."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from agent_fakes import ANSWERED, FAILED, WAITING, FakeAgents, agent_graph
from loupe_agents import Agent, AgentTask
from schemas.agents import AgentAnswer
from schemas.tasks import TaskMessage, workflow_id
from workflow_fakes import Opening, running_worker, task_start
from workflows.task import TaskWorkflow


@pytest.fixture(params=[100, 0], ids=["cached", "replayed"])
async def begin(client: Client, request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Any]]:
    """Starts openings of a graph with one agent, whose activities are faked."""
    queue, store = f"agents-{uuid.uuid4().hex}", FakeAgents()

    async def start(replies: list[AgentAnswer | None] | None = None, **options: Any) -> Opening:
        if replies is not None:
            store.replies = replies
        begun = task_start(agent_graph(**options))
        name = workflow_id(project="flow", task_name="loop", task_id=begun.task_id, opening=1)
        return Opening(store, await client.start_workflow(TaskWorkflow.run, begun, id=name, task_queue=queue))

    async with running_worker(client, store, queue, cached=request.param):
        yield start


async def outcome(opening: Opening) -> Any:
    async with asyncio.timeout(60):
        return await opening.handle.result()


async def reached(opening: Opening, *names: str) -> None:
    async with asyncio.timeout(30):
        while opening.store.names()[: len(names)] != list(names):
            await asyncio.sleep(0.01)


def decision(opening: Opening, kind: str, **fields: Any) -> TaskMessage:
    return opening.message(kind).model_copy(update=fields)


async def test_the_agents_pathway_is_taken(begin):
    opening = await begin()
    assert (await outcome(opening)).state == "archived"
    assert opening.store.names() == ["call", "finish"]
    asked = opening.store.last("call")
    assert (asked.stage, asked.visit, asked.call, asked.attempt, asked.pathways) == (
        "Which way?",
        1,
        1,
        1,
        ("YES", "NO"),
    )


async def test_failures_are_tried_again_until_one_is_answered(begin):
    opening = await begin([FAILED, FAILED, AgentAnswer(outcome="answered", pathway="NO")], max_attempts=3)
    assert (await outcome(opening)).failure_code == "No"
    assert [value.attempt for name, value in opening.store.calls if name == "call"] == [1, 2, 3]


async def test_used_up_attempts_take_the_pathway_failed(begin):
    opening = await begin([FAILED], failed=True)
    assert (await outcome(opening)).failure_code == "AgentFailed"
    assert opening.store.names() == ["call", "call", "finish"]


async def test_a_dead_letter_waits_and_is_tried_again_with_fresh_attempts(begin):
    opening = await begin([FAILED, FAILED, FAILED, ANSWERED])
    await reached(opening, "call", "call", "bury")
    buried = opening.store.last("bury")
    assert (buried.attempts, buried.error, buried.pathways) == (2, "answered 500", ("YES", "NO"))
    await opening.send(decision(opening, "redrive"))
    assert (await outcome(opening)).state == "archived"
    assert [(value.call, value.attempt) for name, value in opening.store.calls if name == "call"] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


async def test_the_details_say_what_a_dead_letter_waits_for_until_it_is_tried_again(begin):
    opening = await begin([FAILED, FAILED, None])
    await reached(opening, "call", "call", "bury")
    details = (await opening.handle.query("__temporal_workflow_metadata")).current_details
    assert "**Which way?** (visit 1)" in details
    assert details.endswith("waits for a decision: answered 500")
    await opening.send(decision(opening, "redrive"))
    await reached(opening, "call", "call", "bury", "call")
    details = (await opening.handle.query("__temporal_workflow_metadata")).current_details
    assert "**Which way?** (visit 1)" in details
    assert "waits" not in details


async def test_a_dead_letter_is_routed_along_a_pathway(begin):
    opening = await begin([FAILED])
    await reached(opening, "call", "call", "bury")
    await opening.send(
        decision(opening, "redrive", visit=0, pathway="YES"),
        decision(opening, "redrive", pathway="nowhere"),
        decision(opening, "redrive", pathway="NO"),
    )
    assert (await outcome(opening)).failure_code == "No"


@pytest.mark.parametrize("kind", ["stop", "cancel"])
async def test_a_stop_ends_a_dead_letter(begin, kind):
    opening = await begin([FAILED])
    await reached(opening, "call", "call", "bury")
    await opening.send(opening.message(kind, None))
    assert (await outcome(opening)).state == "cancelled"
    assert opening.store.names()[3:] == ["close letters", "finish"]


async def test_a_dead_letter_is_moved_to_another_stage(begin):
    opening = await begin([FAILED])
    await reached(opening, "call", "call", "bury")
    await opening.send(decision(opening, "move", stage="archive"))
    assert (await outcome(opening)).state == "archived"
    assert opening.store.names()[3:] == ["close letters", "finish"]


@pytest.mark.parametrize("kind", ["stop", "cancel"])
async def test_a_stop_while_the_agent_is_asked_ends_the_task_at_once(begin, kind):
    opening = await begin([None])
    await reached(opening, "call")
    await opening.send(opening.message(kind, None))
    assert (await outcome(opening)).state == "cancelled"
    assert opening.store.names() == ["call", "end cancelled", "finish"]


async def test_a_move_while_the_agent_is_asked_leaves_it(begin):
    opening = await begin([None])
    await reached(opening, "call")
    await opening.send(decision(opening, "move", stage="no"))
    assert (await outcome(opening)).failure_code == "No"


async def test_a_move_that_comes_after_the_answer_is_refused(begin):
    opening = await begin([None])
    opening.store.standing = ANSWERED
    await reached(opening, "call")
    await opening.send(decision(opening, "move", stage="no"))
    assert (await outcome(opening)).state == "archived"


async def test_a_cancelled_workflow_ends_the_attempt_and_the_task(begin):
    opening = await begin([None])
    await reached(opening, "call")
    await opening.handle.cancel()
    with pytest.raises(WorkflowFailureError):
        await outcome(opening)
    assert opening.store.names() == ["call", "end cancelled", "finish"]


async def test_a_callback_answers_an_agent_that_took_its_time(begin):
    opening = await begin([WAITING])
    await reached(opening, "call")
    await opening.send(
        decision(opening, "callback", visit=0, pathway="YES"), decision(opening, "callback", pathway="NO")
    )
    assert (await outcome(opening)).failure_code == "No"
    assert opening.store.names() == ["call", "finish"]


async def test_no_callback_in_time_is_a_failed_attempt(begin):
    opening = await begin([WAITING], timeout_seconds=1, failed=True)
    assert (await outcome(opening)).failure_code == "AgentFailed"
    assert opening.store.names() == ["call", "end timed_out", "call", "end timed_out", "finish"]


async def test_a_callback_that_came_just_before_the_time_was_over_counts(begin):
    opening = await begin([WAITING], timeout_seconds=1)
    opening.store.standing = ANSWERED
    assert (await outcome(opening)).state == "archived"


async def test_messages_about_something_else_are_dropped(begin):
    opening = await begin([WAITING])
    await reached(opening, "call")
    await opening.send(opening.message("submission"), opening.message("exhausted"), opening.message("redrive"))
    await opening.send(decision(opening, "callback", pathway="YES"))
    assert (await outcome(opening)).state == "archived"


async def serve(client: Client, queue: str, decide: Callable[[AgentTask], Any]) -> Worker:
    """A user's own worker, written with the SDK alone."""
    return Worker(client, task_queue=queue, activities=[activity.defn(name="Which way?")(decide)])


async def test_an_activity_of_the_users_own_decides(begin, client):
    queue = f"own-{uuid.uuid4().hex}"

    async def decide(task: AgentTask) -> dict[str, Any]:
        assert task.pathways == ("YES", "NO")
        return {"pathway": "YES", "priority": 80}

    opening = await begin(task_queue=queue)
    async with await serve(client, queue, decide):
        assert (await outcome(opening)).state == "archived"
    assert opening.store.names() == ["prepare", "accept", "finish"]
    accepted = opening.store.last("accept").decision
    assert (accepted.pathway, accepted.has_content, accepted.priority) == ("YES", False, 80)


@pytest.mark.parametrize("returned", ["YES", {"path": "YES"}, {"pathway": "YES", "priority": 101}, None, [1]])
async def test_what_is_no_decision_is_a_failed_attempt(begin, client, returned):
    queue = f"own-{uuid.uuid4().hex}"

    async def decide(task: AgentTask) -> Any:
        return returned

    opening = await begin(task_queue=queue, failed=True)
    async with await serve(client, queue, decide):
        assert (await outcome(opening)).failure_code == "AgentFailed"
    assert opening.store.names() == ["prepare", "end failed", "prepare", "end failed", "finish"]
    assert "no decision" in opening.store.last("end failed").error


async def test_a_decision_that_is_refused_is_tried_again(begin, client):
    queue = f"own-{uuid.uuid4().hex}"

    async def decide(task: AgentTask) -> dict[str, str]:
        return {"pathway": "MAYBE"}

    opening = await begin(task_queue=queue)
    opening.store.accepted = [FAILED, ANSWERED]
    async with await serve(client, queue, decide):
        assert (await outcome(opening)).state == "archived"
    assert opening.store.names() == ["prepare", "accept", "prepare", "accept", "finish"]


async def test_errors_and_silence_of_an_activity_are_kept_and_tried_again(begin, client):
    queue = f"own-{uuid.uuid4().hex}"

    async def decide(task: AgentTask) -> dict[str, str]:
        if task.attempt == 1:
            raise RuntimeError("the model is not loaded")
        await asyncio.Event().wait()
        return {"pathway": "YES"}

    opening = await begin(task_queue=queue, failed=True, timeout_seconds=1)
    async with await serve(client, queue, decide):
        assert (await outcome(opening)).failure_code == "AgentFailed"
    assert opening.store.names() == ["prepare", "end failed", "prepare", "end timed_out", "finish"]
    errors = [value.error for name, value in opening.store.calls if name.startswith("end")]
    assert errors == ["RuntimeError: the model is not loaded", "no answer within 1 s"]


async def test_an_error_that_is_not_to_be_tried_again_is_not(begin, client):
    queue = f"own-{uuid.uuid4().hex}"

    async def decide(task: AgentTask) -> dict[str, str]:
        raise ApplicationError("no such picture", type="Gone", non_retryable=True)

    opening = await begin(task_queue=queue, failed=True, max_attempts=50)
    async with await serve(client, queue, decide):
        assert (await outcome(opening)).failure_code == "AgentFailed"
    assert opening.store.names() == ["prepare", "end failed", "finish"]


async def test_a_stop_reaches_an_activity_that_sends_heartbeats(begin, client):
    queue, asked, told = f"own-{uuid.uuid4().hex}", asyncio.Event(), asyncio.Event()
    agent = Agent(task_queue=queue)

    @agent.stage("Which way?")
    async def decide(task: AgentTask) -> str:
        asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.set()
            raise
        return "YES"

    opening = await begin(task_queue=queue)
    with ThreadPoolExecutor(1) as threads:
        async with agent.worker(client, threads):
            # A stop that comes before the activity runs keeps it from running at all.
            async with asyncio.timeout(30):
                await asked.wait()
            await opening.send(opening.message("stop", None))
            assert (await outcome(opening)).state == "cancelled"
            async with asyncio.timeout(30):
                await told.wait()
    assert opening.store.names() == ["prepare", "end cancelled", "finish"]
