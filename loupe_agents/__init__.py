"""Workers for agent stages of Loupe: one function for each stage; heartbeats, retries and contents are seen to.

from loupe_agents import Agent, AgentTask

agent = Agent(task_queue="agents")

@agent.stage("Benchmark Task?")
def route(task: AgentTask) -> str:
    return "YES" if task.read().metadata.get("gold") else "NO"

agent.run()
"""

from loupe_agents.agent import Agent
from loupe_agents.tasks import AgentTask, Decision, Document, Label

__all__ = ["Agent", "AgentTask", "Decision", "Document", "Label"]
