import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./graph-view";
import { liveNote } from "./live-note";
import { LiveUpdates } from "./live-updates";
import { type Overview, projectApi, queueLink, type StageCount } from "./overview-shapes";

interface GraphVersion {
  version: number;
  current: boolean;
  created_at: string;
}

interface Stage {
  type: string;
  pathways?: Record<string, string>;
}

interface Drawn {
  svg: string;
  stages: [name: string, stage: Stage][];
  start: string;
}

/** A project's graph with how many open tasks are in each stage; stages lead to their tasks. */
@customElement("loupe-graph-page")
export class GraphPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private counts: readonly StageCount[] = [];
  @query("h1") private heading!: HTMLElement;
  private readonly versions = new Load<{ items: GraphVersion[] }>(this, () => this.readVersions());
  private readonly drawn = new Load<Drawn>(this, () => this.readDrawing(), false);
  private readonly overview = new Load<Overview>(this, () => this.readCounts());
  private readonly live = new LiveUpdates(this, () => ({
    clock: this.portal.clock,
    path: () => projectApi(this.project, "live"),
    refresh: () => this.overview.run(),
    every: 30_000,
    onPulse: ({ stages }) => {
      this.counts = stages;
    },
  }));

  override firstUpdated(): void {
    this.heading.focus();
  }

  private get project(): string {
    return this.params.project ?? "";
  }

  private get version(): number | undefined {
    const asked = Number(this.query.get("version"));
    const versions = this.versions.value?.items ?? [];
    return (versions.find(({ version }) => version === asked) ?? versions.find(({ current }) => current))
      ?.version;
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">Graph</h1>
        <div class="row">
          ${liveNote(this.live)}
          ${
            this.info.user.role === "admin"
              ? html`<a class="button" href=${`/projects/${encodeURIComponent(this.project)}/settings`}>Edit in settings</a>`
              : nothing
          }
        </div>
      </div>
      <p class="muted">
        Each number is the open tasks that are in the stage now, in brackets those that somebody has. Choose a stage to see
        its tasks.
      </p>
      ${this.versions.render(({ items }) => this.renderVersions(items))}
      ${this.overview.error === null ? nothing : this.overview.render(() => nothing)}
      ${this.versions.value === null ? nothing : this.drawn.render((drawn) => this.renderDrawn(drawn))}
    </div>`;
  }

  private renderVersions(items: GraphVersion[]) {
    if (items.length < 2) return nothing;
    return html`<div class="row">
      <label for="version">Version</label>
      <div>
        <select id="version" @change=${this.chooseVersion}>
          ${items.map(
            ({ version, current }) => html`<option value=${version} ?selected=${version === this.version}>
              ${version}${current ? " (new tasks start with it)" : ""}
            </option>`,
          )}
        </select>
      </div>
      <span class="hint">Tasks stay in the version that they started with; the numbers are of all versions.</span>
    </div>`;
  }

  private renderDrawn({ svg, stages, start }: Drawn) {
    const counts = new Map(this.counts.map((each) => [each.stage, each]));
    const started = counts.get("")?.tasks ?? 0;
    return html`<div class="card">
        <loupe-graph-view
          .svg=${svg}
          .counts=${this.counts}
          links
          label=${`Graph of ${this.project}`}
          @stage=${(event: CustomEvent<string>) =>
            this.portal.router.goTo(queueLink(this.project, { stage: event.detail }))}
        ></loupe-graph-view>
      </div>
      ${started > 0 ? html`<p>${started.toLocaleString()} just started and are in no stage yet.</p>` : nothing}
      <section class="stack" aria-labelledby="as-table">
        <h2 id="as-table">The same as a table</h2>
        <div class="scroll card" role="region" aria-label="Stages" tabindex="0">
          <table>
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <th scope="col">Type</th>
                <th scope="col">Leads to</th>
                <th scope="col" class="number">Open</th>
                <th scope="col" class="number">Held</th>
                <th scope="col" class="number">Nobody can take</th>
              </tr>
            </thead>
            <tbody>
              ${stages.map(([name, stage]) => this.renderStage(name, stage, name === start, counts.get(name)))}
            </tbody>
          </table>
        </div>
      </section>`;
  }

  private renderStage(name: string, stage: Stage, starts: boolean, count: StageCount | undefined) {
    const ways = Object.entries(stage.pathways ?? {});
    return html`<tr>
      <th scope="row">
        <a href=${queueLink(this.project, { stage: name })}>${name}</a>${
          starts ? html` <span class="tag">start</span>` : nothing
        }
      </th>
      <td>${stage.type.replaceAll("_", " ")}</td>
      <td>
        ${
          ways.length === 0
            ? html`<span class="muted">the end</span>`
            : ways.map(
                ([pathway, target]) => html`<div><span class="muted">${pathway}:</span> ${target}</div>`,
              )
        }
      </td>
      <td class="number">${(count?.tasks ?? 0).toLocaleString()}</td>
      <td class="number">${(count?.held ?? 0).toLocaleString()}</td>
      <td class="number">${(count?.starved ?? 0).toLocaleString()}</td>
    </tr>`;
  }

  private chooseVersion(event: Event): void {
    this.portal.router.setQuery({ version: (event.target as HTMLSelectElement).value });
    void this.updateComplete.then(() => this.drawn.run());
  }

  private async readVersions(): Promise<{ items: GraphVersion[] }> {
    const versions = await this.portal.api.get<{ items: GraphVersion[] }>(projectApi(this.project, "graphs"));
    this.versions.value = versions;
    await this.drawn.run();
    return versions;
  }

  private async readDrawing(): Promise<Drawn> {
    const path = projectApi(this.project, `graphs/${this.version}`);
    const [{ graph }, { svg }] = await Promise.all([
      this.portal.api.get<{ graph: { start: string; stages: Record<string, Stage> } }>(path),
      this.portal.api.get<{ svg: string }>(`${path}/drawing`),
    ]);
    return { svg, stages: Object.entries(graph.stages), start: graph.start };
  }

  private async readCounts(): Promise<Overview> {
    const overview = await this.portal.api.get<Overview>(projectApi(this.project, "overview"));
    this.counts = overview.stages;
    return overview;
  }
}
