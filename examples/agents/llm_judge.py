"""Lets a language model judge a task's label: `accept`, or `review` where it objects.

Run: JUDGE_URL=http://127.0.0.1:8009/v1/chat/completions python examples/agents/llm_judge.py
The endpoint speaks the chat completions form that most local model servers offer; model_stub.py stands in for one.
What the model answers is never trusted to be in form: anything but a clear yes is `review`.
"""

import json
import os
import urllib.request
from typing import Any

from pydantic import BaseModel, ValidationError

from loupe_agents import Agent, AgentTask

INSTRUCTIONS = (
    "You check labels. You are given an input and the label that a person or a program gave it. "
    'Answer with JSON alone: {"correct": true} or {"correct": false}.'
)
JUDGE_SECONDS = 120

agent = Agent(task_queue="agents", concurrency=2)


class Verdict(BaseModel):
    """What the model is asked for."""

    correct: bool


@agent.stage("Judge")
def judge(task: AgentTask) -> str:
    document = task.read()
    label = document.labels[0].content if document.labels else document.prediction
    question = json.dumps({"input": document.input, "label": label}, ensure_ascii=False)
    return "accept" if is_yes(ask(question)) else "review"


def ask(question: str) -> str:
    """What the model says. Raises OSError where it does not answer: the attempt fails and is made again."""
    messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": question}]
    body = {"model": os.environ.get("JUDGE_MODEL", "judge"), "messages": messages, "temperature": 0}
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        os.environ["JUDGE_URL"], json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=JUDGE_SECONDS) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return str(answer["choices"][0]["message"]["content"])


def is_yes(text: str) -> bool:
    """Whether the model found the label correct, in the form that it was asked for."""
    try:
        return Verdict.model_validate_json(text, strict=True).correct
    except ValidationError:
        return False


if __name__ == "__main__":
    agent.run()
