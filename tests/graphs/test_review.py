"""Annotate, review, rejection loops: who is asked again, with what, and what comes out."""

import asyncio

from reviewed_graph import REVIEWED, reviewed


async def test_a_rejected_label_goes_back_to_its_author_and_is_approved(site):
    project = await site.project(REVIEWED)
    ann, bob, rita = await site.annotator(), await site.annotator("bob"), await site.reviewer()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad", "kind": "cat"})
    review = await rita.wait()
    assert review["kind"] == "review"
    assert review["answers"][0]["content"] == {"mood": "glad", "kind": "cat"}
    assert {label["label"] for label in review["answers"][0]["labels"]} == {"/mood", "/kind"}
    await rita.act(
        review,
        "reject",
        comment="look again",
        label_verdicts=[
            {"label": "/mood", "verdict": "approve"},
            {"label": "/kind", "verdict": "reject", "comment": "it is a dog"},
        ],
    )
    rework = await ann.wait()
    assert rework["draft"]["content"] == {"mood": "glad", "kind": "cat"}
    said = rework["previous"][-1]
    assert (said["decision"], said["comment"]) == ("rejected", "look again")
    assert {"answer": 1, "label": "/kind", "verdict": "reject", "comment": "it is a dog"} in said["verdicts"]
    assert await bob.next() is None
    await ann.act(rework, "submit", content={"mood": "glad", "kind": "dog"})
    again = await rita.wait()
    verdicts = {label["label"]: label["verdict"] for label in again["answers"][0]["labels"]}
    assert verdicts == {"/mood": "approve", "/kind": None}
    await rita.act(again, "approve", label_verdicts=[{"label": "/kind", "verdict": "approve"}])
    output = await site.output(task)
    assert output["label"] == {"mood": "glad", "kind": "dog"}
    shown = await site.shown(task)
    assert shown["rejections"] == 1
    assert shown["stage"] == "Review 1"


async def test_strict_review_names_every_label_without_a_verdict(site):
    project = await site.project(REVIEWED)
    ann, rita = await site.annotator(), await site.reviewer()
    await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad", "kind": "cat"})
    review = await rita.wait()
    for what in ("approve", "reject"):
        refused = await rita.act(review, what, status=422)
        assert [error["field"] for error in refused["errors"]] == ["label_verdicts /mood", "label_verdicts /kind"]
    refused = await rita.act(review, "approve", label_verdicts=[{"label": "/none", "verdict": "approve"}], status=422)
    assert "/none" in refused["detail"]
    await rita.act(review, "approve", approve_all=True)


async def test_an_edited_label_belongs_to_its_editor(site):
    """Two reviews: what the first reviewer wrote and the second rejects goes back to the first reviewer."""
    graph = {
        "start": "Annotate",
        "stages": {
            "Annotate": {"type": "annotate", "team": "annotators", "pathways": {"submitted": "First"}},
            "First": {
                "type": "review",
                "team": "reviewers",
                "strict": False,
                "pathways": {"approved": "Second", "rejected": "Annotate"},
            },
            "Second": {
                "type": "review",
                "team": "reviewers",
                "strict": False,
                "pathways": {"approved": "Complete", "rejected": "Annotate"},
            },
            "Complete": {"type": "complete"},
        },
    }
    project = await site.project(graph)
    ann, editor, second = await site.annotator(), await site.both("edith"), await site.reviewer("sam")
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad", "kind": "cat"})
    await editor.act(await editor.wait(), "approve", content={"mood": "glad", "kind": "dog"})
    assert await editor.next() is None, "nobody reviews what they wrote themselves"
    await second.act(await second.wait(), "reject", label_verdicts=[{"label": "/kind", "verdict": "reject"}])
    rework = await editor.wait()
    assert rework["kind"] == "annotate"
    assert await ann.next() is None
    await editor.act(rework, "submit", content={"mood": "glad", "kind": "fox"})
    rita = await site.reviewer()
    await rita.act(await rita.wait(), "approve")
    await second.act(await second.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "glad", "kind": "fox"}


async def test_rejections_are_bounded_and_the_history_stays_short(site):
    graph = reviewed(max_rejections=3, strict=False)
    graph["stages"]["Review 1"]["pathways"]["rejected_too_often"] = "Archive"
    graph["stages"]["Archive"] = {"type": "archive"}
    project = await site.project(graph)
    ann, rita = await site.annotator(), await site.reviewer()
    task = await site.task(project)
    for number in range(4):
        await ann.act(await ann.wait(), "submit", content={"mood": f"try {number}"})
        await rita.act(await rita.wait(), "reject", comment="no")
    shown = await site.becomes(task, "archived")
    assert shown["rejections"] == 4
    assert await site.history_length(task) < 120


async def test_approve_and_reject_of_one_assignment_at_the_same_moment(site):
    project = await site.project(reviewed(strict=False))
    ann, rita = await site.annotator(), await site.reviewer()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})
    review = await rita.wait()
    answers = await asyncio.gather(
        *(
            rita.http.post(
                f"/v1/assignments/{review['id']}/{what}",
                json={
                    "lease_token": review["lease"]["token"],
                    "submission_id": f"00000000-0000-4000-8000-00000000000{number}",
                },
            )
            for number, what in enumerate(("approve", "reject"))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    approved = answers[0].status_code == 200
    if not approved:
        await ann.act(await ann.wait(), "submit", content={"mood": "sad"})
        await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "glad" if approved else "sad"}


async def test_rework_of_somebody_who_left_goes_to_the_team(site):
    project = await site.project(reviewed(strict=False))
    ann, bob, rita = await site.annotator(), await site.annotator("bob"), await site.reviewer()
    admin = await site.admin()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})
    review = await rita.wait()
    await site.pool.execute("UPDATE people SET disabled_at = now() WHERE id = $1", ann.person.id)
    await rita.act(review, "reject")
    rework = await bob.wait()
    assert rework["draft"]["content"] == {"mood": "glad"}
    await bob.act(rework, "submit", content={"mood": "sad"})
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}
    assert admin is not None
