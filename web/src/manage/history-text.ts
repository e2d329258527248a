import { labelName } from "../review/label-text";
import { momentText } from "../ui/time-text";
import { DECISION_WORDS } from "../work/work-words";
import type { PersonShown } from "./task-shapes";

/** One thing that happened to a task. */
export interface HistoryEntry {
  at: string;
  type: string;
  opening: number;
  visit: number | null;
  stage: string | null;
  person: PersonShown | null;
  data: Record<string, unknown>;
}

export interface HistoryOpening {
  opening: number;
  began_at: string;
  ended_at: string | null;
  outcome: string | null;
  workflow_id: string;
  workflow_url: string | null;
}

/** What the entries of one stay of a task in a stage have in common; `visit` null for what was outside of any. */
export interface VisitEntries {
  opening: number;
  visit: number | null;
  stage: string | null;
  entries: HistoryEntry[];
}

type Sentence = (entry: HistoryEntry, who: string) => string;

const SENTENCES: Record<string, Sentence> = {
  "loupe.task.created": (_, who) => `Created by ${who}`,
  "loupe.task.started": () => "Started",
  "loupe.task.assigned": ({ data }, who) => `${who} reserved its first work for ${person(data.to)}`,
  "loupe.task.assignment_dropped": ({ data }) =>
    `The reservation for ${person(data.to)} was dropped: ${words(data.reason)}`,
  "loupe.task.prioritised": ({ data }, who) =>
    `${who} changed the priority from ${data.before ?? data.from ?? "?"} to ${data.priority}`,
  "loupe.task.released": ({ data }, who) => `${who} released ${data.slots} of its slots`,
  "loupe.task.cancel_requested": (_, who) => `${who} asked to cancel it`,
  "loupe.task.stop_requested": (_, who) => `${who} asked to stop it`,
  "loupe.task.reopened": ({ data }, who) =>
    `${who} reopened it${data.stage ? ` at ${data.stage}` : ""}; it had ended as ${data.was}`,
  "loupe.task.routed": ({ data }) => `Went along ${data.pathway ?? "a pathway"}`,
  "loupe.task.move_requested": ({ data }, who) => `${who} asked to move it to ${data.stage}`,
  "loupe.task.moved": ({ data }) => `Moved to ${data.stage}`,
  "loupe.task.move_refused": ({ data }) => `Was not moved to ${data.stage}: ${words(data.reason)}`,
  "loupe.task.reset": () => "Its workflow was reset in Temporal",
  "loupe.task.ended": ({ data }) =>
    `Ended: ${words(data.status)}${data.failure_code ? ` (${data.failure_code}${data.failure_reason ? `: ${data.failure_reason}` : ""})` : ""}`,
  "loupe.task.deleted": () => "Deleted",
  "loupe.human_loop.status_changed": ({ data }) => `Status for its client: ${data.humanLoopStatus}`,
  "loupe.human_loop.deleted": (_, who) => `Deleted by ${who}`,
  "loupe.visit.opened": ({ data }) =>
    `Came to ${data.shown_as ?? data.stage ?? "a stage"}${data.team ? `, for the team ${data.team}` : ""}`,
  "loupe.visit.closed": ({ data }) => `Closed: ${words(data.reason)}`,
  "loupe.visit.escalated": ({ data }) =>
    `Handed to the managers: ${data.why === "expired" ? "its deadline passed" : "nobody is left to take it"}`,
  "loupe.visit.agreement": ({ data }) =>
    `The annotators agree by ${Math.round(Number(data.agreement) * 100)} % (${data.measure})`,
  "loupe.assignment.assigned": ({ data }, who) =>
    `${who === "Loupe" ? "Reserved" : `${who} reserved it`} for ${person(data.to)}${data.until ? ` until ${momentText(String(data.until))}` : ""}`,
  "loupe.assignment.prefetched": (_, who) => `Prepared for ${who}`,
  "loupe.assignment.accepted": (_, who) => `${who} took it`,
  "loupe.assignment.extended": (_, who) => `${who} took more time`,
  "loupe.assignment.submitted": ({ data }, who) =>
    `${who} handed in${data.decision ? `: ${decision(data.decision)}` : " an answer"}${seconds(data.active_seconds)}`,
  "loupe.assignment.taken_back": (_, who) => `${who} took back what they had handed in`,
  "loupe.assignment.declined": ({ data }, who) => `${who} declined${data.reason ? `: ${data.reason}` : ""}`,
  "loupe.assignment.released": (_, who) => `Released from ${who}`,
  "loupe.assignment.reassigned": (_, who) => `Taken from ${who} for somebody else`,
  "loupe.assignment.expired": (_, who) => `The time of ${who} was over`,
  "loupe.assignment.removed": (_, who) => `${who} may not work there any more`,
  "loupe.assignment.skipped": (_, who) => `${who} put it off`,
  "loupe.assignment.reservation_ended": ({ data }, who) =>
    `No longer reserved for ${who} (${words(data.why)})`,
  "loupe.submission.late": (_, who) => `An answer of ${who} came too late and does not count`,
  "loupe.label.approve": ({ data }, who) => `${who} approved ${label(data)}`,
  "loupe.label.reject": ({ data }, who) => `${who} rejected ${label(data)}`,
  "loupe.label.written": ({ data }) => `Answer ${data.answer} was written by ${source(data.source)}`,
  "loupe.agent.called": ({ data }) =>
    `Agent asked (${data.via === "http" ? "over HTTP" : "by its worker"}), attempt ${data.attempt}${attempt(data)}`,
  "loupe.agent.answered": ({ data }) => `Agent answered: ${data.pathway}`,
  "loupe.agent.failed": ({ data }) =>
    `Agent ${data.outcome === "timed_out" ? "took too long" : "failed"}: ${data.error}`,
  "loupe.agent.late": ({ data }) => `An agent's answer came too late: ${data.pathway}`,
  "loupe.agent.dead": ({ data }) => `Agent failed for good after ${data.attempts} attempts: ${data.error}`,
  "loupe.agent.redriven": ({ data }, who) =>
    data.pathway ? `${who} sent it along ${data.pathway}` : `${who} let the agent be asked again`,
  "loupe.issue.opened": ({ data }, who) => `${who} opened an issue${data.title ? `: ${data.title}` : ""}`,
  "loupe.issue.commented": (_, who) => `${who} commented on an issue`,
  "loupe.issue.resolved": (_, who) => `${who} resolved an issue`,
  "loupe.issue.reopened": (_, who) => `${who} reopened an issue`,
  "loupe.problem.reported": (_, who) => `${who} reported a problem`,
  "loupe.problem.answered": (_, who) => `${who} answered a reported problem`,
};

/** An entry in a sentence. */
export function entryText(entry: HistoryEntry): string {
  const sentence = SENTENCES[entry.type];
  const who = entry.person?.name ?? "Loupe";
  return sentence === undefined ? entry.type : sentence(entry, who);
}

/** What somebody wrote with it. */
export function entryComment({ type, data }: HistoryEntry): string {
  // Those of an issue stand with it; here is only which one it was.
  if (type.startsWith("loupe.issue.")) return "";
  return typeof data.comment === "string" ? data.comment : "";
}

/** Entries in order, gathered by visit; what lies between visits stands alone. */
export function byVisit(entries: readonly HistoryEntry[]): VisitEntries[] {
  const groups: VisitEntries[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last !== undefined && last.opening === entry.opening && last.visit === entry.visit) {
      last.entries.push(entry);
      last.stage ??= entry.stage;
    } else groups.push({ opening: entry.opening, visit: entry.visit, stage: entry.stage, entries: [entry] });
  }
  return groups;
}

function person(value: unknown): string {
  if (typeof value === "object" && value !== null && "name" in value) return String(value.name);
  return "somebody";
}

function words(value: unknown): string {
  return String(value ?? "").replaceAll("_", " ");
}

function decision(value: unknown): string {
  return (DECISION_WORDS as Record<string, string>)[String(value)]?.toLowerCase() ?? words(value);
}

function seconds(value: unknown): string {
  return typeof value === "number" ? `, ${Math.round(value)} s of work` : "";
}

function label(data: Record<string, unknown>): string {
  return `${labelName(String(data.label ?? ""))} of answer ${data.answer}`;
}

function source(value: unknown): string {
  const SOURCES: Record<string, string> = {
    rework: "reworking it",
    edit: "a reviewer's edit",
    merge: "merging the annotators' answers",
    agent: "an agent",
    prediction: "a model's prediction",
    person: "a person",
  };
  return SOURCES[String(value)] ?? String(value);
}

function attempt(data: Record<string, unknown>): string {
  if (data.outcome === undefined) return "";
  if (data.outcome === "answered") return `: answered ${data.pathway}`;
  return `: ${words(data.outcome)}${data.error ? `, ${data.error}` : ""}${data.status ? ` (HTTP ${data.status})` : ""}`;
}
