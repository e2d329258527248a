import type { Decision, WorkKind } from "../app/api";

export interface WorkWords {
  /** What one does with the tasks of such a queue. */
  kind: string;
  /** What one hands in. */
  noun: string;
  handedIn: string;
}

const WORDS: Record<WorkKind, WorkWords> = {
  annotate: { kind: "Annotate", noun: "answer", handedIn: "Answer handed in" },
  review: { kind: "Review", noun: "review", handedIn: "Review handed in" },
  consensus: { kind: "Decide between answers", noun: "decision", handedIn: "Decision handed in" },
};

/** How decisions are told. */
export const DECISION_WORDS: Record<Decision, string> = {
  approved: "Approved",
  rejected: "Rejected",
  agreed: "Agreed",
  no_consensus: "No consensus",
};

/** How people call the kinds of work. */
export function workWords(kind: WorkKind): WorkWords {
  return WORDS[kind];
}
