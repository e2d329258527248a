import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./error-notice";
import { ApiRefusal, type Task, type TaskAnswer } from "./api";
import { describeError, type ErrorText } from "./error-text";
import type { Portal } from "./portal";
import { styles } from "./styles";
import { DECISION_WORDS } from "./work-words";

/** One task as managers see it: where it is, how it ended, and its answers. */
@customElement("loupe-task")
export class TaskPage extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        width: min(60rem, 100%);
        margin: 0 auto;
        padding: 1.5rem 1rem 3rem;
      }

      h1 {
        overflow-wrap: anywhere;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
      }

      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0.375rem 1.5rem;
      }

      dt {
        color: var(--muted);
      }

      dd {
        overflow-wrap: anywhere;
      }

      pre {
        margin: 0.5rem 0 0;
        padding: 0.75rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        font: 0.8125rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() taskId = "";
  @state() private task: Task | null = null;
  @state() private error: ErrorText | null = null;
  @query("h1") private heading!: HTMLElement;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override firstUpdated(): void {
    document.title = "Task · Loupe";
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">${this.task?.name ?? "Task"}</h1>
        <button class="plain" @click=${this.load}>Refresh</button>
      </div>
      ${this.error === null ? nothing : html`<loupe-error .text=${this.error}></loupe-error>`}
      ${this.task === null ? this.renderLoading() : this.renderTask(this.task)}
    </div>`;
  }

  private renderLoading() {
    return this.error === null ? html`<p class="muted" role="status">Loading…</p>` : nothing;
  }

  private renderTask(task: Task) {
    const facts: [string, string | null][] = [
      ["Status", task.stop_requested_at !== null && task.ended_at === null ? "stopping" : task.status],
      ["Project", task.project],
      ["Stage", task.stage],
      ["Visit", String(task.visit)],
      ["Priority", String(task.priority)],
      ["Nobody can take it", task.starved_reason],
      ["Failure", task.failure_code === null ? null : failureText(task)],
      ["Output", task.output_uri],
      ["Created", moment(task.created_at)],
      ["Ended", task.ended_at === null ? null : moment(task.ended_at)],
      ["Id", task.id],
    ];
    const shown = facts.filter(([, value]) => value !== null && value !== "");
    return html`<section class="card" aria-label="Facts">
        <dl>
          ${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
        </dl>
      </section>
      <section class="stack" aria-labelledby="answers">
        <h2 id="answers">Answers</h2>
        ${
          task.answers.length === 0
            ? html`<p class="muted">Nobody has answered yet.</p>`
            : task.answers.map((answer) => this.renderAnswer(answer))
        }
      </section>`;
  }

  private renderAnswer(answer: TaskAnswer) {
    return html`<article class="card">
      <p class="small muted">
        Worker ${answer.worker_id} · ${answer.stage}, visit ${answer.visit}, slot ${answer.slot} ·
        ${moment(answer.submitted_at)} · ${Math.round(answer.active_seconds)} s of work
      </p>
      ${
        answer.decision === null
          ? nothing
          : html`<p><strong>${DECISION_WORDS[answer.decision]}</strong>${answer.comment === "" ? "" : `: ${answer.comment}`}</p>`
      }
      ${answer.content === null ? nothing : html`<pre>${JSON.stringify(answer.content, null, 2)}</pre>`}
    </article>`;
  }

  private async load(): Promise<void> {
    try {
      this.task = await this.portal.api.task(this.taskId);
      this.error = null;
    } catch (error) {
      this.error = describeTaskError(error);
    }
  }
}

function describeTaskError(error: unknown): ErrorText {
  const status = error instanceof ApiRefusal ? error.status : null;
  if (status === 403)
    return {
      what: "Only managers and administrators can look at tasks.",
      todo: "Ask your team's manager to look at it for you.",
      fields: [],
    };
  if (status === 404 || status === 422 || status === 400)
    return {
      what: "There is no such task.",
      todo: "Check the address: it ends with the id of a task.",
      fields: [],
    };
  return describeError(error);
}

function failureText(task: Task): string {
  return [task.failure_code, task.failure_reason].filter(Boolean).join(": ");
}

function moment(timestamp: string): string {
  return new Date(timestamp).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
