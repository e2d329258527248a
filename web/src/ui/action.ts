import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import "./error-notice";

/** Something that a person does: runs once at a time, and keeps what went wrong until the next try. */
export class Action implements ReactiveController {
  busy = false;
  error: unknown = null;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {}

  /** True where `what` succeeded. */
  async run(what: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    this.host.requestUpdate();
    try {
      await what();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = false;
      this.host.requestUpdate();
    }
  }

  renderError(): TemplateResult {
    return this.error === null ? html`` : html`<loupe-error .error=${this.error}></loupe-error>`;
  }
}
