/** The members of the address that say which tasks the queue shows; the same words as the API's. */
const WORDS = ["stage", "person", "priority_from", "priority_to", "name", "ended_from", "ended_to"] as const;

/** What a task can be looked for by, besides its status. */
export const CONDITIONS = [
  ["held", "Held by somebody"],
  ["in_review", "In review"],
  ["starved", "Nobody can take it"],
  ["escalated", "Waits for a manager"],
  ["expiring", "Deadline within an hour"],
  ["expired", "Expired in the last 24 hours"],
  ["rejected", "Sent back by reviewers"],
] as const;

export const ORDERS = [
  ["priority", "Priority, then age"],
  ["oldest", "Oldest first"],
  ["newest", "Newest first"],
] as const;

/** The API's query for an address: without a status, what is not over; with `all`, whatever its status. */
export function filterQuery(address: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams();
  const status = address.get("status") ?? "unfinished";
  if (status !== "all") query.set("status", status);
  for (const word of WORDS) copy(word, address, query);
  for (const [condition] of CONDITIONS) if (address.get(condition) === "true") query.set(condition, "true");
  copy("order", address, query);
  return query;
}

/** The condition that an address asks for; the first where it asks for several. */
export function conditionOf(address: URLSearchParams): string {
  return CONDITIONS.find(([condition]) => address.get(condition) === "true")?.[0] ?? "";
}

/** Changes of the address that ask for one condition, or none. */
export function askFor(condition: string): Record<string, string | null> {
  return Object.fromEntries(CONDITIONS.map(([each]) => [each, each === condition ? "true" : null]));
}

/** Whether an address asks for less than all that is not over. */
export function isNarrowed(address: URLSearchParams): boolean {
  const asked = filterQuery(address);
  asked.delete("order");
  return asked.toString() !== "status=unfinished";
}

/** Changes of the address that show all that is not over. */
export function withoutFilter(): Record<string, null> {
  const names = ["status", ...WORDS, ...CONDITIONS.map(([condition]) => condition)];
  return Object.fromEntries(names.map((name) => [name, null]));
}

function copy(name: string, from: URLSearchParams, to: URLSearchParams): void {
  const value = from.get(name);
  if (value !== null && value !== "") to.set(name, value);
}
