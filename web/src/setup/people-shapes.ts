/** People and work teams as `/v1` has them, and the words for them. */
import type { Role } from "../app/api";
import type { Portal } from "../app/portal";
import type { Page } from "./project-shapes";

export interface Account {
  id: string;
  email: string;
  name: string;
  role: Role;
  worker_id: string;
  created_at: string;
  signed_in_at: string | null;
  disabled_at: string | null;
  teams: string[];
  /** Whether the person who asks may change this one. */
  may_change: boolean;
}

export interface LoginLink {
  url: string;
  expires_at: string;
}

export interface InvitedAccount extends Account {
  login_link: LoginLink;
}

export interface AccountEvent {
  type: string;
  time: string;
  /** E-mail address; null where the operator of the service did it. */
  by: string | null;
  data: { changes?: Record<string, [unknown, unknown]>; key?: string; label?: string };
}

export interface Team {
  name: string;
  description: string;
  created_at: string;
  members: number;
  /** Whom its people can ask, and what they must keep to themselves; empty where it says nothing. */
  contact: string;
  confidentiality: string;
}

export interface TeamDetail extends Team {
  used_by: string[];
}

export const ROLE_WORDS: Record<Role, string> = {
  admin: "Administrator",
  team_manager: "Team manager",
  annotator: "Annotator",
  reviewer: "Reviewer",
  annotator_reviewer: "Annotator and reviewer",
  viewer: "Viewer",
};

export const ROLE_HINTS: Record<Role, string> = {
  admin: "Sets everything up, manages everybody, exports labels.",
  team_manager: "Manages the queue of every project, and the people of their own teams.",
  annotator: "Annotates the tasks of their teams.",
  reviewer: "Reviews and decides for their teams.",
  annotator_reviewer: "Annotates, reviews and decides for their teams; never their own work.",
  viewer: "Sees projects and tasks, and changes nothing.",
};

const WORKING_ROLES: readonly Role[] = ["annotator", "reviewer", "annotator_reviewer"];

/** The roles that somebody may give to others. */
export function rolesToGive(giver: Role): readonly Role[] {
  return giver === "admin" ? (Object.keys(ROLE_WORDS) as Role[]) : WORKING_ROLES;
}

export type AccountState = "active" | "invited" | "disabled";

export const STATE_WORDS: Record<AccountState, string> = {
  active: "Active",
  invited: "Invited, not signed in yet",
  disabled: "Disabled",
};

export function stateOf(account: Account): AccountState {
  if (account.disabled_at !== null) return "disabled";
  return account.signed_in_at === null ? "invited" : "active";
}

/** All items of a list whose pages are read one after the other. */
export async function readAll<T>(portal: Portal, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "1000", ...(cursor === null ? {} : { cursor }) });
    const page: Page<T> = await portal.api.get(`${path}${path.includes("?") ? "&" : "?"}${query}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}

const EVENT_WORDS: Record<string, string> = {
  "loupe.person.added": "Added",
  "loupe.person.changed": "Changed",
  "loupe.person.disabled": "Disabled",
  "loupe.person.enabled": "Enabled",
  "loupe.person.login_link_made": "Got a new login link",
  "loupe.api_key.made": "Got an API key",
  "loupe.api_key.disabled": "API key disabled",
  "loupe.access_key.made": "Got an access key",
  "loupe.access_key.disabled": "Access key disabled",
};

/** What was done, in one line: "Changed: role from Annotator to Reviewer". */
export function eventText({ type, data }: AccountEvent): string {
  const word = EVENT_WORDS[type] ?? type;
  if (data.key !== undefined) return `${word}: ${data.label ?? data.key}`;
  if (type !== "loupe.person.changed") return word;
  const changes = Object.entries(data.changes ?? {}).map(
    ([field, [before, after]]) => `${field} from ${valueText(field, before)} to ${valueText(field, after)}`,
  );
  return `${word}: ${changes.join("; ")}`;
}

function valueText(field: string, value: unknown): string {
  if (field === "role") return ROLE_WORDS[value as Role] ?? String(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}
