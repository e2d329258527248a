import { css, html, LitElement, nothing } from "lit";
import { property, query } from "lit/decorators.js";
import { buttonStyles } from "./button-styles";
import { baseStyles } from "./field-styles";
import { type InstructionSource, type InstructionsPanel, instructionSources } from "./instructions-panel";
import { SlotByTag } from "./slot-by-tag";

const SLOTS = ["short-summary", "detailed-instructions", "positive-example", "negative-example"];

/** Instructions behind a link or button (`link-type`), with summary, details, good and bad examples. */
export class CrowdInstructions extends LitElement implements InstructionSource {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host { margin: 0 0 16px; }
      h3 { margin: 16px 0 4px; font-size: 1rem; }
      .example { padding-inline-start: 12px; border-inline-start: 4px solid var(--crowd-line-strong); }
      .positive { border-color: var(--crowd-success); }
      .negative { border-color: var(--crowd-error); }
    `,
  ];

  @property({ attribute: "link-text" }) linkText = "View instructions";
  @property({ attribute: "link-type" }) linkType = "link";
  @query("loupe-instructions-panel") private panel!: InstructionsPanel | null;

  readonly #slots = new SlotByTag(this, SLOTS);

  get hasInstructions(): boolean {
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    instructionSources.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    instructionSources.delete(this);
  }

  toggleInstructions(): void {
    this.panel?.toggle();
  }

  closeInstructions(): boolean {
    return this.panel?.close() ?? false;
  }

  protected override render() {
    return html`<button type="button" class=${this.linkType === "button" ? "normal" : "link"} @click=${() => this.toggleInstructions()}>${this.linkText}</button>
      <loupe-instructions-panel>
        <slot name="short-summary"></slot>
        <slot name="detailed-instructions"></slot>
        ${this.#example("positive-example", "positive", "Good example")}
        ${this.#example("negative-example", "negative", "Bad example")}
        <slot></slot>
      </loupe-instructions-panel>`;
  }

  #example(tag: string, kind: string, title: string) {
    if (!this.#slots.has(tag)) return nothing;
    return html`<div class="example ${kind}"><h3>${title}</h3><slot name=${tag}></slot></div>`;
  }
}
