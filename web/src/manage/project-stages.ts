import type { PortalApi } from "../app/api";
import { projectApi } from "./overview-shapes";

export interface Stage {
  name: string;
  type: string;
}

/** The stages of the graph that a project's new tasks go through, in its order. */
export async function readStages(api: Pick<PortalApi, "get">, project: string): Promise<Stage[]> {
  const { graph_version } = await api.get<{ graph_version: number }>(
    `/v1/projects/${encodeURIComponent(project)}`,
  );
  const { graph } = await api.get<{ graph: { stages: Record<string, { type: string }> } }>(
    projectApi(project, `graphs/${graph_version}`),
  );
  return Object.entries(graph.stages).map(([name, { type }]) => ({ name, type }));
}
