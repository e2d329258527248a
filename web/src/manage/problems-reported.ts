import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { labelName } from "../review/label-text";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { partStyles } from "../ui/page-styles";
import { momentText } from "../ui/time-text";
import { type Page, projectApi } from "./overview-shapes";
import type { Problem } from "./problems-shapes";

const LENGTH = 50;

/** What people reported about tasks, and the answers; managers answer in place. */
@customElement("loupe-problems-reported")
export class ProblemsReported extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      article {
        display: grid;
        gap: 0.5rem;
      }

      .text {
        overflow-wrap: anywhere;
        white-space: pre-line;
      }

      blockquote {
        margin: 0;
        padding-left: 0.75rem;
        border-left: 3px solid var(--line);
      }

      textarea {
        min-height: 4rem;
      }

      .choices button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-wash);
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  /** Whether those are shown that were answered. */
  @property({ type: Boolean }) answered = false;
  @property({ type: Boolean }) manages = false;
  @state() private answering: string | null = null;
  @state() private said = "";
  private readonly problems = new Load<Page<Problem>>(this, () => this.read(null), false);
  private readonly more = new Action(this);
  private readonly answer = new Action(this);

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("answered") && !changed.has("project")) return;
    this.problems.value = null;
    this.stopAnswering();
    void this.problems.run();
  }

  /** Reads anew what is shown, unless somebody writes an answer just now. */
  async refresh(): Promise<void> {
    if (this.answering === null) await this.problems.run();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="reported">
      <div class="head">
        <h2 id="reported">Reported by people at work</h2>
        <div class="row choices" role="group" aria-label="Which problems">
          ${this.renderChoice(false, "Open")}${this.renderChoice(true, "Answered")}
        </div>
      </div>
      ${this.problems.render((page) => this.renderProblems(page))}
    </section>`;
  }

  private renderChoice(answered: boolean, word: string) {
    return html`<button
      aria-pressed=${this.answered === answered ? "true" : "false"}
      @click=${() => this.portal.router.setQuery({ reported: answered ? "answered" : null })}
    >
      ${word}
    </button>`;
  }

  private renderProblems({ items, next_cursor }: Page<Problem>) {
    if (items.length === 0)
      return html`<p class="card muted">
        ${
          this.answered
            ? "No problem of this project was answered yet."
            : "No open problem. People at work report one with Report a problem; they keep the task meanwhile."
        }
      </p>`;
    return html`${items.map((problem) => this.renderProblem(problem))} ${this.more.renderError()}
      ${
        next_cursor === null
          ? nothing
          : html`<div>
            <button ?disabled=${this.more.busy} @click=${() => this.readMore(next_cursor)}>Show more</button>
          </div>`
      }`;
  }

  private renderProblem(problem: Problem) {
    return html`<article class="card" aria-labelledby=${`of-${problem.id}`}>
      <h3 id=${`of-${problem.id}`}><a href=${`/tasks/${problem.task_id}`}>${problem.task_name}</a></h3>
      <p class="small muted">
        <span title=${problem.by_email}>${problem.by}</span>${
          problem.stage === null ? nothing : html` in ${problem.stage}`
        },
        <time datetime=${problem.created_at}>${momentText(problem.created_at)}</time>${
          problem.label === null ? nothing : html` · about ${labelName(problem.label)}`
        }
      </p>
      <p class="text">${problem.text}</p>
      ${problem.answer === null ? this.renderAnswering(problem) : this.renderAnswer(problem)}
    </article>`;
  }

  private renderAnswer(problem: Problem) {
    return html`<blockquote>
      <p class="text">${problem.answer}</p>
      <p class="small muted">
        ${problem.answered_by}${
          problem.answered_at === null
            ? nothing
            : html`, <time datetime=${problem.answered_at}>${momentText(problem.answered_at)}</time>`
        }
      </p>
    </blockquote>`;
  }

  private renderAnswering(problem: Problem) {
    if (!this.manages) return html`<p class="muted">Waits for an answer of a manager.</p>`;
    if (this.answering !== problem.id)
      return html`<div>
        <button aria-label=${`Answer ${problem.by} about ${problem.task_name}`} @click=${() => this.begin(problem)}>
          Answer
        </button>
      </div>`;
    return html`<form class="stack" @submit=${(event: Event) => this.send(event, problem)}>
      <div>
        <label for="answer">Answer to ${problem.by}</label>
        <textarea
          id="answer"
          required
          maxlength="10000"
          aria-describedby="answer-hint"
          .value=${this.said}
          @input=${(event: Event) => {
            this.said = (event.target as HTMLTextAreaElement).value;
          }}
        ></textarea>
        <p class="hint" id="answer-hint">They read it under My work. An answer is given once.</p>
      </div>
      ${this.answer.renderError()}
      <div class="row">
        <button class="primary" ?disabled=${this.answer.busy || this.said.trim() === ""}>Send the answer</button>
        <button type="button" class="plain" @click=${this.stopAnswering}>Cancel</button>
      </div>
    </form>`;
  }

  private async begin(problem: Problem): Promise<void> {
    this.answering = problem.id;
    this.said = "";
    await this.updateComplete;
    this.renderRoot.querySelector("textarea")?.focus();
  }

  private readonly stopAnswering = (): void => {
    this.answering = null;
    this.answer.error = null;
  };

  private async send(event: Event, problem: Problem): Promise<void> {
    event.preventDefault();
    const text = this.said.trim();
    const sent = await this.answer.run(() =>
      this.portal.api.send("POST", `/v1/problems/${problem.id}/answer`, { text }),
    );
    if (!sent) return;
    this.stopAnswering();
    this.portal.announcer.say(`The answer went to ${problem.by}.`);
    await this.problems.run();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".choices button")?.focus();
  }

  private read(cursor: string | null): Promise<Page<Problem>> {
    const query = new URLSearchParams({ status: this.answered ? "answered" : "open", limit: String(LENGTH) });
    if (cursor !== null) query.set("cursor", cursor);
    return this.portal.api.get(projectApi(this.project, `problems?${query}`));
  }

  private async readMore(cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(cursor);
      if (cursor !== this.problems.value?.next_cursor) return;
      const items = [...(this.problems.value?.items ?? []), ...next.items];
      this.problems.value = { items, next_cursor: next.next_cursor };
      this.portal.announcer.say(`${items.length} problems shown`);
    });
  }
}
