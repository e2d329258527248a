"""Consensus: people annotate without seeing each other; where they do not agree, a person decides."""

from schemas.graphs import ConsensusStage
from workflows import visits
from workflows.walk import Walk


async def run(walk: Walk, name: str, stage: ConsensusStage) -> str:
    """Return the pathway: agreed, no_consensus or expired. Raises StoppedError, MovedError.

    What a later review rejects goes to the person who decided here, or to the deciding team where nobody did; with no
    such team, to a new round of annotators.
    """
    decides = stage.decision != "none"
    if walk.rejected_in is not None and decides:
        return await _decide(walk, name, stage)
    walk.rejected_in = None
    closing = await visits.run(
        walk, name, stage, kind="annotate", overlap=stage.overlap, team=stage.team, shown_as=stage.shown_as
    )
    if closing.reason == "expired":
        return "expired"
    if await walk.agree(stage.measure, stage.threshold) >= stage.threshold:
        return "agreed"
    return await _decide(walk, name, stage) if decides else "no_consensus"


async def _decide(walk: Walk, name: str, stage: ConsensusStage) -> str:
    closing = await visits.run(
        walk,
        name,
        stage,
        kind="consensus",
        overlap=1,
        team=stage.decision_team,
        shown_as=stage.decision_shown_as,
        again_after=walk.last_decision.get(name),
    )
    if closing.reason == "expired":
        return "expired"
    walk.rejected_in = None
    walk.last_decision[name] = walk.visit
    return "agreed" if closing.decision == "agreed" else "no_consensus"
