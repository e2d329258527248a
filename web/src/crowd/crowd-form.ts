import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { buildAnswer, buildDraft } from "./answer";
import type { AnswerSource, Parts } from "./answer-source";
import { CrowdButton } from "./crowd-button";
import { CrowdField } from "./crowd-field";
import { baseStyles } from "./field-styles";
import { formRegistry, type Mode } from "./form-registry";
import { looseBoolean } from "./loose-json";
import { isNativeControl, nativeSource } from "./native-controls";
import { ReadOnly } from "./read-only";

type Invalid = { source: AnswerSource; message: string };

const SUBMIT_BUTTONS = 'crowd-button[form-action="submit"], button[type="submit"], input[type="submit"]';
const RESET_BUTTONS = 'crowd-button[form-action="reset"], button[type="reset"], input[type="reset"]';

/**
 * The form of a template. It validates its named elements, dispatches a cancelable `submit` event as an HTML form does,
 * and hands the answer `{name: part}` on; nothing is sent over the network from here.
 */
export class CrowdForm extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .problems { margin: 16px 0 0; padding: 12px 16px; color: var(--crowd-error); background: var(--crowd-error-soft);
        border: 1px solid currentColor; border-radius: var(--crowd-radius); }
      .problems:empty { display: none; }
      .problems p { margin: 0 0 4px; font-weight: 600; }
      .problems button { min-height: 28px; padding: 2px 4px; font: inherit; text-align: start; text-decoration: underline;
        color: inherit; background: none; border: 0; border-radius: 4px; cursor: pointer; }
      .problems ul { margin: 0; padding-inline-start: 20px; }
      .actions { margin-top: 20px; }
      .status { margin: 8px 0 0; color: var(--crowd-ink-soft); }
      .status:empty { display: none; }
    `,
  ];

  @property({ attribute: "answer-format" }) answerFormat = "";
  @property({ attribute: "novalidate", converter: looseBoolean }) noValidate = false;
  @property({ attribute: false }) mode: Mode = "edit";
  /** The element that brought this form along because the template gave it none. */
  @property({ attribute: false }) soloField: CrowdField | null = null;
  @state() private invalid: readonly Invalid[] = [];
  @state() private locked = false;
  @state() private status = "";
  @state() private ownSubmitButton = false;

  readonly #structure = new MutationObserver(() => this.#onStructure());
  readonly #readOnly = new ReadOnly(this);
  #parsed = false;

  constructor() {
    super();
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("submit", (event) => this.#onNativeSubmit(event));
    this.addEventListener("reset", (event) => this.#onNativeReset(event));
    this.addEventListener("input", this.#onEdit);
    this.addEventListener("change", this.#onEdit);
  }

  /** A real form inside this one, made when first asked for; what is appended to it counts in the answer. */
  get form(): HTMLFormElement {
    const existing = this.querySelector("form");
    if (existing) return existing;
    const form = document.createElement("form");
    form.noValidate = true;
    form.style.display = "contents";
    this.append(form);
    return form;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#structure.observe(this, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["name", "form-action"],
    });
    this.soloField?.addEventListener("change", this.#onEdit);
    this.soloField?.addEventListener("input", this.#onEdit);
    formRegistry.add(this);
    if (document.readyState === "loading")
      document.addEventListener("DOMContentLoaded", () => this.#onParsed(), { once: true });
    else this.#onParsed();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#structure.disconnect();
    this.soloField?.removeEventListener("change", this.#onEdit);
    this.soloField?.removeEventListener("input", this.#onEdit);
    formRegistry.remove(this);
  }

  /** All named elements of the form in document order. */
  sources(): AnswerSource[] {
    // Around a lone element only the inner form is the template's; the rest is that element's own markup.
    const scope = this.soloField ? this.querySelector("form") : this;
    const inside = [...(scope?.querySelectorAll("*") ?? [])].flatMap((element): AnswerSource[] => {
      if (element instanceof CrowdField) return [element];
      return isNativeControl(element) ? [nativeSource(element)] : [];
    });
    return [...(this.soloField ? [this.soloField] : []), ...inside].filter((source) => source.name !== "");
  }

  /** The answer as it would be submitted now. */
  answer(): Parts {
    return buildAnswer(this.sources(), this.answerFormat === "flatten-objects");
  }

  /** The present state of all elements, also where incomplete. */
  draft(): Parts {
    return buildDraft(this.sources());
  }

  /** Validates, asks the `submit` listeners and delivers the answer. */
  requestSubmit(submitter: HTMLElement | null = null): void {
    if (this.locked || this.mode === "readonly" || !this.reportValidity()) return;
    const submit = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter });
    if (this.dispatchEvent(submit)) this.#deliver();
  }

  /** Validates and delivers without a `submit` event, as templates expect that call it from their own button. */
  submit(): void {
    if (this.locked || this.mode === "readonly" || !this.reportValidity()) return;
    this.#deliver();
  }

  reset(): void {
    if (!this.dispatchEvent(new Event("reset", { bubbles: true, cancelable: true }))) return;
    for (const source of this.sources()) source.reset();
    this.invalid = [];
    formRegistry.listener?.changed("");
  }

  /** Shows every error, moves the focus to the first and tells how many there are. */
  reportValidity(): boolean {
    this.invalid = this.noValidate ? [] : this.#findInvalid();
    const [first] = this.invalid;
    if (!first) return true;
    first.source.focus();
    formRegistry.listener?.invalid(this.invalid.map(describe));
    return false;
  }

  /** Makes the form usable again after a submission that was not accepted. */
  unlock(): void {
    this.locked = false;
    this.status = "";
  }

  override focus(): void {
    const source = this.invalid[0]?.source ?? this.sources().find((candidate) => !candidate.disabled);
    source?.focus();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("mode")) this.#readOnly.on = this.mode === "readonly";
    if (!changed.has("locked")) return;
    for (const button of this.querySelectorAll('crowd-button[form-action="submit"]')) {
      if (button instanceof CrowdButton) button.busy = this.locked;
    }
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>
      <div class="problems" role="alert">${this.invalid.length > 0 ? this.#renderInvalid() : nothing}</div>
      ${this.ownSubmitButton && this.mode !== "readonly" && this.mode !== "review" ? this.#renderSubmit() : nothing}
      <p class="status" role="status">${this.status}</p>`;
  }

  #renderInvalid(): TemplateResult {
    const count = this.invalid.length;
    const items = this.invalid.map(
      (entry) =>
        html`<li><button type="button" @click=${() => entry.source.focus()}>${describe(entry)}</button></li>`,
    );
    return html`<p>${count === 1 ? "One answer needs your attention" : `${count} answers need your attention`}</p><ul>${items}</ul>`;
  }

  #renderSubmit(): TemplateResult {
    return html`<div class="actions"><crowd-button variant="primary" .busy=${this.locked}
      @click=${(event: Event) => this.requestSubmit(event.currentTarget as HTMLElement)}>Submit</crowd-button></div>`;
  }

  #findInvalid(): Invalid[] {
    const named = new Set<string>();
    return this.sources().flatMap((source): Invalid[] => {
      const message = source.disabled ? "" : source.validate();
      if (message === "" || named.has(source.name)) return [];
      named.add(source.name);
      return [{ source, message }];
    });
  }

  #deliver(): void {
    const userGesture = navigator.userActivation?.isActive ?? false;
    const listener = formRegistry.listener;
    if (!listener) {
      this.status = "This page is not connected to a portal, so the answer was not sent.";
      return;
    }
    // A preview only reports; everywhere else one answer is given once.
    this.locked = this.mode !== "preview";
    listener.submitted(this, this.answer(), userGesture);
  }

  #onParsed(): void {
    this.#parsed = true;
    this.#onStructure();
  }

  #onStructure(): void {
    if (this.#parsed) this.ownSubmitButton = this.querySelector(SUBMIT_BUTTONS) === null;
    formRegistry.listener?.restructured(this);
  }

  #onClick(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || target === null || isInsideNativeForm(target, event)) return;
    const submitter = target.closest<HTMLElement>(`${SUBMIT_BUTTONS}, button:not([type])`);
    if (submitter && this.contains(submitter) && !submitter.matches(":disabled"))
      this.requestSubmit(submitter);
    else if (target.closest(RESET_BUTTONS)) this.reset();
  }

  /** A plain form inside this one never sends anything itself: its submission becomes ours. */
  #onNativeSubmit(event: Event): void {
    if (event.target === this || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.requestSubmit((event as SubmitEvent).submitter);
  }

  #onNativeReset(event: Event): void {
    if (event.target === this || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.reset();
  }

  readonly #onEdit = (event: Event): void => {
    const name = event.target instanceof Element ? (event.target.getAttribute("name") ?? "") : "";
    if (this.invalid.length > 0) this.invalid = this.#findInvalid();
    formRegistry.listener?.changed(name);
  };
}

function describe({ source, message }: Invalid): string {
  const caption = source.caption.trim();
  if (caption === "") return message;
  return /[.:?!]$/.test(caption) ? `${caption} ${message}` : `${caption}: ${message}`;
}

function isInsideNativeForm(target: Element, event: Event): boolean {
  const button = target.closest("crowd-button, button, input");
  if (button === null || button.localName === "crowd-button") return false;
  return event.composedPath().some((node) => node instanceof HTMLFormElement);
}
