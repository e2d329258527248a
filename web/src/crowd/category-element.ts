import { css, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { isRecord, without } from "./answer-source";
import { buttonStyles } from "./button-styles";
import { CrowdField } from "./crowd-field";
import { baseStyles, fieldStyles } from "./field-styles";
import { formRegistry } from "./form-registry";
import { type InstructionSource, type InstructionsPanel, instructionSources } from "./instructions-panel";
import { looseJson, looseJsonOrText } from "./loose-json";
import { type ChoiceHost, choiceKeys, shortcuts } from "./shortcuts";
import { SlotByTag } from "./slot-by-tag";

const SLOTS = ["classification-target", "short-instructions", "full-instructions", "worker-comment"];

const layoutStyles = css`
  .annotation-area { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr) minmax(220px, 300px); align-items: start; }
  .annotation-area.with-sidebar { grid-template-columns: minmax(180px, 260px) minmax(0, 1fr) minmax(220px, 300px); }
  .sidebar { padding: 12px 16px; background: var(--crowd-surface); border-radius: var(--crowd-radius); font-size: 0.9375rem; }
  h2 { margin: 0 0 12px; font-size: 1.25rem; line-height: 1.3; }
  .sidebar h2 { font-size: 1rem; margin-bottom: 4px; }
  .sidebar .link { margin-inline-start: -9px; }
  .target { padding: 16px; border: 1px solid var(--crowd-line); border-radius: var(--crowd-radius); overflow-wrap: anywhere; }
  fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
  legend { padding: 0; margin-bottom: 8px; font-weight: 600; }
  .category { display: flex; align-items: center; gap: 10px; min-height: 44px; margin-bottom: 6px; padding: 6px 12px; font-weight: 400;
    border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius); cursor: pointer; overflow-wrap: anywhere; }
  .category:hover { background: var(--crowd-surface); }
  .category:has(input:checked) { border-color: var(--crowd-accent); background: var(--crowd-accent-soft); box-shadow: 0 0 0 1px var(--crowd-accent); }
  .category:has(input:focus-visible) { outline: 3px solid var(--crowd-accent); outline-offset: 2px; }
  .category input { flex: none; width: 20px; height: 20px; margin: 0; accent-color: var(--crowd-accent); outline: none; }
  .category span { flex: 1; min-width: 0; }
  .exclusion { margin-top: 12px; }
  kbd { flex: none; min-width: 24px; padding: 0 6px; text-align: center; font: 0.8125rem/1.6 var(--crowd-font);
    color: var(--crowd-ink-soft); border: 1px solid var(--crowd-line-strong); border-radius: 4px; }
  @media (max-width: 760px) {
    .annotation-area, .annotation-area.with-sidebar { grid-template-columns: minmax(0, 1fr); }
  }
`;

/**
 * Base of the classifiers: something to look at, and categories to choose from. Outside a crowd-form it brings a form of
 * its own.
 */
export abstract class CategoryElement extends CrowdField implements ChoiceHost, InstructionSource {
  static override styles = [baseStyles, fieldStyles, buttonStyles, layoutStyles];

  @property({ converter: looseJson("categories") }) categories: unknown = undefined;
  @property() header = "";
  @state() protected chosen: readonly string[] = [];
  @state() private standalone = false;
  @state() private sidebarHidden = false;
  @query("loupe-instructions-panel") private panel!: InstructionsPanel | null;

  protected readonly slots = new SlotByTag(this, SLOTS);
  protected abstract readonly multiple: boolean;
  #initialValue: unknown = null;

  /** The live answer; assigning `null` takes the choice back. */
  abstract get value(): unknown;
  abstract set value(value: unknown);

  get initialValue(): unknown {
    return this.#initialValue;
  }

  @property({ attribute: "initial-value", converter: looseJsonOrText })
  set initialValue(value: unknown) {
    this.#initialValue = value;
    this.value = value;
  }

  override get caption(): string {
    return this.header || super.caption;
  }

  /** All options in their order, the exclusion category last. */
  get choices(): readonly string[] {
    return [...new Set(categoryNames(this.categories))];
  }

  get choosable(): boolean {
    return !this.disabled && formRegistry.listener?.mode !== "readonly" && this.closest("[inert]") === null;
  }

  get hasInstructions(): boolean {
    return this.slots.has("short-instructions", "full-instructions");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.standalone = this.closest("crowd-form") === null && !insideCrowdForm(this);
    shortcuts.addChoices(this);
    instructionSources.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    shortcuts.removeChoices(this);
    instructionSources.delete(this);
  }

  reset(): void {
    this.value = this.#initialValue ?? null;
    this.error = "";
  }

  choose(index: number): void {
    this.renderRoot.querySelector<HTMLInputElement>(`.category input[data-index="${index}"]`)?.click();
  }

  toggleInstructions(): void {
    if (this.slots.has("full-instructions")) this.panel?.toggle();
    else this.sidebarHidden = !this.sidebarHidden;
  }

  closeInstructions(): boolean {
    return this.panel?.close() ?? false;
  }

  override focus(options?: FocusOptions): void {
    const inputs = [...this.renderRoot.querySelectorAll<HTMLInputElement>(".category input")];
    (inputs.find((input) => input.checked) ?? inputs[0])?.focus(options);
  }

  protected override render() {
    const body = this.#renderBody();
    return this.standalone ? html`<crowd-form .soloField=${this}>${body}</crowd-form>` : body;
  }

  protected renderTarget(): TemplateResult {
    return html`<div class="target"><slot name="classification-target"></slot><slot></slot></div>`;
  }

  protected renderBelowCategories(): TemplateResult | typeof nothing {
    return nothing;
  }

  protected isExclusive(_choice: string): boolean {
    return false;
  }

  protected abstract select(choice: string, on: boolean): void;

  #renderBody(): TemplateResult {
    const sidebar = this.slots.has("short-instructions", "full-instructions") && !this.sidebarHidden;
    return html`<div class="annotation-area ${sidebar ? "with-sidebar" : ""}">
        ${sidebar ? this.#renderSidebar() : nothing}
        <div>${this.header ? html`<h2>${this.header}</h2>` : nothing}${this.renderTarget()}</div>
        <div>${this.#renderPicker()}${this.renderError()}${this.renderBelowCategories()}</div>
      </div>
      ${this.slots.has("full-instructions") ? this.#renderPanel() : nothing}`;
  }

  #renderSidebar(): TemplateResult {
    const short = this.slots.child("short-instructions");
    return html`<aside class="sidebar awsui-app-layout__navigation" aria-label="Instructions">
      <h2>${short?.getAttribute("header") || "Instructions"}</h2>
      <slot name="short-instructions"></slot>
      ${this.slots.has("full-instructions") ? html`<div class="headerButtonsContainer"><button type="button" class="link moreInstructionsLink" @click=${() => this.toggleInstructions()}>View full instructions</button></div>` : nothing}
    </aside>`;
  }

  #renderPanel(): TemplateResult {
    const heading = this.slots.child("full-instructions")?.getAttribute("header") || "Instructions";
    return html`<loupe-instructions-panel .heading=${heading}><slot name="full-instructions"></slot></loupe-instructions-panel>`;
  }

  #renderPicker(): TemplateResult {
    const choices = this.choices;
    const withdrawn = this.chosen.filter((label) => !choices.includes(label));
    if (choices.length + withdrawn.length === 0)
      return html`<p class="error">This question has no categories to choose from.</p>`;
    return html`<fieldset class="category-picker-wrapper" role=${this.multiple ? "group" : "radiogroup"}
        aria-invalid=${this.multiple ? nothing : this.ariaInvalidState} aria-describedby="error">
      <legend>${this.multiple ? "Select all that apply" : "Select one"}</legend>
      ${choices.map((label, index) => this.#renderChoice(label, index))}
      ${withdrawn.map((label) => this.#renderChoice(label, null))}
    </fieldset>`;
  }

  #renderChoice(label: string, index: number | null): TemplateResult {
    const keys = index === null ? "" : choiceKeys(index);
    return html`<label class="category ${this.isExclusive(label) ? "exclusion" : ""}">
      <input type=${this.multiple ? "checkbox" : "radio"} name="category" data-index=${index ?? nothing} .checked=${live(this.chosen.includes(label))}
        ?disabled=${this.disabled} aria-keyshortcuts=${keys || nothing} @change=${(event: Event) => this.#onChange(event, label)}
        @input=${(event: Event) => event.stopPropagation()} />
      <span>${label}${index === null ? " (not among the categories)" : ""}</span>
      ${keys ? html`<kbd aria-hidden="true">${keys}</kbd>` : nothing}
    </label>`;
  }

  #onChange(event: Event, label: string): void {
    this.select(label, (event.target as HTMLInputElement).checked);
    this.announce("input");
    this.announce("change");
  }
}

/** Categories are texts, or objects with a `name`, `label` or `text`; the list itself may come as a JSON text. */
function categoryNames(categories: unknown): string[] {
  if (typeof categories === "string")
    return categoryNames(looseJson("categories").fromAttribute?.(categories));
  if (!Array.isArray(categories)) return [];
  return categories.flatMap((category) => {
    const text = isRecord(category) ? (category.name ?? category.label ?? category.text) : category;
    return text === null || text === undefined ? [] : [String(text)];
  });
}

function insideCrowdForm(element: Element): boolean {
  const root = element.getRootNode();
  return (
    root instanceof ShadowRoot && (root.host.closest("crowd-form") !== null || insideCrowdForm(root.host))
  );
}

/** What single-choice classifiers share: exactly one category must be chosen. */
export abstract class SingleCategoryElement extends CategoryElement {
  protected readonly multiple = false;

  override get value(): Record<string, unknown> {
    return this.readPart();
  }

  override set value(value: unknown) {
    const label = isRecord(value) ? value.label : value;
    this.chosen = label === null || label === undefined ? [] : [String(label)];
  }

  readPart(): Record<string, unknown> {
    const [label] = this.chosen;
    return label === undefined ? {} : { label };
  }

  override answerPart(): unknown {
    return this.chosen.length > 0 ? this.readPart() : undefined;
  }

  takePart(part: unknown): unknown {
    if (part === null || (isRecord(part) && Object.keys(part).length === 0)) {
      this.chosen = [];
      return undefined;
    }
    if (!isRecord(part) || typeof part.label !== "string") return part;
    this.chosen = [part.label];
    return without(part, "label");
  }

  protected problem(): string {
    return this.chosen.length === 0 ? "Choose one of the categories" : "";
  }

  protected select(choice: string): void {
    this.chosen = [choice];
  }
}
