"""What becomes of a task's answers: rework is merged, agreement is measured."""

from itertools import groupby

import orjson
from temporalio import activity

from quality import agreement
from quality.labels import merge_rework
from schemas.tasks import Agree, VisitRef
from store import labels
from store.database import Pool
from store.labels import Answer, Part


class LabelActivities:
    """Bound to the worker's pool. Each activity is idempotent and short, so it may run as a local activity."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn
    async def merge_rework(self, visit: VisitRef) -> None:
        """Put what the authors of rejected labels made of them into the task's answers; the others stay as they are.

        Where nobody was asked for a part of an answer, the visit's submissions are the answers by themselves.
        """
        key = (visit.task_id, visit.opening, visit.visit)
        parts = await labels.parts(self._pool, *key)
        if not parts:
            return
        by_answer = {answer: list(group) for answer, group in groupby(parts, key=lambda part: part.answer)}
        base = await labels.before(self._pool, *key)
        await labels.write(self._pool, *key, [_reworked(answer, by_answer.get(answer.answer, [])) for answer in base])

    @activity.defn
    async def agree(self, agree: Agree) -> float:
        """How far a visit's annotators agree, 0 to 1; from the threshold on their merged label is the task's."""
        key = (agree.task_id, agree.opening, agree.visit)
        contents = [orjson.loads(content) for content in await labels.submitted(self._pool, *key)]
        measured, merged = agreement.measure(agree.measure, contents)
        await labels.write_agreement(
            self._pool,
            *key,
            measure=agree.measure,
            agreement=measured,
            merged=orjson.dumps(merged).decode() if measured >= agree.threshold else None,
        )
        return measured


def _reworked(base: Answer, parts: list[Part]) -> Answer:
    if not parts:
        return base
    content, authors = merge_rework(
        orjson.loads(base.content),
        base.authors,
        [(str(part.person_id), orjson.loads(part.content)) for part in parts],
    )
    return Answer(base.answer, base.visit, "rework", orjson.dumps(content).decode(), authors)
