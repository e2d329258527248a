import type { Json, JsonObject } from "../ui/json";

/** A person as managers see them. */
export interface PersonShown {
  worker_id: string;
  name: string;
  email: string;
}

/** A task of the managers' list. */
export interface ListedTask {
  id: string;
  name: string;
  status: string;
  stage: string | null;
  visit: number;
  opening: number;
  priority: number;
  created_at: string;
  ended_at: string | null;
  rejections: number;
  stopping: boolean;
  kind: string | null;
  waiting_since: string | null;
  deadline_at: string | null;
  starved_reason: string | null;
  escalated: boolean;
  agent_failed: boolean;
  people: (PersonShown & { state: "held" | "submitted" | "reserved" | "planned" })[];
}

/** Where a task is and how it ended. */
export interface TaskFacts {
  id: string;
  name: string;
  project: string;
  status: string;
  stage: string | null;
  visit: number;
  opening: number;
  priority: number;
  graph_version: number;
  rejections: number;
  metadata: JsonObject;
  prediction: JsonObject | null;
  created_at: string;
  ended_at: string | null;
  stop_requested_at: string | null;
  failure_code: string | null;
  failure_reason: string | null;
  output_uri: string | null;
  workflow_id: string;
  workflow_url: string | null;
}

/** Who has a slot of a visit. */
export interface Slot {
  slot: number;
  state: "free" | "reserved" | "held" | "submitted" | "withdrawn";
  person: PersonShown | null;
  accepted_at?: string | null;
  hold_until?: string | null;
  reserved_until?: string | null;
  at_work?: boolean | null;
  since?: string | null;
}

export interface OpenVisit {
  visit: number;
  kind: string;
  shown_as: string;
  team: string | null;
  opened_at: string;
  deadline_at: string | null;
  starved_reason: string | null;
  escalated: boolean;
  slots: Slot[];
}

/** One of a task's answers; authors by JSON Pointer, "" for all that no longer one names. */
export interface TaskLabel {
  answer: number;
  visit: number;
  source: string;
  content: Json;
  authors: Record<string, PersonShown | string>;
}

export interface DeadLetter {
  stage: string;
  attempts: number;
  error: string;
  pathways: string[];
  dead_at: string;
}

/** What a task is and waits for now. */
export interface PresentTask {
  id: string;
  input: Json;
  labels: TaskLabel[];
  open_visit: OpenVisit | null;
  planned: PersonShown | null;
  stopping: boolean;
  stages: { name: string; type: string }[];
  dead_letter: DeadLetter | null;
  frame_url: string | null;
}

/** What became of one task that something was done with. */
export interface Outcome {
  id: string;
  outcome: "done" | "requested" | "refused";
  detail: string | null;
}

export const SLOT_WORDS: Record<Slot["state"], string> = {
  free: "free",
  reserved: "reserved for",
  held: "held by",
  submitted: "answered by",
  withdrawn: "withdrawn",
};
