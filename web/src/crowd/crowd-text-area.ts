import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { baseStyles, fieldStyles } from "./field-styles";
import { looseBoolean } from "./loose-json";
import { TextField } from "./text-field";

/** Several lines of text; lines end with "\n". */
export class CrowdTextArea extends TextField {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      textarea { display: block; resize: vertical; field-sizing: content; line-height: 1.5; }
      .counter { margin: 4px 0 0; text-align: end; font-size: 0.875rem; color: var(--crowd-ink-soft); }
    `,
  ];

  @property({ type: Number }) rows = 3;
  @property({ attribute: "max-rows", type: Number }) maxRows: number | null = null;
  @property({ attribute: "char-counter", converter: looseBoolean }) charCounter = false;

  protected override clean(text: string): string {
    return text.replace(/\r\n?/g, "\n");
  }

  protected override render() {
    const limit = this.maxRows ? `max-height: calc(${this.maxRows * 1.5}em + 18px)` : "";
    return html`${this.renderLabel()}
      <textarea id="control" rows=${this.rows || 3} .value=${live(this.value)} style=${`min-height: calc(${(this.rows || 3) * 1.5}em + 18px); ${limit}`}
        placeholder=${this.placeholder} ?disabled=${this.disabled} aria-required=${this.required}
        aria-label=${this.accessibleName} aria-invalid=${this.ariaInvalidState} aria-describedby="error"
        @input=${this.onInput} @change=${this.onChange}></textarea>
      ${this.charCounter ? html`<p class="counter">${this.#count()}</p>` : nothing}
      ${this.renderError()}`;
  }

  #count(): string {
    return this.maxLength === null ? `${this.value.length}` : `${this.value.length} of ${this.maxLength}`;
  }
}
