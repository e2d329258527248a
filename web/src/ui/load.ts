import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import "./error-notice";

/** What a screen shows is read from the server: remembers the value, the error, and that it is being read. */
export class Load<T> implements ReactiveController {
  value: T | null = null;
  error: unknown = null;
  busy = false;
  private turn = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly read: () => Promise<T>,
    /** False where the host says itself when to read, with `run`. */
    private readonly atStart = true,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    if (this.atStart) void this.run();
  }

  /** Reads anew; the value of before stays until then. An answer that a later reading overtook is dropped. */
  async run(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.busy = true;
    this.host.requestUpdate();
    try {
      const value = await this.read();
      if (turn !== this.turn) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.busy = false;
    this.host.requestUpdate();
  }

  /** The value by `show`; what went wrong above it, with a way to try again; a word while the first one loads. */
  render(show: (value: T) => unknown): TemplateResult {
    return html`${
      this.error === null
        ? ""
        : html`<loupe-error .error=${this.error}><button @click=${() => this.run()}>Try again</button></loupe-error>`
    }${
      this.value === null
        ? this.error === null
          ? html`<p class="muted" role="status">Loading…</p>`
          : ""
        : show(this.value)
    }`;
  }
}
