"""Labels texts by a few words before people review them; what it is unsure of comes first in their queue.

Run: python examples/agents/pre_labeller.py
Put a model of your own where `guess` is. The label has the form that a <crowd-classifier name="sentiment"> gives.
"""

import re

from loupe_agents import Agent, AgentTask, Decision

GOOD = frozenset({"good", "great", "love", "excellent", "happy", "thanks"})
BAD = frozenset({"bad", "broken", "hate", "terrible", "slow", "refund"})

agent = Agent(task_queue="agents")


@agent.stage("Pre-label")
def label(task: AgentTask) -> Decision:
    document = task.read()
    sentiment, confidence = guess(str(document.input.get("text", "")))
    return Decision(
        pathway="labelled",
        content={"sentiment": {"label": sentiment}},
        priority=round(100 * (1 - confidence)),
    )


def guess(text: str) -> tuple[str, float]:
    """A label and how sure it is, 0 to 1."""
    words = re.findall(r"\w+", text.lower())
    good, bad = sum(word in GOOD for word in words), sum(word in BAD for word in words)
    if good == bad:
        return "Neutral", 0.0 if good else 0.3
    return ("Positive" if good > bad else "Negative"), abs(good - bad) / (good + bad)


if __name__ == "__main__":
    agent.run()
