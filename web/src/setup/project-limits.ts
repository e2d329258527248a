import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { LIMIT_BOUNDS, type LimitName, type Limits, NO_LIMITS } from "./project-draft";
import { describedBy, type FieldErrors, renderFieldError } from "./project-field";
import { formPartStyles } from "./project-form-styles";

const WORDS: Record<LimitName, readonly [string, string]> = {
  max_concurrent_tasks: [
    "Tasks at a time",
    "How many tasks may be on their way through their first stage of people; the rest waits.",
  ],
  withdraw_seconds: [
    "Seconds to take an answer back",
    "So long people may withdraw what they submitted. 0: never.",
  ],
  extend_seconds: [
    "Seconds of an extension",
    "By so much people may extend their time for a task. 0: they may not.",
  ],
  max_extensions: ["Extensions for each task", "How often they may extend it."],
};

/** A project's limits as fields. Fires `limits-change` (detail: Limits). */
@customElement("loupe-project-limits")
export class ProjectLimits extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) limits: Limits = NO_LIMITS;
  @property({ attribute: false }) errors: FieldErrors = new Map();

  override render() {
    return html`<div class="fields">
      ${(Object.keys(WORDS) as LimitName[]).map((name) => this.renderLimit(name))}
    </div>`;
  }

  private renderLimit(name: LimitName) {
    const [label, hint] = WORDS[name];
    const [least, most] = LIMIT_BOUNDS[name];
    return html`<div>
      <label for=${name}>${label}</label>
      <input
        id=${name}
        type="number"
        inputmode="numeric"
        min=${least}
        max=${most}
        step="1"
        .value=${this.limits[name]}
        aria-invalid=${this.errors.has(name) ? "true" : nothing}
        aria-describedby=${describedBy(name, this.errors, name)}
        @input=${(event: Event) => this.tell(name, (event.target as HTMLInputElement).value)}
      />
      <p class="hint" id=${`${name}-hint`}>${hint}</p>
      ${renderFieldError(name, this.errors, name)}
    </div>`;
  }

  private tell(name: LimitName, value: string): void {
    this.limits = { ...this.limits, [name]: value };
    this.dispatchEvent(new CustomEvent("limits-change", { detail: this.limits }));
  }
}
