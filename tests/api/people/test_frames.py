"""The page of a task: what it shows, to whom, and what it may do."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import httpx

from api.context import Context
from api.frames import frame_url
from runtime.settings import Settings
from store import people
from store.database import Pool
from store.people import Person

Hold = Callable[[Person, str, object], Awaitable[UUID]]

TEMPLATE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form><img src="{{ task.input.picture | grant_read_access }}"><p>{{ task.input.text }}</p></crowd-form>"""


async def test_the_page_is_the_rendered_template(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    assignment = await hold(ann, TEMPLATE, {"text": "<b>", "picture": f"s3://{ctx.settings.s3_bucket}/cat.png"})
    answer = await client.get(frame_url(ctx, assignment))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    portal = ctx.settings.portal_url
    assert answer.text.startswith(
        f'<!doctype html>\n<html>\n<head><script src="{portal}/static/crowd/crowd-html-elements.js"></script></head>'
    )
    assert "<p>&lt;b&gt;</p>" in answer.text
    assert "assets.crowd.aws" not in answer.text
    assert "cat.png" not in answer.text
    assert f'<img src="{portal}/media/' in answer.text
    assert "alert" not in answer.text


async def test_the_page_may_do_nothing_but_show_itself_and_its_media(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    answer = await client.get(frame_url(ctx, await hold(ann, "x", {})))
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    portal = ctx.settings.portal_url
    assert policy == {
        "sandbox": "allow-scripts allow-forms",
        "default-src": "'none'",
        "script-src": f"'unsafe-inline' {portal}/static/crowd/crowd-html-elements.js",
        "style-src": "'unsafe-inline'",
        "img-src": f"{portal}/media/ data: blob:",
        "media-src": f"{portal}/media/ data: blob:",
        "connect-src": f"{portal}/media/",
        "font-src": "data:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


async def test_a_page_needs_a_signature(client: httpx.AsyncClient, ann: Person, hold: Hold) -> None:
    for wrong in ["", "?t=", "?t=1.2", "?t=9999999999.00"]:
        answer = await client.get(f"/frame/{await hold(ann, 'secret', {})}{wrong}")
        assert answer.status_code == 401
        assert "secret" not in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_signature_is_for_one_assignment_and_five_minutes(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    one, two = await hold(ann, "one", {}), await hold(ann, "two", {})
    assert (await client.get(frame_url(ctx, one).replace(str(one), str(two)))).status_code == 401
    over = ctx.seal.sign(f"frame {one}", seconds=-1)
    assert (await client.get(f"/frame/{one}?t={over}")).status_code == 401
    until = int(re.search(r"t=(\d+)\.", frame_url(ctx, one))[1])  # type: ignore[index]
    assert until - int(await ctx.pool.fetchval("SELECT extract(epoch FROM now())")) in range(295, 301)


async def test_work_that_was_given_back_is_not_shown(
    ctx: Context, client: httpx.AsyncClient, pool: Pool, ann: Person, hold: Hold
) -> None:
    assignment = await hold(ann, "x", {})
    url = frame_url(ctx, assignment)
    await people.disable(pool, ann.id)
    assert (await client.get(url)).status_code == 404
    assert (await client.get(frame_url(ctx, uuid4()))).status_code == 404


async def test_problems_of_the_template_are_shown_and_the_rest_too(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    template = "<p>before</p>{{ task.input.nope }}{{ 's3://other-bucket/x' | grant_read_access }}<p>after</p>"
    answer = await client.get(frame_url(ctx, await hold(ann, template, {})))
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    assert 'role="alert"' in text
    assert "the variable task.input.nope does not exist" in text
    assert "may not open the bucket other-bucket" in text
    assert "<p>before</p><p>after</p>" in text


async def test_a_broken_template_opens_with_a_notice(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    for template, message in [
        ("{% for %}", "line 1: "),
        ("{% for i in (1..1000000000) %}{% for j in (1..1000000000) %}{% endfor %}{% endfor %}", "250,000 times"),
    ]:
        answer = await client.get(frame_url(ctx, await hold(ann, template, {})))
        assert answer.status_code == 200
        assert 'role="alert"' in answer.text
        assert message in answer.text


async def test_other_requests_are_answered_while_a_template_explodes(
    ctx: Context, client: httpx.AsyncClient, ann: Person, hold: Hold
) -> None:
    template = "{% for i in (1..1000000000) %}{% for j in (1..1000000000) %}{% endfor %}{% endfor %}"
    page = asyncio.create_task(client.get(frame_url(ctx, await hold(ann, template, {}))))
    answered_before = 0
    while not page.done():
        assert (await client.get("/v1/session")).status_code == 401
        # In process such an answer is given without a turn of the event loop.
        await asyncio.sleep(0)
        answered_before += not page.done()
    assert answered_before > 1


async def test_a_portal_at_another_address_is_what_the_page_refers_to(
    ctx: Context, settings: Settings, pool: Pool
) -> None:
    elsewhere = Context(
        settings=settings.model_copy(update={"public_url": "https://label.example.com/"}),
        pool=pool,
        seal=ctx.seal,
        s3=ctx.s3,
    )
    assert elsewhere.settings.portal_url == "https://label.example.com"
    assert frame_url(elsewhere, uuid4()).startswith("/frame/")
