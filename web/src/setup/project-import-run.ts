import type { PortalApi } from "../app/api";
import type { JsonObject } from "../ui/json";
import { projectPath } from "./project-shapes";
import { chunksOf } from "./project-task-file";

export interface TaskOutcome {
  name: string | null;
  outcome: "created" | "exists" | "refused";
  id?: string;
  detail?: string;
}

/** Sends tasks in pieces, one after the other. After a failure it goes on where it stopped. */
export class ImportRun {
  readonly outcomes: TaskOutcome[] = [];
  readonly total: number;
  private readonly waiting: JsonObject[][];

  constructor(
    private readonly api: Pick<PortalApi, "send">,
    private readonly project: string,
    tasks: readonly JsonObject[],
    private readonly progressed: () => void,
  ) {
    this.total = tasks.length;
    this.waiting = chunksOf(tasks);
  }

  get done(): boolean {
    return this.waiting.length === 0;
  }

  async go(): Promise<void> {
    for (let chunk = this.waiting[0]; chunk !== undefined; chunk = this.waiting[0]) {
      const path = projectPath(this.project, "/tasks");
      const { items } = await this.api.send<{ items: TaskOutcome[] }>("POST", path, { tasks: chunk });
      this.outcomes.push(...items);
      this.waiting.shift();
      this.progressed();
    }
  }

  count(outcome: TaskOutcome["outcome"]): number {
    return this.outcomes.filter((each) => each.outcome === outcome).length;
  }

  /** Those that were not taken. */
  refused(): TaskOutcome[] {
    return this.outcomes.filter((each) => each.outcome === "refused");
  }
}
