"""The grammar of HumanLoopActivationConditions."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import activation_conditions as conditions
from schemas.activation_conditions import REKOGNITION, TEXTRACT, And, Condition, Or, parse
from schemas.errors import BadRequest

SAMPLING = {"ConditionType": "Sampling", "ConditionParameters": {"RandomSamplingPercentage": 5}}
confidences = st.floats(0, 100) | st.integers(0, 100)
texts = st.text(min_size=1, max_size=8)


def compared(prefix: str) -> st.SearchStrategy[dict[str, Any]]:
    names = [prefix + comparison for comparison in conditions.COMPARISONS]
    return st.dictionaries(st.sampled_from(names), confidences, max_size=3)


def condition(kind: str, parameters: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return parameters.map(lambda given: {"ConditionType": kind, "ConditionParameters": given})


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


form_key = merged(
    st.fixed_dictionaries({"ImportantFormKey": texts}),
    st.just({}) | st.fixed_dictionaries({"ImportantFormKeyAliases": st.lists(texts, max_size=3)}),
)
sampling = condition("Sampling", st.fixed_dictionaries({"RandomSamplingPercentage": st.floats(0.01, 100)}))
checks = {
    TEXTRACT: sampling
    | condition("MissingImportantFormKey", form_key)
    | condition(
        "ImportantFormKeyConfidenceCheck",
        merged(form_key, compared("KeyValueBlockConfidence"), compared("WordBlockConfidence")),
    ),
    REKOGNITION: sampling
    | condition(
        "ModerationLabelConfidenceCheck",
        merged(st.fixed_dictionaries({"ModerationLabelName": texts}), compared("Confidence")),
    ),
}


def operator(members: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    pairs = st.tuples(st.sampled_from(["And", "Or"]), st.lists(members, min_size=2, max_size=3))
    return pairs.map(lambda pair: {pair[0]: pair[1]})


def document(source: str) -> st.SearchStrategy[dict[str, Any]]:
    one = checks[source]
    two = one | operator(one)
    return st.lists(two | operator(two), min_size=1, max_size=3).map(lambda members: {"Conditions": members})


def written(parsed: Condition) -> dict[str, Any]:
    """The wire's form of a parsed condition."""
    match parsed:
        case And(members):
            return {"And": [written(member) for member in members]}
        case Or(members):
            return {"Or": [written(member) for member in members]}
        case conditions.Sampling(percentage):
            parameters: dict[str, Any] = {"RandomSamplingPercentage": percentage}
        case conditions.MissingImportantFormKey(key, aliases):
            parameters = {"ImportantFormKey": key, "ImportantFormKeyAliases": list(aliases)}
        case conditions.ModerationLabelConfidenceCheck(label, confidence):
            parameters = {"ModerationLabelName": label, **{f"Confidence{c}": v for c, v in confidence.items()}}
        case conditions.ImportantFormKeyConfidenceCheck(key, aliases, pair, word):
            parameters = {
                "ImportantFormKey": key,
                "ImportantFormKeyAliases": list(aliases),
                **{f"KeyValueBlockConfidence{c}": v for c, v in pair.items()},
                **{f"WordBlockConfidence{c}": v for c, v in word.items()},
            }
    return {"ConditionType": type(parsed).__name__, "ConditionParameters": parameters}


def with_aliases(value: Any) -> Any:
    """The document with every default written out."""
    if isinstance(value, list):
        return [with_aliases(item) for item in value]
    if not isinstance(value, dict):
        return value
    given = {name: with_aliases(item) for name, item in value.items()}
    return (
        {**given, "ImportantFormKeyAliases": given.get("ImportantFormKeyAliases", [])}
        if "ImportantFormKey" in given
        else given
    )


@given(st.sampled_from([TEXTRACT, REKOGNITION]).flatmap(lambda source: st.tuples(st.just(source), document(source))))
def test_nothing_of_a_good_document_is_lost(case: tuple[str, dict[str, Any]]) -> None:
    source, given_document = case
    parsed = parse(json.dumps(given_document), source)
    assert [written(item) for item in parsed] == with_aliases(given_document)["Conditions"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_other_json_is_refused_with_its_member(value: Any) -> None:
    with pytest.raises(BadRequest) as caught:
        parse(json.dumps(value), TEXTRACT)
    assert caught.value.errors[0].field.startswith(conditions.MEMBER)


@given(st.text())
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        parse(text, REKOGNITION)


@given(confidences.filter(lambda value: value > 0.001), st.sampled_from([-1, 1]))
def test_numbers_beyond_their_range_are_refused(value: float, sign: int) -> None:
    outside = sign * (100 + value)
    parameters = {"ModerationLabelName": "*", "ConfidenceEquals": outside}
    with pytest.raises(BadRequest):
        parse(
            json.dumps(
                {"Conditions": [{"ConditionType": "ModerationLabelConfidenceCheck", "ConditionParameters": parameters}]}
            ),
            REKOGNITION,
        )


def refusal(document_or_text: Any, source: str | None = TEXTRACT) -> str:
    text = document_or_text if isinstance(document_or_text, str) else json.dumps(document_or_text)
    with pytest.raises(BadRequest) as caught:
        parse(text, source)
    return caught.value.message


@pytest.mark.parametrize(
    ("root", "place"),
    [
        ({}, "at Conditions:"),
        ({"Conditions": []}, "at Conditions:"),
        ({"Conditions": [SAMPLING], "More": 1}, "More"),
        ({"Conditions": [{"And": [SAMPLING]}]}, "Conditions[0].And"),
        ({"Conditions": [{"And": [SAMPLING] * 2, "Or": [SAMPLING] * 2}]}, "Conditions[0]"),
        ({"Conditions": [{**SAMPLING, "Or": [SAMPLING] * 2}]}, "Conditions[0]"),
        ({"Conditions": [SAMPLING, {"ConditionType": "Sampling"}]}, "Conditions[1].ConditionParameters"),
        ({"Conditions": [{"ConditionType": "sampling", "ConditionParameters": {}}]}, "Conditions[0].ConditionType"),
    ],
)
def test_the_place_is_named(root: dict[str, Any], place: str) -> None:
    assert place in refusal(root)


@pytest.mark.parametrize("percentage", [0, 0.009, 100.1, "5", True, None, float("nan"), float("inf")])
def test_sampling_is_a_percentage(percentage: object) -> None:
    sample = {"ConditionType": "Sampling", "ConditionParameters": {"RandomSamplingPercentage": percentage}}
    assert conditions.MEMBER in refusal({"Conditions": [sample]})


def test_three_levels_are_refused() -> None:
    inner: dict[str, Any] = SAMPLING
    for level in range(3):
        inner = {"And" if level % 2 else "Or": [SAMPLING, inner]}
        if level < 2:
            assert parse(json.dumps({"Conditions": [inner]}), TEXTRACT)
    assert "2 levels" in refusal({"Conditions": [inner]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"Conditions":\n [}', "line 2, column 3"),
        ("", "line 1, column 1"),
        ('{"Conditions": [], "Conditions": []}', "twice"),
        ("[" * 5000, "nested too deeply"),
    ],
)
def test_text_that_is_not_json_is_refused_with_its_position(text: str, words: str) -> None:
    assert words in refusal(text)


def test_conditions_need_a_request_source() -> None:
    assert "HumanLoopRequestSource" in refusal({"Conditions": [SAMPLING]}, None)
