import { css, html, LitElement, nothing } from "lit";
import { property, query } from "lit/decorators.js";
import { baseStyles } from "./field-styles";
import { icon } from "./icons";
import { looseBoolean } from "./loose-json";

/** An element that brings instructions; the portal's Instructions button opens them inside the frame. */
export interface InstructionSource {
  readonly hasInstructions: boolean;
  toggleInstructions(): void;
  /** Closes the panel; returns whether it was open. */
  closeInstructions(): boolean;
}

/** All sources of the page, in the order in which they appeared. */
export const instructionSources = new Set<InstructionSource>();

/** A panel beside the task that leaves the task usable while it is read. */
export class InstructionsPanel extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host { display: contents; }
      section {
        position: fixed; z-index: 1000; inset-block: 0 auto; inset-inline-end: 0; width: min(30rem, 100%); max-height: 100%;
        overflow: auto; padding: 16px 20px 20px; background: var(--crowd-ground); color: var(--crowd-ink);
        border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius); box-shadow: 0 8px 32px rgb(0 0 0 / 0.25);
      }
      section[hidden] { display: none; }
      header { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin-bottom: 8px; }
      h2 { margin: 0; font-size: 1.125rem; line-height: 1.3; }
      button { display: grid; place-items: center; width: 36px; height: 36px; padding: 0; color: inherit; background: none; border: 0; border-radius: var(--crowd-radius); cursor: pointer; }
      button:hover { background: var(--crowd-surface-strong); }
    `,
  ];

  @property() heading = "Instructions";
  @property({ reflect: true, converter: looseBoolean }) open = false;
  @query("button") private closeButton!: HTMLElement | null;

  #returnFocusTo: HTMLElement | null = null;

  toggle(): void {
    if (this.open) this.close();
    else void this.#show();
  }

  close(): boolean {
    if (!this.open) return false;
    this.open = false;
    this.#returnFocusTo?.focus();
    this.#returnFocusTo = null;
    return true;
  }

  protected override render() {
    return html`<section class="awsui-modal-dialog" role="dialog" aria-labelledby="heading" ?hidden=${!this.open}>
      <header><h2 id="heading">${this.heading || nothing}</h2>
        <button type="button" aria-label="Close instructions" @click=${() => this.close()}>${icon("close")}</button>
      </header>
      <slot></slot>
    </section>`;
  }

  async #show(): Promise<void> {
    this.#returnFocusTo = focusedElement();
    this.open = true;
    await this.updateComplete;
    this.closeButton?.focus();
  }
}

function focusedElement(): HTMLElement | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused instanceof HTMLElement ? focused : null;
}
