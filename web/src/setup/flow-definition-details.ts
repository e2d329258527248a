import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { limitText } from "../ui/time-text";
import { type FlowDefinitionDetail, REQUEST_SOURCES } from "./flow-definition-shapes";
import { formPartStyles } from "./project-form-styles";

/** The settings of one flow definition. Fires `close`. */
@customElement("loupe-flow-definition-details")
export class FlowDefinitionDetails extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      @media (max-width: 36rem) {
        .facts {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }

        dd {
          margin-bottom: 0.5rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) name = "";
  private readonly flow = new Load<FlowDefinitionDetail>(this, () =>
    this.portal.api.get(`/v1/flow-definitions/${encodeURIComponent(this.name)}`),
  );

  override render() {
    return html`<loupe-dialog heading=${this.name} @close=${() => this.dispatchEvent(new Event("close"))}>
      ${this.flow.render((flow) => this.renderFacts(flow))}
    </loupe-dialog>`;
  }

  private renderFacts(flow: FlowDefinitionDetail) {
    const source = REQUEST_SOURCES.find(({ value }) => value === flow.request_source);
    return html`<dl class="facts">
      <dt>Title</dt>
      <dd>${flow.title}</dd>
      <dt>Description</dt>
      <dd>${flow.description}</dd>
      <dt>Team</dt>
      <dd>${flow.team}</dd>
      <dt>Task UI</dt>
      <dd><a href=${`/human-task-uis/${encodeURIComponent(flow.human_task_ui)}`}>${flow.human_task_ui}</a></dd>
      <dt>Answers of each loop</dt>
      <dd>${flow.count}</dd>
      <dt>Time for one task</dt>
      <dd>${limitText(flow.time_limit_seconds * 1000)}</dd>
      <dt>Loops end after</dt>
      <dd>${limitText(flow.lifetime_seconds * 1000)}</dd>
      ${flow.keywords.length === 0 ? nothing : html`<dt>Keywords</dt><dd>${flow.keywords.join(", ")}</dd>`}
      ${flow.request_source === null ? nothing : html`<dt>Task type</dt><dd>${source?.title ?? flow.request_source}</dd>`}
      ${
        flow.activation_conditions === null
          ? nothing
          : html`<dt>Conditions</dt><dd><code>${flow.activation_conditions}</code></dd>`
      }
      <dt>Output</dt>
      <dd><code>${flow.output}</code></dd>
      <dt>ARN</dt>
      <dd><code>${flow.arn}</code></dd>
    </dl>`;
  }
}
