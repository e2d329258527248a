import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Action } from "../ui/action";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import type { Issue, LabelIssues } from "./label-issues";

/** Issues with what was said in them; open ones can be resolved, resolved ones opened again. */
@customElement("loupe-label-issue-list")
export class LabelIssueList extends LitElement {
  static override styles = [
    styles,
    css`
      li {
        display: grid;
        gap: 0.25rem;
        padding: 0.5rem 0.625rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--warning);
        border-radius: var(--radius-small);
        overflow-wrap: anywhere;
      }

      li.resolved {
        border-left-color: var(--success);
      }

      li + li {
        margin-top: 0.375rem;
      }

      h4 {
        margin: 0;
        font-size: 0.875rem;
        font-weight: 600;
      }

      blockquote {
        margin: 0;
        padding-left: 0.625rem;
        border-left: 2px solid var(--line);
        white-space: pre-line;
      }

      .tag {
        padding: 0 0.5rem;
        border: 1px solid var(--control-line);
        border-radius: 999px;
        font-size: 0.8125rem;
      }

      button {
        min-height: 1.75rem;
        padding: 0.0625rem 0.625rem;
        font-size: 0.8125rem;
      }

      form {
        display: grid;
        gap: 0.375rem;
      }

      textarea {
        min-height: 3rem;
      }
    `,
  ];

  @property({ attribute: false }) issues!: LabelIssues;
  @property({ attribute: false }) shown: Issue[] = [];
  @state() private replyingTo: string | null = null;
  private readonly saying = new Action(this);

  override render() {
    if (this.shown.length === 0) return nothing;
    return html`<ul aria-label="Issues">
        ${this.shown.map((issue) => this.renderIssue(issue))}
      </ul>
      ${this.saying.renderError()}`;
  }

  private renderIssue(issue: Issue) {
    const open = issue.state === "open";
    return html`<li class=${issue.state}>
      <h4>${open ? "Open" : "Resolved"}: ${issue.title}</h4>
      <p class="small muted">${issue.mine ? "You" : issue.by} · ${momentText(issue.at)}</p>
      ${issue.tags.length === 0 ? nothing : html`<p class="row">${issue.tags.map((tag) => html`<span class="tag">${tag}</span>`)}</p>`}
      ${issue.comments.map(
        ({ by, text }) =>
          html`<blockquote class="small"><span class="muted">${by}:</span> ${text}</blockquote>`,
      )}
      ${this.replyingTo === issue.id ? this.renderReply(issue) : this.renderWays(issue, open)}
    </li>`;
  }

  private renderWays(issue: Issue, open: boolean) {
    return html`<div class="row">
      <button
        aria-label=${`${open ? "Resolve" : "Reopen"} ${issue.title}`}
        ?disabled=${this.saying.busy}
        @click=${() => this.saying.run(() => this.issues.settle(issue))}
      >
        ${open ? "Resolve" : "Reopen"}
      </button>
      <button class="plain" aria-label=${`Reply to ${issue.title}`} @click=${() => this.startReply(issue)}>Reply</button>
    </div>`;
  }

  private renderReply(issue: Issue) {
    return html`<form @submit=${(event: Event) => this.reply(event, issue)}>
      <label class="small" for="reply">Reply to ${issue.title}</label>
      <textarea id="reply" name="text" rows="2" required maxlength="10000"></textarea>
      <div class="row">
        <button class="primary" ?disabled=${this.saying.busy}>Send</button>
        <button
          type="button"
          class="plain"
          @click=${() => {
            this.replyingTo = null;
          }}
        >
          Cancel
        </button>
      </div>
    </form>`;
  }

  private async startReply(issue: Issue): Promise<void> {
    this.replyingTo = issue.id;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLTextAreaElement>("#reply")?.focus();
  }

  private async reply(event: Event, issue: Issue): Promise<void> {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get("text") ?? "").trim();
    if (text === "") return;
    if (await this.saying.run(() => this.issues.comment(issue, text))) this.replyingTo = null;
  }
}
