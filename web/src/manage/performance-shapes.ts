import { projectApi } from "./overview-shapes";

/** What is counted of a person, in the whole span or on one day. */
export interface Counts {
  submitted: number;
  reviewed: number;
  approved_at_once: number;
  rejections: number;
  reviews: number;
  approvals: number;
}

export interface DayFigures extends Counts {
  day: string;
  task_seconds: number | null;
  review_seconds: number | null;
}

export interface PersonFigures extends Counts {
  id: string;
  name: string;
  email: string;
  role: string;
  disabled: boolean;
  first_pass_approval: number | null;
  task_seconds_median: number | null;
  task_seconds_mean: number | null;
  review_seconds_median: number | null;
  review_seconds_mean: number | null;
  days: DayFigures[];
}

export interface Performance {
  since: string;
  until: string;
  stage: string | null;
  items: PersonFigures[];
}

/** A task that a figure counts. */
export interface CountedTask {
  id: string;
  name: string;
  status: string;
  opening: number;
  visit: number | null;
  at: string;
  seconds: number | null;
}

/** The figures behind which tasks stand, with the words for them. */
export const FIGURE_WORDS: Record<string, string> = {
  submitted: "Tasks handed in",
  reviewed: "Reviewed tasks",
  approved_at_once: "Reviewed tasks approved without any rejection",
  sent_back: "Reviewed tasks with a rejection",
  rejections: "Rejections received",
  reviews: "Reviews done",
  approvals: "Reviews that approved",
  rejections_given: "Reviews that rejected",
};

/** What the figures count, in the order of the table. */
export const DEFINITIONS: readonly (readonly [word: string, meaning: string])[] = [
  [
    "Tasks handed in",
    "Tasks that the person annotated, or decided on between annotators. Each counts once, when they handed it in first; rework adds none.",
  ],
  [
    "Time per task",
    "Active time that the person spent on such a task until now, rework too: the median, and below it the mean. Pauses of over a minute and hidden tabs do not count.",
  ],
  [
    "Approved at first pass",
    "Reviewed tasks approved without any rejection / reviewed tasks. Reviewed are the person's tasks that somebody reviewed after their work, each counted once, at its last review. A rejection is held against those alone whose labels it names. A decision between annotators is no review.",
  ],
  [
    "Rejections received",
    "Reviews that rejected labels of the person. A task that was rejected twice counts twice.",
  ],
  ["Reviews", "Reviews that the person handed in. A task that comes again after rework is another review."],
  ["Rejected", "Of these reviews, those that rejected something."],
  ["Time per review", "Active time of a review: the median, and below it the mean."],
  [
    "All figures",
    "Of this project and period, by days in UTC. Deleted tasks and answers that were taken back do not count. A task that was reopened counts anew.",
  ],
];

const DAY = 86_400_000;

/** The periods that one chooses between, by the days they have. */
export const PERIODS = [
  ["7", "Last 7 days"],
  ["30", "Last 30 days"],
  ["90", "Last 90 days"],
] as const;
const USUAL = 30;

/** First day and the day after the last one, as UTC midnights; `until` is null where the period goes on. */
export interface Period {
  since: Date;
  until: Date | null;
}

/** The period that an address asks for: `period` in days until now, or `from` and `to` as days, both included. */
export function periodOf(address: URLSearchParams, now: Date): Period {
  const [from, to] = [dayOf(address.get("from")), dayOf(address.get("to"))];
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  if (from !== null && (to === null || to >= from))
    return { since: new Date(from), until: to === null ? null : new Date(to + DAY) };
  const known = PERIODS.find(([days]) => days === address.get("period"));
  return { since: new Date(today - (Number(known?.[0] ?? USUAL) - 1) * DAY), until: null };
}

/** The members of an address that say which figures are asked of the API. */
export function figuresQuery(address: URLSearchParams, now: Date): URLSearchParams {
  const { since, until } = periodOf(address, now);
  const query = new URLSearchParams({ since: since.toISOString() });
  if (until !== null) query.set("until", until.toISOString());
  const stage = address.get("stage");
  if (stage) query.set("stage", stage);
  return query;
}

export function performanceApi(project: string, rest: string, query: URLSearchParams): string {
  return projectApi(project, `performance${rest}?${query}`);
}

export type SortKey =
  | "name"
  | "submitted"
  | "task_seconds_median"
  | "first_pass_approval"
  | "rejections"
  | "reviews"
  | "rejected"
  | "review_seconds_median";

/** People in the order asked for; those without the figure last, and equal ones by name. */
export function sorted(people: readonly PersonFigures[], key: SortKey, descending: boolean): PersonFigures[] {
  const way = descending ? -1 : 1;
  const byName = (one: PersonFigures, other: PersonFigures) => one.name.localeCompare(other.name);
  return people.toSorted((one, other) => {
    if (key === "name") return way * byName(one, other);
    const [left, right] = [figureOf(one, key), figureOf(other, key)];
    if (left === null || right === null)
      return Number(left === null) - Number(right === null) || byName(one, other);
    return way * (left - right) || byName(one, other);
  });
}

function figureOf(person: PersonFigures, key: Exclude<SortKey, "name">): number | null {
  return key === "rejected" ? person.reviews - person.approvals : person[key];
}

/** Active time as people say it: "42 s", "3 min 5 s", "1 h 12 min"; a dash where there is none. */
export function secondsText(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  return pair(Math.floor(whole / 3600), "h", Math.floor(whole / 60) % 60, "min");
}

function pair(large: number, unit: string, small: number, part: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${part}`;
}

export function shareText(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}

export function dayText(day: string | number): string {
  return new Date(day).toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });
}

function dayOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}
