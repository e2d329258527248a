import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ApiRefusal, type SessionInfo } from "../app/api";
import { MANAGERS, type PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import type { HistoryEntry, HistoryOpening } from "./history-text";
import { liveNote } from "./live-note";
import { LiveUpdates } from "./live-updates";
import { projectApi, STATUS_WORDS, type Worker } from "./overview-shapes";
import "./task-answers";
import "./task-change-dialog";
import { ACTION_WORDS } from "./task-change-dialog";
import type { ActionName } from "./task-changes";
import "./task-issue-desk";
import "./task-moment";
import { taskPageStyles } from "./task-page-styles";
import type { PresentTask, TaskFacts } from "./task-shapes";
import "./task-timeline";
import "./task-waiting";

const REFRESH = 3_000;
const ENTRIES_OF_A_PAGE = 1000;

interface History {
  task: { openings: HistoryOpening[] };
  items: HistoryEntry[];
  next_cursor: string | null;
}

interface Shown {
  facts: TaskFacts;
  present: PresentTask;
  openings: HistoryOpening[];
  entries: HistoryEntry[];
  workers: Worker[];
}

/** One task: where it is, all that happened to it, its answers, and what may be done with it. */
@customElement("loupe-task-page")
export class TaskPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles, taskPageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private changing: ActionName | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly task = new Load<Shown>(this, () => this.read());
  private readonly live = new LiveUpdates(this, () => ({
    clock: this.portal.clock,
    path: () => (this.task.value === null ? "" : projectApi(this.task.value.facts.project, "live")),
    refresh: () => this.task.run(),
    every: REFRESH,
  }));

  override firstUpdated(): void {
    this.heading.focus();
  }

  private get taskId(): string {
    return this.params.task ?? "";
  }

  private get manages(): boolean {
    return MANAGERS.includes(this.info.user.role);
  }

  override render() {
    const shown = this.task.value;
    return html`<div class="stack">
      <div>
        ${
          shown === null
            ? nothing
            : html`<p class="small">
              <a href=${`/projects/${encodeURIComponent(shown.facts.project)}`}>${shown.facts.project}</a> ·
              <a href=${`/projects/${encodeURIComponent(shown.facts.project)}/queue`}>Queue</a>
            </p>`
        }
        <div class="head">
          <h1 tabindex="-1">${shown?.facts.name ?? "Task"}</h1>
          <div class="row">
            ${shown === null ? nothing : liveNote(this.live)}
            <button class="plain" @click=${() => this.task.run()}>Refresh</button>
          </div>
        </div>
      </div>
      ${isUnknown(this.task.error) ? this.renderUnknown() : this.task.render((value) => this.renderTask(value))}
      ${this.changing === null || shown === null ? nothing : this.renderDialog(this.changing, shown)}
    </div>`;
  }

  private renderUnknown() {
    return html`<div class="notice error" role="alert">
      <div>
        <strong>There is no such task.</strong>
        <p>Check the address: it ends with the id of a task.</p>
      </div>
    </div>`;
  }

  private renderTask(shown: Shown) {
    const at = this.query.get("at") ?? "";
    return html`
      ${this.manages ? this.renderActions(shown) : nothing}
      <div class="columns">
        ${this.renderFacts(shown)}
        <loupe-task-waiting
          .portal=${this.portal}
          .task=${shown.present}
          ?manages=${this.manages}
          @decided=${() => this.task.run()}
        ></loupe-task-waiting>
      </div>
      <loupe-task-answers .portal=${this.portal} .task=${shown.present}></loupe-task-answers>
      <section class="stack" aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <loupe-task-moment
          .portal=${this.portal}
          .task=${this.taskId}
          .at=${at}
          .entries=${shown.entries}
          @moment=${this.lookAt}
        ></loupe-task-moment>
        <loupe-task-timeline
          .entries=${shown.entries}
          .openings=${shown.openings}
          .at=${at}
          @moment=${this.lookAt}
        ></loupe-task-timeline>
      </section>
      <loupe-task-issue-desk .portal=${this.portal} .task=${this.taskId} ?writes=${this.manages}></loupe-task-issue-desk>
    `;
  }

  private renderActions({ facts, present }: Shown) {
    const actions: ActionName[] =
      facts.ended_at === null ? ["assign", "release", "priority", "move", "cancel"] : ["reopen"];
    return html`<div class="row" role="toolbar" aria-label="What may be done with this task">
      ${actions.map(
        (action) => html`<button
          class=${action === "cancel" ? "danger" : ""}
          ?disabled=${present.stopping && action !== "release"}
          @click=${() => {
            this.changing = action;
          }}
        >
          ${ACTION_WORDS[action].button}
        </button>`,
      )}
    </div>`;
  }

  private renderDialog(action: ActionName, { facts, present, workers }: Shown) {
    return html`<loupe-task-change
      .portal=${this.portal}
      .project=${facts.project}
      .action=${action}
      .tasks=${[{ id: facts.id, name: facts.name }]}
      .stages=${present.stages.map(({ name }) => name)}
      .workers=${workers}
      @changed=${() => this.task.run()}
      @close=${() => {
        this.changing = null;
      }}
    ></loupe-task-change>`;
  }

  private renderFacts({ facts, present }: Shown) {
    const listed: [string, unknown][] = [
      ["Status", present.stopping && facts.ended_at === null ? "Being stopped" : STATUS_WORDS[facts.status]],
      ["Stage", facts.stage],
      ["Priority", facts.priority],
      ["Failure", [facts.failure_code, facts.failure_reason].filter(Boolean).join(": ")],
      ["Sent back", timesText(facts.rejections)],
      ["Output", facts.output_uri],
      ["Created", momentText(facts.created_at)],
      ["Ended", facts.ended_at === null ? "" : momentText(facts.ended_at)],
      ["Opening", facts.opening === 1 ? "" : facts.opening],
      ["Graph", `version ${facts.graph_version}`],
      ["Metadata", Object.keys(facts.metadata).length === 0 ? "" : JSON.stringify(facts.metadata)],
      ["Prediction", facts.prediction === null ? "" : JSON.stringify(facts.prediction)],
      ["Id", facts.id],
      ["Workflow", this.renderWorkflow(facts)],
    ];
    return html`<section class="stack" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl class="facts card">
        ${listed
          .filter(([, value]) => value !== null && value !== undefined && value !== "")
          .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
    </section>`;
  }

  private renderWorkflow({ workflow_id, workflow_url }: TaskFacts) {
    if (workflow_url === null) return workflow_id;
    return html`<a href=${workflow_url} target="_blank" rel="noreferrer">In the Temporal UI</a>
      <div class="small muted">${workflow_id}</div>`;
  }

  private readonly lookAt = (event: CustomEvent<string>): void => {
    this.portal.router.setQuery({ at: event.detail });
  };

  private async read(): Promise<Shown> {
    const path = `/v1/tasks/${encodeURIComponent(this.taskId)}`;
    const [facts, present, history] = await Promise.all([
      this.portal.api.get<TaskFacts>(path),
      this.portal.api.get<PresentTask>(`${path}/present`),
      this.portal.api.get<History>(`${path}/history?limit=${ENTRIES_OF_A_PAGE}`),
    ]);
    const entries = [...history.items];
    for (let next = history.next_cursor; next !== null; ) {
      const page = await this.portal.api.get<History>(
        `${path}/history?limit=${ENTRIES_OF_A_PAGE}&cursor=${encodeURIComponent(next)}`,
      );
      entries.push(...page.items);
      next = page.next_cursor;
    }
    document.title = `${facts.name} · Loupe`;
    const workers = this.task.value?.workers ?? (await this.readWorkers(facts.project));
    return { facts, present, openings: history.task.openings, entries, workers };
  }

  // A deleted project has none, and its tasks can still be looked at.
  private async readWorkers(project: string): Promise<Worker[]> {
    try {
      return (await this.portal.api.get<{ items: Worker[] }>(projectApi(project, "workers"))).items;
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return [];
      throw error;
    }
  }
}

function timesText(rejections: number): string {
  if (rejections === 0) return "";
  return rejections === 1 ? "once by a reviewer" : `${rejections} times by reviewers`;
}

function isUnknown(error: unknown): boolean {
  return error instanceof ApiRefusal && [400, 404, 422].includes(error.status);
}
