import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { momentText, roughText } from "../ui/time-text";
import { type ListedProject, type Page, queueLink, STATUS_WORDS, STATUSES } from "./overview-shapes";

const PAGE = 200;

/** All projects, with how their tasks stand. */
@customElement("loupe-projects-page")
export class ProjectsPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      table {
        min-width: 46rem;
      }

      td.number a {
        display: inline-block;
        min-width: 1.5rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  private readonly projects = new Load<Page<ListedProject>>(this, () => this.read(null));
  private readonly more = new Action(this);

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    const creates = this.info.user.role === "admin";
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">Projects</h1>
        <div class="row">
          <button class="plain" @click=${() => this.projects.run()}>Refresh</button>
          ${creates ? html`<a class="button" href="/projects/new">New project</a>` : nothing}
        </div>
      </div>
      ${this.projects.render(({ items, next_cursor }) =>
        items.length === 0
          ? this.renderEmpty(creates)
          : html`${this.renderTable(items)}${this.more.renderError()}
              ${
                next_cursor === null
                  ? nothing
                  : html`<div>
                    <button ?disabled=${this.more.busy} @click=${() => this.readMore(next_cursor)}>More projects</button>
                  </div>`
              }`,
      )}
    </div>`;
  }

  private renderEmpty(creates: boolean) {
    return html`<div class="card empty">
      <h2>There is no project yet</h2>
      ${
        creates
          ? html`<p>
                A project is data to be labelled, what people see and answer, and the workflow that a task goes through.
              </p>
              <p><a class="button" href="/projects/new">Create your first project</a></p>`
          : html`<p>An administrator creates projects. Ask ${this.info.contact ?? "an administrator"} for the first one.</p>`
      }
    </div>`;
  }

  private renderTable(items: ListedProject[]) {
    return html`<div class="scroll card" role="region" aria-label="Projects" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Project</th>
            ${STATUSES.map((status) => html`<th scope="col" class="number">${STATUS_WORDS[status]}</th>`)}
            <th scope="col">Oldest unfinished</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((project) => this.renderRow(project))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow(project: ListedProject) {
    const path = `/projects/${encodeURIComponent(project.name)}`;
    return html`<tr>
      <th scope="row">
        <a href=${path}>${project.title || project.name}</a>
        <div class="small muted">${project.name}</div>
        <div class="row">
          ${project.kind === "flow_definition" ? html`<span class="tag">Flow definition</span>` : nothing}
          ${project.paused ? html`<span class="tag">Paused</span>` : nothing}
          ${project.deleting ? html`<span class="tag">Being deleted</span>` : nothing}
          ${
            project.starved > 0
              ? html`<a class="tag" href=${queueLink(project.name, { starved: "true" })}>
                ${project.starved.toLocaleString()} nobody can take</a
              >`
              : nothing
          }
        </div>
      </th>
      ${STATUSES.map((status) => this.renderCount(project, status))}
      <td>
        ${
          project.oldest_at === null
            ? html`<span class="muted">none</span>`
            : html`<time datetime=${project.oldest_at} title=${momentText(project.oldest_at)}
              >${roughText(-this.portal.serverClock.until(project.oldest_at))}</time
            >`
        }
      </td>
    </tr>`;
  }

  private renderCount(project: ListedProject, status: string) {
    const count = project.counts[status] ?? 0;
    return html`<td class="number">
      ${
        count === 0
          ? html`<span class="muted">0</span>`
          : html`<a
            href=${queueLink(project.name, { status })}
            aria-label=${`${count.toLocaleString()} ${STATUS_WORDS[status]?.toLowerCase()} in ${project.name}`}
            >${count.toLocaleString()}</a
          >`
      }
    </td>`;
  }

  private read(cursor: string | null): Promise<Page<ListedProject>> {
    const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    return this.portal.api.get(`/v1/overview?limit=${PAGE}${from}`);
  }

  private async readMore(cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(cursor);
      const before = this.projects.value?.items ?? [];
      this.projects.value = { items: [...before, ...next.items], next_cursor: next.next_cursor };
      this.portal.announcer.say(`${next.items.length} more projects`);
    });
  }
}
