"""Consensus: blind annotators, agreement, a person who decides, and what a review does with it."""

import asyncio

import pytest

NAMES = ("ann", "bob", "cleo")


def graph(decision="determine", threshold=1.0, overlap=3, no_consensus="Archive"):
    return {
        "start": "Consensus 1",
        "stages": {
            "Consensus 1": {
                "type": "consensus",
                "team": "annotators",
                "decision_team": "reviewers",
                "decision": decision,
                "threshold": threshold,
                "overlap": overlap,
                "pathways": {"agreed": "Review 1", "no_consensus": no_consensus},
            },
            "Review 1": {
                "type": "review",
                "team": "reviewers",
                "strict": False,
                "pathways": {"approved": "Complete", "rejected": "Consensus 1"},
            },
            "Complete": {"type": "complete"},
            "Archive": {"type": "archive"},
        },
    }


async def annotate(site, contents):
    """Each annotator takes a slot and submits; returns what each was offered."""
    people = [await site.annotator(name) for name in NAMES[: len(contents)]]
    items = await asyncio.gather(*(person.wait() for person in people))
    for person, item, content in zip(people, items, contents, strict=True):
        await person.act(item, "submit", content=content)
    return items


async def test_who_agrees_needs_nobody_to_decide(site):
    project = await site.project(graph())
    rita = await site.reviewer()
    for name in NAMES:
        await site.annotator(name)
    task = await site.task(project)
    items = await annotate(site, [{"mood": "glad"}] * 3)
    assert all(item["answers"] == [] and item["previous"] == [] for item in items)
    review = await rita.wait()
    assert review["kind"] == "review"
    assert [answer["content"] for answer in review["answers"]] == [{"mood": "glad"}]
    await rita.act(review, "approve")
    output = await site.output(task)
    assert output["label"] == {"mood": "glad"}
    assert len(output["answers"]) == 3


async def test_a_person_determines_the_winner(site):
    project = await site.project(graph())
    for name in NAMES:
        await site.annotator(name)
    judge, rita = await site.reviewer("judge"), await site.reviewer()
    task = await site.task(project)
    await annotate(site, [{"mood": "glad"}, {"mood": "sad"}, {"mood": "sad"}])
    decision = await judge.wait()
    assert decision["kind"] == "consensus"
    assert [answer["answer"] for answer in decision["answers"]] == [1, 2, 3]
    refused = await judge.act(decision, "approve", status=422)
    assert refused["errors"][0]["field"] == "answer"
    sad = next(answer["answer"] for answer in decision["answers"] if answer["content"] == {"mood": "sad"})
    await judge.act(decision, "approve", answer=sad)
    assert await judge.next() is None, "who decided does not review"
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}


async def test_what_was_merged_by_somebody_goes_back_to_them(site):
    project = await site.project(graph(decision="refine"))
    for name in NAMES:
        await site.annotator(name)
    judge, rita = await site.reviewer("judge"), await site.reviewer()
    task = await site.task(project)
    await annotate(site, [{"mood": "glad"}, {"mood": "sad"}, {"mood": "calm"}])
    await judge.act(await judge.wait(), "submit", content={"mood": "mixed"})
    await rita.act(await rita.wait(), "reject", comment="which?")
    assert await (await site.annotator()).next() is None
    rework = await judge.wait()
    assert rework["kind"] == "consensus"
    assert rework["previous"][-1]["comment"] == "which?"
    assert [answer["content"] for answer in rework["answers"]] == [{"mood": "mixed"}]
    await judge.act(rework, "approve", content={"mood": "sad"})
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}


@pytest.mark.parametrize("decision", ["none", "determine"])
async def test_no_consensus(site, decision):
    project = await site.project(graph(decision=decision))
    for name in NAMES:
        await site.annotator(name)
    judge = await site.reviewer("judge")
    task = await site.task(project)
    await annotate(site, [{"mood": "glad"}, {"mood": "sad"}, {"mood": "calm"}])
    if decision == "determine":
        await judge.act(await judge.wait(), "reject", comment="they differ")
    shown = await site.becomes(task, "archived")
    assert shown["output_uri"] is None


async def test_another_winner_is_determined_where_the_first_was_rejected(site):
    project = await site.project(graph())
    for name in NAMES:
        await site.annotator(name)
    judge, rita = await site.reviewer("judge"), await site.reviewer()
    task = await site.task(project)
    await annotate(site, [{"mood": "glad"}, {"mood": "sad"}, {"mood": "calm"}])
    decision = await judge.wait()
    glad = next(answer["answer"] for answer in decision["answers"] if answer["content"] == {"mood": "glad"})
    await judge.act(decision, "approve", answer=glad)
    await rita.act(await rita.wait(), "reject", comment="rather sad")
    again = await judge.wait()
    sad = next(answer["answer"] for answer in again["answers"] if answer["content"] == {"mood": "sad"})
    await judge.act(again, "approve", answer=sad)
    await rita.act(await rita.wait(), "approve")
    assert (await site.output(task))["label"] == {"mood": "sad"}
