"""Gates: which predictions need no people."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.gates import accepts
from quality.routing import position
from schemas.graphs import GateStage

PATHWAYS = {"accept": "done", "human": "annotate"}
TASK = UUID(int=7)
TASKS = [uuid5(UUID(int=0), str(n)) for n in range(4000)]


def gate(threshold=0.9, **more):
    return GateStage(threshold=threshold, pathways=PATHWAYS, **more)


def prediction(confidence, **more):
    return {"label": {"q": {"label": "cat"}}, "confidence": confidence, **more}


@pytest.mark.parametrize(
    ("confidence", "accepted"),
    [
        *((good, True) for good in (0.9, 0.95, 1)),
        *((low, False) for low in (0.8999, 0, -1)),
        *((wrong, False) for wrong in (1.01, 95, "0.95", True, None, float("nan"), float("inf"), 10**400)),
    ],
)
def test_confidence_has_to_reach_the_threshold_and_to_be_one(confidence, accepted):
    assert accepts(prediction(confidence), gate(), TASK, "gate") is accepted


@pytest.mark.parametrize("missing", [None, {}, {"confidence": 1.0}, {"label": {"q": 1}}, prediction(1.0, label=None)])
def test_what_is_missing_is_for_people(missing):
    assert not accepts(missing, gate(0.0), TASK, "gate")


def test_a_class_has_its_own_threshold():
    by_class = gate(0.9, thresholds={"cat": 0.5, "": 0.1})
    assert accepts(prediction(0.6, **{"class": "cat"}), by_class, TASK, "gate")
    assert not accepts(prediction(0.6, **{"class": "dog"}), by_class, TASK, "gate")
    assert not accepts(prediction(0.6, **{"class": ["cat"]}), by_class, TASK, "gate")
    assert not accepts(prediction(0.6), by_class, TASK, "gate")


def test_a_sample_is_seen_by_people_and_it_is_the_same_one_each_time():
    sampling = gate(0.5, sample_percent=10)
    accepted = [task for task in TASKS if accepts(prediction(0.9), sampling, task, "gate")]
    assert 0.87 < len(accepted) / len(TASKS) < 0.93
    assert accepted == [task for task in TASKS if accepts(prediction(0.7), sampling, task, "gate")]
    assert accepted != [task for task in TASKS if accepts(prediction(0.9), sampling, task, "other")]


@given(st.uuids(), st.text(max_size=20), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_sample_contains_the_smaller_one(task, stage, one, other):
    small, large = sorted((one, other))
    if not accepts(prediction(1.0), gate(sample_percent=small), task, stage):
        assert not accepts(prediction(1.0), gate(sample_percent=large), task, stage)


@given(st.uuids(), st.text(max_size=20))
def test_none_and_all_are_exact(task, stage):
    assert accepts(prediction(1.0), gate(sample_percent=0), task, stage)
    assert not accepts(prediction(1.0), gate(sample_percent=100), task, stage)
    assert 0 <= position(task, stage) < 100
