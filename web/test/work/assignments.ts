import type { Assignment } from "../../src/app/api";

export const NOW = Date.parse("2026-11-21T10:00:00Z");

export function at(secondsFromNow: number): string {
  return new Date(NOW + secondsFromNow * 1000).toISOString();
}

/** An assignment taken at `NOW` with a lease of 2 minutes and an hour to do it. */
export function anAssignment(changes: Partial<Assignment> = {}): Assignment {
  return {
    id: "a1",
    task_id: "t1",
    project: "receipts",
    stage: "annotate",
    kind: "annotate",
    title: "Check receipt totals",
    description: "",
    lease: { token: "lease-1", expires_at: at(120) },
    accepted_at: at(0),
    hold_until: at(3600),
    time_limit_seconds: 3600,
    input: {},
    draft: null,
    answers: [],
    previous: [],
    frame_url: "/frame/a1?t=x",
    ...changes,
  };
}
