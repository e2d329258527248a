/** How many tasks by status, or by reason; what is 0 may be left out. */
export type Counts = Record<string, number>;

/** A project of the list of all. */
export interface ListedProject {
  name: string;
  title: string;
  kind: string;
  created_at: string;
  paused: boolean;
  deleting: boolean;
  counts: Counts;
  starved: number;
  oldest_at: string | null;
}

/** Open tasks in a stage, which is "" for those that have not reached their first. */
export interface StageCount {
  stage: string;
  type?: string | null;
  tasks: number;
  held: number;
  starved: number;
}

/** What changes from second to second; the live hints carry it. */
export interface Pulse {
  counts: Counts;
  held: number;
  in_review: number;
  starved: Counts;
  stages: StageCount[];
}

export interface Overview extends Pulse {
  project: string;
  title: string;
  kind: string;
  paused: boolean;
  deleting: boolean;
  graph_version: number;
  at: string;
  deadlines: { expiring: number; escalated: number; expired: number };
  oldest: { id: string; name: string; created_at: string } | null;
}

/** How many tasks ended in the hour or day that begins at `starts_at`, and how. */
export interface Endings {
  starts_at: string;
  completed: number;
  archived: number;
  cancelled: number;
  failed: number;
}

/** Somebody who may take work of a project, in these stages. */
export interface Worker {
  id: string;
  email: string;
  name: string;
  role: string;
  stages: string[];
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export const STATUSES = ["queued", "open", "completed", "archived", "cancelled", "failed"] as const;
export type Status = (typeof STATUSES)[number];

export const STATUS_WORDS: Record<string, string> = {
  queued: "Queued",
  open: "Open",
  completed: "Completed",
  archived: "Archived",
  cancelled: "Cancelled",
  failed: "Failed",
};

export const STARVED_WORDS: Record<string, string> = {
  no_members: "the team has no members",
  team_too_small: "the team has too few people for all answers",
  all_declined: "everybody declined",
  excluded: "everybody left has worked on it already",
};

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The API's path of a project, and what is below it. */
export function projectApi(project: string, rest: string): string {
  return `/v1/projects/${encodeURIComponent(project)}/${rest}`;
}

/** The queue of a project with a filter, as an address of the portal. */
export function queueLink(project: string, filter: Record<string, string>): string {
  const query = new URLSearchParams(filter).toString();
  return `/projects/${encodeURIComponent(project)}/queue${query === "" ? "" : `?${query}`}`;
}
