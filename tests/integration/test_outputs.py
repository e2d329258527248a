"""Output objects: their key, their bytes, and what happens where something is there already."""

import hashlib
import json
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.outputs import OutputActivities
from schemas.outputs import output_location, record_document
from schemas.tasks import OpeningRef
from store import assignments, outputs
from walked_project import walked_project
from world import World


@pytest.fixture
async def finished(pool, bucket):
    """A loop with two answers whose visit has closed."""
    world = World(pool, bucket=bucket)
    crew = [await world.person("ann"), await world.person("bob")]
    await world.flow(overlap=2)
    task = await world.opened("a")
    for number, person in enumerate(crew):
        await world.submit(await world.take(person), person, content=json.dumps({"n": number}))
    await assignments.close_visit(pool, task_id=task, opening=1, visit=1, mode="submitted")
    return task


@pytest.fixture
def write(pool, s3):
    """Runs the activity as a worker would."""
    activities = OutputActivities(pool, s3)

    async def run(task):
        return await ActivityEnvironment().run(activities.write_output, OpeningRef(task_id=task, opening=1))

    return run


async def stored(s3, uri):
    found = await s3.client.get_object(Bucket=uri.split("/")[2], Key=uri.split("/", 3)[3])
    return await found["Body"].read()


async def test_the_document_has_a2is_fields_in_order_of_the_slots(finished, write, s3, pool):
    uri = await write(finished)
    document = json.loads(await stored(s3, uri))
    assert set(document) == {"flowDefinitionArn", "humanAnswers", "humanLoopName", "inputContent"}
    assert document["inputContent"] == {"text": "hello"}
    assert [answer["answerContent"] for answer in document["humanAnswers"]] == [{"n": 0}, {"n": 1}]
    assert set(document["humanAnswers"][0]) == {
        "acceptanceTime",
        "answerContent",
        "submissionTime",
        "timeSpentInSeconds",
        "workerId",
        "workerMetadata",
    }
    stamp = await pool.fetchval("SELECT to_char(output_stamp AT TIME ZONE 'UTC', 'YYYY/MM/DD/HH24/MI/SS') FROM tasks")
    assert uri.endswith(f"/out/flow/{stamp}/a/output.json")


async def test_writing_again_finds_equal_content_and_is_success(finished, write, s3):
    uri = await write(finished)
    before = await stored(s3, uri)
    assert await write(finished) == uri
    assert await stored(s3, uri) == before


@pytest.mark.parametrize("metadata", [{}, {"loupe-task": str(uuid4())}], ids=["foreign", "other owner"])
async def test_other_content_is_never_overwritten(finished, write, s3, metadata):
    uri = await write(finished)
    place = {"Bucket": uri.split("/")[2], "Key": uri.split("/", 3)[3]}
    await s3.client.put_object(**place, Body=b"somebody else's", Metadata=metadata)
    with pytest.raises(ApplicationError) as refused:
        await write(finished)
    assert (refused.value.type, refused.value.non_retryable) == ("OutputConflict", True)
    assert await stored(s3, uri) == b"somebody else's"


async def test_a_refusal_of_s3_is_raised_and_counted(finished, write, pool):
    await pool.execute("UPDATE projects SET output_path = 's3://no-such-bucket-here/out'")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        await write(finished)
    assert await pool.fetchval("SELECT value FROM counters WHERE name = 'output_write_failures'") == 1


async def test_the_object_names_its_owner_and_digest(finished, write, s3):
    uri = await write(finished)
    found = await s3.client.head_object(Bucket=uri.split("/")[2], Key=uri.split("/", 3)[3])
    digest = hashlib.sha256(await stored(s3, uri)).hexdigest()
    assert found["Metadata"] == {"loupe-sha256": digest, "loupe-task": str(finished)}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://b", ("b", "k/o.json")),
        ("s3://b/", ("b", "k/o.json")),
        ("s3://b/p/q", ("b", "p/q/k/o.json")),
        ("s3://b/p/q/", ("b", "p/q/k/o.json")),
    ],
)
def test_a_key_below_an_output_path(path, expected):
    assert output_location(path, "k/o.json") == expected


@pytest.fixture
async def project(pool, bucket):
    return await walked_project(World(pool, bucket=bucket))


async def test_the_object_of_a_projects_task_is_its_record(project, write, s3, pool):
    task = await project.add("first", text="look")
    await project.answer(task, 1, {"answer": "cat"})
    await project.judge(task, 2, "reject", comment="a dog")
    await project.answer(task, 3, {"answer": "dog"}, rejected_in=2)
    await project.merge(task, 3, {"answer": "dog"})
    await project.judge(task, 4, "approve")
    uri = await write(task)
    record = json.loads(await stored(s3, uri))
    stamp = await pool.fetchval("SELECT to_char(output_stamp AT TIME ZONE 'UTC', 'YYYY/MM/DD/HH24/MI/SS') FROM tasks")
    assert uri.endswith(f"/out/project/{stamp}/first/output.json")
    ann, rob = project.annotator.worker_id, project.reviewer.worker_id
    assert {
        name: record[name] for name in ("name", "task_id", "opening", "project", "graph_version", "rejections")
    } == {
        "name": "first",
        "task_id": str(task),
        "opening": 1,
        "project": "project",
        "graph_version": 1,
        "rejections": 1,
    }
    assert (record["input"], record["metadata"], record["model"]) == ({"text": "look"}, {"batch": 7}, "m-1")
    assert record["prediction"]["label"] == {"answer": "guess"}
    assert (record["label"], record["authors"]) == ({"answer": "dog"}, {"": ann})
    assert [(given["visit"], given["stage"], given["worker_id"], given["content"]) for given in record["answers"]] == [
        (1, "annotate", ann, {"answer": "cat"}),
        (3, "annotate", ann, {"answer": "dog"}),
    ]
    assert [(said["visit"], said["decision"], said["comment"], said["worker_id"]) for said in record["decisions"]] == [
        (2, "rejected", "a dog", rob),
        (4, "approved", "", rob),
    ]
    assert [(said["visit"], said["label"], said["verdict"], said["worker_id"]) for said in record["verdicts"]] == [
        (2, "/answer", "reject", rob),
        (4, "/answer", "approve", rob),
    ]
    assert record["agreement"] is None
    assert "completed_at" not in record


async def test_the_records_bytes_do_not_change_with_the_end(project, write, s3, pool):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    await project.judge(task, 2, "approve")
    uri = await write(task)
    before = await stored(s3, uri)
    await project.end(task)
    await pool.execute("UPDATE tasks SET priority = 99, deleted_at = now()")
    assert await write(task) == uri
    assert await stored(s3, uri) == before


async def test_a_name_used_again_within_a_second_has_a_key_of_its_own(project, write, s3, pool):
    first = await project.add("twice")
    await project.answer(first, 1, {"answer": "cat"})
    uri = await write(first)
    await project.end(first, "archived")
    stamp = await pool.fetchval("UPDATE tasks SET deleted_at = now() WHERE id = $1 RETURNING output_stamp", first)
    second = await project.add("twice")
    await pool.execute("UPDATE tasks SET output_stamp = $2 WHERE id = $1", second, stamp)
    await project.answer(second, 1, {"answer": "dog"})
    other = await write(second)
    assert other != uri
    assert await write(second) == other
    assert json.loads(await stored(s3, uri))["task_id"] == str(first)
    assert json.loads(await stored(s3, other))["task_id"] == str(second)


async def test_what_somebody_else_put_at_a_projects_key_is_never_overwritten(project, write, s3, pool):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    uri = await write(task)
    await s3.client.put_object(Bucket=uri.split("/")[2], Key=uri.split("/", 3)[3], Body=b"somebody else's")
    with pytest.raises(ApplicationError) as refused:
        await write(task)
    assert refused.value.type == "OutputConflict"
    assert await stored(s3, uri) == b"somebody else's"


async def test_several_answers_are_several_labels(finished, pool):
    (record,) = await outputs.records(pool, [(finished, 1)])
    shown = json.loads(record_document(record))
    assert [label["n"] for label in shown["labels"]] == [0, 1]
    assert len(shown["authors"]) == 2
    assert "label" not in shown


@pytest.mark.parametrize("state", ["completed", "archived"])
async def test_the_end_of_a_projects_task_is_an_event(project, pool, state):
    task = await project.add("first")
    await project.answer(task, 1, {"answer": "cat"})
    for _ in range(2):
        await project.end(task, state)
    ended = await pool.fetch("SELECT visit, data FROM events WHERE type = 'loupe.task.ended'")
    assert [(event["visit"], event["data"]["status"], event["data"]["opening"]) for event in ended] == [(1, state, 1)]
    assert await pool.fetchval("SELECT count(*) FROM events WHERE type = 'loupe.human_loop.status_changed'") == 0
