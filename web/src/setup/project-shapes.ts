/** Shapes of `/v1` that setting projects up works with. */
import type { JsonObject } from "../ui/json";

export interface ProjectDetail {
  name: string;
  kind: string;
  title: string;
  description: string;
  created_at: string;
  graph_version: number;
  paused: boolean;
  deleting: boolean;
  human_task_ui: string | null;
  output: string;
  max_concurrent_tasks: number;
  withdraw_seconds: number;
  extend_seconds: number;
  max_extensions: number;
  teams: Record<string, string>;
  counts: Record<string, number>;
  /** Open tasks by stage. */
  stages: Record<string, number>;
}

export interface GraphTemplate {
  name: string;
  source: "ready" | "saved";
  description: string;
  graph: JsonObject;
}

export interface GraphProblem {
  stage: string;
  field: string;
  path: string;
  message: string;
}

export interface OutlinedStage {
  name: string;
  type: string;
  people: boolean;
  team: string | null;
  shown_as: string | null;
  pathways: Record<string, string>;
}

/** What the server says about a graph's document. */
export interface GraphCheck {
  problems: GraphProblem[];
  svg: string | null;
  outline: { start: string; stages: OutlinedStage[] } | null;
}

export function peopleOf(check: GraphCheck | null): OutlinedStage[] {
  return check?.outline?.stages.filter((stage) => stage.people) ?? [];
}

export interface GraphVersion {
  version: number;
  created_at: string;
  current: boolean;
  stages: number;
}

export interface GraphDocument {
  project: string;
  version: number;
  created_at: string;
  current: boolean;
  graph: JsonObject;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export function projectPath(project: string, rest = ""): string {
  return `/v1/projects/${encodeURIComponent(project)}${rest}`;
}

/** A document as people read and write it. */
export function jsonText(document: unknown): string {
  return JSON.stringify(document, null, 2);
}

export function moment(timestamp: string): string {
  return new Date(timestamp).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
