import type { PortalApi } from "../app/api";
import { projectApi } from "./overview-shapes";
import type { ListedTask, Outcome } from "./task-shapes";

/** What managers do with tasks. */
export type Change =
  | { action: "assign"; email: string; until?: string }
  | { action: "release" }
  | { action: "priority"; priority: number }
  | { action: "move"; stage: string }
  | { action: "cancel" }
  | { action: "reopen"; stage?: string };

export type ActionName = Change["action"];

export interface ChosenTask {
  id: string;
  name: string;
}

/** So many tasks are changed by one call; between calls one may stop. */
const TASKS_OF_A_CALL = 200;
const TASKS_OF_A_PAGE = 1000;

/** All tasks that match a filter of the queue, as they are now. `told` hears how many were found; false ends it. */
export async function allThatMatch(
  api: PortalApi,
  project: string,
  filter: URLSearchParams,
  told: (found: number) => boolean,
): Promise<ChosenTask[]> {
  const found: ChosenTask[] = [];
  const query = new URLSearchParams(filter);
  query.set("limit", String(TASKS_OF_A_PAGE));
  for (;;) {
    const page = await api.get<{ items: ListedTask[]; next_cursor: string | null }>(
      projectApi(project, `queue?${query}`),
    );
    found.push(...page.items.map(({ id, name }) => ({ id, name })));
    if (!told(found.length) || page.next_cursor === null) return found;
    query.set("cursor", page.next_cursor);
  }
}

/** Changes tasks, some at a time; an outcome for each that was reached. `told` hears them; false ends it. */
export async function changeTasks(
  api: PortalApi,
  project: string,
  tasks: readonly ChosenTask[],
  change: Change,
  told: (outcomes: readonly Outcome[]) => boolean,
): Promise<Outcome[]> {
  const { action, ...body } = change;
  const outcomes: Outcome[] = [];
  for (let from = 0; from < tasks.length; from += TASKS_OF_A_CALL) {
    const ids = tasks.slice(from, from + TASKS_OF_A_CALL).map(({ id }) => id);
    const answer = await api.send<{ items: Outcome[] }>("POST", projectApi(project, `tasks/${action}`), {
      ...body,
      tasks: ids,
    });
    outcomes.push(...answer.items);
    if (!told(outcomes)) break;
  }
  return outcomes;
}

export interface PlannedMove {
  id: string;
  name: string;
  from_stage: string | null;
  outcome: "pending" | "refused";
  detail: string | null;
}

/** What would become of tasks that are to move to a stage, if they were asked now. */
export async function planMove(
  api: PortalApi,
  project: string,
  tasks: readonly ChosenTask[],
  stage: string,
): Promise<PlannedMove[]> {
  const planned: PlannedMove[] = [];
  for (let from = 0; from < tasks.length; from += TASKS_OF_A_PAGE) {
    const ids = tasks.slice(from, from + TASKS_OF_A_PAGE).map(({ id }) => id);
    const answer = await api.send<{ items: PlannedMove[] }>("POST", projectApi(project, "tasks/move/plan"), {
      tasks: ids,
      stage,
    });
    planned.push(...answer.items);
  }
  return planned;
}

/** How often each text stands in a list, most frequent first. */
export function countTexts(texts: readonly string[]): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
