import { css, html, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import { takeBoolean } from "./answer-source";
import { CrowdField } from "./crowd-field";
import { baseStyles } from "./field-styles";
import { looseBoolean } from "./loose-json";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** One choice of a crowd-radio-group; each button answers `{name: {value: checked}}` for itself. */
export class CrowdRadioButton extends CrowdField {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex; align-items: center; gap: 8px; min-height: 32px; margin: 0 16px 4px 0;
        cursor: pointer; border-radius: 4px;
      }
      :host(:focus-visible) { outline: 3px solid var(--crowd-accent); outline-offset: 2px; }
      :host([disabled]) { color: var(--crowd-ink-soft); cursor: default; }
      .dot { flex: none; width: 20px; height: 20px; border: 2px solid var(--crowd-line-strong); border-radius: 50%; background: var(--crowd-ground); }
      .dot.on { border-color: var(--crowd-accent); border-width: 6px; }
    `,
  ];

  @property() value = "on";

  #checked = false;

  constructor() {
    super();
    this.addEventListener("click", () => this.#choose());
    this.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get checked(): boolean {
    return this.#checked;
  }

  @property({ converter: looseBoolean })
  set checked(checked: boolean) {
    const before = this.#checked;
    this.#checked = Boolean(checked);
    if (this.#checked) for (const other of this.#others()) other.checked = false;
    this.requestUpdate("checked", before);
    this.#moveTabStop();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute("role", "radio");
    if (this.#checked) for (const other of this.#others()) other.checked = false;
    this.#moveTabStop();
  }

  readPart(): unknown {
    return { [this.value ?? "on"]: this.#checked };
  }

  takePart(part: unknown): unknown {
    return takeBoolean(part, this.value ?? "on", (on) => {
      this.checked = on;
    });
  }

  reset(): void {
    this.checked = looseBoolean.fromAttribute?.(this.getAttribute("checked")) ?? false;
  }

  protected problem(): string {
    return "";
  }

  protected override updated(_changed: PropertyValues): void {
    this.setAttribute("aria-checked", String(this.#checked));
    this.setAttribute("aria-disabled", String(this.disabled));
  }

  protected override render() {
    return html`<span class="dot ${this.#checked ? "on" : ""}"></span><span><slot>${this.label}</slot></span>`;
  }

  #choose(): void {
    if (this.disabled || this.#checked) return;
    this.checked = true;
    this.announce("input");
    this.announce("change");
  }

  #onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (event.key !== " " && step === undefined) return;
    event.preventDefault();
    const group = this.#group().filter((button) => !button.disabled);
    const target = step === undefined ? this : group.at((group.indexOf(this) + step) % group.length);
    if (!target) return;
    target.focus();
    target.#choose();
  }

  /** The buttons of the surrounding group or, without one, those of the same name in the form. */
  #group(): CrowdRadioButton[] {
    const group = this.closest("crowd-radio-group");
    const scope = group ?? this.closest("crowd-form") ?? this.getRootNode();
    const buttons = [...(scope as ParentNode).querySelectorAll("crowd-radio-button")] as CrowdRadioButton[];
    return group
      ? buttons
      : buttons.filter((button) => button.name === this.name && !button.closest("crowd-radio-group"));
  }

  #others(): CrowdRadioButton[] {
    return this.isConnected ? this.#group().filter((button) => button !== this) : [];
  }

  /** Tab reaches the chosen button of a group, or its first one. */
  #moveTabStop(): void {
    if (!this.isConnected) return;
    const group = this.#group();
    const stop = group.find((button) => button.#checked) ?? group.find((button) => !button.disabled);
    for (const button of group) button.tabIndex = button === stop ? 0 : -1;
  }
}
