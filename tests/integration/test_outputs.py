"""Output objects: their key, their bytes, and what happens where something is there already."""

import hashlib
import json
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.outputs import OutputActivities
from schemas.outputs import output_location
from schemas.tasks import OpeningRef
from store import assignments
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
