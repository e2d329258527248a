import type { Portal } from "../app/portal";

export interface TemplateProblem {
  code: string;
  line: number | null;
  message: string;
}

/** What the server makes of a template and an input; without a page nothing can be shown. */
export interface TemplatePreview {
  problems: TemplateProblem[];
  page: string | null;
  signature: string | null;
}

export const ASK_AFTER = 400;

/** Asks for previews once nothing has changed for a moment; of several answers the last question's counts. */
export class PreviewRequest {
  preview: TemplatePreview | null = null;
  error: unknown = null;
  busy = false;
  private turn = 0;
  private cancelWait: (() => void) | null = null;

  constructor(
    private readonly portal: Pick<Portal, "api" | "clock">,
    private readonly answered: () => void,
  ) {}

  ask(body: { template?: string; human_task_ui?: string; input: unknown }): void {
    this.cancel();
    this.busy = true;
    this.cancelWait = this.portal.clock.after(ASK_AFTER, () => void this.send(body));
  }

  cancel(): void {
    this.turn += 1;
    this.busy = false;
    this.cancelWait?.();
  }

  private async send(body: object): Promise<void> {
    const { turn } = this;
    try {
      const preview = await this.portal.api.send<TemplatePreview>("POST", "/v1/templates/preview", body);
      if (turn !== this.turn) return;
      this.preview = preview;
      this.error = null;
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.busy = false;
    this.answered();
  }
}
