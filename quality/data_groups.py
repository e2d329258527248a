"""Reads a data group as it was given, and names everything that is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar, cast

from schemas.data_groups import (
    CAROUSEL,
    DIRECTIONS,
    FILE_TYPES,
    FRAME_RATES,
    MOST_FILES,
    MOST_KEY_CHARACTERS,
    MOST_TITLE_CHARACTERS,
    SIDES,
    SPLIT,
    Content,
    DataGroup,
    Direction,
    FileType,
    Layout,
    Side,
    Split,
    TileSettings,
    Unit,
    UnitList,
)
from schemas.errors import MOST_TOLD, FieldError

Word = TypeVar("Word", bound=str)
UriProblem = Callable[[str], str | None]

_SPLIT_MEMBERS = ("direction", "first", "second", "splitPercentage")
_LIST_MEMBERS = ("type", "keys", "carousel_position", "carousel_size")
_NOWHERE = Unit("")


def data_group_of(task_input: object, uri_problem: UriProblem) -> tuple[DataGroup | None, list[FieldError]]:
    """The data group of a task's input, or None and what is wrong, up to 100 problems, each with the field it is in.

    `uri_problem` says why a file's address cannot be shown, None where it can.
    """
    members = cast("dict[str, object]", task_input) if isinstance(task_input, dict) else {}
    if "data_group" not in members:
        return None, [FieldError("data_group", "give the group: {layout, contents, settings}")]
    reader = _Reader(uri_problem)
    try:
        group = reader.group(members["data_group"])
    except _EnoughProblemsError:
        group = None
    return (group, []) if not reader.problems else (None, reader.problems)


class _EnoughProblemsError(Exception):
    """A layout of megabytes can be wrong in every place: nobody reads on."""


class _Reader:
    def __init__(self, uri_problem: UriProblem) -> None:
        self.problems: list[FieldError] = []
        self._uri_problem = uri_problem
        self._places: dict[str, str] = {}

    def group(self, value: object) -> DataGroup | None:
        given = self._object(value, "data_group", ("layout", "contents", "settings", "timeline"))
        if not isinstance(value, dict):
            return None
        contents = self._contents(given.get("contents"))
        before = len(self.problems)
        layout = self._layout(given.get("layout"), "data_group.layout", contents, depth=0)
        timeline = self._timeline(given.get("timeline", []), contents)
        if len(self.problems) == before:
            # What is wrong in the layout would be told twice.
            self._require_places(contents, timeline)
        fixed, tiles = self._settings(given.get("settings", {}), contents)
        group = DataGroup(layout, contents, timeline, tiles, fixed)
        if not self.problems and not group.answered:
            self._say("data_group.settings.tile_settings", "every tile is read-only: nothing could be answered")
        return group

    def _require_places(self, contents: Iterable[str], timeline: Collection[str]) -> None:
        for key in contents:
            if key not in self._places and key not in timeline:
                self._say(f"data_group.contents.{key}", "has no place in the layout, and is not on the timeline")

    def _contents(self, value: object) -> dict[str, Content]:
        field = "data_group.contents"
        if not isinstance(value, dict) or not value:
            self._say(field, "give the files: {key: {uri, type}}")
            return {}
        given = cast("dict[str, object]", value)
        if len(given) > MOST_FILES:
            self._say(field, f"has {len(given)} files, at most {MOST_FILES} are taken")
            given = {}
        return {key: self._content(content, key, f"{field}.{key}") for key, content in given.items()}

    def _content(self, value: object, key: str, field: str) -> Content:
        self._name(key, field, MOST_KEY_CHARACTERS)
        given = self._object(value, field, ("uri", "type", "fps"))
        kind: FileType = self._word(given.get("type"), f"{field}.type", FILE_TYPES)
        fps = None
        if "fps" in given:
            fps = self._number(given["fps"], f"{field}.fps", FRAME_RATES)
            if kind != "video":
                self._say(f"{field}.fps", "only a video has frames")
        return Content(self._uri(given.get("uri"), f"{field}.uri"), kind, fps)

    def _uri(self, value: object, field: str) -> str:
        if not isinstance(value, str) or not value:
            self._say(field, "give the file's address in S3: s3://bucket/key")
            return ""
        problem = "begins or ends with a space" if value != value.strip() else self._uri_problem(value)
        if problem is not None:
            self._say(field, problem)
        return value

    def _layout(self, value: object, field: str, contents: Mapping[str, Content], depth: int) -> Layout:
        members = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        kind = members.get("type")
        if depth > MOST_FILES:
            self._say(field, f"is nested more than {MOST_FILES} times")
        elif kind == "data_unit":
            given = self._object(members, field, ("type", "key"))
            return Unit(self._place(given.get("key"), f"{field}.key", contents))
        elif kind == "data_unit_list":
            return self._list(members, field, contents)
        elif kind is None and "direction" in members:
            return self._split(members, field, contents, depth)
        else:
            self._say(field, "must be {direction, first, second, splitPercentage} or {type: data_unit, key}")
        return _NOWHERE

    def _split(self, value: object, field: str, contents: Mapping[str, Content], depth: int) -> Layout:
        given = self._object(value, field, _SPLIT_MEMBERS)
        direction: Direction = self._word(given.get("direction"), f"{field}.direction", DIRECTIONS)
        percentage = self._number(given.get("splitPercentage", 50), f"{field}.splitPercentage", SPLIT)
        first = self._layout(given.get("first"), f"{field}.first", contents, depth + 1)
        second = self._layout(given.get("second"), f"{field}.second", contents, depth + 1)
        return Split(direction, first, second, percentage)

    def _list(self, value: object, field: str, contents: Mapping[str, Content]) -> Layout:
        given = self._object(value, field, _LIST_MEMBERS)
        side: Side = self._word(given.get("carousel_position", "bottom"), f"{field}.carousel_position", SIDES)
        size = self._number(given.get("carousel_size", 20), f"{field}.carousel_size", CAROUSEL)
        keys = self._array(given.get("keys"), f"{field}.keys")
        if not keys:
            self._say(f"{field}.keys", "give at least one key")
        placed = [self._place(key, f"{field}.keys.{number}", contents) for number, key in enumerate(keys)]
        return UnitList(tuple(placed), side, size)

    def _place(self, key: object, field: str, contents: Mapping[str, Content]) -> str:
        known = self._known(key, field, contents)
        if known is None:
            return ""
        if known in self._places:
            self._say(field, f"{known} has a place already: {self._places[known]}")
        self._places.setdefault(known, field)
        return known

    def _known(self, key: object, field: str, contents: Collection[str]) -> str | None:
        if not isinstance(key, str) or not key:
            self._say(field, "give the key of a file of contents")
        elif contents and key not in contents:
            self._say(field, f"there is no file {key!r} in contents{_meant(key, contents)}")
        else:
            return key
        return None

    def _timeline(self, value: object, contents: Mapping[str, Content]) -> tuple[str, ...]:
        field = "data_group.timeline"
        keys: list[str] = []
        for number, key in enumerate(self._array(value, field)):
            known = self._known(key, f"{field}.{number}", contents)
            if known in keys:
                self._say(f"{field}.{number}", f"{known} is on the timeline already")
            elif known is not None:
                keys.append(known)
        return tuple(keys)

    def _settings(self, value: object, contents: Mapping[str, Content]) -> tuple[bool, dict[str, TileSettings]]:
        field = "data_group.settings"
        given = self._object(value, field, ("tile_settings", "fixed_layout"))
        fixed = self._flag(given.get("fixed_layout", False), f"{field}.fixed_layout")
        tiles: dict[str, TileSettings] = {}
        for key, settings in self._members(given.get("tile_settings", {}), f"{field}.tile_settings").items():
            place = f"{field}.tile_settings.{key}"
            if self._known(key, place, contents) is not None:
                tiles[key] = self._tile(settings, place)
        return fixed, tiles

    def _tile(self, value: object, field: str) -> TileSettings:
        given = self._object(value, field, ("title", "is_read_only"))
        title = self._name(given["title"], f"{field}.title", MOST_TITLE_CHARACTERS) if "title" in given else None
        return TileSettings(title, self._flag(given.get("is_read_only", False), f"{field}.is_read_only"))

    def _object(self, value: object, field: str, members: Iterable[str]) -> dict[str, object]:
        given = self._members(value, field)
        for name in given:
            if name not in members:
                self._say(f"{field}.{name}", f"is unknown here: {', '.join(members)}")
        return given

    def _members(self, value: object, field: str) -> dict[str, object]:
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self._say(field, "must be an object")
        return {}

    def _array(self, value: object, field: str) -> list[object]:
        if isinstance(value, list):
            return cast("list[object]", value)
        self._say(field, "must be a list of keys")
        return []

    def _name(self, value: object, field: str, most: int) -> str:
        if not isinstance(value, str) or not value.strip():
            self._say(field, "must be a text that is not blank")
            return ""
        if value != value.strip():
            self._say(field, "begins or ends with a space")
        elif len(value) > most or any(character < " " or character == "\x7f" for character in value):
            self._say(field, f"must be one line of at most {most} characters")
        return value

    def _word(self, value: object, field: str, words: tuple[Word, ...]) -> Word:
        found = next((word for word in words if word == value), None)
        if found is None:
            self._say(field, f"must be one of {', '.join(words)}{_not_this(value)}")
        return found or words[0]

    def _number(self, value: object, field: str, limits: tuple[float, float]) -> float:
        least, most = limits
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self._say(field, f"must be a number from {least} to {most}{_not_this(value)}")
            return least
        return value

    def _flag(self, value: object, field: str) -> bool:
        if not isinstance(value, bool):
            self._say(field, "must be true or false")
        return value is True

    def _say(self, field: str, message: str) -> None:
        self.problems.append(FieldError(field, message))
        if len(self.problems) == MOST_TOLD:
            raise _EnoughProblemsError


def _not_this(value: Any) -> str:
    return f", not {value!r}" if isinstance(value, str | int | float) and len(repr(value)) <= 60 else ""


def _meant(key: str, known: Collection[str]) -> str:
    """A hint where only spaces or capitals differ."""
    near = next((other for other in known if other.strip().casefold() == key.strip().casefold()), None)
    return f": there is {near!r}" if near is not None else ""
