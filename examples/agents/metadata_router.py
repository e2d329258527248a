"""Routes by a field of the task's metadata: to the pathway that is called like its value, else to `other`.

Run: METADATA_FIELD=modality python examples/agents/metadata_router.py
"""

import os

from loupe_agents import Agent, AgentTask

agent = Agent(task_queue="agents")


@agent.stage("Which kind?")
def route(task: AgentTask) -> str:
    value = task.read().metadata.get(os.environ.get("METADATA_FIELD", "modality"))
    return value if isinstance(value, str) and value in task.pathways else "other"


if __name__ == "__main__":
    agent.run()
