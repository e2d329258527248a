import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";
import { CrowdField } from "./crowd-field";
import { looseBoolean } from "./loose-json";

type TextControl = HTMLInputElement | HTMLTextAreaElement;

/** What crowd-input and crowd-text-area share; an empty text is left out of the answer. */
export abstract class TextField extends CrowdField {
  @property() placeholder = "";
  @property({ attribute: "error-message" }) errorMessage = "";
  @property({ attribute: "auto-validate", converter: looseBoolean }) autoValidate = false;
  @property({ attribute: "auto-focus", converter: looseBoolean }) autoFocus = false;
  @property({ attribute: "min-length", type: Number }) minLength: number | null = null;
  @property({ attribute: "max-length", type: Number }) maxLength: number | null = null;
  @query("#control") protected control!: TextControl | null;

  #value = "";

  get value(): string {
    return this.#value;
  }

  @property()
  set value(value: unknown) {
    const before = this.#value;
    this.#value = value === null || value === undefined ? "" : this.clean(String(value));
    this.requestUpdate("value", before);
  }

  readPart(): string {
    return this.#value;
  }

  override answerPart(): string | undefined {
    return this.#value === "" ? undefined : this.#value;
  }

  takePart(part: unknown): unknown {
    if (part !== null && typeof part !== "string" && typeof part !== "number") return part;
    this.value = part;
    return undefined;
  }

  reset(): void {
    this.value = this.getAttribute("value");
    this.error = "";
  }

  override focus(options?: FocusOptions): void {
    if (this.control) this.control.focus(options);
    else super.focus(options);
  }

  protected clean(text: string): string {
    return text;
  }

  protected problem(): string {
    const length = this.#value.length;
    if (length === 0) return this.required ? this.errorMessage || "Fill in this field" : "";
    if (this.minLength !== null && length < this.minLength)
      return this.errorMessage || `Enter at least ${this.minLength} characters`;
    if (this.maxLength !== null && length > this.maxLength)
      return this.errorMessage || `Enter at most ${this.maxLength} characters`;
    return "";
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    if (this.autoFocus) this.focus();
  }

  protected onInput(event: Event): void {
    this.value = (event.target as TextControl).value;
    if (this.autoValidate || this.error !== "") this.validate();
  }

  protected onChange(event: Event): void {
    event.stopPropagation(); // the inner event does not leave the shadow root; ours does
    if (this.autoValidate) this.validate();
    this.announce("change");
  }

  protected renderLabel(): TemplateResult | typeof nothing {
    if (this.label === "") return nothing;
    const mark = this.required ? html` <span class="required" aria-hidden="true">*</span>` : nothing;
    return html`<label for="control">${this.label}${mark}</label>`;
  }

  protected get accessibleName(): string | typeof nothing {
    if (this.label !== "") return nothing;
    return this.getAttribute("aria-label") ?? (this.placeholder || this.name);
  }
}
