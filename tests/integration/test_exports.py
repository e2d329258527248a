"""Exports: what is in them, in which order, and that another worker goes on where one ended."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from schemas.errors import NotFound
from schemas.outputs import record_document
from store import exports, outputs
from walked_project import walked_project
from workers.exports import PART_BYTES, Exports
from world import World

# Two of them are more than a part.
LARGE = "x" * (PART_BYTES // 2 + 1)


@pytest.fixture
async def project(pool, bucket):
    return await walked_project(World(pool, bucket=bucket))


@pytest.fixture
def exporter(pool, s3):
    """The loop of a worker."""
    return Exports(pool, s3)


@pytest.fixture
def export(pool, exporter, project, s3):
    """Asks for an export, writes it, and returns how it stands and its lines."""

    async def run(name=None, *, since=None):
        asked = await exports.create(pool, name or project.name, since=since, person_id=project.admin.id)
        while await exporter.turn():
            pass
        return await written(pool, s3, name or project.name, asked.id)

    return run


async def written(pool, s3, name, export_id):
    view = await exports.get(pool, name, export_id)
    if view.uri is None:
        return view, []
    _, _, bucket, key = view.uri.split("/", 3)
    found = await s3.client.get_object(Bucket=bucket, Key=key)
    body = (await found["Body"].read()).decode()
    assert body == "" or body.endswith("\n")
    return view, [json.loads(line) for line in body.splitlines()]


class StuckS3:
    """An S3 that a worker never hears from again once it uploads a part of this number."""

    def __init__(self, s3, number):
        self.reached = asyncio.Event()
        calls = {name: getattr(s3.client, name) for name in ("create_multipart_upload", "complete_multipart_upload")}
        self.client = SimpleNamespace(**calls, upload_part=self._upload_part)
        self._s3, self._number = s3, number

    async def _upload_part(self, **values):
        sent = await self._s3.client.upload_part(**values)
        if values["PartNumber"] == self._number:
            self.reached.set()
            await asyncio.Event().wait()
        return sent


async def lose_lease(pool):
    await pool.execute("UPDATE exports SET ready_at = now() - interval '1 s'")


async def test_a_line_for_each_completed_task_is_its_record_and_its_end(project, export, pool):
    first = await project.completed("first")
    second = await project.completed("second", text="look\nhere")
    view, lines = await export()
    assert (view.status, view.count, view.error) == ("completed", 2, None)
    assert view.uri.endswith(f"/out/project/exports/{view.id}.jsonl")
    assert [(line["name"], line["task_id"]) for line in lines] == [("first", str(first)), ("second", str(second))]
    records = await outputs.records(pool, [(first, 1), (second, 1)])
    for line, record in zip(lines, records, strict=True):
        completed_at = line.pop("completed_at")
        assert line == json.loads(record_document(record))
        assert completed_at.endswith("Z")


async def test_an_export_of_nothing_is_an_empty_object(project, export):
    await project.add("waiting")
    view, lines = await export()
    assert (view.status, view.count, lines) == ("completed", 0, [])


async def test_only_completed_production_tasks_of_the_project_are_in_it(project, export, pool):
    wanted = await project.completed("wanted")
    await project.completed("gone")
    await pool.execute("UPDATE tasks SET deleted_at = now() WHERE name = 'gone'")
    benchmark = await project.completed("gold", text="known")
    benchmark_set = await pool.fetchval("INSERT INTO benchmark_sets (name) VALUES ('gold') RETURNING id")
    await pool.execute(
        "INSERT INTO benchmark_items (set_id, input_sha256) SELECT $1, input_sha256 FROM tasks WHERE id = $2",
        benchmark_set,
        benchmark,
    )
    for name, state in (("away", "archived"), ("stopped", "cancelled")):
        task = await project.add(name)
        await project.answer(task, 1, {})
        await project.end(task, state)
    await project.add("waiting")
    _, lines = await export()
    assert [line["task_id"] for line in lines] == [str(wanted)]


async def test_since_leaves_out_what_the_export_before_had(project, export):
    await project.completed("first")
    before, lines = await export()
    assert [line["name"] for line in lines] == ["first"]
    await project.completed("second")
    _, lines = await export(since=before.created_at)
    assert [line["name"] for line in lines] == ["second"]
    _, lines = await export()
    assert [line["name"] for line in lines] == ["first", "second"]


async def test_what_is_completed_after_the_export_began_is_not_in_it(project, exporter, pool, s3):
    await project.completed("first")
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    await project.completed("later")
    while await exporter.turn():
        pass
    _, lines = await written(pool, s3, project.name, asked.id)
    assert [line["name"] for line in lines] == ["first"]


async def test_an_end_that_is_on_its_way_when_the_export_is_asked_for_is_waited_for(project, exporter, pool, s3):
    task = await project.add("slow")
    await project.answer(task, 1, {})
    async with pool.acquire() as connection:
        ending = connection.transaction()
        await ending.start()
        await outputs.finish(
            connection, task, 1, state="completed", output_uri="s3://b/k", failure_code=None, failure_reason=None
        )
        asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
        assert not await exporter.turn()
        await ending.commit()
    while await exporter.turn():
        pass
    _, lines = await written(pool, s3, project.name, asked.id)
    assert [line["name"] for line in lines] == ["slow"]


async def test_tasks_that_ended_at_the_same_moment_are_all_there_over_many_pages(project, export, pool):
    names = [f"task-{number:04}" for number in range(1203)]
    task = await project.completed("first")
    await pool.execute("UPDATE tasks SET ended_at = date_trunc('second', ended_at) WHERE id = $1", task)
    await pool.execute(
        """
        WITH made AS (
            INSERT INTO tasks (id, project_id, name, input_sha256, graph_version, created_at, output_stamp, state,
                               output_uri, ended_at, native)
            SELECT gen_random_uuid(), t.project_id, given.name, t.input_sha256, 1, t.created_at, t.output_stamp,
                   t.state, t.output_uri, t.ended_at, true
            FROM tasks t, unnest($1::text[]) AS given (name)
            RETURNING id
        )
        INSERT INTO task_inputs SELECT id, '{}' FROM made
        """,
        names,
    )
    view, lines = await export()
    assert view.count == len(lines) == 1204
    assert {line["name"] for line in lines} == {"first", *names}
    assert [line["task_id"] for line in lines] == sorted(line["task_id"] for line in lines)


async def test_another_worker_goes_on_from_the_last_part_that_was_noted(project, exporter, pool, s3):
    tasks = [await project.completed(f"task-{number}", text=LARGE) for number in range(7)]
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    stuck = StuckS3(s3, 2)
    killed = Exports(pool, stuck)
    assert await killed.turn()
    dying = asyncio.create_task(killed.turn())
    await stuck.reached.wait()
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    noted = await pool.fetch("SELECT number, tasks FROM export_parts")
    assert [(part["number"], part["tasks"]) for part in noted] == [(1, 2)]
    assert not await exporter.turn(), "the lease of the worker that was killed is still there"
    view = await exports.get(pool, project.name, asked.id)
    assert (view.status, view.count, view.uri) == ("running", 2, None)

    await lose_lease(pool)
    while await exporter.turn():
        pass
    view, lines = await written(pool, s3, project.name, asked.id)
    assert (view.status, view.count) == ("completed", 7)
    assert [line["task_id"] for line in lines] == [str(task) for task in tasks]
    assert await pool.fetchval("SELECT count(*) FROM export_parts") == 4


async def test_a_worker_that_lost_its_turn_notes_nothing(project, exporter, pool, s3):
    for number in range(3):
        await project.completed(f"task-{number}", text=LARGE)
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    slow = await exports.claim(pool, lease_seconds=60)
    await lose_lease(pool)
    while await exporter.turn():
        pass
    part = exports.Part(3, "etag")
    last = exports.Position(slow.until, asked.id)
    assert not await exports.add_part(pool, slow, part, tasks=5, last=last)
    assert not await exports.renew(pool, slow, lease_seconds=60)
    await exports.fail(pool, slow, "too late")
    view, lines = await written(pool, s3, project.name, asked.id)
    assert (view.status, view.count, len(lines)) == ("completed", 3, 3)


async def test_a_worker_killed_after_it_completed_the_upload_leaves_a_completed_export(project, exporter, pool, s3):
    for number in range(3):
        await project.completed(f"task-{number}", text=LARGE)
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    await exporter.turn()
    upload = await pool.fetchval("SELECT upload_id FROM exports")
    await exporter.turn()
    # As it was before the last statement.
    await pool.execute(
        "UPDATE exports SET state = 'running', finished_at = NULL, upload_id = $1, ready_at = now()", upload
    )
    while await exporter.turn():
        pass
    view, lines = await written(pool, s3, project.name, asked.id)
    assert (view.status, view.count, len(lines)) == ("completed", 3, 3)
    assert await pool.fetchval("SELECT restarts FROM exports") == 0


async def test_an_upload_that_is_gone_begins_again(project, exporter, pool, s3):
    for number in range(5):
        await project.completed(f"task-{number}", text=LARGE)
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    await exporter.turn()
    row = await pool.fetchrow("SELECT uri, upload_id FROM exports")
    _, _, bucket, key = row["uri"].split("/", 3)
    await s3.client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=row["upload_id"])
    while await exporter.turn():
        pass
    view, lines = await written(pool, s3, project.name, asked.id)
    assert (view.status, view.count, len(lines)) == ("completed", 5, 5)
    assert await pool.fetchval("SELECT restarts FROM exports") == 1


async def test_a_refusal_is_shown_tried_again_and_given_up_in_the_end(project, exporter, pool, s3):
    await project.completed("first")
    await pool.execute("UPDATE projects SET output_path = 's3://no-such-bucket-here/out'")
    asked = await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    assert await exporter.turn()
    view = await exports.get(pool, project.name, asked.id)
    assert view.status == "running"
    assert "NoSuchBucket" in view.error
    assert not await exporter.turn(), "a pause before the next attempt"
    for _ in range(10):
        await lose_lease(pool)
        await exporter.turn()
    view = await exports.get(pool, project.name, asked.id)
    assert (view.status, view.uri) == ("failed", None)
    assert "NoSuchBucket" in view.error
    assert view.finished_at - view.created_at < timedelta(minutes=5)


async def test_a_flow_definition_can_be_exported(pool, bucket, exporter, s3):
    world = World(pool, bucket=bucket)
    admin = await world.person("admin", role="admin", teams=())
    ann = await world.person("ann")
    await world.flow()
    task = await world.opened("loop")
    # As a client may lay it out; a line stays one line.
    await pool.execute(r"""UPDATE task_inputs SET content = E'{\n  "text":\r\n "a\\nb"\n}'""")
    await world.submit(await world.take(ann), ann, content='{"answer": "yes"}')
    await pool.fetchval("SELECT closed FROM close_visit($1, 1, 1, 'submitted')", task)
    await outputs.finish(
        pool, task, 1, state="completed", output_uri="s3://b/k", failure_code=None, failure_reason=None
    )
    asked = await exports.create(pool, "flow", since=None, person_id=admin.id)
    while await exporter.turn():
        pass
    _, (line,) = await written(pool, s3, "flow", asked.id)
    assert (line["project"], line["name"], line["label"]) == ("flow", "loop", {"answer": "yes"})
    assert line["input"] == {"text": "a\nb"}
    assert [given["worker_id"] for given in line["answers"]] == [ann.worker_id]


async def test_two_exports_take_turns(project, exporter, pool):
    for number in range(3):
        await project.completed(f"task-{number}", text=LARGE)
    for _ in range(2):
        await exports.create(pool, project.name, since=None, person_id=project.admin.id)
    for _ in range(2):
        await exporter.turn()
    assert [row["state"] for row in await pool.fetch("SELECT state FROM exports")] == ["running", "running"]
    while await exporter.turn():
        pass
    assert [row["state"] for row in await pool.fetch("SELECT state FROM exports")] == ["completed", "completed"]


async def test_an_unknown_project_has_no_exports(pool, project):
    with pytest.raises(NotFound, match="no project nobody"):
        await exports.create(pool, "nobody", since=None, person_id=project.admin.id)
