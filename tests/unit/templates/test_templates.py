"""Liquid as A2I's templates use it, and what a template may not do."""

import html
import json
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import templates
from api.templates import Rendered, render
from schemas.errors import BadRequest

TASK = {
    "source-ref": "s3://pictures/cat.png",
    "class-map": {"0": "cat", "1": "dog"},
    "labels": ["it's", 'so "called"', "</script><b>"],
    "boxes": {"first": {"class-name": "cat"}, "second": {"class-name": "dog"}},
    "response": {"blocks": [{"id": 1, "text": None}], "ok": True},
    "text": "<i>hello</i> & more",
    "bucket": "docs",
    "name": "a & b.png",
}

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def granted(address: str) -> str:
    return f"/media/<{address}>"


def refused(address: str) -> str:
    raise BadRequest(f"may not open {address}")


def show(source: str, task: object = None) -> str:
    rendered = render(source, TASK if task is None else task, granted)
    assert rendered.errors == []
    return rendered.html


def codes(rendered: Rendered) -> list[str]:
    return [problem.code for problem in rendered.errors]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ task.input.text }}", "&lt;i&gt;hello&lt;/i&gt; &amp; more"),
        ("{{ task.input.text | escape }}", "&lt;i&gt;hello&lt;/i&gt; &amp; more"),
        ("{{ task.input.text | escape | escape }}", "&lt;i&gt;hello&lt;/i&gt; &amp; more"),
        ("{{ '<i>' | escape }}{{ '<i>' | skip_autoescape | escape }}", "&lt;i&gt;&lt;i&gt;"),
        (
            "{% capture t %}{{ task.input.text }}{% endcapture %}{{ t }}{{ t | escape }}",
            "&lt;i&gt;hello&lt;/i&gt; &amp; more" * 2,
        ),
        ("{{ '&lt;i&gt; & b' | escape_once }}", "&lt;i&gt; &amp; b"),
        ("{{ task.input.text | skip_autoescape }}", "<i>hello</i> & more"),
        ("{{ task.input.text | strip_html }}", "hello &amp; more"),
        ("{% assign class_id = '1' %}{{ task.input.class-map[class_id] }}", "dog"),
        (
            "{% for box in task.input.boxes %}{{ box[0] }}:{{ box[1]['class-name'] }} {% endfor %}",
            "first:cat second:dog ",
        ),
        (
            "{% for a in task.input.labels %}{{ forloop.index }}{% unless forloop.last %},{% endunless %}{% endfor %}",
            "1,2,3",
        ),
        ("{% if task.input.nothing %}yes{% else %}no{% endif %}", "no"),
        ("{{ task.input.nothing | default: 'none' }}", "none"),
        ("{{ task.input.response.ok | append: '!' }}", "true!"),
        ("{{ task.input.labels | size }}{{ task.input.labels.size }}", "33"),
        ("{{ task.input.class-map | escape }}", "{&#34;0&#34;:&#34;cat&#34;,&#34;1&#34;:&#34;dog&#34;}"),
        ("{% echo task.input.response.ok %}", "true"),
        ("{{ 'b,a,b' | split: ',' | uniq | sort | join: '-' }}", "a-b"),
        ("{% for i in (1..100000000000) limit: 3 %}{{ i }}{% endfor %}", "123"),
    ],
)
def test_liquid_of_templates(source: str, expected: str) -> None:
    assert show(source) == expected


@pytest.mark.parametrize(
    "value",
    [
        "{{ task.input.response.blocks }}",
        "{{ task.input.response.blocks | to_json }}",
        "{{ task.input.response.blocks | to_json | escape }}",
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_an_object_in_an_attribute_is_its_json_escaped_once(value: str, quote: str) -> None:
    shown = show(f"<a initial-value={quote}{value}{quote}>")
    inside = shown.removeprefix(f"<a initial-value={quote}").removesuffix(f"{quote}>")
    assert quote not in inside
    assert json.loads(html.unescape(inside)) == [{"id": 1, "text": None}]


@given(VALUES)
def test_json_is_the_same_data_in_an_attribute_and_in_a_script(value: object) -> None:
    in_attribute = show("{{ task.input | to_json | escape }}", {"of": value})
    in_script = show("{{ task.input | to_json | skip_autoescape }}", {"of": value})
    assert not set("<>\"'") & set(in_attribute)
    assert not set("<>&\u2028\u2029") & set(in_script)
    for text in (html.unescape(in_attribute), in_script):
        assert json.loads(text)["of"] == value or value != value


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_of_a_task_never_becomes_markup(text: str) -> None:
    shown = show("{{ task.input.of }}", {"of": text})
    assert not set("<>\"'") & set(shown)
    assert html.unescape(shown) == html.unescape(html.escape(text))


def test_half_a_surrogate_pair_can_be_sent() -> None:
    assert show("{{ task.input.of }}", {"of": "a\ud800b"}) == "a�b"


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("{{ task.input.source-ref | grant_read_access }}", "s3://pictures/cat.png"),
        (
            """{% capture uri %}
                http://s3.amazonaws.com/{{ task.input.bucket }}/{{ task.input.name }}
            {% endcapture %}{{ uri | grant_read_access }}""",
            "http://s3.amazonaws.com/docs/a & b.png",
        ),
    ],
)
def test_grant_read_access_is_given_the_address_itself(source: str, address: str) -> None:
    assert html.unescape(show(source)) == f"/media/<{address}>"


def test_an_address_that_may_not_be_opened_is_reported_and_empty() -> None:
    rendered = render("[{{ task.input.source-ref | grant_read_access }}]", TASK, refused)
    assert rendered.html == "[]"
    assert codes(rendered) == ["MediaAccess"]
    assert "may not open s3://pictures/cat.png" in rendered.errors[0].message


def test_missing_variables_are_empty_and_named_with_their_line() -> None:
    source = "a{{ task.input.nope }}b\n{{ other[0].x-y | to_json }}\n{% for x in task.input.items %}{% endfor %}"
    rendered = render(source, TASK, granted)
    assert rendered.html == "ab\nnull\n"
    assert codes(rendered) == ["MissingVariable"] * 3
    for problem, (line, name) in zip(
        rendered.errors, [(1, "task.input.nope"), (2, "other[0].x-y"), (3, "task.input.items")], strict=True
    ):
        assert problem.message.startswith(f"line {line}: ")
        assert name in problem.message


def test_one_problem_in_a_loop_is_reported_once() -> None:
    assert len(render("{% for i in (1..500) %}{{ nope }}{% endfor %}", TASK, granted).errors) == 1


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n\n{% if %}x{% endif %}", 3),
        ("a\n{% for x in y %}\n\n", 4),
        ("a\n{{ b", 2),
        ("{% include 'secrets' %}", 1),
        ("\n{% render 'secrets' %}", 2),
        ("{{ a | }}", 1),
    ],
)
def test_a_syntax_error_names_its_line(source: str, line: int) -> None:
    rendered = render(source, TASK, granted)
    assert rendered.html == ""
    assert codes(rendered) == ["SyntaxError"]
    assert rendered.errors[0].message.startswith(f"line {line}: ")


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' | no_such_filter }}",
        "{{ 1 | divided_by: 0 }}",
        "{{ 'x' | base64_decode }}",
        "{{ task.input.labels | concat: 2 }}",
    ],
)
def test_a_filter_that_fails_leaves_the_rest_of_the_page(source: str) -> None:
    rendered = render(f"before {source} after", TASK, granted)
    assert rendered.html == "before  after"
    assert codes(rendered) == ["RenderError"]


def test_a_template_of_128000_characters_is_the_longest() -> None:
    assert show("x" * 128_000) == "x" * 128_000
    rendered = render("x" * 128_001, TASK, granted)
    assert codes(rendered) == ["TemplateTooLong"]
    assert "128,001 characters" in rendered.errors[0].message


BIG = "{% assign a = 'x' %}{% for i in (1..20) %}{% assign a = a | append: a %}{% endfor %}"
EXPLOSIONS = {
    "nested loops": "{% for i in (1..1000000000) %}{% for j in (1..1000000000) %}{% endfor %}{% endfor %}",
    "loops beside each other": "{% for i in (1..100000) %}{% endfor %}" * 3,
    "huge range backwards": "{% for i in (1..1000000000) reversed %}{{ i }}{% endfor %}",
    "huge offset": "{% for i in (1..100000000000) offset: 10000000000 %}{{ i }}{% endfor %}",
    "endless number": "{% for i in (1..10) %}{% for j in (1..9223372036854775806) %}{% endfor %}{% endfor %}",
    "table rows": "{% tablerow i in (1..1000000000) cols: 2 %}{% endtablerow %}",
    "doubling text": "{% assign a = 'xxxxxxxx' %}{% for i in (1..200) %}{% assign a = a | append: a %}{% endfor %}",
    "doubling capture": (
        "{% assign a = 'xxxxxxxx' %}{% for i in (1..200) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}"
    ),
    "doubling list": "{% assign a = 'x' | split: '' %}{% for i in (1..99) %}{% assign a = a | concat: a %}{% endfor %}",
    "squaring number": "{% assign a = 9 %}{% for i in (1..200) %}{% assign a = a | times: a %}{% endfor %}",
    "replace": BIG + "{{ a | replace: 'x', a }}",
    "replace nothing": BIG + "{{ a | replace: '', a }}",
    "split": BIG + "{{ a | split: '' | size }}",
    "join": (
        "{% assign a = 'x' %}{% for i in (1..16) %}{% assign a = a | append: a %}{% endfor %}"
        "{{ a | split: '' | join: a }}"
    ),
    "json of one object many times": (
        "{% assign a = task.input | map: 'text' %}{% assign l = task.input.rows %}"
        "{% for i in (1..30) %}{% assign l = l | concat: l %}{% endfor %}{{ l | to_json }}"
    ),
    "range as a list": "{% assign r = (1..1000000000) %}{{ r | to_json }}{{ r | join }}",
    "many variables": (BIG + "".join(f"{{% assign a{i} = a | append: '{i}' %}}" for i in range(200))),
    "output": "{% for i in (1..200000) %}{{ task.input.text | to_json }}{{ task.input.rows }}{% endfor %}",
    "date": BIG + "{{ a | date: '%Y' }}",
    "blocks in blocks": "{% if true %}" * 200 + "{% endif %}" * 200,
    "operators": "{% if " + " or ".join(["a == b"] * 1000) + " %}x{% endif %}",
    "brackets": "{{ " + "a[" * 3000 + "0" + "]" * 3000 + " }}",
    "long expression": "{{ " + "['" * 50_000 + " }}",
}


@pytest.mark.parametrize("name", EXPLOSIONS)
def test_a_template_that_explodes_is_stopped(name: str) -> None:
    task = {"text": "é" * 1000, "rows": [{"cells": ["<" * 200] * 50}]}
    rendered = render(EXPLOSIONS[name], task, granted)
    assert codes(rendered)[-1] == "LimitExceeded"
    assert len(rendered.html) <= templates.MAX_OUTPUT


def test_a_deeply_nested_input_is_reported() -> None:
    task: object = 1
    for _ in range(100_000):
        task = [task]
    assert codes(render("{{ task.input.of }}", {"of": task}, granted)) in (["LimitExceeded"], ["RenderError"])


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("{% raw %}" * 14_000, id="tags that the reader searches an end for"),
        pytest.param("{% assign x = task.input.rows | to_json %}" * 3000, id="work that no count bounds"),
    ],
)
def test_time_is_bounded(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_SECONDS", 0.2)
    rendered = render(source, {"rows": ["<" * 1000] * 1000}, granted)
    assert codes(rendered) == ["LimitExceeded"]
    assert "0.2 seconds" in rendered.errors[0].message


def test_another_thread_goes_on_while_a_template_explodes() -> None:
    """What an event loop needs of a rendering beside it: turns."""
    finished = threading.Event()

    def explode() -> None:
        render(EXPLOSIONS["nested loops"], {}, granted)
        finished.set()

    thread = threading.Thread(target=explode)
    thread.start()
    turns = 0
    while not finished.is_set():
        turns += 1
        time.sleep(0)
    thread.join()
    assert turns > 10
