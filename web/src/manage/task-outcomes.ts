import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { partStyles } from "../ui/page-styles";
import { type ChosenTask, countTexts } from "./task-changes";
import type { Outcome } from "./task-shapes";

const WORDS: Record<Outcome["outcome"], string> = {
  done: "Done",
  requested: "Asked for",
  refused: "Not done",
};
const MOST_SHOWN = 500;

/** What became of each of the tasks that something was done with. */
@customElement("loupe-task-outcomes")
export class TaskOutcomes extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      .scroll {
        max-height: 18rem;
      }
    `,
  ];

  @property({ attribute: false }) outcomes: readonly Outcome[] = [];
  @property({ attribute: false }) tasks: readonly ChosenTask[] = [];

  override render() {
    const names = new Map(this.tasks.map(({ id, name }) => [id, name]));
    // What did not work has to be seen.
    const order: Outcome["outcome"][] = ["refused", "requested", "done"];
    const sorted = order.flatMap((each) => this.outcomes.filter(({ outcome }) => outcome === each));
    return html`<div class="stack">
      <div role="status">
        <ul>
          ${countTexts(this.outcomes.map(summary)).map(
            ([text, count]) => html`<li><strong>${count.toLocaleString()}</strong> ${text}</li>`,
          )}
        </ul>
      </div>
      ${
        this.outcomes.some(({ outcome }) => outcome === "requested")
          ? html`<p class="hint">What was asked for, each task's workflow decides and does; its page shows what came.</p>`
          : nothing
      }
      <div class="scroll" role="region" aria-label="Each task" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            ${sorted.slice(0, MOST_SHOWN).map(
              (each) => html`<tr>
                <th scope="row"><a href=${`/tasks/${each.id}`}>${names.get(each.id) ?? each.id}</a></th>
                <td>${WORDS[each.outcome]}${each.detail === null ? "" : `: ${each.detail}`}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        sorted.length > MOST_SHOWN
          ? html`<p class="hint">The first ${MOST_SHOWN} are shown; those that were not done come first.</p>`
          : nothing
      }
    </div>`;
  }
}

function summary({ outcome, detail }: Outcome): string {
  return outcome === "refused" ? `not done: ${detail ?? "refused"}` : WORDS[outcome].toLowerCase();
}
