import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import type { ModalDialog } from "../ui/modal-dialog";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import type { Worker } from "./overview-shapes";
import {
  type ActionName,
  allThatMatch,
  type Change,
  ChangeRun,
  type ChosenTask,
  countTexts,
  type PlannedMove,
  planMove,
} from "./task-changes";
import "./task-outcomes";

interface ActionWords {
  button: string;
  heading: string;
  does: string;
  /** What the button in the dialog says. */
  go: string;
}

export const ACTION_WORDS: Record<ActionName, ActionWords> = {
  assign: {
    button: "Assign",
    heading: "Assign",
    does: "A slot of each task's present work is reserved for this person; for tasks that have not started, of their first. If somebody else has the only slot, they lose it.",
    go: "Assign",
  },
  release: {
    button: "Release",
    heading: "Release",
    does: "What people have of these tasks, and what is reserved for them, goes back to the queue. What they typed and did not hand in stays theirs as a draft.",
    go: "Release",
  },
  priority: {
    button: "Priority",
    heading: "Change the priority of",
    does: "0 to 100: higher goes first, then age.",
    go: "Set priority",
  },
  move: {
    button: "Move",
    heading: "Move",
    does: "Tasks that wait and that nobody has or has answered can be moved to another stage of their graph.",
    go: "Move",
  },
  cancel: {
    button: "Cancel",
    heading: "Cancel",
    does: "The tasks end without an output, and work on them is withdrawn. Answers that were handed in stay in their history.",
    go: "Cancel the tasks",
  },
  reopen: {
    button: "Reopen",
    heading: "Reopen",
    does: "Tasks that are over begin again, with the answers that they ended with, in the project's present graph.",
    go: "Reopen",
  },
};

/** One change to one or many tasks: asks what it needs, does it, shows what became of each. Fires `changed`, `close`. */
@customElement("loupe-task-change")
export class TaskChangeDialog extends LitElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      :host {
        display: contents;
      }

      .wide {
        max-height: 14rem;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @property() action: ActionName = "release";
  @property({ attribute: false }) tasks: ChosenTask[] = [];
  /** Where all that match a filter are meant, the filter. */
  @property({ attribute: false }) matching: URLSearchParams | null = null;
  @property({ attribute: false }) stages: string[] = [];
  @property({ attribute: false }) workers: Worker[] = [];
  @state() private email = "";
  @state() private priority = "";
  @state() private stage = "";
  @state() private plan: PlannedMove[] | null = null;
  @state() private run: ChangeRun | null = null;
  @state() private found = 0;
  /** Once it was stopped or closed, nothing more is read or sent. */
  @state() private ended = false;
  @query("loupe-dialog") private dialog!: ModalDialog;
  @query("form") private form!: HTMLFormElement;
  private meant: ChosenTask[] = [];
  private readonly running = new Action(this);

  constructor() {
    super();
    new LeaveGuard(
      this,
      () => this.portal.router,
      () => this.running.busy,
      "Leave this page? Tasks that were not reached yet stay as they are.",
    );
  }

  override render() {
    const words = ACTION_WORDS[this.action];
    return html`<loupe-dialog heading=${`${words.heading} ${this.countText()}`} @close=${this.closed}>
      <div class="stack">
        ${this.run === null ? this.renderAsking(words) : this.renderRun(this.run)} ${this.running.renderError()}
        <p role="status" class="muted">${this.progressText()}</p>
      </div>
      ${this.renderButtons(words)}
    </loupe-dialog>`;
  }

  private renderAsking(words: ActionWords) {
    return html`<p>${words.does}</p>
      <form @submit=${this.submitted}>
        ${this.renderFields()}
      </form>
      ${this.plan === null ? nothing : this.renderPlan(this.plan)}`;
  }

  private renderFields() {
    switch (this.action) {
      case "assign":
        return html`<label for="email">Person</label>
          <input
            id="email"
            type="email"
            required
            autofocus
            list="people"
            autocomplete="off"
            .value=${this.email}
            @input=${(event: Event) => {
              this.email = (event.target as HTMLInputElement).value;
            }}
          />
          <datalist id="people">
            ${this.workers.map(({ email, name, stages }) => html`<option value=${email}>${name}: ${stages.join(", ")}</option>`)}
          </datalist>
          <p class="hint">The address of somebody in the team of the stage.</p>`;
      case "priority":
        return html`<label for="priority">Priority</label>
          <input
            id="priority"
            type="number"
            min="0"
            max="100"
            step="1"
            required
            autofocus
            .value=${this.priority}
            @input=${(event: Event) => {
              this.priority = (event.target as HTMLInputElement).value;
            }}
          />`;
      case "move":
      case "reopen":
        return html`<label for="stage">${this.action === "move" ? "To the stage" : "At the stage"}</label>
          <select
            id="stage"
            ?required=${this.action === "move"}
            autofocus
            @change=${(event: Event) => {
              this.stage = (event.target as HTMLSelectElement).value;
              this.plan = null;
            }}
          >
            <option value="">${this.action === "move" ? "Choose a stage" : "The start of the graph"}</option>
            ${this.stages.map((stage) => html`<option ?selected=${stage === this.stage}>${stage}</option>`)}
          </select>`;
      default:
        return nothing;
    }
  }

  private renderPlan(plan: PlannedMove[]) {
    const refused = plan.filter(({ outcome }) => outcome === "refused");
    const goes = plan.length - refused.length;
    return html`<div class="notice ${goes === 0 ? "warning" : ""}" role="status">
      <div>
        <strong>${goes.toLocaleString()} of ${plan.length.toLocaleString()} can be moved now.</strong>
        <ul>
          ${countTexts(refused.map(({ detail }) => detail ?? "")).map(
            ([reason, count]) => html`<li>${count.toLocaleString()}: ${reason}</li>`,
          )}
        </ul>
      </div>
    </div>`;
  }

  private renderRun(run: ChangeRun) {
    const left = run.tasks.length - run.outcomes.length;
    return html`${
      run.done || this.running.busy
        ? nothing
        : html`<p class="notice warning">
            <span>
              ${left.toLocaleString()} of ${run.tasks.length.toLocaleString()} tasks were not reached and may be as they
              were. Go on with them here, or select them again later: those that are done stay as they are.
            </span>
          </p>`
    }
      <loupe-task-outcomes .outcomes=${[...run.outcomes]} .tasks=${run.tasks}></loupe-task-outcomes>`;
  }

  private renderButtons(words: ActionWords) {
    if (this.running.busy)
      return html`<button slot="actions" ?disabled=${this.ended} @click=${this.stop}>
        ${this.ended ? "Stopping…" : "Stop"}
      </button>`;
    if (this.run !== null)
      return html`${
        this.run.done
          ? nothing
          : html`<button slot="actions" @click=${() => this.goOn()}>Go on where it stopped</button>`
      }<button slot="actions" class="primary" @click=${() => this.dialog.close()}>Done</button>`;
    const asksFirst = this.action === "move" && this.plan === null;
    return html`<button slot="actions" @click=${() => this.dialog.close()}>Back</button>
      <button
        slot="actions"
        class=${this.action === "cancel" ? "danger" : "primary"}
        ?disabled=${this.plan?.every(({ outcome }) => outcome === "refused")}
        @click=${this.submit}
      >
        ${asksFirst ? "Check first" : words.go}
      </button>`;
  }

  private countText(): string {
    if (this.matching !== null) return "all tasks that match";
    const [only] = this.tasks;
    return this.tasks.length === 1 && only !== undefined
      ? only.name
      : `${this.tasks.length.toLocaleString()} tasks`;
  }

  private progressText(): string {
    if (!this.running.busy) return "";
    if (this.run !== null) {
      const done = `${this.run.outcomes.length.toLocaleString()} of ${this.run.tasks.length.toLocaleString()} done`;
      return this.run.tasks.length > this.run.outcomes.length
        ? `${done}. The rest is done while this page stays open.`
        : done;
    }
    return this.found > 0 ? `${this.found.toLocaleString()} found` : "Working…";
  }

  private submitted(event: Event): void {
    event.preventDefault();
    void this.submit();
  }

  private readonly submit = async (): Promise<void> => {
    if (!this.form.reportValidity()) return;
    const { api, newSubmissionId } = this.portal;
    this.ended = false;
    await this.running.run(async () => {
      const meant = await this.tasksMeant();
      if (this.ended) return;
      this.meant = meant;
      if (this.action === "move" && this.plan === null) {
        this.plan = await planMove(api, this.project, meant, this.stage);
        return;
      }
      const progressed = () => this.requestUpdate();
      this.run = new ChangeRun(api, this.project, meant, this.change(), newSubmissionId, progressed);
    });
    await this.goOn();
  };

  private async goOn(): Promise<void> {
    const { run } = this;
    if (run === null) return;
    this.ended = false;
    await this.running.run(() => run.go());
    this.portal.announcer.say(`${run.outcomes.length} of ${run.tasks.length} tasks done`);
  }

  private readonly stop = (): void => {
    this.ended = true;
    this.run?.stop();
  };

  private async tasksMeant(): Promise<ChosenTask[]> {
    if (this.meant.length > 0) return this.meant;
    if (this.matching === null) return this.tasks;
    return allThatMatch(this.portal.api, this.project, this.matching, (found) => {
      this.found = found;
      return !this.ended;
    });
  }

  private change(): Change {
    switch (this.action) {
      case "assign":
        return { action: "assign", email: this.email.trim() };
      case "priority":
        return { action: "priority", priority: Number(this.priority) };
      case "move":
        return { action: "move", stage: this.stage };
      case "reopen":
        return this.stage === "" ? { action: "reopen" } : { action: "reopen", stage: this.stage };
      default:
        return { action: this.action };
    }
  }

  private closed(): void {
    this.stop();
    if (this.run !== null) this.dispatchEvent(new Event("changed"));
    this.dispatchEvent(new Event("close"));
  }
}
