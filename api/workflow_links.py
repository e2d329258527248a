"""Where an opening's workflow stands in the Temporal UI."""

from urllib.parse import quote
from uuid import UUID

from runtime.settings import Settings
from schemas.tasks import workflow_id


def workflow_link(
    settings: Settings, *, project: str, task_name: str, task_id: UUID, opening: int
) -> dict[str, str | None]:
    """`workflow_id` and `workflow_url` of a view; the latter null where no Temporal UI is set."""
    workflow = workflow_id(project=project, task_name=task_name, task_id=task_id, opening=opening)
    page = f"{settings.temporal_ui}/namespaces/{settings.temporal_namespace}/workflows/{quote(workflow, safe='')}"
    return {"workflow_id": workflow, "workflow_url": page if settings.temporal_ui else None}
