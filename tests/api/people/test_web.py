"""The files of the web part, and the app behind every other path."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.context import Context

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def dist(tmp_path: Path, app: FastAPI, ctx: Context) -> Path:
    root = tmp_path / "dist"
    for name, text in {
        "index.html": "<!doctype html><title>portal</title>",
        "docs.html": "<!doctype html><title>API</title>",
        "favicon.svg": "<svg/>",
        "assets/app-1a2b.js": "app()",
        "static/crowd/crowd-html-elements.js": "elements()",
        "static/groups/data-group.js": "editor()",
        "static/groups/pdf.worker.min.mjs": "worker()",
        "../secret.txt": "secret",
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    settings = ctx.settings.model_copy(update={"web_dist": str(root)})
    app.state.context = Context(settings=settings, pool=ctx.pool, seal=ctx.seal, s3=ctx.s3)
    return root


async def test_the_app_answers_for_its_screens(dist: Path, client: httpx.AsyncClient) -> None:
    for path in ["/", "/work", "/work/abc/def", "/login", "/index.html"]:
        answer = await client.get(path, headers=PAGE)
        assert (answer.status_code, answer.text) == (200, "<!doctype html><title>portal</title>")
        assert answer.headers["Cache-Control"] == "no-cache"
        policy = answer.headers["Content-Security-Policy"]
        for part in (
            "default-src 'self'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "frame-src 'self'",
            "object-src 'none'",
        ):
            assert part in policy.split("; ")


async def test_frames_of_any_origin_may_load_the_editor_of_data_groups(dist: Path, client: httpx.AsyncClient) -> None:
    for name, text in (("data-group.js", "editor()"), ("pdf.worker.min.mjs", "worker()")):
        answer = await client.get(f"/static/groups/{name}", headers={"Origin": "null"})
        assert (answer.status_code, answer.text) == (200, text)
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for path in ("nothing.js", "../crowd/crowd-html-elements.js", "..%2f..%2f..%2fsecret.txt", "%2e%2e/index.html"):
        assert (await client.get(f"/static/groups/{path}")).text != "secret"
    assert (await client.get("/static/groups/nothing.js")).status_code == 404


async def test_the_api_page_loads_nothing_from_elsewhere(dist: Path, client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs")
    assert (answer.status_code, answer.text) == (200, "<!doctype html><title>API</title>")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_paths_of_programs_are_never_the_app(dist: Path, client: httpx.AsyncClient) -> None:
    for path in ["/v1/nothing", "/media", "/static/x", "/assets/none.js", "/human-loops/x/y", "/v1"]:
        answer = await client.get(path, headers=PAGE)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_program_gets_no_page_for_a_path_that_does_not_exist(dist: Path, client: httpx.AsyncClient) -> None:
    assert (await client.get("/work", headers={"Accept": "application/json"})).status_code == 404


async def test_assets_are_kept_for_good(dist: Path, client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/app-1a2b.js")
    assert answer.text == "app()"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert (await client.head("/assets/app-1a2b.js")).headers["Content-Length"] == "5"


async def test_the_elements_are_open_to_a_frame_of_no_origin(dist: Path, client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/crowd/crowd-html-elements.js", headers={"Origin": "null"})
    assert answer.text == "elements()"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_files_at_the_top(dist: Path, client: httpx.AsyncClient) -> None:
    assert (await client.get("/favicon.svg")).text == "<svg/>"


async def test_no_path_leads_out_of_the_web_part(dist: Path, client: httpx.AsyncClient) -> None:
    (dist / "link.txt").symlink_to(dist.parent / "secret.txt")
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/x%00y",
        "/link.txt",
    ]:
        answer = await client.get(path)
        assert answer.status_code == 404
        assert "secret" not in answer.text


async def test_a_web_part_that_is_not_built(
    app: FastAPI, ctx: Context, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    for path in ["/", "/work", "/static/crowd/crowd-html-elements.js"]:
        settings = ctx.settings.model_copy(update={"web_dist": str(tmp_path)})
        app.state.context = Context(settings=settings, pool=ctx.pool, seal=ctx.seal, s3=ctx.s3)
        answer = await client.get(path, headers=PAGE)
        assert answer.status_code == 503
        assert "make setup" in answer.text
