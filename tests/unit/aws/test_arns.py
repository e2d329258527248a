"""Amazon resource names."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.arns import Kind, Place, parse

PLACE = Place("000000000000", "us-east-1")
names = st.from_regex(r"[a-z0-9](-*[a-z0-9]){0,20}", fullmatch=True)


@given(st.sampled_from(get_args(Kind)), names)
def test_a_name_is_found_again(kind: Kind, name: str) -> None:
    arn = PLACE.arn(kind, name)
    assert PLACE.name(arn, kind) == name
    for other in get_args(Kind):
        assert other == kind or PLACE.name(arn, other) is None
    assert Place("111111111111", "us-east-1").name(arn, kind) is None
    assert Place("000000000000", "eu-west-1").name(arn, kind) is None


@given(st.text())
def test_other_text_is_none(text: str) -> None:
    assert parse(text) is None or text.startswith("arn:aws")


@pytest.mark.parametrize("crowd", ["", "public-crowd/", "vendor-crowd/"])
def test_work_teams_are_private(crowd: str) -> None:
    assert PLACE.name(f"{PLACE.arn_base}:workteam/{crowd}x", "workteam") is None
