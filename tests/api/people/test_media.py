"""Media through sealed, short-lived addresses."""

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from api.context import Context
from api.media import media_url
from runtime.s3 import S3
from runtime.seal import Seal
from runtime.settings import Settings
from schemas.errors import BadRequest
from store.database import Pool

CONTENT = bytes(range(256)) * 2048


@pytest.fixture
async def url(ctx: Context, s3: S3) -> str:
    bucket = ctx.settings.s3_bucket
    await s3.client.put_object(Bucket=bucket, Key="tapes/a & b.wav", Body=CONTENT, ContentType="audio/wav")
    return media_url(ctx, f"s3://{bucket}/tapes/a & b.wav")


async def show(client: httpx.AsyncClient, ctx: Context, key: str, **headers: str) -> httpx.Response:
    return await client.get(media_url(ctx, f"s3://{ctx.settings.s3_bucket}/{key}"), headers=headers)


async def test_the_whole_file(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in answer.headers


async def test_only_the_head(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.head(url)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["Content-Length"] == str(len(CONTENT))


async def test_a_range(client: httpx.AsyncClient, url: str) -> None:
    for asked, first, last in [
        ("bytes=0-0", 0, 0),
        ("bytes=100-", 100, len(CONTENT) - 1),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT) - 1),
        ("bytes=5-999999999", 5, len(CONTENT) - 1),
    ]:
        answer = await client.get(url, headers={"Range": asked})
        assert answer.status_code == 206
        assert answer.content == CONTENT[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"


async def test_a_range_of_another_kind_is_the_whole_file(client: httpx.AsyncClient, url: str) -> None:
    for asked in ["bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=a-b"]:
        answer = await client.get(url, headers={"Range": asked})
        assert (answer.status_code, len(answer.content)) == (200, len(CONTENT))


async def test_a_range_past_the_end(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.get(url, headers={"Range": "bytes=999999999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"].startswith("bytes */")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_range_of_a_changed_file_is_the_whole_file(client: httpx.AsyncClient, url: str) -> None:
    whole = await client.get(url)
    same = await client.get(url, headers={"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]})
    changed = await client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, changed.status_code) == (206, 200)
    assert changed.content == CONTENT


async def test_a_file_that_does_not_exist(client: httpx.AsyncClient, ctx: Context) -> None:
    answer = await show(client, ctx, "nothing.png")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (await client.head(media_url(ctx, f"s3://{ctx.settings.s3_bucket}/nothing.png"))).status_code == 404


async def test_a_storage_that_is_away(
    app: FastAPI, client: httpx.AsyncClient, ctx: Context, pool: Pool, url: str
) -> None:
    nowhere = ctx.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:1"})
    async with S3(nowhere) as away:
        app.state.context = Context(settings=nowhere, pool=pool, seal=ctx.seal, s3=away)
        answer = await client.get(url)
    assert answer.status_code == 502
    assert "did not answer" in answer.json()["detail"]


async def test_the_type_of_a_file(client: httpx.AsyncClient, ctx: Context, s3: S3) -> None:
    for key, stored, shown in [
        ("x.png", "", "image/png"),
        ("x.mp4", "application/octet-stream", "video/mp4"),
        ("x", "binary/octet-stream", "application/octet-stream"),
        ("x.txt", "text/plain; charset=latin-1", "text/plain; charset=latin-1"),
        ("x.js", "text/javascript", "text/plain; charset=utf-8"),
    ]:
        kind = {"ContentType": stored} if stored else {}
        await s3.client.put_object(Bucket=ctx.settings.s3_bucket, Key=key, Body=b"x", **kind)  # type: ignore[arg-type]
        assert (await show(client, ctx, key)).headers["Content-Type"] == shown


async def test_a_file_that_could_run_scripts_is_harmless(client: httpx.AsyncClient, ctx: Context, s3: S3) -> None:
    for key, stored in [
        ("x.svg", ""),
        ("x", "image/svg+xml; charset=utf-8"),
        ("x.html", ""),
        ("x", "TEXT/HTML"),
        ("x", "application/rdf+xml"),
    ]:
        kind = {"ContentType": stored} if stored else {}
        await s3.client.put_object(Bucket=ctx.settings.s3_bucket, Key=key, Body=b"<svg/>", **kind)  # type: ignore[arg-type]
        answer = await show(client, ctx, key)
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_an_address_does_not_show_what_it_opens(ctx: Context) -> None:
    address = media_url(ctx, f"s3://{ctx.settings.s3_bucket}/gold/benchmark-7.png")
    assert ctx.settings.s3_bucket not in address
    assert "benchmark" not in address
    assert address != media_url(ctx, f"s3://{ctx.settings.s3_bucket}/gold/benchmark-7.png")


async def test_an_address_lasts_a_quarter_of_an_hour(client: httpx.AsyncClient, ctx: Context, url: str) -> None:
    key = ctx.settings.secret_key.get_secret_value()
    text = ctx.seal.open(url.rpartition("/")[2].encode()).encode()
    now = int(await ctx.pool.fetchval("SELECT extract(epoch FROM now())"))
    young, old = (Fernet(key).encrypt_at_time(text, now - age).decode() for age in (880, 920))
    assert (await client.get(f"/media/{young}")).status_code == 200
    assert (await client.get(f"/media/{old}")).status_code == 401


async def test_a_token_that_is_not_ours(client: httpx.AsyncClient, ctx: Context, url: str) -> None:
    foreign = Seal(Fernet.generate_key().decode()).seal("media\nbucket\nkey").decode()
    another_purpose = ctx.seal.seal(f"other\n{ctx.settings.s3_bucket}\nx").decode()
    for token in ("x", url[-20:], foreign, another_purpose):
        assert (await client.get(f"/media/{token}")).status_code == 401


def test_forms_of_an_address(ctx: Context) -> None:
    for form, key in [
        ("s3://{bucket}/a%20b/ü?.png", "a%20b/ü?.png"),
        ("S3://{bucket}/a#b", "a#b"),
        ("https://s3.amazonaws.com/{bucket}/a%20b/c.png", "a b/c.png"),
        ("http://s3.amazonaws.com/{bucket}/a b/c.png?x=1", "a b/c.png"),
        ("https://s3.eu-central-1.amazonaws.com/{bucket}/c.png", "c.png"),
        ("https://s3-us-west-2.amazonaws.com/{bucket}/c.png", "c.png"),
        ("https://{bucket}.s3.amazonaws.com/d/c.png", "d/c.png"),
        ("https://{bucket}.s3.dualstack.us-east-2.amazonaws.com/c.png", "c.png"),
    ]:
        address = media_url(ctx, form.replace("{bucket}", ctx.settings.s3_bucket))
        assert ctx.seal.open(address.rpartition("/")[2].encode()) == f"media\n{ctx.settings.s3_bucket}\n{key}"


def test_what_is_no_s3_address_is_refused(ctx: Context) -> None:
    for address in [
        "",
        "cat.png",
        "https://example.com/cat.png",
        "file:///etc/passwd",
        "s3://",
        "s3://loupe",
        "s3://loupe/",
        "s3://UPPER/x",
        "s3://a\nb/x",
        "https://s3.amazonaws.com.evil.com/b/k",
        f"s3://loupe/{'x' * 1025}",
    ]:
        with pytest.raises(BadRequest):
            media_url(ctx, address)


def test_only_buckets_that_are_set_are_opened(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadRequest, match="LOUPE_MEDIA_BUCKETS"):
        media_url(ctx, "s3://pictures/cat.png")
    for buckets in ("tapes, pictures", "*"):
        monkeypatch.setenv("LOUPE_MEDIA_BUCKETS", buckets)
        allowing = Context(settings=Settings.load(), pool=ctx.pool, seal=ctx.seal, s3=ctx.s3)
        assert "/media/" in media_url(allowing, "s3://pictures/cat.png")


@given(st.text(min_size=1, max_size=300, alphabet=st.characters(exclude_categories=["Cs"])))
@runs(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_key_comes_back(ctx: Context, key: str) -> None:
    address = media_url(ctx, f"s3://{ctx.settings.s3_bucket}/{key}")
    assert ctx.seal.open(address.rpartition("/")[2].encode()) == f"media\n{ctx.settings.s3_bucket}\n{key}"
