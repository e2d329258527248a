"""What is wrong with a data group is named, each problem once; what is right is read as it was given."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_group_bodies import VIDEOS, group, layout, row
from quality.data_groups import data_group_of
from schemas.data_groups import Split, Unit, UnitList, keys_of

KEYS = [f"tile {number}" for number in range(8)]


def no_problem(uri: str) -> str | None:
    return None if uri.startswith("s3://loupe/") else "is in another bucket"


def problems(value: Any) -> dict[str, str]:
    found, errors = data_group_of({"data_group": value}, no_problem)
    assert (found is None) == bool(errors)
    fields = {error.field.removeprefix("data_group").removeprefix("."): error.message for error in errors}
    assert len(fields) == len(errors), errors
    return fields


def changed(*path: str | int, to: Any = ...) -> dict[str, Any]:
    """The group with one member changed, or removed."""
    value = copy.deepcopy(group())
    *way, last = path
    holder: Any = value
    for step in way:
        holder = holder[step]
    if to is ...:
        del holder[last]
    else:
        holder[last] = to
    return value


def test_the_group_of_one_text_and_four_videos_is_read_as_it_was_given():
    found, errors = data_group_of({"data_group": group(), "note": "anything"}, no_problem)
    assert errors == []
    assert found is not None
    assert found.keys == ("instructions", *VIDEOS)
    assert found.answered == VIDEOS
    assert isinstance(found.layout, Split)
    assert (found.layout.direction, found.layout.percentage, found.layout.first) == ("column", 20, Unit("instructions"))
    assert found.contents["top-left"].type == "video"


FIRST = ("layout", "second", "first", "first")


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, {""}),
        ([], {""}),
        (changed("layout"), {"layout"}),
        (changed("contents"), {"contents"}),
        (group(contents={}), {"contents"}),
        (group(pages=1), {"pages"}),
        (changed(*FIRST, "key", to="top-lft"), {"layout.second.first.first.key"}),
        (changed(*FIRST, "key", to=7), {"layout.second.first.first.key"}),
        (changed(*FIRST, to="top-left"), {"layout.second.first.first"}),
        (changed(*FIRST, "colour", to="red"), {"layout.second.first.first.colour"}),
        (changed(*FIRST, "key", to="top-right"), {"layout.second.first.second.key"}),
        (changed("layout", "splitPercentage", to=4.9), {"layout.splitPercentage"}),
        (changed("layout", "splitPercentage", to=96), {"layout.splitPercentage"}),
        (changed("layout", "splitPercentage", to=True), {"layout.splitPercentage"}),
        (changed("layout", "splitPercentage", to="50"), {"layout.splitPercentage"}),
        (changed("layout", "direction", to="diagonal"), {"layout.direction"}),
        (changed("layout", "second"), {"layout.second"}),
        (changed("layout", to={"type": "data_unit", "key": "top-left"}), {
            "contents.instructions", "contents.top-right", "contents.bottom-left", "contents.bottom-right",
        }),
        (changed("contents", "top-left", "type", to="film"), {"contents.top-left.type"}),
        (changed("contents", "top-left", "uri", to="s3://loupe/a.mp4 "), {"contents.top-left.uri"}),
        (changed("contents", "top-left", "uri", to="s3://other/a.mp4"), {"contents.top-left.uri"}),
        (changed("contents", "top-left", "uri"), {"contents.top-left.uri"}),
        (changed("contents", "top-left", "uri", to=5), {"contents.top-left.uri"}),
        (changed("contents", "top-left", "fps", to=0), {"contents.top-left.fps"}),
        (changed("contents", "instructions", "fps", to=25), {"contents.instructions.fps"}),
        (changed("contents", "extra", to={"uri": "s3://loupe/x", "type": "pdf"}), {"contents.extra"}),
        (changed("settings", "tile_settings", "instruction", to={}), {"settings.tile_settings.instruction"}),
        (changed("settings", "tile_settings", "instructions", "is_read_only", to="yes"), {
            "settings.tile_settings.instructions.is_read_only",
        }),
        (changed("settings", "tile_settings", "instructions", "title", to=" Events"), {
            "settings.tile_settings.instructions.title",
        }),
        (changed("settings", "tile_settings", to={key: {"is_read_only": True} for key in ("instructions", *VIDEOS)}), {
            "settings.tile_settings",
        }),
        (changed("settings", "colours", to={}), {"settings.colours"}),
        (group(timeline="top-left"), {"timeline"}),
        (group(timeline=["top-left", "top-left", "nowhere"]), {"timeline.1", "timeline.2"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(value, fields):
    assert set(problems(value)) == fields


def test_a_key_that_differs_by_a_space_is_told_apart():
    contents = group()["contents"]
    contents["top-left "] = contents.pop("top-left")
    found = problems(group(contents=contents))
    assert "there is 'top-left '" in found["layout.second.first.first.key"]
    assert found["contents.top-left "] == "begins or ends with a space"


def test_more_than_fifty_files_are_refused():
    contents = {str(number): {"uri": f"s3://loupe/{number}", "type": "image"} for number in range(51)}
    units = {"type": "data_unit_list", "keys": list(contents), "carousel_position": "left", "carousel_size": 10}
    assert set(problems({"layout": units, "contents": contents})) == {"contents"}
    del contents["50"]
    units["keys"] = list(contents)
    assert problems({"layout": units, "contents": contents}) == {}


def test_what_is_nested_without_end_is_refused():
    deep: dict[str, Any] = {"type": "data_unit", "key": "instructions"}
    for _ in range(180):
        deep = {"direction": "row", "first": deep, "second": {"type": "data_unit", "key": "top-left"}}
    assert any("nested more than" in message for message in problems(group(layout=deep)).values())


def test_a_file_may_stand_on_the_timeline_instead_of_the_layout():
    value = group(layout=row(*VIDEOS[:2]), timeline=["instructions", *VIDEOS[2:]])
    found, errors = data_group_of({"data_group": value}, no_problem)
    assert errors == []
    assert found is not None
    assert found.keys == (*VIDEOS[:2], "instructions", *VIDEOS[2:])


@st.composite
def layouts(draw: st.DrawFn, keys: list[str]) -> dict[str, Any]:
    """A layout of these keys, each in its place once."""
    if len(keys) == 1 and draw(st.booleans()):
        return {"type": "data_unit", "key": keys[0]}
    if len(keys) == 1 or draw(st.integers(0, 4)) == 0:
        sides = st.sampled_from(["left", "right", "top", "bottom"])
        size = draw(st.integers(10, 70))
        return {"type": "data_unit_list", "keys": keys, "carousel_position": draw(sides), "carousel_size": size}
    cut = draw(st.integers(1, len(keys) - 1))
    return {
        "direction": draw(st.sampled_from(["row", "column"])),
        "first": draw(layouts(keys[:cut])),
        "second": draw(layouts(keys[cut:])),
        "splitPercentage": draw(st.floats(5, 95)),
    }


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    """A plain model: the leaves of a layout."""
    return leaves(node["first"]) + leaves(node["second"]) if "direction" in node else [node]


def splits(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *splits(node["first"]), *splits(node["second"])] if "direction" in node else []


def keys_in(node: dict[str, Any]) -> list[str]:
    return [key for leaf in leaves(node) for key in leaf.get("keys", [leaf.get("key")])]


def group_of(node: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    return {"layout": node, "contents": {key: {"uri": f"s3://loupe/{key}", "type": "image"} for key in keys}}


@given(st.data(), st.permutations(KEYS), st.integers(1, len(KEYS)))
def test_every_layout_of_all_keys_is_read(data, keys, count):
    keys = keys[:count]
    node = data.draw(layouts(keys))
    found, errors = data_group_of({"data_group": group_of(node, keys)}, no_problem)
    assert errors == []
    assert found is not None
    assert list(keys_of(found.layout)) == keys_in(node) == keys
    assert not isinstance(found.layout, UnitList) or found.layout.keys == tuple(keys)


@given(st.data(), st.permutations(KEYS), st.integers(2, len(KEYS)), st.sampled_from(["twice", "gone", "new", "share"]))
def test_every_layout_with_one_mistake_is_refused_at_its_place(data, keys, count, mistake):
    keys = keys[:count]
    node = data.draw(layouts(keys))
    value = group_of(node, keys)
    units = [leaf for leaf in leaves(node) if "key" in leaf]
    if mistake == "gone":
        del value["contents"][data.draw(st.sampled_from(keys))]
        if len(keys) == 1:
            return
        assert any(field.startswith("layout") for field in problems(value))
    elif mistake == "new":
        value["contents"]["one more"] = {"uri": "s3://loupe/more", "type": "text"}
        assert set(problems(value)) == {"contents.one more"}
    elif mistake == "share" and splits(node):
        data.draw(st.sampled_from(splits(node)))["splitPercentage"] = data.draw(
            st.one_of(st.floats(-1000, 4.999), st.floats(95.001, 1000), st.none(), st.booleans(), st.text())
        )
        [field] = problems(value)
        assert field.endswith("splitPercentage")
    elif mistake == "twice" and units:
        unit = data.draw(st.sampled_from(units))
        unit["key"] = data.draw(st.sampled_from([key for key in keys if key != unit["key"]]))
        [message] = problems(value).values()
        assert "has a place already" in message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["layout", "contents", "key", "type", "first", "direction", "a"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_nothing_but_a_group_is_taken_for_one(value):
    found, errors = data_group_of({"data_group": value}, no_problem)
    assert found is None
    assert errors


@given(JSON, st.sampled_from(["layout", "contents", "settings", "timeline"]))
def test_anything_in_place_of_a_member_is_refused_or_read(value, member):
    found, errors = data_group_of({"data_group": group(**{member: value})}, no_problem)
    assert (found is None) == bool(errors)


def test_the_layout_of_the_example_is_not_changed_by_reading_it():
    value = group()
    data_group_of({"data_group": value}, no_problem)
    assert value["layout"] == layout()
