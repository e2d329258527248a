import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "./kept-answer";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";
import type { LeaseLoss } from "./lease";

/** Says why a task can no longer be worked on, and keeps what was typed; the ways on go into the slot. */
@customElement("loupe-lost-work")
export class LostWork extends LitElement {
  static override styles = [
    styles,
    css`
      .card {
        border-left: 4px solid var(--warning);
      }
    `,
  ];

  @property() loss: LeaseLoss = "closed";
  /** What the content is called. */
  @property() what = "answer";
  /** What was typed last, or null where nothing was. */
  @property({ attribute: false }) content: JsonObject | null = null;

  override render() {
    const { what, todo } = LOSS_TEXT[this.loss];
    return html`<section class="card stack" role="alert" aria-labelledby="lost">
      <div>
        <h2 id="lost">${what}</h2>
        <p>${todo}</p>
      </div>
      ${this.content === null ? nothing : html`<loupe-kept-answer .content=${this.content} what=${this.what}></loupe-kept-answer>`}
      <div class="row"><slot></slot></div>
    </section>`;
  }
}

const LOSS_TEXT: Record<LeaseLoss, { what: string; todo: string }> = {
  "hold-ended": {
    what: "The time for this task is over",
    todo: "It went back to its queue and may be given to somebody else. What you typed is kept on this device and can be copied.",
  },
  "opened-elsewhere": {
    what: "This task was opened in another tab or on another device",
    todo: "Only one of them can work on it. Continue here, or go on there. What you typed here is kept.",
  },
  "not-taken": {
    what: "This task is not yours any more",
    todo: "It was fetched ahead, and went back to its queue before it could be opened. What you typed is kept on this device and can be copied.",
  },
  closed: {
    what: "This task takes no more answers",
    todo: "It was stopped, finished by others or given to somebody else. What you typed is kept on this device and can be copied.",
  },
};
