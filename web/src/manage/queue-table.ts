import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ServerClock } from "../ui/clock";
import { partStyles } from "../ui/page-styles";
import { momentText, roughText } from "../ui/time-text";
import { STARVED_WORDS, STATUS_WORDS } from "./overview-shapes";
import { rowChoiceCell, rowChoiceHead, rowChoiceStyles } from "./row-choice";
import { type ListedTask, SLOT_WORDS } from "./task-shapes";

/** A page of tasks; fires `choose` (detail: {id, on}) and `choose-all` (detail: on) where tasks may be chosen. */
@customElement("loupe-queue-table")
export class QueueTable extends LitElement {
  static override styles = [
    ...partStyles,
    rowChoiceStyles,
    css`
      table {
        min-width: 46rem;
      }

      th[scope="row"] {
        min-width: 9rem;
      }

      .tag.warning {
        border-color: var(--warning);
        color: var(--warning);
        white-space: normal;
      }
    `,
  ];

  @property({ attribute: false }) tasks: ListedTask[] = [];
  @property({ attribute: false }) chosen: ReadonlySet<string> = new Set();
  @property({ type: Boolean }) choosable = false;
  @property({ attribute: false }) clock!: ServerClock;

  override render() {
    const ids = this.tasks.map(({ id }) => id);
    return html`<div class="scroll card" role="region" aria-label="Tasks" tabindex="0">
      <table>
        <thead>
          <tr>
            ${
              this.choosable
                ? rowChoiceHead("Select all tasks shown", ids, this.chosen, (on) => this.chooseAll(on))
                : nothing
            }
            <th scope="col">Task</th>
            <th scope="col">Status and stage</th>
            <th scope="col" class="number">Priority</th>
            <th scope="col">Who</th>
            <th scope="col">Waits since</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        <tbody>
          ${this.tasks.map((task) => this.renderRow(task))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow(task: ListedTask) {
    const chosen = this.chosen.has(task.id);
    return html`<tr ?data-chosen=${chosen}>
      ${
        this.choosable
          ? rowChoiceCell(`Select ${task.name}`, chosen, (on) => this.choose(task.id, on))
          : nothing
      }
      <th scope="row"><a href=${`/tasks/${task.id}`}>${task.name}</a></th>
      <td>
        ${STATUS_WORDS[task.status] ?? task.status}${task.stage === null ? nothing : html` · ${task.stage}`}
        <div class="row">${this.tags(task).map((tag) => html`<span class="tag warning">${tag}</span>`)}</div>
      </td>
      <td class="number">${task.priority}</td>
      <td>${this.renderPeople(task)}</td>
      <td>${task.waiting_since === null ? html`<span class="muted">–</span>` : this.renderSince(task.waiting_since)}</td>
      <td>${this.renderSince(task.created_at)}</td>
    </tr>`;
  }

  private tags(task: ListedTask): string[] {
    const tags: string[] = [];
    if (task.stopping) tags.push("Being stopped");
    if (task.agent_failed) tags.push("Agent failed");
    if (task.starved_reason !== null)
      tags.push(`Nobody can take it: ${STARVED_WORDS[task.starved_reason] ?? task.starved_reason}`);
    if (task.escalated) tags.push("Waits for a manager");
    if (task.rejections > 0)
      tags.push(task.rejections === 1 ? "Sent back once" : `Sent back ${task.rejections} times`);
    if (task.deadline_at !== null && this.clock.until(task.deadline_at) < 3_600_000)
      tags.push(`Deadline ${momentText(task.deadline_at)}`);
    return tags;
  }

  private renderPeople(task: ListedTask) {
    if (task.people.length === 0) return html`<span class="muted">nobody</span>`;
    return task.people.map(
      ({ name, email, state }) => html`<div title=${email}>
        <span class="muted">${state === "planned" ? "reserved for" : SLOT_WORDS[state]}</span> ${name}
      </div>`,
    );
  }

  private renderSince(moment: string) {
    return html`<time datetime=${moment} title=${momentText(moment)}>${roughText(-this.clock.until(moment))}</time>`;
  }

  private choose(id: string, on: boolean): void {
    this.dispatchEvent(new CustomEvent("choose", { detail: { id, on } }));
  }

  private chooseAll(on: boolean): void {
    this.dispatchEvent(new CustomEvent("choose-all", { detail: on }));
  }
}
