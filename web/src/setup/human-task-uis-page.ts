import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./ask-first";
import type { HumanTaskUi } from "./human-task-ui-shapes";
import { readAll } from "./people-shapes";
import { moment } from "./project-shapes";

/** Templates that are kept under a name, for flow definitions and projects. */
@customElement("loupe-human-task-uis-page")
export class HumanTaskUisPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private deleting: HumanTaskUi | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly uis = new Load<HumanTaskUi[]>(this, () => readAll(this.portal, "/v1/human-task-uis"));

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
        <div class="head">
          <h1 tabindex="-1">Task UIs</h1>
          ${this.sets ? html`<a class="button" href="/human-task-uis/new">New task UI</a>` : nothing}
        </div>
        <p class="muted">
          A human task UI is a template: what people see of a task, and what they answer. It never changes; a change is a new
          one under another name.
        </p>
        ${this.uis.render((uis) => (uis.length === 0 ? this.renderEmpty() : this.renderTable(uis)))}
      </div>
      ${this.renderDeletion()}`;
  }

  private get sets(): boolean {
    return this.info.user.role === "admin";
  }

  private renderEmpty() {
    return html`<div class="card empty">
      <h2>There is no task UI yet</h2>
      ${
        this.sets
          ? html`<p>Begin with a ready template and try it with a sample input.</p>
              <p><a class="button" href="/human-task-uis/new">Make the first task UI</a></p>`
          : html`<p>Administrators make them.</p>`
      }
    </div>`;
  }

  private renderTable(uis: HumanTaskUi[]) {
    return html`<div class="scroll card" role="region" aria-label="Task UIs" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Made</th>
            ${this.sets ? html`<th scope="col"><span class="visually-hidden">What you can do</span></th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${uis.map(
            (ui) => html`<tr>
              <th scope="row"><a href=${`/human-task-uis/${encodeURIComponent(ui.name)}`}>${ui.name}</a></th>
              <td><time datetime=${ui.created_at}>${moment(ui.created_at)}</time></td>
              ${
                this.sets
                  ? html`<td>
                    <button
                      class="danger"
                      aria-label=${`Delete ${ui.name}`}
                      @click=${() => {
                        this.deleting = ui;
                      }}
                    >
                      Delete…
                    </button>
                  </td>`
                  : nothing
              }
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderDeletion() {
    const ui = this.deleting;
    if (ui === null) return nothing;
    return html`<loupe-ask-first
      heading=${`Delete the task UI ${ui.name}?`}
      text="Its name is free again. Flow definitions and projects that use it keep the template."
      verb="Delete task UI"
      .run=${() => this.delete(ui)}
      @close=${() => {
        this.deleting = null;
      }}
    ></loupe-ask-first>`;
  }

  private async delete(ui: HumanTaskUi): Promise<void> {
    await this.portal.api.send("DELETE", `/v1/human-task-uis/${encodeURIComponent(ui.name)}`);
    this.portal.announcer.say(`The task UI ${ui.name} is deleted.`);
    await this.uis.run();
  }
}
