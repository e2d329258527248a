import { html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import type { HumanTaskUiDetail } from "./human-task-ui-shapes";
import { formStyles } from "./project-form-styles";
import { moment } from "./project-shapes";
import "./sample-preview";

const NO_INPUT = {};

/** One human task UI: its template, and how it looks with an input. */
@customElement("loupe-human-task-ui")
export class HumanTaskUiPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles, formStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  private readonly ui = new Load<HumanTaskUiDetail>(this, () =>
    this.portal.api.get(`/v1/human-task-uis/${encodeURIComponent(this.params.name ?? "")}`),
  );

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    const sets = this.info.user.role === "admin";
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">Task UI ${this.params.name}</h1>
        <div class="row">
          ${
            sets
              ? html`<a class="button" href=${`/human-task-uis/new?from=${encodeURIComponent(this.params.name ?? "")}`}
                >Begin a new one with it</a
              >`
              : nothing
          }
          <a class="button" href="/human-task-uis">All task UIs</a>
        </div>
      </div>
      ${this.ui.render((ui) => this.renderUi(ui, sets))}
    </div>`;
  }

  private renderUi(ui: HumanTaskUiDetail, sets: boolean) {
    return html`<dl class="facts card">
        <dt>Made</dt>
        <dd>${moment(ui.created_at)}</dd>
        <dt>ARN</dt>
        <dd><code>${ui.arn}</code></dd>
        <dt>SHA-256</dt>
        <dd><code>${ui.sha256}</code></dd>
      </dl>
      <div class="side-by-side">
        <div>
          <label for="template">Template</label>
          <textarea id="template" class="code" rows="24" readonly spellcheck="false" .value=${ui.template}></textarea>
        </div>
        ${
          sets
            ? html`<loupe-sample-preview .portal=${this.portal} .template=${ui.template} .sample=${NO_INPUT}></loupe-sample-preview>`
            : nothing
        }
      </div>`;
  }
}
