"""Every constraint of the service models is enforced: what the models say is broken member by member."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.aws import Operation, compile_pattern, operations, read_timestamp
from schemas.errors import BadRequest

CONTROL = (
    "CreateFlowDefinition",
    "ListFlowDefinitions",
    "CreateHumanTaskUi",
    "RenderUiTemplate",
    "CreateWorkteam",
    "UpdateWorkteam",
    "ListWorkteams",
    "CreateWorkforce",
    "UpdateWorkforce",
    "AddTags",
    "ListTags",
    "DeleteTags",
)
A2I = ("StartHumanLoop", "DescribeHumanLoop", "ListHumanLoops", "StopHumanLoop", "DeleteHumanLoop")

SAMPLES = {
    "FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:000000000000:flow-definition/a",
    "HumanTaskUiArn": "arn:aws:sagemaker:us-east-1:000000000000:human-task-ui/a",
    "WorkteamArn": "arn:aws:sagemaker:us-east-1:000000000000:workteam/a",
    "ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:workteam/a",
    "NotificationTopicArn": "arn:aws:sns:us-east-1:000000000000:a",
    "RoleArn": "arn:aws:iam::000000000000:role/a",
    "S3Uri": "s3://bucket/key",
    "CognitoUserPool": "us_1",
    "OidcEndpoint": "https://a",
    "Cidr": "10.0.0.0/8",
    "WorkforceVpcId": "vpc-1",
    "WorkforceSecurityGroupId": "sg-1",
    "WorkforceSubnetId": "subnet-1",
}

WRONG_TYPES: dict[str, list[Any]] = {
    "string": [5, True, [], {}],
    "integer": ["5", 1.5, True, [], 2**31],
    "list": ["a", {}, 5],
    "map": ["a", [], 5],
    "structure": ["a", [], 5],
    "timestamp": ["soon", [], True, 1e300],
}


def sample(shape: Any) -> Any:
    """A value that satisfies a shape."""
    limits = shape.metadata
    match shape.type_name:
        case "structure":
            return {name: sample(member) for name, member in shape.members.items()}
        case "list":
            return [sample(shape.member)] * max(1, limits.get("min", 0))
        case "map":
            return {"a": sample(shape.value)}
        case "integer":
            return limits.get("min", 1)
        case "timestamp":
            return 1_700_000_000
        case _:
            return limits["enum"][0] if "enum" in limits else SAMPLES.get(shape.name, "a1"[: limits.get("max", 2)])


def places(shape: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place in a shape's sample, with the shape that stands there."""
    if path:
        yield path, shape
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from places(member, (*path, name))
    elif shape.type_name == "list":
        yield from places(shape.member, (*path, 0))
    elif shape.type_name == "map":
        yield from places(shape.value, (*path, "a"))


def broken(shape: Any) -> Iterator[Any]:
    """Values that break one constraint of a shape each."""
    yield from WRONG_TYPES[shape.type_name]
    limits = shape.metadata
    if shape.type_name == "string":
        yield "a\0"
        if "enum" in limits:
            yield "None of them"
        if limits.get("min", 0) > 0:
            yield ""
        if "max" in limits:
            yield "a" * (limits["max"] + 1)
        if "pattern" in limits:
            yield from (text for text in ("", "\n", "é\n", "-", "#") if not fits(limits, text))
    elif shape.type_name == "integer":
        yield from ([limits["min"] - 1] if "min" in limits else [])
        yield from ([limits["max"] + 1] if "max" in limits else [])
    elif shape.type_name in ("list", "map"):
        for size in ({limits["min"] - 1} if limits.get("min") else set()) | (
            {limits["max"] + 1} if "max" in limits else set()
        ):
            item = sample(shape.member if shape.type_name == "list" else shape.value)
            yield [item] * size if shape.type_name == "list" else {f"a{n}": item for n in range(size)}


def fits(limits: dict[str, Any], text: str) -> bool:
    # \p{...} matches none of the tried texts but a letter, a symbol, a mark or a number.
    pattern = re.sub(r"\\p\{\w\}", "a", limits["pattern"])
    return re.fullmatch(pattern, text) is not None or (r"\p{" in limits["pattern"] and text in ("-", "#"))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def models() -> list[tuple[Operation, Any]]:
    session = Session()
    found: list[tuple[Operation, Any]] = []
    for service, names in (("sagemaker", CONTROL), ("sagemaker-a2i-runtime", A2I)):
        model = session.get_service_model(service)
        found += [(operations(service, names)[name], model.operation_model(name).input_shape) for name in names]
    return found


MODELS = models()


@pytest.mark.parametrize(("operation", "shape"), MODELS, ids=lambda value: getattr(value, "name", ""))
def test_every_constraint_of_every_member_is_enforced(operation: Operation, shape: Any) -> None:
    good = sample(shape)
    operation.read(good)
    for path, member in places(shape):
        for value in broken(member):
            with pytest.raises(BadRequest) as caught:
                operation.read(replaced(good, path, value))
            fields = [item.field for item in caught.value.errors]
            name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]
            assert any(field.startswith(name) for field in fields), (name, value, fields)


@pytest.mark.parametrize(("operation", "shape"), MODELS, ids=lambda value: getattr(value, "name", ""))
def test_every_required_member_is_required(operation: Operation, shape: Any) -> None:
    good = sample(shape)
    structures = [((), shape), *((path, member) for path, member in places(shape) if member.type_name == "structure")]
    for path, member in structures:
        for name in member.metadata.get("required", ()):
            for absent in (None, ...):
                given_value = replaced(good, (*path, name), None)
                if absent is ...:
                    given_value = without(given_value, (*path, name))
                with pytest.raises(BadRequest, match=f"{name}: is required"):
                    operation.read(given_value)


def without(value: Any, path: tuple[Any, ...]) -> Any:
    if len(path) == 1:
        return {name: item for name, item in value.items() if name != path[0]}
    return replaced(value, path[:1], without(value[path[0]], path[1:]))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Tags", "Key", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MODELS), st.data())
def test_no_value_in_any_place_is_an_error_of_ours(model: tuple[Operation, Any], data: st.DataObject) -> None:
    operation, shape = model
    path, _ = data.draw(st.sampled_from(list(places(shape))))
    try:
        operation.read(replaced(sample(shape), path, data.draw(json_values)))
    except BadRequest as error:
        assert error.errors  # noqa: PT017 - most values are refused, some are good


def test_unknown_and_null_members_are_dropped() -> None:
    operation = operations("sagemaker", CONTROL)["UpdateWorkteam"]
    given_value = {"WorkteamName": "a", "Description": None, "Other": 1, "WorkerAccessConfiguration": {"Other": 1}}
    assert operation.read(given_value) == {"WorkteamName": "a", "WorkerAccessConfiguration": {}}


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{N}_]+", "äß٣字", "a b"),
        (r"\p{L}+", "é", "1"),
        (r".+", "a\tb", "a\u2028b"),
        (r"[.]+", "..", "a"),
        (r"\d+\.x", "12.x", "\u0663.x"),
        (r"[\S\s]+", "a\nb", ""),
    ],
)
def test_java_patterns_mean_the_same(pattern: str, good: str, bad: str) -> None:
    assert compile_pattern(pattern).fullmatch(good)
    assert not compile_pattern(pattern).fullmatch(bad)


def test_times_are_read_in_both_forms() -> None:
    expected = datetime(2020, 2, 24, 1, 2, 3, tzinfo=UTC)
    for value in (
        1_582_506_123,
        1_582_506_123.0,
        "2020-02-24T01:02:03Z",
        "2020-02-24T02:02:03+01:00",
        "2020-02-24T01:02:03",
    ):
        assert read_timestamp(value) == expected
    assert read_timestamp("2020-02-24") == datetime(2020, 2, 24, tzinfo=UTC)
    assert read_timestamp(float("nan")) is None
