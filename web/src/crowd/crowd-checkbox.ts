import { css, html } from "lit";
import { property, query } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { takeBoolean } from "./answer-source";
import { CrowdField } from "./crowd-field";
import { baseStyles, fieldStyles } from "./field-styles";
import { looseBoolean } from "./loose-json";

/** A check box; boxes of one name merge into one part of the answer, `{name: {value: checked}}`. */
export class CrowdCheckbox extends CrowdField {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host { display: inline-block; margin: 0 16px 8px 0; vertical-align: top; }
      label { display: inline-flex; align-items: center; gap: 8px; min-height: 32px; margin: 0; font-weight: 400; cursor: pointer; }
      input { flex: none; width: 20px; height: 20px; margin: 0; accent-color: var(--crowd-accent); }
      :host([disabled]) label { color: var(--crowd-ink-soft); cursor: default; }
    `,
  ];

  @property() value = "on";
  @property({ converter: looseBoolean }) checked = false;
  @query("input") private control!: HTMLInputElement | null;

  constructor() {
    super();
    // A <label> of the template and `click()` reach the element itself, not the box inside.
    this.addEventListener("click", (event) => {
      if (event.composedPath()[0] === this) this.control?.click();
    });
  }

  readPart(): unknown {
    return { [this.value ?? "on"]: this.checked };
  }

  takePart(part: unknown): unknown {
    return takeBoolean(part, this.value ?? "on", (on) => {
      this.checked = on;
    });
  }

  reset(): void {
    this.checked = looseBoolean.fromAttribute?.(this.getAttribute("checked")) ?? false;
    this.error = "";
  }

  override focus(options?: FocusOptions): void {
    this.control?.focus(options);
  }

  override get caption(): string {
    return (this.textContent ?? "").trim() || super.caption;
  }

  protected problem(): string {
    return this.required && !this.checked ? "Tick this box to continue" : "";
  }

  protected override render() {
    return html`<label>
        <input type="checkbox" .checked=${live(this.checked)} ?disabled=${this.disabled} aria-required=${this.required}
          aria-invalid=${this.ariaInvalidState} aria-describedby="error" @change=${this.#onChange} />
        <span><slot>${this.label}</slot></span>
      </label>
      ${this.renderError()}`;
  }

  #onChange(event: Event): void {
    event.stopPropagation();
    this.checked = (event.target as HTMLInputElement).checked;
    this.announce("change");
  }
}
