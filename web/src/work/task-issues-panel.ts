import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import "../review/label-issue-list";
import type { PortalApi } from "../app/api";
import { LabelIssues, tagsOf } from "../review/label-issues";
import { Action } from "../ui/action";
import { styles } from "../ui/styles";

/** What people say about a task, as far as the person may see it: to read, add to, resolve and reopen; fires `close`. */
@customElement("loupe-task-issues")
export class TaskIssuesPanel extends LitElement {
  static override styles = [
    styles,
    css`
      .head {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        justify-content: space-between;
      }

      form {
        display: grid;
        gap: 0.625rem;
      }

      textarea {
        min-height: 4rem;
      }

      .close {
        min-width: 2.25rem;
        padding: 0;
        font-size: 1.25rem;
      }
    `,
  ];

  @property({ attribute: false }) api!: Pick<PortalApi, "get" | "send">;
  @property() taskId = "";
  @state() private issues: LabelIssues | null = null;
  @query("form") private form!: HTMLFormElement;
  private readonly reading = new Action(this);
  private readonly writing = new Action(this);

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("taskId")) return;
    const issues = new LabelIssues(this.api, this.taskId);
    issues.addEventListener("change", () => this.requestUpdate());
    this.issues = issues;
    void this.reading.run(() => issues.read());
  }

  override render() {
    const { issues } = this;
    return html`<aside class="card stack" aria-labelledby="heading" tabindex="-1">
      <div class="head">
        <h2 id="heading">Comments</h2>
        <button class="plain close" aria-label="Close the comments" @click=${() => this.dispatchEvent(new Event("close"))}>×</button>
      </div>
      ${this.reading.renderError()}
      ${issues === null ? nothing : this.renderIssues(issues)}
      <form @submit=${this.write} aria-label="New comment">
        ${this.writing.renderError()}
        <div>
          <label for="title">Say something about this task</label>
          <input id="title" name="title" required maxlength="200" autocomplete="off" />
        </div>
        <div>
          <label for="comment">More (optional)</label>
          <textarea id="comment" name="comment" maxlength="10000"></textarea>
        </div>
        <div>
          <label for="tags">Tags (optional, separated by commas)</label>
          <input id="tags" name="tags" autocomplete="off" />
        </div>
        <div><button class="primary" ?disabled=${this.writing.busy}>Add</button></div>
      </form>
    </aside>`;
  }

  override focus(): void {
    this.renderRoot.querySelector("aside")?.focus();
  }

  private renderIssues(issues: LabelIssues) {
    if (this.reading.busy) return html`<p class="muted" role="status">Loading…</p>`;
    if (issues.all.length === 0) return html`<p class="muted small">Nobody has said anything yet.</p>`;
    return html`<h3 class="visually-hidden">What was said</h3>
      <loupe-label-issue-list .issues=${issues} .shown=${issues.all}></loupe-label-issue-list>`;
  }

  private async write(event: Event): Promise<void> {
    event.preventDefault();
    const { issues, form } = this;
    const fields = new FormData(form);
    const read = (name: string) => String(fields.get(name) ?? "").trim();
    const issue = { title: read("title"), comment: read("comment"), tags: tagsOf(read("tags")) };
    if (issues === null || issue.title === "") return;
    if (await this.writing.run(() => issues.openOnTask(issue))) form.reset();
  }
}
