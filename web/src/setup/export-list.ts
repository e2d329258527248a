import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { formPartStyles } from "./project-form-styles";
import { moment, type Page, projectPath } from "./project-shapes";

interface Export {
  id: string;
  status: "queued" | "running" | "completed" | "failed";
  since: string | null;
  created_at: string;
  count: number;
  uri: string | null;
  finished_at: string | null;
  error: string | null;
}

const LOOK_AGAIN = 1000;
const STATUS: Record<Export["status"], string> = {
  queued: "waiting",
  running: "running",
  completed: "completed",
  failed: "failed",
};

/** A project's exports, for administrators: asked for here, followed while they run, and downloaded. */
@customElement("loupe-export-list")
export class ExportList extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @state() private which = "all";
  @state() private sinceText = "";
  private readonly exports = new Load(this, async () => {
    const { items } = await this.portal.api.get<Page<Export>>(this.path("?limit=50"));
    this.lookAgain(items);
    return items;
  });
  private readonly asking = new Action(this);
  private cancelLook: (() => void) | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelLook?.();
  }

  override render() {
    return html`<section class="card stack" aria-labelledby="exports">
      <h2 id="exports">Export</h2>
      <p class="muted">All completed tasks as JSON Lines, one task a line, written to the project's output location.</p>
      ${this.renderForm()} ${this.asking.renderError()} ${this.exports.render((items) => this.renderExports(items))}
    </section>`;
  }

  private renderForm() {
    const last = this.exports.value?.find(({ status }) => status === "completed");
    return html`<div class="fields">
        <div>
          <label for="which">Tasks</label>
          <select
            id="which"
            @change=${(event: Event) => {
              this.which = (event.target as HTMLSelectElement).value;
            }}
          >
            <option value="all">all completed tasks</option>
            ${last === undefined ? nothing : html`<option value="new">completed since the export of ${moment(last.created_at)}</option>`}
            <option value="since">completed since a moment</option>
          </select>
        </div>
        ${
          this.which === "since"
            ? html`<div>
                <label for="since">Since</label>
                <input
                  id="since"
                  type="datetime-local"
                  .value=${this.sinceText}
                  @input=${(event: Event) => {
                    this.sinceText = (event.target as HTMLInputElement).value;
                  }}
                />
              </div>`
            : nothing
        }
      </div>
      <div class="actions">
        <button
          class="primary"
          type="button"
          ?disabled=${this.asking.busy || (this.which === "since" && this.sinceText === "")}
          @click=${() => this.start(last)}
        >
          Export
        </button>
      </div>`;
  }

  private renderExports(items: readonly Export[]) {
    if (items.length === 0) return html`<p class="muted">Nothing has been exported yet.</p>`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of exports">
      <table>
        <thead>
          <tr>
            <th scope="col">Asked for</th>
            <th scope="col">Since</th>
            <th scope="col">Status</th>
            <th scope="col" class="number">Tasks</th>
            <th scope="col">Object</th>
            <th scope="col">File</th>
          </tr>
        </thead>
        <tbody>${items.map((each) => this.renderExport(each))}</tbody>
      </table>
    </div>`;
  }

  private renderExport({ id, status, since, created_at, count, uri, error }: Export) {
    return html`<tr>
      <th scope="row">${moment(created_at)}</th>
      <td>${since === null ? "the beginning" : moment(since)}</td>
      <td>
        <span class="tag">${STATUS[status]}</span>
        ${error === null ? nothing : html`<p class="field-error">${error}</p>`}
      </td>
      <td class="number">${count}</td>
      <td>${uri === null ? "" : html`<code>${uri}</code>`}</td>
      <td>
        ${status === "completed" ? html`<a href=${this.path(`/${id}/file`)} download>Download</a>` : nothing}
      </td>
    </tr>`;
  }

  private async start(last: Export | undefined): Promise<void> {
    const since = { all: null, new: last?.created_at ?? null, since: this.sinceText }[this.which] ?? null;
    const body = since === null ? {} : { since: new Date(since).toISOString() };
    // The moment of an export counts to the millionth, which no Date of a browser holds.
    if (this.which === "new" && last !== undefined) body.since = last.created_at;
    const asked = await this.asking.run(async () => {
      await this.portal.api.send("POST", this.path(), body);
      await this.exports.run();
    });
    if (asked) this.portal.announcer.say("The export has begun.");
  }

  private lookAgain(items: readonly Export[]): void {
    this.cancelLook?.();
    if (!items.some(({ status }) => status === "queued" || status === "running")) return;
    this.cancelLook = this.portal.clock.after(LOOK_AGAIN, async () => {
      const before = this.exports.value ?? [];
      await this.exports.run();
      this.announce(before);
    });
  }

  private announce(before: readonly Export[]): void {
    for (const each of this.exports.value ?? []) {
      const was = before.find(({ id }) => id === each.id)?.status;
      if (was === each.status || was === undefined) continue;
      if (each.status === "completed")
        this.portal.announcer.say(`The export is completed: ${each.count} tasks.`);
      if (each.status === "failed") this.portal.announcer.say("The export failed.");
    }
  }

  private path(rest = ""): string {
    return projectPath(this.project, `/exports${rest}`);
  }
}
