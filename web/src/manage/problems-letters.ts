import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { partStyles } from "../ui/page-styles";
import { momentText } from "../ui/time-text";
import { type Page, projectApi } from "./overview-shapes";
import { type DeadLetter, type Decision, decide, type Refused, sharedPathways } from "./problems-shapes";
import { rowChoiceCell, rowChoiceHead, rowChoiceStyles } from "./row-choice";

const LENGTH = 100;

/** Tasks whose agent failed for good: managers ask the agent again, or send the tasks on along a pathway. */
@customElement("loupe-problems-letters")
export class ProblemsLetters extends LitElement {
  static override styles = [
    ...partStyles,
    rowChoiceStyles,
    css`
      table {
        min-width: 44rem;
      }

      td.error {
        max-width: 28rem;
        font: 0.8125rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      .bar {
        align-items: end;
      }

      .bar select {
        width: auto;
        min-width: 10rem;
        min-height: 2.25rem;
        padding-block: 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @property({ type: Boolean }) manages = false;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private pathway = "";
  @state() private refused: Refused[] = [];
  private readonly letters = new Load<Page<DeadLetter>>(this, () => this.read(null));
  private readonly more = new Action(this);
  private readonly deciding = new Action(this);

  /** Reads anew, unless a selection would move away. */
  async refresh(): Promise<void> {
    if (this.chosen.size === 0) await this.letters.run();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="letters">
      <h2 id="letters">Agents that failed for good</h2>
      ${this.renderRefused()}
      ${this.letters.render((page) =>
        page.items.length === 0
          ? html`<p class="card muted">No agent has given up on a task. Where one does, its task waits here for you.</p>`
          : this.renderLetters(page),
      )}
    </section>`;
  }

  private renderRefused() {
    if (this.refused.length === 0) return nothing;
    return html`<div class="notice error" role="alert">
      <div>
        <p>Not all could be decided:</p>
        <ul>
          ${this.refused.map(({ name, why }) => html`<li><strong>${name}</strong>: ${why}</li>`)}
        </ul>
      </div>
      <button
        class="plain"
        @click=${() => {
          this.refused = [];
        }}
      >
        Dismiss
      </button>
    </div>`;
  }

  private renderLetters({ items, next_cursor }: Page<DeadLetter>) {
    const ids = items.map(({ task_id }) => task_id);
    return html`${this.manages ? this.renderBar(items) : nothing}
      <div class="scroll card" role="region" aria-label="Tasks of these agents" tabindex="0">
        <table>
          <thead>
            <tr>
              ${
                this.manages
                  ? rowChoiceHead("Select all agents that failed", ids, this.chosen, (on) => {
                      this.chosen = new Set(on ? ids : []);
                    })
                  : nothing
              }
              <th scope="col">Task</th>
              <th scope="col">Agent stage</th>
              <th scope="col" class="number">Attempts</th>
              <th scope="col">Last error</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            ${items.map((letter) => this.renderLetter(letter))}
          </tbody>
        </table>
      </div>
      ${this.more.renderError()}
      ${
        next_cursor === null
          ? nothing
          : html`<div>
            <button ?disabled=${this.more.busy} @click=${() => this.readMore(next_cursor)}>Show more</button>
          </div>`
      }`;
  }

  private renderBar(items: DeadLetter[]) {
    const letters = items.filter(({ task_id }) => this.chosen.has(task_id));
    const shared = sharedPathways(letters);
    const pathway = shared.includes(this.pathway) ? this.pathway : "";
    const none = letters.length === 0;
    return html`<div class="row bar" role="toolbar" aria-label="Decide on the selected tasks">
        <span role="status">${none ? "Select tasks to decide on them" : `${letters.length} selected`}</span>
        <button ?disabled=${none || this.deciding.busy} @click=${() => this.decide(letters, { do: "retry" })}>
          Ask the agent again
        </button>
        <div>
          <label for="pathway">Pathway</label>
          <select
            id="pathway"
            ?disabled=${shared.length === 0}
            @change=${(event: Event) => {
              this.pathway = (event.target as HTMLSelectElement).value;
            }}
          >
            <option value="" ?selected=${pathway === ""}>Choose a pathway</option>
            ${shared.map((each) => html`<option value=${each} ?selected=${each === pathway}>${each}</option>`)}
          </select>
        </div>
        <button
          ?disabled=${pathway === "" || this.deciding.busy}
          @click=${() => this.decide(letters, { do: "route", pathway })}
        >
          Send along it
        </button>
      </div>
      ${
        !none && shared.length === 0
          ? html`<p class="hint">The selected tasks share no pathway: select those of one stage.</p>`
          : nothing
      }
      ${this.deciding.renderError()}`;
  }

  private renderLetter(letter: DeadLetter) {
    const chosen = this.chosen.has(letter.task_id);
    return html`<tr ?data-chosen=${chosen}>
      ${
        this.manages
          ? rowChoiceCell(`Select ${letter.task_name}`, chosen, () => this.toggle(letter))
          : nothing
      }
      <th scope="row"><a href=${`/tasks/${letter.task_id}`}>${letter.task_name}</a></th>
      <td>${letter.stage}</td>
      <td class="number">${letter.attempts}</td>
      <td class="error">${letter.error}</td>
      <td><time datetime=${letter.dead_at}>${momentText(letter.dead_at)}</time></td>
    </tr>`;
  }

  private toggle({ task_id }: DeadLetter): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(task_id)) chosen.add(task_id);
    this.chosen = chosen;
  }

  private async decide(letters: readonly DeadLetter[], decision: Decision): Promise<void> {
    const decided = await this.deciding.run(async () => {
      this.refused = await decide(this.portal.api, letters, decision);
      const done = letters.length - this.refused.length;
      const what = decision.do === "retry" ? "asked again" : `sent along ${decision.pathway}`;
      this.portal.announcer.say(`${done} of ${letters.length} ${what}`);
    });
    if (decided) this.chosen = new Set();
    // Also after a failure: some may be decided, and are not listed any more.
    await this.letters.run();
  }

  private read(cursor: string | null): Promise<Page<DeadLetter>> {
    const query = new URLSearchParams({ limit: String(LENGTH) });
    if (cursor !== null) query.set("cursor", cursor);
    return this.portal.api.get(projectApi(this.project, `agents/dead-letters?${query}`));
  }

  private async readMore(cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(cursor);
      const items = [...(this.letters.value?.items ?? []), ...next.items];
      this.letters.value = { items, next_cursor: next.next_cursor };
      this.portal.announcer.say(`${items.length} shown`);
    });
  }
}
