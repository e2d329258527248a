"""Operations of the AWS wire: every constraint of botocore's service models, compiled once into plain functions.

botocore checks little before it sends (required members, types, minima), so the server checks all: types, required
members, lengths, ranges, enums, list sizes and patterns, which have to match the whole value.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any, cast

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from schemas.errors import BadRequest, FieldError

# Reads one value: returns it without unknown and null members, or adds what is wrong to the list.
Reader = Callable[[Any, str, list[FieldError]], Any]

MAX_PROBLEMS = 20
_INT32 = 2**31 - 1
_LONG = 2**63 - 1


@dataclass(frozen=True)
class Operation:
    """One operation of a service model: its input reader, and the codes of the errors that it may answer with."""

    name: str
    errors: frozenset[str]
    _read: Reader

    def read(self, payload: object) -> dict[str, Any]:
        """The input without unknown and null members; timestamps are aware datetimes.

        Raises BadRequest that names each member that breaks a constraint of the model.
        """
        problems: list[FieldError] = []
        value = self._read(payload, "", problems)
        refuse(problems)
        return value


def refuse(problems: list[FieldError]) -> None:
    """Raises BadRequest with all that is wrong, each with the path of its member; nothing where the list is empty."""
    if problems:
        shown = problems[:MAX_PROBLEMS]
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        detail = "; ".join(f"{item.field}: {item.message}" for item in shown)
        raise BadRequest(f"{count}: {detail}", errors=tuple(shown))


def wrong_member(member: str, message: str) -> BadRequest:
    """The error for one member that is wrong for a reason that no service model knows."""
    return BadRequest(f"1 validation error detected: {member}: {message}", errors=(FieldError(member, message),))


@cache
def operations(service: str, names: tuple[str, ...]) -> Mapping[str, Operation]:
    """These operations of a service of botocore's (`sagemaker`, `sagemaker-a2i-runtime`), by name."""
    document = cast("dict[str, Any]", Loader().load_service_model(service, "service-2"))  # pyright: ignore[reportUnknownMemberType]
    model = ServiceModel(document, service)
    return {name: _operation(model, name) for name in names}


def _operation(model: ServiceModel, name: str) -> Operation:
    described = model.operation_model(name)
    read = _reader(described.input_shape) if described.input_shape else _read_nothing
    return Operation(name, frozenset(shape.name for shape in described.error_shapes), read)


def _read_nothing(value: Any, path: str, problems: list[FieldError]) -> dict[str, Any]:
    return {}


def _reader(shape: Shape) -> Reader:
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        return _list(shape)
    if isinstance(shape, MapShape):
        return _map(shape)
    limits = _metadata(shape)
    match shape.type_name:
        case "string":
            return _string(limits)
        case "integer":
            return _number(limits, _INT32)
        case "long":
            return _number(limits, _LONG)
        case "boolean":
            return _boolean
        case "timestamp":
            return _timestamp
        case other:
            raise NotImplementedError(f"no reader for members of type {other}")


def _metadata(shape: Shape) -> dict[str, Any]:
    return shape.metadata


def _structure(shape: StructureShape) -> Reader:
    members = {name: _reader(member) for name, member in shape.members.items()}
    required: tuple[str, ...] = tuple(_metadata(shape).get("required", ()))

    def read(value: Any, path: str, problems: list[FieldError]) -> dict[str, Any]:
        if not isinstance(value, dict):
            problems.append(FieldError(path or "the request", "has to be a JSON object"))
            return {}
        given = cast("dict[str, Any]", value)
        prefix = f"{path}." if path else ""
        problems += [FieldError(prefix + name, "is required") for name in required if given.get(name) is None]
        return {
            name: reader(given[name], prefix + name, problems)
            for name, reader in members.items()
            if given.get(name) is not None
        }

    return read


def _list(shape: ListShape) -> Reader:
    item = _reader(shape.member)
    check_size = _size(_metadata(shape), "items")

    def read(value: Any, path: str, problems: list[FieldError]) -> list[Any]:
        if not isinstance(value, list):
            problems.append(FieldError(path, "has to be a list"))
            return []
        items = cast("list[Any]", value)
        if not check_size(len(items), path, problems):
            return []
        return [item(entry, f"{path}[{index}]", problems) for index, entry in enumerate(items)]

    return read


def _map(shape: MapShape) -> Reader:
    key, entry = _reader(shape.key), _reader(shape.value)
    check_size = _size(_metadata(shape), "entries")

    def read(value: Any, path: str, problems: list[FieldError]) -> dict[str, Any]:
        if not isinstance(value, dict):
            problems.append(FieldError(path, "has to be a JSON object"))
            return {}
        entries = cast("dict[str, Any]", value)
        if not check_size(len(entries), path, problems):
            return {}
        return {
            key(name, f"{path} key", problems): entry(item, f"{path}.{name}", problems)
            for name, item in entries.items()
        }

    return read


def _string(limits: dict[str, Any]) -> Reader:
    check_size = _size(limits, "characters")
    choices: tuple[str, ...] = tuple(limits.get("enum", ()))
    pattern: str | None = limits.get("pattern")
    matches = compile_pattern(pattern).fullmatch if pattern else None

    def read(value: Any, path: str, problems: list[FieldError]) -> str:
        if not isinstance(value, str):
            problems.append(FieldError(path, "has to be a string"))
        elif "\0" in value:
            problems.append(FieldError(path, "must not hold the character U+0000"))
        elif choices and value not in choices:
            problems.append(FieldError(path, f"has to be one of {', '.join(choices)}"))
        elif check_size(len(value), path, problems) and matches and not matches(value):
            problems.append(FieldError(path, f"has to match the regular expression {pattern}"))
        return value

    return read


def _number(limits: dict[str, Any], largest: int) -> Reader:
    low, high = limits.get("min", -largest - 1), limits.get("max", largest)

    def read(value: Any, path: str, problems: list[FieldError]) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.append(FieldError(path, "has to be a whole number"))
        elif value < low:
            problems.append(FieldError(path, f"has to be at least {low}"))
        elif value > high:
            problems.append(FieldError(path, f"has to be at most {high}"))
        return value

    return read


def _boolean(value: Any, path: str, problems: list[FieldError]) -> bool:
    if not isinstance(value, bool):
        problems.append(FieldError(path, "has to be true or false"))
    return value


def _timestamp(value: Any, path: str, problems: list[FieldError]) -> datetime | None:
    moment = read_timestamp(value)
    if moment is None:
        problems.append(FieldError(path, "has to be a time: seconds since 1970, or ISO 8601 as 2020-02-24T01:02:03Z"))
    return moment


def read_timestamp(value: object) -> datetime | None:
    """Seconds since 1970 (JSON 1.1) or ISO 8601 text (query strings; without a zone it is UTC), else None."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC) if math.isfinite(value) else None
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _size(limits: dict[str, Any], of: str) -> Callable[[int, str, list[FieldError]], bool]:
    low, high = int(limits.get("min", 0)), limits.get("max")

    def check(size: int, path: str, problems: list[FieldError]) -> bool:
        if size < low:
            problems.append(FieldError(path, f"has to have at least {low} {of}, it has {size}"))
        elif high is not None and size > high:
            problems.append(FieldError(path, f"has to have at most {high} {of}, it has {size}"))
        else:
            return True
        return False

    return check


_PATTERN_PART = re.compile(r"\\p\{(\w)\}|\\.|\[\^?|\]|\.", re.DOTALL)
# What a dot does not match in the expressions of the service models, which are Java's.
_NOT_A_LINE_END = "[^\n\r\u0085\u2028\u2029]"


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""A Python expression for one of a service model, which is Java's: adds \p{X}; \w, \d and \s mean ASCII."""
    inside = False

    def translate(part: re.Match[str]) -> str:
        nonlocal inside
        text = part[0]
        if part[1]:
            return _category(part[1]) if inside else f"[{_category(part[1])}]"
        if text.startswith("[") and not inside:
            inside = True
        elif text == "]":
            inside = False
        elif text == "[":
            return r"\["
        elif text == "." and not inside:
            return _NOT_A_LINE_END
        return text

    return re.compile(_PATTERN_PART.sub(translate, pattern), re.ASCII)


def _category(letter: str) -> str:
    return _categories()[letter]


@cache
def _categories() -> dict[str, str]:
    classes: dict[str, list[str]] = {}
    for letter, run in groupby(range(0x110000), key=lambda point: unicodedata.category(chr(point))[0]):
        points = list(run)
        classes.setdefault(letter, []).append(f"\\U{points[0]:08x}-\\U{points[-1]:08x}")
    return {letter: "".join(runs) for letter, runs in classes.items()}
