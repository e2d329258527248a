import type { Portal } from "../app/portal";

/** In milliseconds: people who type do not pause for so long within a word. */
export const SETTLED_AFTER = 400;

/** Sends what is being edited once nothing has changed for a moment; of several answers the last question's counts. */
export class SettledRequest<Body extends object, Answer> {
  answer: Answer | null = null;
  error: unknown = null;
  busy = false;
  private turn = 0;
  private cancelWait: (() => void) | null = null;

  constructor(
    private readonly portal: Pick<Portal, "api" | "clock">,
    private readonly path: string,
    private readonly answered: () => void,
  ) {}

  ask(body: Body): void {
    this.cancel();
    this.busy = true;
    this.cancelWait = this.portal.clock.after(SETTLED_AFTER, () => void this.send(body));
  }

  cancel(): void {
    this.turn += 1;
    this.busy = false;
    this.cancelWait?.();
  }

  private async send(body: Body): Promise<void> {
    const { turn } = this;
    try {
      const answer = await this.portal.api.send<Answer>("POST", this.path, body);
      if (turn !== this.turn) return;
      this.answer = answer;
      this.error = null;
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.busy = false;
    this.answered();
  }
}
