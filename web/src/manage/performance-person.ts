import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { partStyles } from "../ui/page-styles";
import { momentText } from "../ui/time-text";
import { type Page, STATUS_WORDS } from "./overview-shapes";
import {
  type CountedTask,
  dayText,
  FIGURE_WORDS,
  figuresQuery,
  type PersonFigures,
  performanceApi,
  secondsText,
  shareText,
} from "./performance-shapes";

const LENGTH = 50;

/** One person: the tasks behind a figure, and all figures day by day. */
@customElement("loupe-performance-person")
export class PerformancePerson extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      .choices a {
        display: inline-block;
        padding: 0.25rem 0.625rem;
        border: 1px solid var(--control-line);
        border-radius: 999px;
        font-size: 0.875rem;
        text-decoration: none;
      }

      .choices a[aria-current] {
        border-color: var(--accent);
        background: var(--accent-wash);
        font-weight: 600;
      }

      .days {
        max-height: 22rem;
      }

      summary {
        min-height: 1.75rem;
        cursor: pointer;
        font-weight: 600;
      }

      h2:focus {
        outline: none;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @property({ attribute: false }) person!: PersonFigures;
  @property({ attribute: false }) address = new URLSearchParams();
  @query("h2") private heading!: HTMLElement;
  private asked = "";
  private readonly tasks = new Load<Page<CountedTask>>(this, () => this.read(null), false);
  private readonly more = new Action(this);

  private get figure(): string {
    const asked = this.address.get("figure") ?? "";
    if (asked in FIGURE_WORDS) return asked;
    return this.person.submitted === 0 && this.person.reviews > 0 ? "reviews" : "submitted";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const asked = this.query(null).toString();
    if (asked === this.asked || !(changed.has("address") || changed.has("person"))) return;
    this.asked = asked;
    this.tasks.value = null;
    void this.tasks.run();
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get("address") as URLSearchParams | undefined;
    const chosen = (address?: URLSearchParams) => `${address?.get("person")} ${address?.get("figure")}`;
    if (changed.has("address") && chosen(before) !== chosen(this.address)) this.heading.focus();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="person">
      <div class="head">
        <h2 id="person" tabindex="-1">${this.person.name}: ${FIGURE_WORDS[this.figure]}</h2>
        <a href=${this.link({ person: null, figure: null })}>Close</a>
      </div>
      <nav class="row choices" aria-label="Figure">
        ${Object.entries(FIGURE_WORDS).map(
          ([figure, word]) => html`<a
            href=${this.link({ figure })}
            aria-current=${figure === this.figure ? "true" : nothing}
            >${word}</a
          >`,
        )}
      </nav>
      ${this.tasks.render((page) => this.renderTasks(page))} ${this.renderDays()}
    </section>`;
  }

  private renderTasks({ items, next_cursor }: Page<CountedTask>) {
    if (items.length === 0)
      return html`<p class="card muted" role="status">No task counts here in this period.</p>`;
    const timed = items.some(({ seconds }) => seconds !== null);
    return html`<div class="scroll card" role="region" aria-label="Tasks" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Status</th>
              <th scope="col">Counted at</th>
              ${timed ? html`<th scope="col" class="number">Active time</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${items.map((task) => this.renderTask(task, timed))}
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

  private renderTask(task: CountedTask, timed: boolean) {
    return html`<tr>
      <th scope="row">
        <a href=${`/tasks/${task.id}`}>${task.name}</a>
        ${task.opening > 1 ? html`<span class="tag">Opening ${task.opening}</span>` : nothing}
      </th>
      <td>${STATUS_WORDS[task.status] ?? task.status}</td>
      <td><time datetime=${task.at}>${momentText(task.at)}</time></td>
      ${timed ? html`<td class="number">${secondsText(task.seconds)}</td>` : nothing}
    </tr>`;
  }

  private renderDays() {
    return html`<details class="card">
      <summary>Day by day</summary>
      <div class="scroll days" role="region" aria-label="Day by day" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              <th scope="col" class="number">Tasks</th>
              <th scope="col" class="number">Time per task, mean</th>
              <th scope="col" class="number">First pass</th>
              <th scope="col" class="number">Rejections</th>
              <th scope="col" class="number">Reviews</th>
              <th scope="col" class="number">Rejected</th>
              <th scope="col" class="number">Time per review, mean</th>
            </tr>
          </thead>
          <tbody>
            ${this.person.days.toReversed().map(
              (day) => html`<tr>
                <th scope="row">${dayText(day.day)}</th>
                <td class="number">${day.submitted}</td>
                <td class="number">${secondsText(day.task_seconds)}</td>
                <td class="number">
                  ${shareText(day.reviewed === 0 ? null : day.approved_at_once / day.reviewed)}
                </td>
                <td class="number">${day.rejections}</td>
                <td class="number">${day.reviews}</td>
                <td class="number">${day.reviews - day.approvals}</td>
                <td class="number">${secondsText(day.review_seconds)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  private link(changes: Record<string, string | null>): string {
    const query = new URLSearchParams(this.address);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    return `/projects/${encodeURIComponent(this.project)}/people?${query}`;
  }

  private query(cursor: string | null): URLSearchParams {
    const query = figuresQuery(this.address, new Date(this.portal.serverClock.now()));
    query.set("person", this.person.id);
    query.set("figure", this.figure);
    query.set("limit", String(LENGTH));
    if (cursor !== null) query.set("cursor", cursor);
    return query;
  }

  private read(cursor: string | null): Promise<Page<CountedTask>> {
    return this.portal.api.get(performanceApi(this.project, "/tasks", this.query(cursor)));
  }

  private async readMore(cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(cursor);
      if (cursor !== this.tasks.value?.next_cursor) return;
      const items = [...(this.tasks.value?.items ?? []), ...next.items];
      this.tasks.value = { items, next_cursor: next.next_cursor };
      this.portal.announcer.say(`${items.length} tasks shown`);
    });
  }
}
