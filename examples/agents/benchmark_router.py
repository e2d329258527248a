"""Benchmark Task? YES for tasks whose input is gold, NO for all others.

Run: BENCHMARK_FILE=gold.jsonl python examples/agents/benchmark_router.py
The file holds one JSON object a line, as in the tasks' inputs; further fields of a line are compared too.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from loupe_agents import Agent, AgentTask

agent = Agent(task_queue="agents")


@agent.stage("Benchmark Task?")
async def route(task: AgentTask) -> str:
    document = await task.read_async()
    gold = gold_inputs(Path(os.environ["BENCHMARK_FILE"]))
    return "YES" if canonical(document.input) in gold else "NO"


@cache
def gold_inputs(path: Path) -> frozenset[str]:
    """The inputs of the file, read once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(canonical(json.loads(line)) for line in lines if line.strip())


def canonical(value: Any) -> str:
    """One text for equal JSON, however it was written."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    agent.run()
