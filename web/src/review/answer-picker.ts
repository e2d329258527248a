import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";

/** Which of several answers is shown or picked; fires `pick` (detail: its number). */
@customElement("loupe-answer-picker")
export class AnswerPicker extends LitElement {
  static override styles = [
    styles,
    css`
      button {
        min-height: 2rem;
        padding: 0.125rem 0.75rem;
        font-size: 0.875rem;
      }

      button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-wash);
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) answers: number[] = [];
  @property({ type: Number }) shown = 0;
  @property({ attribute: false }) edited: ReadonlySet<number> = new Set();

  override render() {
    return html`<div class="row" role="group" aria-label="Answers">
      ${this.answers.map(
        (answer) => html`<button
          aria-pressed=${answer === this.shown ? "true" : "false"}
          @click=${() => this.pick(answer)}
        >
          Answer ${answer}${this.edited.has(answer) ? " (changed)" : ""}
        </button>`,
      )}
    </div>`;
  }

  private pick(answer: number): void {
    if (answer !== this.shown) this.dispatchEvent(new CustomEvent("pick", { detail: answer }));
  }
}
