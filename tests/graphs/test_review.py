"""Annotate, review, rejection loops: who is asked again, with what, and what comes out."""

import asyncio
import json

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
    judged = {(each["label"], each["verdict"], each["comment"], each["value"]) for each in said["verdicts"]}
    assert judged == {("/mood", "approve", "", None), ("/kind", "reject", "it is a dog", "cat")}
    assert await bob.next() is None
    await ann.act(rework, "submit", content={"mood": "glad", "kind": "dog"})
    again = await rita.wait()
    verdicts = {label["label"]: label["verdict"] for label in again["answers"][0]["labels"]}
    assert verdicts == {"/mood": "approve", "/kind": None}
    assert [each["value"] for each in again["previous"][-1]["verdicts"] if each["label"] == "/kind"] == ["cat"]
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


async def two_answers(site, **review):
    """A task with two answers: its reviewer, the review, and the numbers of the answers by their author's name."""
    graph = reviewed(**review)
    graph["stages"]["Annotate 1"]["overlap"] = 2
    graph["stages"]["Review 2"] = {
        "type": "review",
        "team": "reviewers",
        "strict": False,
        "pathways": {"approved": "Complete", "rejected": "Annotate 1"},
    }
    graph["stages"]["Review 1"]["pathways"]["approved"] = "Review 2"
    await site.task(await site.project(graph))
    # She is in both teams, so rework can come back to her.
    edith = await site.both("edith")
    for person in (await site.annotator("ann"), await site.annotator("bob")):
        await person.act(await person.wait(), "submit", content={"mood": "glad", "kind": person.person.name})
    review_1 = await edith.wait(stage="Review 1")
    return edith, review_1, {answer["content"]["kind"]: answer["answer"] for answer in review_1["answers"]}


async def test_one_approval_edits_several_answers(site):
    """Each edited label belongs to its editor, in every answer; what was not changed stays its author's."""
    edith, review, numbers = await two_answers(site, strict=False)
    edits = [
        {"answer": number, "content": {"mood": "glad", "kind": f"{name}, edited"}} for name, number in numbers.items()
    ]
    await edith.act(review, "approve", edits=edits)

    sam = await site.reviewer("sam")
    second = await sam.wait(stage="Review 2")
    assert {answer["answer"]: answer["content"]["kind"] for answer in second["answers"]} == {
        numbers["ann"]: "ann, edited",
        numbers["bob"]: "bob, edited",
    }
    await sam.act(
        second,
        "reject",
        label_verdicts=[
            {"answer": numbers["ann"], "label": "/kind", "verdict": "reject"},
            {"answer": numbers["bob"], "label": "/kind", "verdict": "reject"},
            {"answer": numbers["bob"], "label": "/mood", "verdict": "reject"},
        ],
    )
    bob = await site.annotator("bob")
    assert (await bob.wait())["draft"]["content"] == {"mood": "glad", "kind": "bob, edited"}
    assert (await edith.wait(stage="Annotate 1"))["draft"]["content"]["kind"] == "ann, edited"


async def test_strict_review_asks_for_verdicts_on_the_answers_that_were_not_edited(site):
    edith, review, numbers = await two_answers(site)
    one, other = numbers.values()
    edit = {"answer": one, "content": {"mood": "sad", "kind": "fox"}}
    refused = await edith.act(review, "approve", edits=[edit], status=422)
    assert [(error["field"], f"answer {other}" in error["message"]) for error in refused["errors"]] == [
        ("label_verdicts /mood", True),
        ("label_verdicts /kind", True),
    ]
    await edith.act(review, "approve", edits=[edit, {**edit, "answer": other}])


async def test_edits_that_cannot_be_meant_are_refused_by_name(site):
    edith, review, numbers = await two_answers(site, strict=False)
    one, _ = numbers.values()
    edit = {"answer": one, "content": {"mood": "sad"}}
    for body, field in (
        ({"edits": [edit], "content": {"mood": "sad"}}, "content"),
        ({"edits": [edit], "answer": one}, "answer"),
        ({"edits": [edit, edit]}, "edits.1.answer"),
        ({"edits": [edit, {**edit, "answer": 7}]}, "edits.1.answer"),
        ({"edits": [{"answer": one}]}, "edits.0.content"),
        ({"edits": [{**edit, "answer": 0}]}, "edits.0.answer"),
        (
            {"edits": [edit], "label_verdicts": [{"answer": one, "label": "/kind", "verdict": "approve"}]},
            "label_verdicts.0.label",
        ),
        (
            {"edits": [edit], "label_verdicts": [{"answer": one, "label": "/mood", "verdict": "reject"}]},
            "label_verdicts /mood",
        ),
    ):
        refused = await edith.act(review, "approve", status=422, **body)
        assert [error["field"] for error in refused["errors"]] == [field], body
    assert await site.pool.fetchval("SELECT count(*) FROM labels") == 0
    await edith.act(review, "approve", edits=[edit])


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


async def test_everybody_is_told_the_instructions_of_their_own_stage(site):
    graph = reviewed(strict=False, instructions="Look *twice*.")
    graph["stages"]["Annotate 1"]["instructions"] = "## How\nName the mood."
    project = await site.project(graph)
    ann, rita = await site.annotator(), await site.reviewer()
    await site.task(project)
    item = await ann.wait()
    assert item["instructions"] == "## How\nName the mood."
    opened = await ann.post(f"/v1/assignments/{item['id']}/open")
    assert opened["instructions"] == item["instructions"]
    await ann.act(opened, "submit", content={"mood": "glad"})
    assert (await rita.wait())["instructions"] == "Look *twice*."
    await site.task(await site.project(REVIEWED), "plain")
    assert (await ann.wait())["instructions"] == ""


async def test_an_edit_that_comes_too_late_is_kept_in_the_history(site):
    project = await site.project(reviewed(strict=False))
    admin, ann, rita = await site.admin(), await site.annotator(), await site.reviewer()
    task = await site.task(project)
    await ann.act(await ann.wait(), "submit", content={"mood": "glad"})
    review = await rita.wait()
    await admin.post(f"/v1/tasks/{task}/cancel")
    await site.becomes(task, "cancelled")
    await rita.act(review, "approve", status=409, edits=[{"answer": 1, "content": {"mood": "sad"}}])
    history = await admin.get(f"/v1/tasks/{task}/history")
    (late,) = [item for item in history["items"] if item["type"] == "loupe.submission.late"]
    assert json.loads(late["data"]["content"])["answers"] == [{"answer": 1, "content": {"mood": "sad"}}]
