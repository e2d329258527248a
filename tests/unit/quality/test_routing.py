"""Which pathway a router takes."""

from collections import Counter
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.routing import collaborator, first_true, position, share_of
from schemas.graphs import Condition

TASKS = [uuid5(UUID(int=0), str(n)) for n in range(4000)]
FACTS = {
    "metadata": {"site": "north", "size": "large"},
    "label": {},
    "answers": [],
    "prediction": {},
    "confidence": None,
    "agreement": None,
    "rejections": 0,
    "visits": 1,
    "priority": 50,
}
SHARES = st.dictionaries(st.text(max_size=5), st.floats(0, 100), min_size=1, max_size=6).filter(
    lambda shares: any(share > 0 for share in shares.values())
)


def test_the_position_of_a_task_never_changes():
    assert position(UUID("00000000-0000-0000-0000-000000000001"), "split") == pytest.approx(12.376329955)
    assert share_of(UUID("00000000-0000-0000-0000-000000000001"), "split", {"a": 12.3, "b": 87.7}) == "b"
    assert share_of(UUID("00000000-0000-0000-0000-000000000001"), "split", {"a": 12.4, "b": 87.6}) == "a"


def test_tasks_are_spread_by_the_shares():
    found = Counter(share_of(task, "split", {"a": 10, "b": 60, "c": 30, "d": 0}) for task in TASKS)
    assert {name: count / len(TASKS) for name, count in found.items()} == {
        "a": pytest.approx(0.1, abs=0.02),
        "b": pytest.approx(0.6, abs=0.03),
        "c": pytest.approx(0.3, abs=0.03),
    }


@given(SHARES, st.uuids(), st.text(max_size=10), st.randoms(use_true_random=False))
def test_a_task_goes_one_way_whatever_the_order_in_which_shares_are_written(shares, task, stage, chance):
    written = list(shares.items())
    chance.shuffle(written)
    taken = share_of(task, stage, shares)
    assert shares[taken] > 0
    assert share_of(task, stage, dict(written)) == taken


def test_two_routers_in_a_row_draw_independently():
    first = [task for task in TASKS if share_of(task, "one", {"a": 50, "b": 50}) == "a"]
    both = [task for task in first if share_of(task, "two", {"a": 50, "b": 50}) == "a"]
    assert 0.45 < len(both) / len(first) < 0.55


def test_no_share_at_all_is_an_error():
    with pytest.raises(ValueError, match="share above 0"):
        share_of(TASKS[0], "split", {"a": 0})


@pytest.mark.parametrize(
    ("email", "pathway"),
    [("Ann@Example.org", "new"), ("bob@example.org", "old"), ("cal@example.org", "rest"), (None, "rest")],
)
def test_a_task_goes_by_who_worked_on_it(email, pathway):
    people = {"old": ("BOB@example.org",), "new": ("zed@example.org", "ann@example.org"), "none": ()}
    assert collaborator(email, people, "rest") == pathway


def test_the_first_condition_that_is_true_decides():
    given_conditions = [
        Condition(when="metadata.site == 'south'", then="a"),
        Condition(when="metadata.missing.deep == 1", then="b"),
        Condition(when="metadata.site == 'north'", then="c"),
        Condition(when="true", then="d"),
    ]
    assert first_true(given_conditions, "rest", FACTS) == ("c", ())
    assert first_true(given_conditions[:2], "rest", FACTS) == ("rest", ())


def test_a_condition_that_cannot_be_told_is_passed_by_and_named():
    given_conditions = [Condition(when="metadata.size > 3", then="a"), Condition(when="metadata.site", then="b")]
    chosen = first_true([*given_conditions, Condition(when="visits == 1", then="c")], "rest", FACTS)
    assert chosen.pathway == "c"
    assert [problem.partition(": ")[0] for problem in chosen.problems] == ["metadata.size > 3", "metadata.site"]
    assert chosen.problems[1].endswith("comes to string, not to true or false")
