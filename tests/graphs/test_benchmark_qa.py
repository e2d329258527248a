"""Benchmark QA: gold goes to a consensus and is archived, the rest is annotated and reviewed; nobody can tell."""

from concurrent.futures import ThreadPoolExecutor

from loupe_agents import Agent

GOLD = {"text": "gold"}


def teams():
    return {"Consensus 1": "annotators", "Annotate 1": "annotators", "Review 1": "reviewers"}


def without_ids(item):
    """What an annotator is shown, without what differs between any two tasks."""
    differing = ("id", "task_id", "lease", "accepted_at", "hold_until", "input", "frame_url")
    return {key: value for key, value in item.items() if key not in differing}


async def walk(site, project, poll):
    """One gold task and one production task through benchmark QA; what annotators were offered, and both tasks."""
    people = [await site.annotator(name) for name in ("ann", "bob", "cleo")]
    rita = await site.reviewer()
    gold = await site.task(project, "gold", input=GOLD)
    production = await site.task(project, "production")
    offered = []

    async def all_done():
        for person in people:
            item = await person.next()
            if item is not None:
                offered.append(item)
                await person.act(item, "submit", content={"a": person.person.name if item["input"] == GOLD else "x"})
        assert len(offered) == 4

    await poll(all_done)
    await rita.act(await rita.wait(), "approve", approve_all=True)
    await site.becomes(gold, "archived")
    await site.becomes(production, "completed")
    return offered, gold, production


async def check(site, project, offered, gold, production):
    admin = await site.admin()
    assert sorted(item["input"]["text"] for item in offered) == ["gold", "gold", "gold", "production"]
    shown = [without_ids(item) for item in offered]
    assert all(item == shown[0] for item in shown), shown
    assert (await site.shown(gold))["output_uri"] is None
    assert (await site.output(production))["label"] == {"a": "x"}
    ann = await site.annotator()
    await ann.get(f"/v1/tasks/{gold}", status=403)
    export = await admin.post(f"/v1/projects/{project}/exports", status=202)
    assert export["status"] in ("queued", "running", "completed")


async def test_by_membership_in_a_benchmark_set(site, poll):
    admin = await site.admin()
    answer = await admin.http.put("/v1/benchmark-sets/benchmark")
    assert answer.status_code in (200, 201), answer.text
    await admin.post("/v1/benchmark-sets/benchmark/items", {"items": [{"input": GOLD, "label": {"a": "g"}}]})
    for name in ("ann", "bob", "cleo"):
        await site.annotator(name)
    await site.reviewer()
    project = await site.project("benchmark-qa-routed", teams=teams())
    await check(site, project, *await walk(site, project, poll))


async def test_by_an_agent(site, poll):
    agent = Agent(task_queue="agents")

    @agent.stage("Benchmark Task?")
    def route(task):
        return "YES" if task.read().input == GOLD else "NO"

    for name in ("ann", "bob", "cleo"):
        await site.annotator(name)
    await site.reviewer()
    project = await site.project("benchmark-qa", teams=teams())
    with ThreadPoolExecutor() as threads:
        async with agent.worker(site.temporal, threads):
            await check(site, project, *await walk(site, project, poll))
