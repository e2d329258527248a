import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import { MANAGERS, type PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { liveNote } from "./live-note";
import { LiveUpdates } from "./live-updates";
import { type Page, projectApi, type Worker } from "./overview-shapes";
import { readStages, type Stage } from "./project-stages";
import { filterQuery, isNarrowed } from "./queue-filter";
import "./queue-filters";
import "./queue-table";
import "./task-change-dialog";
import { ACTION_WORDS } from "./task-change-dialog";
import type { ActionName, ChosenTask } from "./task-changes";
import type { ListedTask } from "./task-shapes";

const PAGE = 100;
const MOST_SHOWN = 1000;
const REFRESH = 5_000;
const ACTIONS: readonly ActionName[] = ["assign", "release", "priority", "move", "cancel", "reopen"];

/** A project's tasks by filter; managers change one, several, or all that match. */
@customElement("loupe-queue-page")
export class QueuePage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      .bar {
        position: sticky;
        z-index: 1;
        top: 0;
        padding: 0.5rem 0.75rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface);
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private chosen: ReadonlyMap<string, ChosenTask> = new Map();
  @state() private allMatching = false;
  @state() private changing: ActionName | null = null;
  @query("h1") private heading!: HTMLElement;
  private shown = PAGE;
  private filter = "";
  private readonly tasks = new Load<Page<ListedTask>>(this, () => this.read(this.shown, null), false);
  private readonly workers = new Load<{ items: Worker[] }>(this, () =>
    this.portal.api.get(projectApi(this.project, "workers")),
  );
  private readonly graph = new Load<Stage[]>(this, () => readStages(this.portal.api, this.project));
  private readonly more = new Action(this);
  private readonly live = new LiveUpdates(this, () => ({
    clock: this.portal.clock,
    path: () => projectApi(this.project, "live"),
    // Under a selection rows must not move away.
    refresh: async () => {
      if (this.chosen.size === 0 && this.changing === null) await this.tasks.run();
    },
    every: REFRESH,
  }));

  override firstUpdated(): void {
    this.heading.focus();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const filter = filterQuery(this.query).toString();
    if (!changed.has("query") || (filter === this.filter && this.hasUpdated)) return;
    this.filter = filter;
    this.shown = PAGE;
    this.chooseNone();
    void this.tasks.run();
  }

  private get project(): string {
    return this.params.project ?? "";
  }

  private get manages(): boolean {
    return MANAGERS.includes(this.info.user.role);
  }

  private get stages(): string[] {
    return (this.graph.value ?? []).map(({ name }) => name);
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">Queue</h1>
        <div class="row">
          ${liveNote(this.live)}<button class="plain" @click=${() => this.tasks.run()}>Refresh</button>
        </div>
      </div>
      <loupe-queue-filters
        .address=${this.query}
        .stages=${this.stages}
        .workers=${this.workers.value?.items ?? []}
        @filter=${(event: CustomEvent<Record<string, string | null>>) => this.portal.router.setQuery(event.detail)}
      ></loupe-queue-filters>
      ${this.workers.error === null ? nothing : this.workers.render(() => nothing)}
      ${this.graph.error === null ? nothing : this.graph.render(() => nothing)}
      ${this.tasks.render((page) => (page.items.length === 0 ? this.renderEmpty() : this.renderTasks(page)))}
      ${this.changing === null ? nothing : this.renderDialog(this.changing)}
    </div>`;
  }

  private renderEmpty() {
    return html`<div class="card empty">
      <h2>${isNarrowed(this.query) ? "No task matches" : "Nothing waits"}</h2>
      <p>
        ${
          isNarrowed(this.query)
            ? "Change the filter, or show all unfinished tasks."
            : "Every task of this project is over, or none has come yet. Tasks come by import or from programs."
        }
      </p>
    </div>`;
  }

  private renderTasks({ items, next_cursor }: Page<ListedTask>) {
    return html`${this.manages ? this.renderBar(items, next_cursor) : nothing}
      <loupe-queue-table
        .tasks=${items}
        .chosen=${new Set(this.chosen.keys())}
        .clock=${this.portal.serverClock}
        ?choosable=${this.manages}
        @choose=${(event: CustomEvent<{ id: string; on: boolean }>) => this.choose(event.detail.id, event.detail.on)}
        @choose-all=${(event: CustomEvent<boolean>) => this.chooseShown(event.detail)}
      ></loupe-queue-table>
      ${this.more.renderError()}
      <p class="muted" role="status">
        ${items.length.toLocaleString()} shown${next_cursor === null ? ", that is all" : ""}
      </p>
      ${
        next_cursor === null
          ? nothing
          : html`<div>
            <button ?disabled=${this.more.busy} @click=${() => this.readMore(next_cursor)}>Show more</button>
          </div>`
      }`;
  }

  private renderBar(items: ListedTask[], next: string | null) {
    const shownChosen = items.length > 0 && items.every(({ id }) => this.chosen.has(id));
    const none = this.chosen.size === 0;
    return html`<div class="bar row" role="toolbar" aria-label="Change the selected tasks">
      <span
        >${this.allMatching ? "All that match" : none ? "Select tasks to change them" : `${this.chosen.size} selected`}</span
      >
      ${
        shownChosen && next !== null && !this.allMatching
          ? html`<button @click=${this.chooseAllMatching}>Select all that match</button>`
          : nothing
      }
      ${none ? nothing : html`<button class="plain" @click=${this.chooseNone}>Select none</button>`}
      ${ACTIONS.map(
        (action) => html`<button
          class=${action === "cancel" ? "danger" : ""}
          ?disabled=${none}
          @click=${() => {
            this.changing = action;
          }}
        >
          ${ACTION_WORDS[action].button}
        </button>`,
      )}
    </div>`;
  }

  private renderDialog(action: ActionName) {
    return html`<loupe-task-change
      .portal=${this.portal}
      .project=${this.project}
      .action=${action}
      .tasks=${[...this.chosen.values()]}
      .matching=${this.allMatching ? filterQuery(this.query) : null}
      .stages=${this.stages}
      .workers=${this.workers.value?.items ?? []}
      @changed=${() => {
        this.chooseNone();
        void this.tasks.run();
      }}
      @close=${() => {
        this.changing = null;
      }}
    ></loupe-task-change>`;
  }

  private choose(id: string, on: boolean): void {
    const task = this.tasks.value?.items.find((each) => each.id === id);
    const chosen = new Map(this.chosen);
    if (on && task !== undefined) chosen.set(id, { id, name: task.name });
    else chosen.delete(id);
    this.chosen = chosen;
    this.allMatching = false;
  }

  private chooseShown(on: boolean): void {
    const items = on ? (this.tasks.value?.items ?? []) : [];
    this.chosen = new Map(items.map(({ id, name }) => [id, { id, name }]));
    this.allMatching = false;
  }

  private readonly chooseAllMatching = (): void => {
    this.allMatching = true;
    this.portal.announcer.say("All tasks that match the filter are selected.");
  };

  private readonly chooseNone = (): void => {
    this.chosen = new Map();
    this.allMatching = false;
  };

  private read(limit: number, cursor: string | null): Promise<Page<ListedTask>> {
    const query = filterQuery(this.query);
    query.set("limit", String(limit));
    if (cursor !== null) query.set("cursor", cursor);
    return this.portal.api.get(projectApi(this.project, `queue?${query}`));
  }

  private async readMore(cursor: string): Promise<void> {
    const { filter } = this;
    await this.more.run(async () => {
      const next = await this.read(PAGE, cursor);
      // Another filter, or a look that is newer, has other tasks behind its end.
      if (filter !== this.filter || cursor !== this.tasks.value?.next_cursor) return;
      const items = [...(this.tasks.value?.items ?? []), ...next.items];
      this.tasks.value = { items, next_cursor: next.next_cursor };
      this.shown = Math.min(MOST_SHOWN, items.length);
      this.allMatching = false;
      this.portal.announcer.say(`${items.length} tasks shown`);
    });
  }
}
