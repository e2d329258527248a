"""Gates: whether a task's prediction is taken as its label, or people are asked.

What a gate holds the prediction against is `_confident`: A2I's activation conditions
(`schemas/activation_conditions.py`) say the same of the inferences of the services that they know.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from quality.routing import position
from schemas.graphs import GateStage


def accepts(prediction: Mapping[str, Any] | None, gate: GateStage, task_id: UUID, stage: str) -> bool:
    """Whether a prediction, `{"label": {...}, "confidence": 0..1, "class"?: text}`, is accepted without people.

    It is where its confidence reaches the threshold of its class, else the gate's, unless the task is in the sample of
    `sample_percent` that people see all the same: those whose `position` among the tasks of this stage is below it. A
    prediction without a label, or with a confidence that is missing or no number from 0 to 1, is for people.
    """
    return _confident(prediction, gate) and position(task_id, stage) >= gate.sample_percent


def _confident(prediction: Mapping[str, Any] | None, gate: GateStage) -> bool:
    if prediction is None or not isinstance(prediction.get("label"), Mapping):
        return False
    confidence = prediction.get("confidence")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float):
        return False
    named = prediction.get("class")
    threshold = gate.thresholds.get(named, gate.threshold) if isinstance(named, str) else gate.threshold
    return threshold <= confidence <= 1
