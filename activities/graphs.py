"""Other versions of a task's graph."""

from temporalio import activity

from schemas.graphs import Graph
from schemas.tasks import AdoptGraph
from store import graphs
from store.database import Pool


class GraphActivities:
    """Bound to the worker's pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn
    async def adopt_graph(self, adopted: AdoptGraph) -> Graph:
        """Let an opening go on with another version of its project's graph, and return that."""
        return Graph.model_validate(
            await graphs.adopt(self._pool, adopted.task_id, adopted.opening, adopted.version)
        )
