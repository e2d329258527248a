"""Templates tried out before they are used: rendered, shown in a frame, and kept nowhere."""

import base64

import pytest

from project_bodies import fields, is_problem
from schemas.previews import PreviewView

PREVIEW = "/v1/templates/preview"
GOOD = '<crowd-form><p>{{ task.input.text }}</p><crowd-input name="answer"></crowd-input></crowd-form>'


async def preview(admin, template, given=None):
    answer = await admin.post(PREVIEW, json={"template": template, "input": {} if given is None else given})
    assert answer.status_code == 200, answer.text
    return PreviewView.model_validate(answer.json())


def form(page, signature):
    return {"page": base64.urlsafe_b64encode(page.encode()).decode(), "signature": signature}


async def test_a_template_is_shown_as_a_task_would_show_it(admin, settings):
    seen = await preview(admin, GOOD, {"text": "<b>ü</b>"})
    assert seen.problems == []
    shown = await admin.post("/frame/preview", data=form(seen.page, seen.signature), headers={"Authorization": ""})
    assert shown.status_code == 200
    assert shown.text == seen.page
    assert "<p>&lt;b&gt;ü&lt;/b&gt;</p>" in shown.text
    assert f'<script src="{settings.portal_url}/static/crowd/crowd-html-elements.js">' in shown.text


async def test_what_a_preview_may_do_is_what_every_frame_may(admin):
    seen = await preview(admin, "<script>fetch('https://elsewhere.example')</script>")
    shown = await admin.post("/frame/preview", data=form(seen.page, seen.signature))
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts allow-forms; default-src 'none'")
    assert "connect-src http" in policy
    assert "elsewhere" not in policy
    assert shown.headers["Cache-Control"] == "no-store"


async def test_only_what_was_asked_for_here_is_shown(admin):
    seen = await preview(admin, GOOD)
    wrong = [
        form(seen.page + " ", seen.signature),
        form(seen.page, seen.signature + "0"),
        form("<p>mine</p>", "9999999999.00"),
        {"page": "not base64!", "signature": seen.signature},
        {},
        form(seen.page, seen.signature) | {"a": "1", "b": "2"},
        form("ü", "ü"),
    ]
    for body in wrong:
        refused = await admin.post("/frame/preview", data=body)
        assert refused.status_code == 401
        assert "mine" not in refused.text
        assert refused.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("template", "code", "line"),
    [
        ("one\n{% if %}\nthree", "SyntaxError", 2),
        ("one\n\n{{ task.input.nothing }}", "MissingVariable", 3),
        ("{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}", "LimitExceeded", 1),
        ("{{ 's3://other-bucket/key' | grant_read_access }}", "MediaAccess", 1),
        ("x" * 128_001, "TemplateTooLong", None),
        ("a\0b", "SyntaxError", None),
    ],
)
async def test_problems_come_with_their_line(admin, template, code, line):
    [problem] = (await preview(admin, template)).problems
    assert (problem.code, problem.line) == (code, line)
    assert not problem.message.startswith("line")


async def test_a_page_that_is_too_large_for_a_preview_is_not_sent(admin):
    seen = await preview(admin, "{% for a in (1..100) %}{{ task.input.text }}{% endfor %}", {"text": "x" * 60_000})
    assert (seen.page, seen.signature) == (None, None)
    assert [problem.code for problem in seen.problems] == ["LimitExceeded"]


async def test_a_human_task_ui_is_shown_by_its_name(admin, world):
    await world.flow()
    answer = await admin.post(PREVIEW, json={"human_task_ui": "ui", "input": {}})
    assert 'name="answer"' in answer.json()["page"]
    unknown = await admin.post(PREVIEW, json={"human_task_ui": "none", "input": {}})
    assert is_problem(unknown, 404, "not-found")
    assert unknown.json()["detail"] == "human_task_ui: there is no human task UI none"


QUESTIONS = {"questions": [{"name": "Right?", "options": [{"value": "yes"}, {"value": "no"}]}]}
UNIT = {"type": "data_unit", "key": "left"}


def group(**changes):
    contents = {"left": {"uri": "s3://nowhere/a.txt", "type": "text"}}
    return {"data_group": {"layout": UNIT, "contents": contents} | changes}


async def test_a_data_group_is_shown_in_its_editor_under_its_own_policy(admin, settings):
    answer = await admin.post(PREVIEW, json={"label_schema": QUESTIONS, "input": group()})
    seen = PreviewView.model_validate(answer.json())
    assert (seen.kind, seen.problems) == ("data_group", [])
    sent = form(seen.page, seen.signature) | {"kind": seen.kind}
    shown = await admin.post("/frame/preview", data=sent, headers={"Authorization": ""})
    assert shown.text == seen.page
    assert '"name": "Right?"' in shown.text
    assert f'<script src="{settings.portal_url}/static/groups/data-group.js"' in shown.text
    assert f"script-src {settings.portal_url}/static/groups/;" in shown.headers["Content-Security-Policy"]


async def test_nobody_but_the_service_says_what_a_page_may_do(admin):
    template = await preview(admin, GOOD)
    refused = await admin.post("/frame/preview", data=form(template.page, template.signature) | {"kind": "data_group"})
    assert refused.status_code == 401
    answer = await admin.post(PREVIEW, json={"label_schema": QUESTIONS, "input": group()})
    seen = PreviewView.model_validate(answer.json())
    assert (await admin.post("/frame/preview", data=form(seen.page, seen.signature))).status_code == 401


async def test_what_is_wrong_with_a_data_group_is_named(admin):
    body = {"label_schema": QUESTIONS, "input": group(layout=UNIT | {"key": "right"})}
    seen = PreviewView.model_validate((await admin.post(PREVIEW, json=body)).json())
    assert (seen.page, seen.signature) == (None, None)
    assert any(problem.message.startswith("input.data_group.layout.key: ") for problem in seen.problems)


async def test_bodies_that_are_no_preview_are_refused(admin):
    assert "body" in fields(await admin.post(PREVIEW, json={"input": {}}))
    assert "body" in fields(await admin.post(PREVIEW, json={"template": "x", "human_task_ui": "ui"}))
    assert "body" in fields(await admin.post(PREVIEW, json={"template": "x", "label_schema": QUESTIONS}))
    large = await admin.post(PREVIEW, json={"template": "x", "input": "y" * 5_000_000})
    assert is_problem(large, 413, "too-large")


async def test_previews_are_for_those_who_set_up(as_person, world):
    for role in ("annotator", "viewer"):
        client = await as_person(await world.person(role, role=role))
        assert is_problem(await client.post(PREVIEW, json={"template": "x"}), 403, "forbidden")
    manager = await as_person(await world.person("mia", role="team_manager"))
    assert (await manager.post(PREVIEW, json={"template": "x"})).status_code == 200
