import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { formPartStyles } from "./project-form-styles";
import { type GraphDocument, type GraphVersion, type ProjectDetail, projectPath } from "./project-shapes";

interface MovedTask {
  id: string;
  name: string;
  from_stage: string | null;
  to_stage: string | null;
  outcome: "pending" | "moved" | "refused";
  detail: string | null;
}

interface StageCount extends Omit<MovedTask, "id" | "name"> {
  tasks: number;
}

interface Move {
  id: string | null;
  counts: StageCount[];
  items: MovedTask[];
  next_cursor: string | null;
}

const REASONS: Record<string, string> = {
  held: "somebody is working on it",
  answered: "somebody has answered it already",
  over: "it is over",
  moving: "it is being moved already",
  stopped: "it is being stopped",
  there: "it is there already",
  not_started: "it is starting at this moment",
  not_waiting: "it waits for nobody at this moment",
  no_stage: "the version has no such stage",
};

const ENDS = ["complete", "archive", "fail"];
const LOOK_AGAIN = 1000;

/** Moves waiting tasks to a version of the graph: first what would become of each, then in earnest. */
@customElement("loupe-project-move")
export class ProjectMove extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      .items {
        max-height: 24rem;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ attribute: false }) versions: GraphVersion[] = [];
  @state() private target: number | null = null;
  /** Stages that the version does not have, and where their tasks go. */
  @state() private map: Record<string, string> = {};
  @state() private stages: string[] = [];
  @state() private move: Move | null = null;
  private readonly asking = new Action(this);
  private mapped: number | null = null;
  private cancelLook: (() => void) | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelLook?.();
  }

  override render() {
    if (this.versions.length < 2)
      return html`<p class="muted">There is one version so far. Once there is another, tasks that wait can be moved to it.</p>`;
    const target = this.target ?? this.project.graph_version;
    return html`<div class="stack">
      <p class="muted">Tasks that nobody holds or has answered can be moved. Those that nobody can move stay as they are.</p>
      <div>
        <label for="target">Move to</label>
        <select id="target" @change=${(event: Event) => this.choose(Number((event.target as HTMLSelectElement).value))}>
          ${this.versions.map(
            ({ version, current }) =>
              html`<option value=${version} ?selected=${version === target}>Version ${version}${current ? ", used for new tasks" : ""}</option>`,
          )}
        </select>
      </div>
      ${Object.keys(this.map).length === 0 ? nothing : this.renderMap()} ${this.asking.renderError()}
      <div class="actions">
        <button type="button" ?disabled=${this.asking.busy} @click=${() => this.ask(true)}>Try it out</button>
        <button
          class="primary"
          type="button"
          ?disabled=${this.asking.busy || this.move === null || this.move.id !== null || this.movable(this.move) === 0}
          @click=${() => this.ask(false)}
        >
          Move ${this.move === null || this.move.id !== null ? "tasks" : `${this.movable(this.move)} tasks`}
        </button>
      </div>
      <div role="status">${this.move === null ? nothing : this.renderMove(this.move)}</div>
    </div>`;
  }

  private renderMap() {
    return html`<fieldset class="stack">
      <legend>Version ${this.target ?? this.project.graph_version} does not have these stages. Where do their tasks go?</legend>
      <div class="fields">
        ${Object.entries(this.map).map(
          ([from, to], at) => html`<div>
            <label for=${`map-${at}`}>${from}</label>
            <select
              id=${`map-${at}`}
              @change=${(event: Event) => {
                this.map = { ...this.map, [from]: (event.target as HTMLSelectElement).value };
                this.move = null;
              }}
            >
              ${this.stages.map((name) => html`<option value=${name} ?selected=${name === to}>${name}</option>`)}
            </select>
          </div>`,
        )}
      </div>
    </fieldset>`;
  }

  private renderMove(move: Move) {
    if (move.counts.length === 0)
      return html`<p>There are no tasks to move: all that are not over have this version.</p>`;
    return html`<div class="stack">
      <p><strong>${move.id === null ? "This would happen now:" : "This happened:"}</strong></p>
      <ul>
        ${move.counts.map(
          (count) => html`<li>
            ${count.tasks} ${count.tasks === 1 ? "task" : "tasks"} ${count.from_stage === null ? "not started yet" : `in ${count.from_stage}`}:
            ${this.outcomeText(count, move.id !== null)}
          </li>`,
        )}
      </ul>
      <div class="items" tabindex="0" role="region" aria-label="Tasks one by one">
        <table>
          <thead>
            <tr><th scope="col">Task</th><th scope="col">Stage</th><th scope="col">Outcome</th></tr>
          </thead>
          <tbody>
            ${move.items.map(
              (task) => html`<tr>
                <th scope="row"><a href=${`/tasks/${task.id}`}>${task.name}</a></th>
                <td>${task.from_stage ?? "not started"}</td>
                <td>${this.outcomeText(task, move.id !== null)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
        ${move.next_cursor === null ? nothing : html`<p class="small muted">and more: the counts above are of all</p>`}
      </div>
    </div>`;
  }

  private outcomeText({ outcome, to_stage, detail }: Omit<StageCount, "tasks">, real: boolean): string {
    if (outcome === "refused") return `not moved: ${REASONS[detail ?? ""] ?? detail ?? "refused"}`;
    const where = to_stage === null ? "to the new version" : `to ${to_stage}`;
    if (!real) return `would go ${where}`;
    return outcome === "moved" ? `moved ${where}` : `moving ${where}`;
  }

  private movable(move: Move): number {
    return move.counts
      .filter(({ outcome }) => outcome !== "refused")
      .reduce((sum, { tasks }) => sum + tasks, 0);
  }

  private choose(version: number): void {
    this.target = version;
    this.map = {};
    this.mapped = null;
    this.move = null;
    this.asking.error = null;
  }

  private async ask(dryRun: boolean): Promise<void> {
    this.cancelLook?.();
    const version = this.target ?? this.project.graph_version;
    await this.asking.run(async () => {
      if (this.mapped !== version) await this.mapStages(version);
      const body = { to_version: version, map: this.map, dry_run: dryRun };
      this.move = await this.portal.api.send<Move>("POST", projectPath(this.project.name, "/moves"), body);
    });
    if (!dryRun) this.lookAgain();
  }

  /** Tasks in stages that the version does not have go to its start, unless somebody says where else. */
  private async mapStages(version: number): Promise<void> {
    const { name } = this.project;
    const [{ graph }, { stages }] = await Promise.all([
      this.portal.api.get<GraphDocument>(projectPath(name, `/graphs/${version}`)),
      this.portal.api.get<ProjectDetail>(projectPath(name)),
    ]);
    const known = graph.stages as Record<string, { type?: string }>;
    this.stages = Object.keys(known).filter((stage) => !ENDS.includes(known[stage]?.type ?? ""));
    const lost = Object.keys(stages).filter((stage) => !(stage in known));
    this.map = Object.fromEntries(lost.map((stage) => [stage, String(graph.start)]));
    this.mapped = version;
  }

  private lookAgain(): void {
    const id = this.move?.id ?? null;
    if (id === null || !this.move?.counts.some(({ outcome }) => outcome === "pending")) return;
    this.cancelLook = this.portal.clock.after(LOOK_AGAIN, async () => {
      await this.asking.run(async () => {
        this.move = await this.portal.api.get<Move>(projectPath(this.project.name, `/moves/${id}`));
      });
      if (this.isConnected) this.lookAgain();
    });
  }
}
