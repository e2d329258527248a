import { html } from "lit";
import { property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { baseStyles, fieldStyles } from "./field-styles";
import { problems } from "./problem-log";
import { TextField } from "./text-field";

const TYPES = new Set([
  "text",
  "date",
  "datetime-local",
  "email",
  "month",
  "number",
  "password",
  "search",
  "tel",
  "time",
  "url",
  "week",
]);

/** A single line of text. */
export class CrowdInput extends TextField {
  static override styles = [baseStyles, fieldStyles];

  @property() type = "text";
  @property({ attribute: "allowed-pattern" }) allowedPattern = "";

  protected override problem(): string {
    const problem = super.problem();
    if (problem !== "" || !this.control || this.value === "") return problem;
    const { validity } = this.control;
    const refused = validity.badInput || validity.typeMismatch;
    return refused
      ? this.errorMessage || this.control.validationMessage || `This is not a valid ${this.type}`
      : "";
  }

  protected override render() {
    return html`${this.renderLabel()}
      <input id="control" class="text" type=${TYPES.has(this.type) ? this.type : "text"} .value=${live(this.value)}
        placeholder=${this.placeholder} ?disabled=${this.disabled} aria-required=${this.required}
        aria-label=${this.accessibleName} aria-invalid=${this.ariaInvalidState} aria-describedby="error"
        step="any" @beforeinput=${this.#onBeforeInput} @input=${this.onInput} @change=${this.onChange} />
      ${this.renderError()}`;
  }

  /** With `auto-validate`, characters outside `allowed-pattern` are ignored as they are typed. */
  #onBeforeInput(event: InputEvent): void {
    const pattern = this.autoValidate ? this.#allowedCharacter() : null;
    if (pattern && event.data && ![...event.data].every((character) => pattern.test(character)))
      event.preventDefault();
  }

  #allowedCharacter(): RegExp | null {
    if (this.allowedPattern === "") return null;
    try {
      return new RegExp(`^(?:${this.allowedPattern})$`, "u");
    } catch (error) {
      problems.report(
        `allowed-pattern of "${this.name}" is no regular expression: ${(error as SyntaxError).message}`,
      );
      return null;
    }
  }
}
