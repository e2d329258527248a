import type { Portal } from "../app/portal";
import type { GraphCheck } from "./project-shapes";

export const CHECK_AFTER = 350;

/** Has a graph checked once nothing has changed for a moment; of several answers the last question's counts. */
export class GraphCheckRequest {
  check: GraphCheck | null = null;
  error: unknown = null;
  busy = false;
  private turn = 0;
  private cancelWait: (() => void) | null = null;

  constructor(
    private readonly portal: Pick<Portal, "api" | "clock">,
    private readonly answered: () => void,
  ) {}

  /** `teams` by stage; null while nobody has said who works in the stages. */
  ask(document: string, teams: Record<string, string> | null): void {
    this.cancel();
    this.busy = true;
    this.cancelWait = this.portal.clock.after(CHECK_AFTER, () => void this.send({ document, teams }));
  }

  cancel(): void {
    this.turn += 1;
    this.busy = false;
    this.cancelWait?.();
  }

  private async send(body: object): Promise<void> {
    const { turn } = this;
    try {
      const check = await this.portal.api.send<GraphCheck>("POST", "/v1/graphs/check", body);
      if (turn !== this.turn) return;
      this.check = check;
      this.error = null;
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.busy = false;
    this.answered();
  }
}
