/** What people work on, and what they hand in, as `/v1` has it. */
import type { Json, JsonObject } from "../ui/json";

/** What people do with a task; `consensus` is deciding between the answers of others. */
export type WorkKind = "annotate" | "review" | "consensus";

export interface WorkQueue {
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  description: string;
  takeable: number;
  held: number;
  oldest_at: string | null;
}

export interface HeldWork {
  id: string;
  task_id: string;
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  accepted_at: string;
  hold_until: string;
  lease_expires_at: string | null;
  has_draft: boolean;
}

export interface LeaseGrant {
  token: string;
  expires_at: string;
}

export interface ServerDraft {
  content: Json;
  /** Null where this is no draft of one's own but the earlier answer to go on with. */
  saved_at: string | null;
}

export type Verdict = "approve" | "reject";

/** What is said about one label, which is a JSON Pointer into an answer. */
export interface LabelVerdict {
  answer: number;
  label: string;
  verdict: Verdict;
  comment: string;
}

/** An earlier verdict; `value` is what a rejected label said then, null for others. */
export interface JudgedLabel extends LabelVerdict {
  value: Json;
}

/** One label of an answer; `verdict` is an earlier one that still stands. */
export interface ReviewedLabel {
  label: string;
  value: Json;
  verdict: Verdict | null;
  comment: string;
}

export interface ReviewedAnswer {
  answer: number;
  content: JsonObject;
  labels: ReviewedLabel[];
}

/** An earlier review or decision. */
export interface PreviousReview {
  visit: number;
  stage: string;
  kind: "review" | "consensus";
  decision: Decision;
  comment: string;
  at: string;
  verdicts: JudgedLabel[];
}

/** How much more time there is at a time, and how often from now. */
export interface Extension {
  seconds: number;
  left: number;
}

/** Work that was fetched ahead: it is accepted when it is opened. */
export type PrefetchedAssignment = Omit<Assignment, "accepted_at" | "hold_until"> & {
  accepted_at: null;
  hold_until: null;
};

export interface Assignment {
  id: string;
  task_id: string;
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  description: string;
  lease: LeaseGrant;
  accepted_at: string;
  hold_until: string;
  time_limit_seconds: number;
  /** How the time can be extended; null where the project never does. */
  extension?: Extension | null;
  /** Markdown or HTML of the stage, empty where it has none. */
  instructions?: string;
  input: Json;
  draft: ServerDraft | null;
  /** What is reviewed, or decided between. */
  answers: ReviewedAnswer[];
  /** Earlier reviews of this work, oldest first. */
  previous: PreviousReview[];
  /** Between annotators: whether to pick the winner or to edit what they agree on; left out, either will do. */
  decision?: "determine" | "refine" | null;
  /** Where the rendered template loads from; null where the server has no template for this work. */
  frame_url: string | null;
}

/** An answer as a reviewer changed it. */
export interface EditedAnswer {
  answer: number;
  content: JsonObject;
}

/** Approval of what is reviewed, as it is or edited; between annotators `answer` wins, or they agree on `content`. */
export interface Approval {
  content?: JsonObject;
  answer?: number;
  /** In place of `content` and `answer`, where several answers were changed. */
  edits?: readonly EditedAnswer[];
  comment: string;
  label_verdicts: readonly LabelVerdict[];
  approve_all?: boolean;
}

/** Labels go back to their authors; between annotators there is no consensus. */
export interface Rejection {
  comment: string;
  label_verdicts: readonly LabelVerdict[];
}

/** What a person hands in: an answer, or a decision on the answers of others. */
export type HandIn =
  | { action: "submit"; content: JsonObject }
  | ({ action: "approve" } & Approval)
  | ({ action: "reject" } & Rejection);

/** What goes with everything that is handed in. */
export interface Submission {
  lease_token: string;
  submission_id: string;
  active_seconds: number;
}

export interface SubmissionReceipt {
  submission_id: string;
  assignment_id: string;
  submitted_at: string;
  /** Until when the answer may be taken back; null or left out where it may not. */
  withdraw_until?: string | null;
}

export type Decision = "approved" | "rejected" | "agreed" | "no_consensus";
