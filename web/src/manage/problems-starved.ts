import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { partStyles } from "../ui/page-styles";
import { momentText } from "../ui/time-text";
import { type Page, projectApi, queueLink, STARVED_WORDS } from "./overview-shapes";
import type { ListedTask } from "./task-shapes";

const LENGTH = 20;

/** Tasks that no active person may take, with the reason. */
@customElement("loupe-problems-starved")
export class ProblemsStarved extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      table {
        min-width: 34rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  private readonly tasks = new Load<Page<ListedTask>>(this, () =>
    this.portal.api.get(projectApi(this.project, `queue?status=unfinished&starved=true&limit=${LENGTH}`)),
  );

  async refresh(): Promise<void> {
    await this.tasks.run();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="starved">
      <h2 id="starved">Tasks that nobody can take</h2>
      ${this.tasks.render((page) =>
        page.items.length === 0
          ? html`<p class="card muted">For every waiting task there is somebody who may take it.</p>`
          : this.renderTasks(page),
      )}
    </section>`;
  }

  private renderTasks({ items, next_cursor }: Page<ListedTask>) {
    return html`<div class="scroll card" role="region" aria-label="Waiting tasks" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Stage</th>
              <th scope="col">Why</th>
              <th scope="col">Waits since</th>
            </tr>
          </thead>
          <tbody>
            ${items.map(
              (task) => html`<tr>
                <th scope="row"><a href=${`/tasks/${task.id}`}>${task.name}</a></th>
                <td>${task.stage ?? "–"}</td>
                <td>${STARVED_WORDS[task.starved_reason ?? ""] ?? task.starved_reason}</td>
                <td>
                  ${
                    task.waiting_since === null
                      ? "–"
                      : html`<time datetime=${task.waiting_since}>${momentText(task.waiting_since)}</time>`
                  }
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p>
        Add people to the team, or assign, move or cancel the tasks:
        <a href=${queueLink(this.project, { starved: "true" })}
          >${next_cursor === null ? "these tasks" : "all of them"} in the queue</a
        >
      </p>`;
  }
}
