import { html, LitElement, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { AnswerSource } from "./answer-source";
import { looseBoolean } from "./loose-json";

function isShown(element: Element): boolean {
  return typeof element.checkVisibility !== "function" || element.checkVisibility();
}

/** Base of every named crowd element: state, validation with an accessible message, events. */
export abstract class CrowdField extends LitElement implements AnswerSource {
  // Only so that <label> and <fieldset disabled> of a template reach the element.
  static formAssociated = true;

  @property({ reflect: true }) name = "";
  @property() label = "";
  @property({ reflect: true, converter: looseBoolean }) disabled = false;
  @property({ converter: looseBoolean }) required = false;
  @state() protected error = "";

  get caption(): string {
    return this.label || this.name;
  }

  abstract readPart(): unknown;
  abstract takePart(part: unknown): unknown;
  abstract reset(): void;

  /** What is wrong with the present state, "" when nothing is. */
  protected abstract problem(): string;

  answerPart(): unknown {
    return this.readPart();
  }

  /** The share of the answer, also under the name that templates know. */
  get _submittableValue(): unknown {
    return this.answerPart();
  }

  checkValidity(): boolean {
    return this.disabled || !isShown(this) || this.problem() === "";
  }

  reportValidity(): boolean {
    return this.validate() === "";
  }

  validate(): string {
    this.error = this.checkValidity() ? "" : this.problem();
    return this.error;
  }

  /** Elements that show lists tell apart what shows each item. */
  elementAt(_path: readonly string[]): Element | null {
    return this;
  }

  formDisabledCallback(disabled: boolean): void {
    this.disabled = disabled;
  }

  /** Tells the page about a change made by the person; an error that was shown is checked again. */
  protected announce(type: "input" | "change"): void {
    if (this.error !== "") this.validate();
    this.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  }

  protected renderError(): TemplateResult {
    return html`<p id="error" class="error" aria-live="polite">${this.error}</p>`;
  }

  protected get ariaInvalidState(): "true" | "false" {
    return this.error === "" ? "false" : "true";
  }
}
