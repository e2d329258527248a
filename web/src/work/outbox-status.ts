import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import "./kept-answer";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { describeProblem } from "../ui/error-text";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { QueuedSubmission } from "./submission-queue";

/** Answers that the server has not taken yet: a word in the header, and what can be done about them. */
@customElement("loupe-outbox")
export class OutboxStatus extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        flex: none;
      }

      .status {
        min-height: 2rem;
        padding: 0.125rem 0.625rem;
        border-color: var(--warning);
        background: var(--warning-wash);
        color: var(--warning);
        font-size: 0.875rem;
      }

      .status.refused {
        border-color: var(--danger);
        background: var(--danger-wash);
        color: var(--danger);
      }

      li {
        display: grid;
        gap: 0.75rem;
        padding: 1rem 0;
        border-top: 1px solid var(--line);
      }

      li:first-child {
        border-top: 0;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @state() private opened = false;
  @state() private error: unknown = null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.queue]);
  }

  override render() {
    const { waiting, refused } = this.portal.queue;
    const noun = nounFor([...waiting, ...refused]);
    const text = outboxText(waiting.length, refused.length, noun);
    return html`
      ${
        text === ""
          ? nothing
          : html`<button
            class="status ${refused.length > 0 ? "refused" : ""}"
            aria-haspopup="dialog"
            @click=${this.open}
          >
            ${text}
          </button>`
      }
      ${this.opened ? this.renderDialog(waiting, refused) : nothing}
    `;
  }

  private renderDialog(waiting: QueuedSubmission[], refused: QueuedSubmission[]) {
    return html`<loupe-dialog heading=${`Your ${plural(nounFor([...waiting, ...refused]))} on the way`} @close=${this.closed}>
      ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
      ${
        this.portal.queue.onlyInThisTab
          ? html`<p class="notice warning">This browser keeps no data. Leave this tab open until all is sent.</p>`
          : nothing
      }
      ${waiting.length + refused.length === 0 ? html`<p>All ${plural(nounFor([...waiting, ...refused]))} are sent.</p>` : nothing}
      <ul>
        ${refused.map((entry) => this.renderRefused(entry))} ${waiting.map((entry) => this.renderWaiting(entry))}
      </ul>
      ${
        waiting.length > 0
          ? html`<button slot="actions" class="primary" @click=${this.sendNow}>Send now</button>`
          : nothing
      }
    </loupe-dialog>`;
  }

  private renderWaiting(entry: QueuedSubmission) {
    const tries = entry.attempts === 0 ? "It is being sent." : "The server could not be reached yet.";
    return html`<li>
      <h3>${entry.title}</h3>
      <p class="muted small">${tries} It is kept on this device and sent again by itself.</p>
    </li>`;
  }

  private renderRefused(entry: QueuedSubmission) {
    if (entry.refused === null) return nothing;
    const correctable = entry.refused.status === 413 || entry.refused.status === 422;
    return html`<li>
      <h3>${entry.title}</h3>
      <loupe-error .text=${describeProblem(entry.refused)}></loupe-error>
      <loupe-kept-answer .content=${keptContent(entry)} what=${nounFor([entry])}></loupe-kept-answer>
      <div class="row">
        ${
          correctable
            ? html`<button @click=${() => this.correct(entry)}>Open the task and correct it</button>`
            : html`<button @click=${() => this.sendAgain(entry)}>Try once more</button>`
        }
        <button class="danger" @click=${() => this.discard(entry)}>Discard this ${nounFor([entry])}</button>
      </div>
    </li>`;
  }

  private open(): void {
    this.error = null;
    this.opened = true;
  }

  private closed(): void {
    this.opened = false;
  }

  private async sendNow(): Promise<void> {
    await this.portal.queue.sendNow();
  }

  private async sendAgain(entry: QueuedSubmission): Promise<void> {
    this.error = null;
    try {
      await this.portal.queue.sendAgainNow(entry.submissionId);
    } catch (error) {
      this.error = error;
    }
  }

  private async correct(entry: QueuedSubmission): Promise<void> {
    this.opened = false;
    await this.portal.router.go({ name: "work", assignment: entry.assignmentId });
  }

  private async discard(entry: QueuedSubmission): Promise<void> {
    await this.portal.queue.discard(entry.submissionId);
  }
}

/** The header's words, empty where there is nothing to say. */
export function outboxText(waiting: number, refused: number, noun: string = "answer"): string {
  if (refused > 0)
    return refused === 1 ? `1 ${noun} was not accepted` : `${refused} ${plural(noun)} were not accepted`;
  if (waiting === 0) return "";
  return waiting === 1 ? `1 ${noun} waiting to be sent` : `${waiting} ${plural(noun)} waiting to be sent`;
}

function nounFor(entries: QueuedSubmission[]): string {
  const decisions = entries.filter((entry) => entry.handIn.action !== "submit").length;
  if (decisions === 0) return "answer";
  return decisions === entries.length ? "decision" : "answer or decision";
}

function plural(noun: string): string {
  return noun === "answer or decision" ? "answers and decisions" : `${noun}s`;
}

function keptContent({ handIn }: QueuedSubmission): JsonObject {
  if (handIn.action === "submit") return handIn.content;
  const { comment, label_verdicts: verdicts } = handIn;
  const content = handIn.action === "approve" ? (handIn.content ?? null) : null;
  return { decision: handIn.action, comment, verdicts: verdicts.map((said) => ({ ...said })), content };
}
