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

/**
 * A change to many tasks, some at a time. After a stop or a failure it goes on where it was: a call whose answer was
 * lost is sent again under the same key, and changes nothing twice.
 */
export class ChangeRun {
  readonly outcomes: Outcome[] = [];
  private readonly waiting: { key: string; tasks: string[] }[] = [];
  private stopping = false;

  constructor(
    private readonly api: Pick<PortalApi, "send">,
    private readonly project: string,
    readonly tasks: readonly ChosenTask[],
    private readonly change: Change,
    newKey: () => string,
    private readonly progressed: () => void,
  ) {
    for (let from = 0; from < tasks.length; from += TASKS_OF_A_CALL) {
      const ids = tasks.slice(from, from + TASKS_OF_A_CALL).map(({ id }) => id);
      this.waiting.push({ key: newKey(), tasks: ids });
    }
  }

  get done(): boolean {
    return this.waiting.length === 0;
  }

  async go(): Promise<void> {
    const { action, ...body } = this.change;
    const path = projectApi(this.project, `tasks/${action}`);
    this.stopping = false;
    for (let call = this.waiting[0]; call !== undefined && !this.stopping; call = this.waiting[0]) {
      const { key, tasks } = call;
      const answer = await this.api.send<{ items: Outcome[] }>("POST", path, { ...body, tasks }, { key });
      this.outcomes.push(...answer.items);
      this.waiting.shift();
      this.progressed();
    }
  }

  /** Ends it after the call that is on its way. */
  stop(): void {
    this.stopping = true;
  }
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
