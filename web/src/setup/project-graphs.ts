import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import type { JsonObject } from "../ui/json";
import { Load } from "../ui/load";
import { type Difference, renderDifference } from "./project-difference";
import { formPartStyles } from "./project-form-styles";
import "./project-graph-change";
import "./project-graph-drawing";
import "./project-move";
import {
  type GraphCheck,
  type GraphDocument,
  type GraphVersion,
  jsonText,
  moment,
  type Page,
  type ProjectDetail,
  projectPath,
} from "./project-shapes";

interface Shown {
  document: GraphDocument;
  check: GraphCheck;
}

const TEMPLATE_NAME = "[a-z0-9](-*[a-z0-9]){0,62}";

/** The versions of a project's graph: drawn, compared, saved under a name, followed by a new one. Fires `changed`. */
@customElement("loupe-project-graphs")
export class ProjectGraphs extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      del {
        color: var(--danger);
      }

      ins {
        color: var(--success);
        text-decoration: none;
        font-weight: 550;
      }

      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: end;
      }

      .line > div {
        flex: 0 1 14rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ type: Boolean }) mayChange = false;
  @state() private version = 0;
  @state() private compared = 0;
  @state() private templateName = "";
  @state() private said = "";
  private readonly versions = new Load(this, () => this.readVersions(), false);
  private readonly shown = new Load<Shown>(this, () => this.readShown(), false);
  private readonly difference = new Load<Difference>(this, () => this.readDifference(), false);
  private readonly saving = new Action(this);

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("project")) return;
    const before = changed.get("project") as ProjectDetail | undefined;
    if (before?.graph_version === this.project.graph_version) return;
    this.show(this.project.graph_version);
    this.compared = this.project.graph_version > 1 ? this.project.graph_version - 1 : 0;
    void this.versions.run();
    if (this.compared > 0) void this.difference.run();
  }

  override render() {
    return html`<div class="stack">
      <section class="card stack" aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        ${this.versions.render((versions) => this.renderVersions(versions))}
      </section>
      ${this.mayChange ? this.renderChange() : nothing}
      <section class="card stack" aria-labelledby="move">
        <h2 id="move">Move tasks to another version</h2>
        <loupe-project-move
          .portal=${this.portal}
          .project=${this.project}
          .versions=${this.versions.value ?? []}
        ></loupe-project-move>
      </section>
    </div>`;
  }

  private renderVersions(versions: GraphVersion[]) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of versions">
        <table>
          <thead>
            <tr><th scope="col">Version</th><th scope="col">Made</th><th scope="col" class="number">Stages</th><th scope="col">Used</th></tr>
          </thead>
          <tbody>
            ${versions.map(
              ({ version, created_at, stages, current }) => html`<tr>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed=${version === this.version}
                    @click=${() => this.show(version)}
                  >Version ${version}</button>
                </th>
                <td>${moment(created_at)}</td>
                <td class="number">${stages}</td>
                <td>${current ? html`<span class="tag">for new tasks</span>` : nothing}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <h3>Version ${this.version}</h3>
      ${this.shown.render((shown) => html`<loupe-graph-drawing .check=${shown.check} label=${`Drawing of version ${this.version}`}></loupe-graph-drawing>${this.mayChange ? this.renderSave(shown.document.graph) : nothing}`)}
      ${versions.length > 1 ? this.renderComparison(versions) : nothing}`;
  }

  private renderComparison(versions: GraphVersion[]) {
    return html`<div>
        <label for="compared">Compare with</label>
        <select
          id="compared"
          @change=${(event: Event) => {
            this.compared = Number((event.target as HTMLSelectElement).value);
            void this.difference.run();
          }}
        >
          ${versions
            .filter(({ version }) => version !== this.version)
            .map(
              ({ version }) =>
                html`<option value=${version} ?selected=${version === this.compared}>Version ${version}</option>`,
            )}
        </select>
      </div>
      ${this.difference.render((difference) => {
        const [old, now] = this.inOrder();
        return renderDifference(difference, old, now);
      })}`;
  }

  private renderSave(graph: JsonObject) {
    return html`<details>
      <summary>Save version ${this.version} as a graph for other projects</summary>
      <form
        class="line"
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.save(graph);
        }}
      >
        <div>
          <label for="template-name">Name</label>
          <input
            id="template-name"
            required
            maxlength="63"
            pattern=${TEMPLATE_NAME}
            title="Small letters, digits and hyphens"
            .value=${this.templateName}
            @input=${(event: Event) => {
              this.templateName = (event.target as HTMLInputElement).value;
            }}
          />
        </div>
        <button ?disabled=${this.saving.busy}>Save graph</button>
        <span role="status">${this.said}</span>
      </form>
      ${this.saving.renderError()}
    </details>`;
  }

  private renderChange() {
    return html`<section class="card stack" aria-labelledby="change">
      <h2 id="change">New version</h2>
      ${this.shown.render(
        ({ document }) => html`<loupe-project-graph-change
          .portal=${this.portal}
          .project=${this.project}
          .base=${document}
          @changed=${() => this.dispatchEvent(new Event("changed"))}
        ></loupe-project-graph-change>`,
      )}
    </section>`;
  }

  private show(version: number): void {
    this.version = version;
    this.said = "";
    void this.shown.run();
    if (this.compared === version) this.compared = version > 1 ? version - 1 : version + 1;
    if ((this.versions.value?.length ?? 0) > 1) void this.difference.run();
  }

  private inOrder(): [number, number] {
    return [Math.min(this.version, this.compared), Math.max(this.version, this.compared)];
  }

  private async readVersions(): Promise<GraphVersion[]> {
    return (await this.portal.api.get<Page<GraphVersion>>(projectPath(this.project.name, "/graphs"))).items;
  }

  private async readShown(): Promise<Shown> {
    const document = await this.portal.api.get<GraphDocument>(
      projectPath(this.project.name, `/graphs/${this.version}`),
    );
    const body = { document: jsonText(document.graph), teams: null };
    return { document, check: await this.portal.api.send<GraphCheck>("POST", "/v1/graphs/check", body) };
  }

  private readDifference(): Promise<Difference> {
    const [old, now] = this.inOrder();
    return this.portal.api.get(projectPath(this.project.name, `/graphs/${old}/diff/${now}`));
  }

  private async save(graph: JsonObject): Promise<void> {
    const name = this.templateName;
    const path = `/v1/graph-templates/${encodeURIComponent(name)}`;
    const body = { graph, description: `From ${this.project.name}, version ${this.version}` };
    if (await this.saving.run(() => this.portal.api.send("PUT", path, body)))
      this.said = `Saved: new projects can begin with ${name}.`;
  }
}
