"""Deadlines that fire while answers come."""

import asyncio

from schemas.outputs import output_key

LOOPS = 24


async def test_an_answer_that_was_accepted_is_never_in_an_expired_loop(live):
    """Answers are sent around the deadline, from just before it to just after."""
    flow = await live.flow(lifetime=2)
    names = [await live.start(flow) for _ in range(LOOPS)]
    items = await asyncio.gather(*(live.take(flow, number % 4) for number in range(LOOPS)))
    answers = await asyncio.gather(*(_race(live, item, number) for number, item in enumerate(items)))
    accepted = {item["task_id"] for item, status in zip(items, answers, strict=True) if status == 200}
    assert set(answers) <= {200, 409}
    for name in names:
        loop = await _ended(live, name)
        task = str(await live.pool.fetchval("SELECT id FROM tasks WHERE name = $1", name))
        if task in accepted:
            assert loop["HumanLoopStatus"] == "Completed"
            assert len(await live.answers_in(name)) == 1
        else:
            assert (loop["HumanLoopStatus"], loop.get("FailureCode")) == ("Failed", "Expired")
            assert "HumanLoopOutput" not in loop
        assert await live.statuses(name) == ["InProgress", loop["HumanLoopStatus"]]


async def test_answers_of_a_visit_that_needed_more_are_kept_and_not_output(live):
    flow = await live.flow(lifetime=2, overlap=2)
    name = await live.start(flow)
    answer = await live.submit(await live.take(flow))
    assert answer.status_code == 200
    loop = await live.becomes(name, "Failed")
    assert loop["FailureCode"] == "Expired"
    kept = await live.pool.fetchval("SELECT content FROM submissions WHERE id = $1", answer.json()["submission_id"])
    assert answer.json()["submission_id"] in kept
    row = await live.pool.fetchrow("SELECT output_stamp FROM tasks WHERE name = $1", name)
    key = output_key(flow_definition=flow, human_loop=name, stamp=row["output_stamp"])
    page = await live.s3.list_objects_v2(Bucket=live.bucket, Prefix=f"out/{key}")
    assert page["KeyCount"] == 0


async def _race(live, item: dict, number: int) -> int:
    """Submit when the database's clock is at the deadline, give or take some milliseconds."""
    deadline = "(SELECT deadline_at FROM visits WHERE task_id = $1)"
    await live.pool.execute(
        f"SELECT pg_sleep_until({deadline} + make_interval(secs => $2))", item["task_id"], (number - LOOPS * 0.75) / 200
    )
    return (await live.submit(item, number % 4)).status_code


async def _ended(live, name: str) -> dict:
    while (loop := await live.a2i.describe_human_loop(HumanLoopName=name))["HumanLoopStatus"] == "InProgress":
        continue
    return loop
