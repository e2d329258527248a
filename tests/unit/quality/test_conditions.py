"""What users can ask about a task, and what they cannot make the service do."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.conditions import Facts, check, evaluate, seen
from schemas.graphs import ConditionRouter


def facts(**given_facts):
    return seen(
        {
            "metadata": {
                "site": "north",
                "pages": 3,
                "tags": ["a", "b"],
                "nothing": None,
                "customer": {"tier": "gold"},
            },
            "label": {"q": {"boundingBoxes": [{"label": "Car", "left": 3}, {"label": "Bus", "left": -1}]}},
            "answers": [{"kind": {"label": "cat"}}, {"kind": {"label": "dog"}}],
            "prediction": {},
            "confidence": None,
            "agreement": 0.5,
            "rejections": 1,
            "visits": 4,
            "priority": 50,
            **given_facts,
        }
    )


@pytest.mark.parametrize(
    "expression",
    [
        "metadata.site == 'north' && priority >= 50",
        "metadata['site'] in ['north', 'south']",
        "metadata.pages == 3.0 && metadata.pages > 2.5",
        "size(answers) == 2 && size(metadata.tags) == 2",
        "'b' in metadata.tags",
        "has(metadata.customer.tier) && !has(metadata.customer.name)",
        "metadata.site.startsWith('n') && metadata.site.matches('^n.*h$')",
        "label.q.boundingBoxes.exists(box, box.label == 'Car' && box.left > 2)",
        "label.q.boundingBoxes.exists(box, box.label in ['Truck', 'Bus'] && box.left == -1)",
        "label.q.boundingBoxes.all(box, 'Van' != box.label) // and a remark",
        "label.q.boundingBoxes.exists_one(box, box.label.contains('ar'))",
        "answers.all(answer, has(answer.kind)) && answers[0].kind.label != answers[1].kind.label",
        "answers.exists(a, a.kind.label == '== metadata.site + {')",
        "confidence == null && agreement < 0.8 && rejections > 0 && visits == 4",
        "confidence > 0.9 || agreement <= 0.5",
        "metadata.pages > 2 ? agreement < 1 : false",
        "rejections + visits == 5",
    ],
)
def test_what_is_true(expression):
    given_facts = facts(answers=[{"kind": {"label": "cat"}}, {"kind": {"label": "== metadata.site + {"}}])
    check(expression)
    assert evaluate(expression, given_facts) is True
    assert evaluate(f"!({expression.partition(' //')[0]})", given_facts) is False


@pytest.mark.parametrize(
    "expression",
    [
        "metadata.nope == 'x'",
        "metadata.nope.deeper > 3",
        "metadata.site.deeper == 1",
        "metadata.nothing > 3",
        "metadata.nothing.deeper == 1",
        "metadata.tags[9] == 'a'",
        "label.nope.boundingBoxes.exists(box, box.label == 'Car')",
        "prediction.label.q == 1",
        "confidence > 0.1",
        "confidence <= 0.1",
        "!(metadata.nope == 'x')",
        "metadata.nope == 'x' && true",
    ],
)
def test_what_needs_something_that_is_missing_is_false(expression):
    assert evaluate(expression, facts()) is False
    assert evaluate(f"{expression} || true", facts()) is True


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("", "line 1, column 1: "),
        ("metadata.site ==", "line 1, column 17: "),
        ("priority > 1\n  && site == 'x'", "line 2, column 6: undeclared reference to 'site'"),
        ("priority", "comes to int, not to true or false"),
        ("'yes'", "comes to string, not to true or false"),
        ("priority == 'high'", "line 1, column 10: found no matching overload"),
        ("__import__('os').system('true')", "undeclared reference to '__import__'"),
        ("metadata.tags.map(t, t) == []", "undeclared reference to 'map'"),
        ("metadata.tags.filter(t, true) == []", "undeclared reference to 'filter'"),
        ("string(priority) == '50'", "undeclared reference to 'string'"),
        ("answers.exists(a, a == label)", "line 1, column 21: within all and exists one side of a comparison"),
        ("answers.exists(a, (a.w == 1) && (true && [a.x != a.y][0]))", "line 1, column 47: within all and exists"),
        ("answers.exists(a, a.x != a.y)", "one side of a comparison has to be a literal"),
        ("answers.exists(a, a.x == 'a' + a.y)", "one side of a comparison has to be a literal"),
        ("answers.exists(a, a.x in metadata.tags)", "in needs a list of literals"),
        ("answers.exists(a, a.x in ['a', a.y])", "in needs a list of literals"),
        ("answers.exists(a, a.x + 1 > 2)", "line 1, column 23: within all and exists there is no +"),
        ("answers.exists(a, a.x.matches('a'))", "there is no matches"),
        ("answers.exists(a, a.x.contains(metadata.site))", "contains needs a literal"),
        ("answers.exists(a, {'x': a}.x == 1)", "there is no {"),
        ("answers.all(a,\n [a].exists(b, b == a))", "line 2, column 18: within all and exists"),
        ("(" * 50 + "true" + ")" * 50, "recursion"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(expression, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        check(expression)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("metadata.site > 3", "No matching overloads"),
        ("metadata.site", "comes to string, not to true or false"),
        ("metadata.nothing", "comes to null"),
        ("metadata.pages / 0 == 1", "divide by zero"),
        ("int(metadata.site) == 1", "cannot convert"),
        ("metadata.tags['a'] == 1", "expected integer"),
    ],
)
def test_what_cannot_be_told_is_an_error(expression, complaint):
    check(expression)
    with pytest.raises(ValueError, match=complaint):
        evaluate(expression, facts())


@pytest.mark.parametrize(
    "expression",
    [
        "metadata.many.all(a, true)",
        "metadata.few.all(a, metadata.few.all(b, metadata.few.all(c, true)))",
        "metadata.few.all(a, metadata.long in ['b', 'c'] || true) && metadata.many.all(a, true)",
        "metadata.many.all(a, " + " || ".join(["metadata.long.contains('aaaab')"] * 40) + " || true)",
    ],
)
def test_no_expression_goes_on_for_long(expression):
    given_facts = facts(metadata={"many": [0] * 200_000, "few": [0] * 5000, "long": "a" * 50_000})
    check(expression)
    with pytest.raises(ValueError, match="budget"):
        evaluate(expression, given_facts)


def test_long_texts_and_deep_values_are_cut():
    deep = {}
    for _ in range(500):
        deep = {"x": deep}
    given_facts = facts(metadata={"long": "a" * 5000, "deep": deep, "odd": "\ud800", "large": 2**70, "\ud800": 1})
    assert evaluate("size(metadata.long) == 1024", given_facts)
    assert evaluate("has(metadata.deep" + ".x" * 20 + ")", given_facts)
    assert str(given_facts["metadata"]["deep"]).count("{") == 62
    assert evaluate("metadata.odd == '?' && metadata.large > 1e20", given_facts)


def outcome(expression, given_facts):
    try:
        return evaluate(expression, given_facts)
    except ValueError as error:
        return str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["a", "b"]), JSON))
def test_whatever_the_metadata_an_answer_or_an_error_comes_of_it(metadata):
    for expression in ("metadata.a == metadata.b", "metadata.a.b > 3", "metadata.a.exists(x, x == 1)", "metadata.a"):
        assert outcome(expression, facts(metadata=metadata)) != ""


def test_the_example_of_the_page_for_users_can_be_used():
    page = (Path(__file__).parents[3] / "docs" / "conditions.md").read_text(encoding="utf-8")
    example = ConditionRouter.model_validate_json(page.partition("```json")[2].partition("```")[0])
    for condition in example.conditions:
        check(condition.when)
    assert {condition.then for condition in example.conditions} | {example.otherwise} == set(example.pathways)
    assert all(f"`{name}`" in page for name in Facts.__annotations__)
