"""A rejected task whose workflow is reset or terminated in the Temporal UI."""

import asyncio
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from workers.reconcile import Reconcile

# Started, scheduled, and begun: the first workflow task ends with the fourth event.
FIRST_WORKFLOW_TASK = 4
REVIEWED = {
    "start": "Annotate 1",
    "stages": {
        "Annotate 1": {"type": "annotate", "team": "annotators", "pathways": {"submitted": "Review 1"}},
        "Review 1": {
            "type": "review",
            "team": "reviewers",
            "pathways": {"approved": "Complete", "rejected": "Annotate 1"},
        },
        "Complete": {"type": "complete"},
    },
}


async def rejected_and_reworked(site, task):
    """The reviewer's second item of a task that they rejected once, and the task's workflow."""
    ann, rita = await site.annotator(), await site.reviewer()
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})
    await rita.act(
        await rita.wait(), "reject", label_verdicts=[{"label": "/mood", "verdict": "reject", "comment": "no"}]
    )
    await ann.act(await ann.wait(), "submit", content={"mood": "sad"})
    review = await rita.wait()
    history = await (await site.admin()).get(f"/v1/tasks/{task}/history")
    return review, site.temporal.get_workflow_handle(history["task"]["openings"][0]["workflow_id"])


async def noticed(site, task, kind):
    """The one entry of a kind in the task's history, once turns of the loop wrote it."""
    loop, admin = Reconcile(site.settings, site.pool, site.temporal), await site.admin()
    async with asyncio.timeout(30):
        while True:
            await site.pool.execute("UPDATE reconciliation SET begun_at = '-infinity'")
            await loop.turn()
            history = await admin.get(f"/v1/tasks/{task}/history")
            entries = [entry for entry in history["items"] if entry["type"] == kind]
            if entries:
                (entry,) = entries
                return entry


async def counted(site, task):
    """How many rows of each kind a task has."""
    return dict(
        await site.pool.fetchrow(
            """
            SELECT (SELECT count(*) FROM visits WHERE task_id = $1) AS visits,
                   (SELECT count(*) FROM assignments WHERE task_id = $1) AS assignments,
                   (SELECT count(*) FROM verdicts WHERE task_id = $1) AS verdicts,
                   (SELECT count(*) FROM labels WHERE task_id = $1) AS labels,
                   (SELECT rejections FROM tasks WHERE id = $1) AS rejections
            """,
            task,
        )
    )


async def test_a_reset_of_a_rejected_task_doubles_nothing(site):
    task = await site.task(await site.project(REVIEWED))
    review, workflow = await rejected_and_reworked(site, task)
    before = await counted(site, task)
    run = (
        await site.temporal.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=site.temporal.namespace,
                workflow_execution=WorkflowExecution(
                    workflow_id=workflow.id, run_id=(await workflow.describe()).run_id
                ),
                reason="try again",
                workflow_task_finish_event_id=FIRST_WORKFLOW_TASK,
                request_id=str(uuid4()),
            )
        )
    ).run_id
    entry = await noticed(site, task, "loupe.task.reset")
    assert (entry["data"]["run_id"], entry["data"]["reason"], entry["opening"]) == (run, "try again", 1)
    assert await counted(site, task) == before
    rita = await site.reviewer()
    await rita.act(review, "approve", label_verdicts=[{"label": "/mood", "verdict": "approve"}])
    output = await site.output(task)
    assert output["label"] == {"mood": "sad"}
    after = await counted(site, task)
    assert (after["visits"], after["rejections"]) == (4, 1)


async def test_a_task_that_was_terminated_in_its_review_is_shown_as_failed_and_can_be_opened_again(site):
    task = await site.task(await site.project(REVIEWED))
    review, workflow = await rejected_and_reworked(site, task)
    await workflow.terminate(reason="wrong data")
    entry = await noticed(site, task, "loupe.task.terminated")
    assert (entry["data"]["reason"], entry["visit"]) == ("wrong data", 4)
    shown = await site.becomes(task, "failed")
    assert "wrong data" in shown["failure_reason"]
    rita = await site.reviewer()
    await rita.act(review, "approve", label_verdicts=[{"label": "/mood", "verdict": "approve"}], status=409)
    assert await rita.next() is None
    await (await site.admin()).post(f"/v1/tasks/{task}/reopen")
    again = await (await site.annotator()).wait()
    assert again["task_id"] == str(task)
