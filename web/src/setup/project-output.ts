import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { outputProblem } from "./project-draft";
import { describedBy, type FieldErrors, renderFieldError } from "./project-field";
import { formPartStyles } from "./project-form-styles";

interface OutputCheck {
  ok: boolean;
  problem: string | null;
}

/** An output location, with a button that tries it out. Fires `output-change` (detail: the location). */
@customElement("loupe-project-output")
export class ProjectOutput extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }

      .line input {
        flex: 1 1 16rem;
        width: auto;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) output = "";
  @property({ attribute: false }) errors: FieldErrors = new Map();
  @state() private result: OutputCheck | null = null;
  private readonly testing = new Action(this);

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("output")) this.result = null;
  }

  override render() {
    return html`<div>
        <label for="output">Output location</label>
        <div class="line">
          <input
            id="output"
            spellcheck="false"
            autocomplete="off"
            placeholder="s3://bucket/folder"
            .value=${this.output}
            aria-invalid=${this.errors.has("output") ? "true" : nothing}
            aria-describedby=${describedBy("output", this.errors, "output")}
            @input=${(event: Event) => this.tell((event.target as HTMLInputElement).value.trim())}
          />
          <button type="button" ?disabled=${this.testing.busy} @click=${this.test}>
            ${this.testing.busy ? "Testing…" : "Test"}
          </button>
        </div>
        <p class="hint" id="output-hint">
          Where results and exports are written, in a folder with the project's name. Test tries to write there and leaves nothing behind.
        </p>
        ${renderFieldError("output", this.errors, "output")}
      </div>
      <div role="status">${this.renderResult()}</div>
      ${this.testing.renderError()}`;
  }

  private renderResult() {
    if (this.result === null) return nothing;
    return this.result.ok
      ? html`<p class="notice success"><span>Loupe can write to ${this.output}.</span></p>`
      : html`<p class="notice error"><span>It does not work: ${this.result.problem}.</span></p>`;
  }

  private tell(output: string): void {
    this.output = output;
    this.dispatchEvent(new CustomEvent("output-change", { detail: output }));
  }

  private async test(): Promise<void> {
    const { output } = this;
    const problem = outputProblem(output);
    if (problem !== null) {
      this.result = { ok: false, problem: problem.replace(/\.$/, "") };
      return;
    }
    await this.testing.run(async () => {
      const result = await this.portal.api.send<OutputCheck>("POST", "/v1/outputs/check", { output });
      if (output === this.output) this.result = result;
    });
  }
}
