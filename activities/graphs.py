"""Other versions of a task's graph."""

from temporalio import activity

from schemas.graphs import Graph
from schemas.tasks import GraphVersion
from store import graphs
from store.database import Pool


class GraphActivities:
    """Bound to the worker's pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn
    async def load_graph(self, asked: GraphVersion) -> Graph:
        """A version of the graph of a task's project."""
        return Graph.model_validate(await graphs.version(self._pool, asked.task_id, asked.version))
