"""Human task UIs on the wire."""

import hashlib
from typing import Any

import httpx

from api import human_task_uis

TEMPLATE = "<p>{{ task.input.text }}</p>\r\n<img src='{{ task.input.image | grant_read_access }}'>ä😀"


def test_a_template_is_kept_as_it_was_given(wire, control):
    control.create_human_task_ui(HumanTaskUiName="ui", UiTemplate={"Content": TEMPLATE})
    shown = control.describe_human_task_ui(HumanTaskUiName="ui")
    assert shown["HumanTaskUiStatus"] == "Active"
    assert shown["UiTemplate"]["ContentSha256"] == hashlib.sha256(TEMPLATE.encode()).hexdigest()
    path = shown["UiTemplate"]["Url"].removeprefix(wire.settings.portal_url)
    page = httpx.get(wire.url + path)
    assert (page.status_code, page.content) == (200, TEMPLATE.encode())
    assert page.headers["content-type"].startswith("text/plain")
    assert httpx.get(wire.url + path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 401
    assert human_task_uis.LINK_SECONDS == 900


def test_names_are_taken_once_and_free_after_deletion(control, flow, refusal):
    given: dict[str, Any] = {"HumanTaskUiName": "page", "UiTemplate": {"Content": "x"}}
    assert refusal(control.create_human_task_ui, **given).code == "ResourceInUse"
    control.delete_human_task_ui(HumanTaskUiName="page")
    for call in (control.describe_human_task_ui, control.delete_human_task_ui):
        assert refusal(call, HumanTaskUiName="page").code == "ResourceNotFound"
    assert control.list_human_task_uis()["HumanTaskUiSummaries"] == []
    control.create_human_task_ui(**given)
    assert control.describe_flow_definition(FlowDefinitionName="flow")["FlowDefinitionStatus"] == "Active"


def test_a_template_may_have_128000_characters(control, refusal):
    control.create_human_task_ui(HumanTaskUiName="largest", UiTemplate={"Content": "😀" * 128_000})
    answer = refusal(control.create_human_task_ui, HumanTaskUiName="larger", UiTemplate={"Content": "x" * 128_001})
    assert (answer.code, "UiTemplate.Content" in answer.message) == ("ValidationException", True)


def test_lists_have_pages(control):
    for n in range(3):
        control.create_human_task_ui(HumanTaskUiName=f"ui-{n}", UiTemplate={"Content": "x"})
    pages = control.get_paginator("list_human_task_uis").paginate(
        SortOrder="Ascending", PaginationConfig={"PageSize": 1}
    )
    listed = [item["HumanTaskUiName"] for page in pages for item in page["HumanTaskUiSummaries"]]
    assert listed == ["ui-0", "ui-1", "ui-2"]


def render(control: Any, task_input: str, role_arn: str = "arn:aws:iam::000000000000:role/r", **what: Any) -> Any:
    return control.render_ui_template(Task={"Input": task_input}, RoleArn=role_arn, **what)


def test_templates_are_rendered(control, wire, bucket):
    answer = render(control, f'{{"text": "<b>", "image": "s3://{bucket}/a.png"}}', UiTemplate={"Content": TEMPLATE})
    assert answer["Errors"] == []
    assert "<p>&lt;b&gt;</p>" in answer["RenderedContent"]
    assert "/media/" in answer["RenderedContent"]


def test_what_a_template_lacks_is_reported(control, ui):
    answer = render(control, "{}", HumanTaskUiArn=ui)
    assert "<p></p>" in answer["RenderedContent"]
    assert answer["Errors"][0]["Code"] == "MissingVariable"
    assert "text" in answer["Errors"][0]["Message"]


def test_one_template_has_to_be_named(control, ui, refusal):
    assert refusal(render, control=control, task_input="{}").code == "ValidationException"
    both = refusal(render, control=control, task_input="{}", HumanTaskUiArn=ui, UiTemplate={"Content": "x"})
    assert both.code == "ValidationException"
    assert refusal(render, control=control, task_input="{}", HumanTaskUiArn=ui + "-none").code == "ResourceNotFound"


NOT_JSON = ["{x", "[" * 3000, "x" * 128_001]


def test_the_input_has_to_be_json(control, refusal):
    for task_input in NOT_JSON:
        answer = refusal(render, control=control, task_input=task_input, UiTemplate={"Content": "x"})
        assert (answer.code, "Task.Input" in answer.message) == ("ValidationException", True)
