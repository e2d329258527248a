"""Output locations tried out before they are used."""

import pytest

from asgi import client_of, running_app
from project_bodies import fields
from store import people

CHECK = "/v1/outputs/check"


async def test_a_location_that_can_be_written_to_is_left_as_it_was(admin, bucket, s3):
    answer = await admin.post(CHECK, json={"output": f"s3://{bucket}/birds/"})
    assert answer.json() == {"ok": True, "problem": None}
    assert (await s3.client.list_objects_v2(Bucket=bucket))["KeyCount"] == 0
    assert "Uploads" not in await s3.client.list_multipart_uploads(Bucket=bucket)


async def test_the_suggested_location_can_be_written_to(admin, bucket):
    suggestion = (await admin.get("/v1/outputs")).json()["suggestion"]
    assert suggestion == f"s3://{bucket}/projects"
    assert (await admin.post(CHECK, json={"output": suggestion})).json()["ok"]


async def test_a_bucket_that_is_not_there_is_named(admin):
    answer = (await admin.post(CHECK, json={"output": "s3://no-such-bucket-here/x"})).json()
    assert not answer["ok"]
    assert "no-such-bucket-here" in answer["problem"]


async def test_a_storage_that_is_away_is_told(world, settings, pool):
    person = await world.person("root", role="admin", teams=())
    away = settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    async with running_app(away) as app, client_of(app, await people.make_api_key(pool, person.id, "test")) as client:
        answer = (await client.post(CHECK, json={"output": "s3://birds/x"})).json()
    assert not answer["ok"]
    assert "cannot be reached" in answer["problem"]


@pytest.mark.parametrize("output", ["", "birds", "s3://", "s3://Birds/x", "https://birds/x", "s3://birds/\n"])
async def test_what_is_no_location_is_refused(admin, output):
    assert fields(await admin.post(CHECK, json={"output": output})) == {"output"}
