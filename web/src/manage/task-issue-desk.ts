import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { labelName } from "../review/label-text";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import type { Page } from "./overview-shapes";

interface Issue {
  id: string;
  title: string;
  state: "open" | "resolved";
  answer: number | null;
  label: string | null;
  tags: string[];
  by: string;
  at: string;
  comments: { id: string; by: string; text: string; at: string }[];
}

/** What people have to say about a task: read, written, answered, resolved. */
@customElement("loupe-task-issue-desk")
export class TaskIssueDesk extends LitElement {
  static override styles = [
    styles,
    css`
      article {
        display: grid;
        gap: 0.5rem;
      }

      .comment {
        padding-left: 0.75rem;
        border-left: 3px solid var(--line);
        overflow-wrap: anywhere;
      }

      .text {
        white-space: pre-line;
      }

      textarea {
        min-height: 4rem;
      }

      .tag {
        display: inline-block;
        padding: 0 0.5rem;
        border: 1px solid var(--control-line);
        border-radius: 999px;
        font-size: 0.8125rem;
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() task = "";
  @property({ type: Boolean }) writes = false;
  private readonly issues = new Load<Page<Issue>>(this, () =>
    this.portal.api.get(`/v1/tasks/${this.task}/issues?limit=1000`),
  );
  private readonly acting = new Action(this);

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated && changed.has("task")) void this.issues.run();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="issues">
      <h2 id="issues">Issues</h2>
      ${this.issues.render(({ items }) =>
        items.length === 0
          ? html`<p class="muted">Nobody has written one.</p>`
          : items.map((issue) => this.renderIssue(issue)),
      )}
      ${this.acting.renderError()} ${this.writes ? this.renderNew() : nothing}
    </section>`;
  }

  private renderIssue(issue: Issue) {
    const about = [
      issue.answer === null ? "" : `answer ${issue.answer}`,
      issue.label === null ? "" : labelName(issue.label),
    ].filter(Boolean);
    return html`<article class="card">
      <h3>${issue.title} <span class="tag">${issue.state}</span></h3>
      <p class="small muted">
        ${issue.by}, ${momentText(issue.at)}${about.length === 0 ? "" : ` · about ${about.join(", ")}`}${
          issue.tags.length === 0 ? "" : ` · ${issue.tags.join(", ")}`
        }
      </p>
      ${issue.comments.map(
        (comment) => html`<div class="comment">
          <p class="small muted">${comment.by}, ${momentText(comment.at)}</p>
          <div class="text">${comment.text}</div>
        </div>`,
      )}
      ${this.writes ? this.renderReply(issue) : nothing}
    </article>`;
  }

  private renderReply(issue: Issue) {
    const settle = issue.state === "open" ? "resolve" : "reopen";
    return html`<form @submit=${(event: Event) => this.reply(issue, event)}>
      <label for=${`reply-${issue.id}`}>Comment</label>
      <textarea id=${`reply-${issue.id}`} name="text" maxlength="10000"></textarea>
      <div class="row">
        <button name="do" value="comments" ?disabled=${this.acting.busy}>Comment</button>
        <button name="do" value=${settle} ?disabled=${this.acting.busy}>
          ${settle === "resolve" ? "Resolve" : "Reopen"}
        </button>
      </div>
    </form>`;
  }

  private renderNew() {
    return html`<details>
      <summary>Write an issue</summary>
      <form class="card stack" @submit=${this.write}>
        <div>
          <label for="title">Title</label>
          <input id="title" name="title" required maxlength="200" />
        </div>
        <div>
          <label for="comment">Comment</label>
          <textarea id="comment" name="comment" maxlength="10000"></textarea>
        </div>
        <div><button class="primary" ?disabled=${this.acting.busy}>Write the issue</button></div>
      </form>
    </details>`;
  }

  private async reply(issue: Issue, event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const what = button?.value ?? "comments";
    const text = String(new FormData(form).get("text") ?? "").trim();
    if (what === "comments" && text === "") {
      form.querySelector("textarea")?.focus();
      return;
    }
    const body = what === "comments" ? { text } : text === "" ? {} : { comment: text };
    await this.act(`/v1/issues/${issue.id}/${what}`, body, form);
  }

  private async write(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const comment = String(given.get("comment") ?? "").trim();
    const body = { title: String(given.get("title") ?? "").trim(), ...(comment === "" ? {} : { comment }) };
    await this.act(`/v1/tasks/${this.task}/issues`, body, form);
  }

  private async act(path: string, body: object, form: HTMLFormElement): Promise<void> {
    const done = await this.acting.run(async () => {
      await this.portal.api.send("POST", path, body);
      await this.issues.run();
    });
    if (!done) return;
    form.reset();
    this.portal.announcer.say("Written.");
  }
}
