import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { Load } from "../ui/load";
import { fieldErrors } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import { withTeams } from "./project-graph-teams";
import {
  type GraphCheck,
  type GraphDocument,
  jsonText,
  type ProjectDetail,
  peopleOf,
  projectPath,
} from "./project-shapes";
import "./project-teams";

/** The work team of each stage; another one makes a new version of the graph. Fires `changed`. */
@customElement("loupe-project-people")
export class ProjectPeople extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ type: Boolean }) mayChange = false;
  @state() private teams: Record<string, string> = {};
  @state() private said = "";
  private graph: GraphDocument | null = null;
  /** Whether the choice of teams is saved, and only the project that is shown is not read anew yet. */
  private saved = false;
  private readonly outline = new Load(this, () => this.read(), false);
  private readonly saving = new Action(this);

  constructor() {
    super();
    new LeaveGuard(
      this,
      () => this.portal.router,
      () => this.differs() && !this.saved,
    );
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("project")) return;
    this.teams = {};
    void this.outline.run();
  }

  override render() {
    return html`<section class="card stack" aria-labelledby="people">
      <h2 id="people">People</h2>
      ${this.outline.render((check) => (this.mayChange ? this.renderTeams(check) : this.renderFacts()))}
      <p class="small muted">Who is in a team stands on the page <a href="/teams">Teams</a>.</p>
    </section>`;
  }

  private renderTeams(check: GraphCheck) {
    return html`<loupe-project-teams
        .portal=${this.portal}
        .stages=${peopleOf(check)}
        .teams=${this.teams}
        .errors=${fieldErrors(this.saving.error)}
        mayCreate
        @teams-change=${(event: CustomEvent<Record<string, string>>) => {
          this.teams = event.detail;
          this.saved = false;
          this.said = "";
        }}
      ></loupe-project-teams>
      ${this.saving.renderError()}
      <div class="actions">
        <button class="primary" type="button" ?disabled=${this.saving.busy || !this.differs()} @click=${this.save}>
          Save as a new version of the graph
        </button>
        <span role="status">${this.said}</span>
      </div>
      <p class="hint">
        New tasks go to the new teams. Tasks that are there stay with theirs until they are moved to the new version, under
        <a href=${`/projects/${encodeURIComponent(this.project.name)}/settings?section=graph`}>Graph</a>.
      </p>`;
  }

  private renderFacts() {
    return html`<dl class="facts">
      ${Object.entries(this.project.teams).map(
        ([stage, team]) =>
          html`<dt>${stage}</dt><dd>${team === "" ? nothing : html`<a href=${`/teams?team=${encodeURIComponent(team)}`}>${team}</a>`}</dd>`,
      )}
    </dl>`;
  }

  private differs(): boolean {
    return Object.entries(this.teams).some(
      ([stage, team]) => team !== "" && team !== this.project.teams[stage],
    );
  }

  private async read(): Promise<GraphCheck> {
    const { name, graph_version } = this.project;
    this.graph = await this.portal.api.get<GraphDocument>(projectPath(name, `/graphs/${graph_version}`));
    return this.portal.api.send("POST", "/v1/graphs/check", {
      document: jsonText(this.graph.graph),
      teams: null,
    });
  }

  private async save(): Promise<void> {
    const { graph } = this;
    if (graph === null) return;
    const path = projectPath(this.project.name, "/graph");
    const body = { graph: withTeams(graph.graph, this.teams), teams: {} };
    let version = 0;
    const saved = await this.saving.run(async () => {
      version = (await this.portal.api.send<GraphDocument>("PUT", path, body)).version;
    });
    if (!saved) return;
    this.saved = true;
    this.said = `Version ${version} is used for new tasks.`;
    this.dispatchEvent(new Event("changed"));
  }
}
