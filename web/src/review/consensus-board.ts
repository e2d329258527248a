import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "./answer-frames";
import "./difference-table";
import type { Portal } from "../app/portal";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { AnswerFrames } from "./answer-frames";
import type { ConsensusDesk } from "./consensus-desk";

/**
 * The answers between which somebody decides: side by side, field by field and, where the stage refines, merged. The
 * frame of the merged draft goes into the slot.
 */
@customElement("loupe-consensus-board")
export class ConsensusBoard extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        flex: 1;
        min-width: 0;
        min-height: 0;
        overflow-y: auto;
      }

      .board {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1rem;
      }

      .draft {
        display: flex;
        flex-direction: column;
        gap: 0.375rem;
        min-height: 24rem;
      }

      @media (max-width: 48rem) {
        :host {
          flex: none;
          overflow-y: visible;
        }
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) desk!: ConsensusDesk;
  /** False while the task does not show yet or can no longer be decided. */
  @property({ type: Boolean }) enabled = false;
  /** Where the rendered template loads from; null where there is none. */
  @property({ attribute: false }) url: string | null = null;
  @query("loupe-answer-frames") private frames!: AnswerFrames | null;

  constructor() {
    super();
    new Watch(this, () => [this.desk]);
  }

  override render() {
    const { portal, desk, enabled, url } = this;
    return html`<div class="board">
      ${
        url === null
          ? nothing
          : html`<loupe-answer-frames .portal=${portal} .desk=${desk} ?enabled=${enabled} .url=${url}></loupe-answer-frames>`
      }
      <loupe-difference-table .desk=${desk} ?enabled=${enabled} @point=${this.point}></loupe-difference-table>
      ${desk.draft.refines ? this.renderDraft() : nothing}
    </div>`;
  }

  private renderDraft() {
    const { draft, editor, busy } = this.desk;
    return html`<section class="draft" aria-labelledby="merged">
      <div class="row">
        <h2 id="merged">Merged draft</h2>
        ${
          draft.isChanged
            ? html`<button ?disabled=${!this.enabled || busy} @click=${() => editor.reset()}>
              Begin again with the merged answers
            </button>`
            : nothing
        }
      </div>
      <p class="small muted">Take values from the table, or change the draft here.</p>
      <slot></slot>
    </section>`;
  }

  private readonly point = (event: CustomEvent<string>): void => {
    this.frames?.point(event.detail);
    this.desk.editor.point(event.detail);
  };
}
