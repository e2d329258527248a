import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { SessionInfo } from "../app/api";
import "../ui/modal-dialog";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./export-list";
import { formStyles } from "./project-form-styles";
import { jsonText, moment, type Page, projectPath } from "./project-shapes";

interface FinalLabel {
  task_id: string;
  name: string;
  completed_at: string;
  rejections: number;
  answers: number;
  label: string | null;
  output_uri: string | null;
}

const PAGE = 50;

/** What the project's completed tasks came to; administrators export all of it. */
@customElement("loupe-labels")
export class LabelsPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    formStyles,
    css`
      .label {
        font: 0.8125rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
      }

      pre {
        max-height: 55dvh;
        margin: 0;
        padding: 0.75rem;
        overflow: auto;
        border-radius: var(--radius-small);
        background: var(--sunken);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      loupe-export-list {
        margin-top: 1rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private opened: { name: string; text: string } | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly labels = new Load(this, () => this.read(), false);
  private readonly more = new Action(this);
  private readonly opening = new Action(this);
  private asked = "";

  override firstUpdated(): void {
    this.heading.focus();
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("query") || (this.labels.value !== null && this.asked === this.filters())) return;
    this.asked = this.filters();
    void this.labels.run();
  }

  override render() {
    return html`<h1 tabindex="-1">Labels</h1>
      <div class="stack">
        ${
          this.info.user.role === "admin"
            ? html`<loupe-export-list .portal=${this.portal} project=${this.params.project ?? ""}></loupe-export-list>`
            : nothing
        }
        <section class="card stack" aria-labelledby="completed">
          <h2 id="completed">Completed tasks</h2>
          ${this.renderFilters()} ${this.labels.render((page) => this.renderLabels(page))} ${this.opening.renderError()}
        </section>
      </div>
      ${this.opened === null ? nothing : this.renderOpened(this.opened)}`;
  }

  private renderFilters() {
    const fields: [string, string, string][] = [
      ["name", "Name holds", "search"],
      ["since", "Completed from", "date"],
      ["until", "Completed until", "date"],
    ];
    return html`<div class="fields">
      ${fields.map(
        ([name, label, type]) => html`<div>
          <label for=${name}>${label}</label>
          <input
            id=${name}
            type=${type}
            .value=${this.query.get(name) ?? ""}
            @change=${(event: Event) => this.portal.router.setQuery({ [name]: (event.target as HTMLInputElement).value })}
          />
        </div>`,
      )}
    </div>`;
  }

  private renderLabels({ items, next_cursor }: Page<FinalLabel>) {
    if (items.length === 0) return this.renderEmpty();
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of completed tasks">
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Completed</th>
              <th scope="col" class="number">Rejections</th>
              <th scope="col">Label</th>
              <th scope="col"><span class="visually-hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody>${items.map((item) => this.renderLabel(item))}</tbody>
        </table>
      </div>
      ${this.more.renderError()}
      ${next_cursor === null ? nothing : html`<button type="button" ?disabled=${this.more.busy} @click=${this.readMore}>Show more</button>`}`;
  }

  private renderLabel(item: FinalLabel) {
    const more = item.answers > 1 ? ` and ${item.answers - 1} more` : "";
    return html`<tr>
      <th scope="row"><a href=${`/tasks/${item.task_id}`}>${item.name}</a></th>
      <td>${moment(item.completed_at)}</td>
      <td class="number">${item.rejections}</td>
      <td class="label">${item.label ?? "none"}${item.label !== null && item.label.length >= 300 ? "…" : ""}${more}</td>
      <td>
        <button
          type="button"
          aria-label=${`JSON of ${item.name}`}
          ?disabled=${this.opening.busy}
          @click=${() => this.open(item)}
        >JSON</button>
      </td>
    </tr>`;
  }

  private renderEmpty() {
    if (this.filters() !== "")
      return html`<p class="muted">No completed task is like this. Change or empty the fields above.</p>`;
    return html`<div class="empty">
      <h3>Nothing is completed yet</h3>
      <p>
        Tasks stand here once they have gone all the way through the graph. See how far they are in the
        <a href=${`/projects/${encodeURIComponent(this.params.project ?? "")}/queue`}>queue</a>.
      </p>
    </div>`;
  }

  private renderOpened({ name, text }: { name: string; text: string }) {
    return html`<loupe-dialog
      heading=${name}
      @close=${() => {
        this.opened = null;
      }}
    >
      <pre tabindex="0" role="region" aria-label="Record of the task">${text}</pre>
    </loupe-dialog>`;
  }

  private async open({ task_id, name }: FinalLabel): Promise<void> {
    await this.opening.run(async () => {
      const record = await this.portal.api.get(this.path(`/${task_id}`));
      this.opened = { name, text: jsonText(record) };
    });
  }

  private read(): Promise<Page<FinalLabel>> {
    return this.portal.api.get(this.path(`?limit=${PAGE}${this.filters()}`));
  }

  private async readMore(): Promise<void> {
    const page = this.labels.value;
    if (page?.next_cursor == null) return;
    const cursor = encodeURIComponent(page.next_cursor);
    const filters = this.filters();
    await this.more.run(async () => {
      const next = await this.portal.api.get<Page<FinalLabel>>(
        this.path(`?limit=${PAGE}${filters}&cursor=${cursor}`),
      );
      if (filters === this.filters())
        this.labels.value = { items: [...page.items, ...next.items], next_cursor: next.next_cursor };
    });
  }

  /** As the API takes them; a last day counts whole. */
  private filters(): string {
    const name = this.query.get("name") ?? "";
    const since = dayStart(this.query.get("since"), 0);
    const until = dayStart(this.query.get("until"), 1);
    const asked = { task_name: name, since: since ?? "", until: until ?? "" };
    return Object.entries(asked)
      .filter(([, value]) => value !== "")
      .map(([field, value]) => `&${field}=${encodeURIComponent(value)}`)
      .join("");
  }

  private path(rest: string): string {
    return projectPath(this.params.project ?? "", `/labels${rest}`);
  }
}

/** Where a day begins here, `days` later; null for what is no day. */
export function dayStart(day: string | null, days: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (parts === null) return null;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + days).toISOString();
}
