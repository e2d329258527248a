import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./ask-first";
import "./flow-definition-details";
import type { FlowDefinition } from "./flow-definition-shapes";
import { readAll } from "./people-shapes";
import { moment, projectPath } from "./project-shapes";

/** Flow definitions: what human loops of A2I clients are started with. */
@customElement("loupe-flow-definitions-page")
export class FlowDefinitionsPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private opened: FlowDefinition | null = null;
  @state() private deleting: FlowDefinition | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly flows = new Load<FlowDefinition[]>(this, () =>
    readAll(this.portal, "/v1/flow-definitions"),
  );

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
        <div class="head">
          <h1 tabindex="-1">Flow definitions</h1>
          ${this.sets ? html`<a class="button" href="/flow-definitions/new">New flow definition</a>` : nothing}
        </div>
        <p class="muted">
          An A2I client starts human loops by a flow definition: which team answers which task UI, and where the result goes.
          It never changes; a change is a new one.
        </p>
        ${this.flows.render((flows) => (flows.length === 0 ? this.renderEmpty() : this.renderTable(flows)))}
      </div>
      ${this.renderDetails()} ${this.renderDeletion()}`;
  }

  private get sets(): boolean {
    return this.info.user.role === "admin";
  }

  private renderEmpty() {
    return html`<div class="card empty">
      <h2>There is no flow definition yet</h2>
      ${
        this.sets
          ? html`<p>
                Make a <a href="/teams">team</a> and a <a href="/human-task-uis/new">task UI</a> first, then a flow
                definition that joins them. Work that is not started by A2I clients needs none:
                <a href="/projects/new">create a project</a> for it.
              </p>
              <p><a class="button" href="/flow-definitions/new">Make the first flow definition</a></p>`
          : html`<p>Administrators make them, here or with an AWS client.</p>`
      }
    </div>`;
  }

  private renderTable(flows: FlowDefinition[]) {
    return html`<div class="scroll card" role="region" aria-label="Flow definitions" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Made</th>
            <th scope="col">State</th>
            <th scope="col"><span class="visually-hidden">What you can do</span></th>
          </tr>
        </thead>
        <tbody>
          ${flows.map((flow) => this.renderRow(flow))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow(flow: FlowDefinition) {
    return html`<tr>
      <th scope="row"><a href=${projectPath(flow.name)}>${flow.name}</a></th>
      <td><time datetime=${flow.created_at}>${moment(flow.created_at)}</time></td>
      <td>${flow.deleting ? "Being deleted" : "Active"}</td>
      <td>
        <div class="row">
          <button
            aria-label=${`Settings of ${flow.name}`}
            @click=${() => {
              this.opened = flow;
            }}
          >
            Settings
          </button>
          ${
            this.sets && !flow.deleting
              ? html`<button
                class="danger"
                aria-label=${`Delete ${flow.name}`}
                @click=${() => {
                  this.deleting = flow;
                }}
              >
                Delete…
              </button>`
              : nothing
          }
        </div>
      </td>
    </tr>`;
  }

  private renderDetails() {
    if (this.opened === null) return nothing;
    return html`<loupe-flow-definition-details
      .portal=${this.portal}
      .name=${this.opened.name}
      @close=${() => {
        this.opened = null;
      }}
    ></loupe-flow-definition-details>`;
  }

  private renderDeletion() {
    const flow = this.deleting;
    if (flow === null) return nothing;
    return html`<loupe-ask-first
      heading=${`Delete the flow definition ${flow.name}?`}
      text="It takes no new loops, and loops that are not finished are stopped. What was written to its output location stays."
      verb="Delete flow definition"
      .run=${() => this.delete(flow)}
      @close=${() => {
        this.deleting = null;
      }}
    ></loupe-ask-first>`;
  }

  private async delete(flow: FlowDefinition): Promise<void> {
    await this.portal.api.send("DELETE", `/v1/flow-definitions/${encodeURIComponent(flow.name)}`);
    this.portal.announcer.say(`The flow definition ${flow.name} is being deleted.`);
    await this.flows.run();
  }
}
