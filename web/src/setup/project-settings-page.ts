import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../ui/error-notice";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./project-benchmarks";
import "./project-deletion";
import "./project-general";
import "./project-graphs";
import "./project-import";
import "./project-people";
import { type ProjectDetail, projectPath } from "./project-shapes";

const SECTIONS = {
  general: "General",
  people: "People",
  graph: "Graph",
  tasks: "Import tasks",
  benchmarks: "Benchmark sets",
} as const;

type Section = keyof typeof SECTIONS;

/** What a project is set up with; administrators change it, team managers see it, import and move tasks. */
@customElement("loupe-project-settings")
export class ProjectSettingsPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
        margin: 0.75rem 0 1rem;
      }

      .notice {
        margin-bottom: 1rem;
      }

      nav a {
        padding: 0.3125rem 0.75rem;
        border: 1px solid var(--line);
        border-radius: 999px;
        color: var(--text);
        font-size: 0.9375rem;
        text-decoration: none;
      }

      nav a:hover {
        background: var(--accent-wash);
      }

      nav a[aria-current] {
        border-color: var(--accent);
        background: var(--accent-wash);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  private readonly project = new Load(this, () =>
    this.portal.api.get<ProjectDetail>(projectPath(this.params.project ?? "")),
  );

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    return html`<h1 tabindex="-1">Settings</h1>
      ${this.project.render((project) =>
        project.kind === "flow_definition" ? this.renderFlowDefinition(project) : this.renderProject(project),
      )}`;
  }

  private renderFlowDefinition(project: ProjectDetail) {
    return html`<div class="card empty">
      <h2>${project.name} is a flow definition</h2>
      <p>It never changes once it is made. What it is made of stands under <a href="/flow-definitions">Flow definitions</a>.</p>
    </div>`;
  }

  private renderProject(project: ProjectDetail) {
    const section = this.section();
    return html`<nav aria-label="Settings">
        ${(Object.entries(SECTIONS) as [Section, string][]).map(
          ([name, title]) => html`<a
            href=${`/projects/${encodeURIComponent(project.name)}/settings?section=${name}`}
            aria-current=${name === section ? "page" : nothing}
            >${title}</a
          >`,
        )}
      </nav>
      ${
        this.query.get("created") === "yes"
          ? html`<p class="notice success" role="status"><span>The project is there. Import its first tasks now.</span></p>`
          : nothing
      }
      ${this.renderSection(section, project)}`;
  }

  private renderSection(section: Section, project: ProjectDetail) {
    const { portal } = this;
    const mayChange = this.info.user.role === "admin" && !project.deleting;
    const changed = () => void this.project.run();
    switch (section) {
      case "general":
        return html`<div class="stack">
          <loupe-project-general
            .portal=${portal} .project=${project} ?mayChange=${mayChange} @changed=${changed}
          ></loupe-project-general>
          ${
            mayChange
              ? html`<loupe-project-deletion .portal=${portal} project=${project.name}></loupe-project-deletion>`
              : nothing
          }
        </div>`;
      case "people":
        return html`<loupe-project-people
          .portal=${portal} .project=${project} ?mayChange=${mayChange} @changed=${changed}
        ></loupe-project-people>`;
      case "graph":
        return html`<loupe-project-graphs
          .portal=${portal} .project=${project} ?mayChange=${mayChange} @changed=${changed}
        ></loupe-project-graphs>`;
      case "tasks":
        return html`<section class="card stack" aria-labelledby="import">
          <h2 id="import">Import tasks</h2>
          <loupe-project-import .portal=${portal} project=${project.name} @imported=${changed}></loupe-project-import>
        </section>`;
      case "benchmarks":
        return html`<loupe-project-benchmarks
          .portal=${portal} .project=${project} ?mayChange=${mayChange}
        ></loupe-project-benchmarks>`;
    }
  }

  private section(): Section {
    const asked = this.query.get("section") ?? "";
    return asked in SECTIONS ? (asked as Section) : "general";
  }
}
