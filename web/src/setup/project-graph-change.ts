import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import "./graph-editor";
import type { GraphState } from "./graph-editor";
import { fieldErrors } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import { keptTeams } from "./project-graph-teams";
import {
  type GraphCheck,
  type GraphDocument,
  jsonText,
  type OutlinedStage,
  type ProjectDetail,
  peopleOf,
  projectPath,
} from "./project-shapes";
import "./project-teams";

/** Another version of a project's graph, written on from `base`. Fires `changed` once it is there. */
@customElement("loupe-project-graph-change")
export class ProjectGraphChange extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ attribute: false }) base!: GraphDocument;
  @state() private text = "";
  @state() private check: GraphCheck | null = null;
  /** Whether the graph was changed since it was checked. */
  @state() private checking = false;
  @state() private teams: Record<string, string> = {};
  @state() private said = "";
  private given: Record<string, string> = {};
  private savedText = "";
  private readonly saving = new Action(this);

  constructor() {
    super();
    new LeaveGuard(
      this,
      () => this.portal.router,
      () => !this.untouched && this.text !== this.savedText,
    );
  }

  private get untouched(): boolean {
    return this.text === jsonText(this.base.graph);
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("base")) return;
    this.text = jsonText(this.base.graph);
    this.check = null;
    this.teams = {};
  }

  override render() {
    const teamless = this.newStages();
    const wrong = this.check?.problems.filter(({ field }) => field !== "team").length ?? 1;
    const { untouched } = this;
    return html`<div class="stack">
      <p class="muted">
        Written on from version ${this.base.version}. New tasks go through the new version; those that are there keep theirs until they are moved.
      </p>
      <loupe-graph-editor
        .portal=${this.portal}
        .text=${this.text}
        .teams=${this.givenTeams()}
        open
        @graph-change=${this.graphChanged}
      ></loupe-graph-editor>
      ${
        teamless.length === 0
          ? nothing
          : html`<loupe-project-teams
              .portal=${this.portal}
              .stages=${teamless}
              .teams=${this.teams}
              .errors=${fieldErrors(this.saving.error)}
              mayCreate
              @teams-change=${(event: CustomEvent<Record<string, string>>) => {
                this.teams = event.detail;
              }}
            ></loupe-project-teams>`
      }
      ${this.saving.renderError()}
      <div class="actions">
        <button class="primary" type="button" ?disabled=${wrong > 0 || this.checking || untouched || this.saving.busy} @click=${this.save}>
          ${this.saving.busy ? "Saving…" : "Save as a new version"}
        </button>
        <button type="button" ?disabled=${untouched} @click=${this.undo}>Undo my changes</button>
        <span role="status">${this.said}</span>
      </div>
    </div>`;
  }

  private graphChanged(event: CustomEvent<GraphState>): void {
    this.text = event.detail.text;
    this.said = "";
    this.checking = event.detail.check === null;
    if (event.detail.check !== null) this.check = event.detail.check;
  }

  /** Stages of people that neither the text nor the version before gives a team. */
  private newStages(): OutlinedStage[] {
    const stages = peopleOf(this.check);
    const without = keptTeams(this.text, Object.fromEntries(stages.map(({ name }) => [name, ""])));
    return stages.filter(({ name }) => name in without && !(name in this.project.teams));
  }

  private givenTeams(): Record<string, string> {
    const given = { ...keptTeams(this.text, this.project.teams), ...keptTeams(this.text, this.teams) };
    const text = JSON.stringify(given);
    // The same object while nothing changes: another one would have the graph checked again.
    if (JSON.stringify(this.given) !== text) this.given = given;
    return this.given;
  }

  private undo(): void {
    this.text = jsonText(this.base.graph);
  }

  private async save(): Promise<void> {
    const teams = Object.fromEntries(Object.entries(this.teams).filter(([, team]) => team !== ""));
    const path = projectPath(this.project.name, "/graph");
    let version = 0;
    const saved = await this.saving.run(async () => {
      const body = { graph: JSON.parse(this.text), teams };
      version = (await this.portal.api.send<GraphDocument>("PUT", path, body)).version;
    });
    if (!saved) return;
    this.savedText = this.text;
    this.said = `Version ${version} is used for new tasks.`;
    this.dispatchEvent(new Event("changed"));
  }
}
