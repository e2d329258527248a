/** A project as somebody is setting it up, what is still wrong with it, and the body that creates it. */
import type { FieldErrors } from "./project-field";
import { type GraphCheck, peopleOf } from "./project-shapes";

/** What people are asked: the member of the body that says so, and its value. */
export interface SchemaChoice {
  member: "template" | "human_task_ui" | "label_schema";
  value: unknown;
}

/** Numbers as they are typed. */
export interface Limits {
  max_concurrent_tasks: string;
  withdraw_seconds: string;
  extend_seconds: string;
  max_extensions: string;
}

export type LimitName = keyof Limits;

export interface ProjectDraft {
  name: string;
  title: string;
  description: string;
  schema: SchemaChoice;
  graph: string;
  teams: Record<string, string>;
  output: string;
  limits: Limits;
}

export const NO_LIMITS: Limits = {
  max_concurrent_tasks: "1000",
  withdraw_seconds: "0",
  extend_seconds: "0",
  max_extensions: "0",
};

/** The least and the most of each. */
export const LIMIT_BOUNDS: Record<LimitName, readonly [number, number]> = {
  max_concurrent_tasks: [1, 5000],
  withdraw_seconds: [0, 300],
  extend_seconds: [0, 86_400],
  max_extensions: [0, 100],
};

const NAME = /^[a-z0-9](-*[a-z0-9]){0,62}$/;
const OUTPUT = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/;

export function nameProblem(name: string): string | null {
  if (name === "") return "Give the project a name.";
  if (!NAME.test(name) || name.length > 63)
    return "Use up to 63 small letters, digits and hyphens; begin and end with a letter or digit.";
  return null;
}

export function outputProblem(output: string): string | null {
  if (output === "") return "Say where the results go: s3://bucket or s3://bucket/folder.";
  return OUTPUT.test(output) ? null : "Write it as s3://bucket or s3://bucket/folder.";
}

export function limitProblem(name: LimitName, text: string): string | null {
  const [least, most] = LIMIT_BOUNDS[name];
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= least && value <= most) return null;
  return `Give a whole number from ${least} to ${most}.`;
}

export function limitErrors(limits: Limits): Map<string, string> {
  const errors = new Map<string, string>();
  for (const [name, text] of Object.entries(limits) as [LimitName, string][]) {
    const problem = limitProblem(name, text);
    if (problem !== null) errors.set(name, problem);
  }
  return errors;
}

/** The limits as numbers; only for those without errors. */
export function limitNumbers(limits: Limits): Record<LimitName, number> {
  return Object.fromEntries(Object.entries(limits).map(([name, text]) => [name, Number(text)])) as Record<
    LimitName,
    number
  >;
}

/** What keeps a draft from being created, by field of the body. */
export function draftErrors(draft: ProjectDraft, check: GraphCheck | null): FieldErrors {
  const errors = limitErrors(draft.limits);
  const say = (field: string, problem: string | null) => {
    if (problem !== null) errors.set(field, problem);
  };
  say("name", nameProblem(draft.name));
  say("output", outputProblem(draft.output));
  say(draft.schema.member, schemaProblem(draft.schema));
  const count = check?.problems.filter((problem) => problem.field !== "team").length ?? 0;
  if (check?.outline == null) say("graph", "Choose a graph, or correct its JSON.");
  else if (count > 0) say("graph", "Correct what is listed at the graph.");
  for (const stage of peopleOf(check))
    if ((draft.teams[stage.name] ?? stage.team ?? "") === "")
      say(`teams.${stage.name}`, "Choose who does this work.");
  return errors;
}

function schemaProblem({ member, value }: SchemaChoice): string | null {
  if (member === "template" && String(value).trim() === "") return "Write a template, or choose a ready one.";
  if (member === "human_task_ui" && value === "") return "Choose a human task UI.";
  if (member === "label_schema" && value === null) return "Ask at least one question.";
  return null;
}

/** The body of POST /v1/projects; only for drafts without errors. */
export function projectBody(draft: ProjectDraft, check: GraphCheck): Record<string, unknown> {
  const stages = new Set(peopleOf(check).map((stage) => stage.name));
  const teams = Object.entries(draft.teams).filter(([stage, team]) => stages.has(stage) && team !== "");
  return {
    name: draft.name,
    title: draft.title.trim(),
    description: draft.description,
    [draft.schema.member]: draft.schema.value,
    graph: JSON.parse(draft.graph),
    teams: Object.fromEntries(teams),
    output: draft.output,
    ...limitNumbers(draft.limits),
  };
}
