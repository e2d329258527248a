import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { formPartStyles } from "./project-form-styles";
import "./project-graph-drawing";
import { SettledRequest } from "../ui/settled-request";
import type { GraphCheck, GraphProblem } from "./project-shapes";

/** `teams` by stage; null while nobody has said who works in the stages. */
interface GraphQuestion {
  document: string;
  teams: Record<string, string> | null;
}

/** What an editor says whenever its text or what is known about it changes; `check` is null while it is awaited. */
export interface GraphState {
  text: string;
  check: GraphCheck | null;
}

/** A graph's JSON with all that is wrong with it, and its drawing. Fires `graph-change` (detail: GraphState). */
@customElement("loupe-graph-editor")
export class GraphEditor extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      textarea {
        min-height: 18rem;
        font: 0.8125rem / 1.5 var(--mono);
        tab-size: 2;
      }

      summary {
        padding: 0.375rem 0;
        font-weight: 550;
        cursor: pointer;
      }

      .problems li {
        padding: 0.125rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) text = "";
  /** Work teams by stage; null while they are not chosen yet, and their absence is no problem. */
  @property({ attribute: false }) teams: Record<string, string> | null = null;
  @property({ type: Boolean }) open = false;
  private request: SettledRequest<GraphQuestion, GraphCheck> | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.request?.cancel();
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("text") && !changed.has("teams")) return;
    this.request ??= new SettledRequest(this.portal, "/v1/graphs/check", () => this.answered());
    if (this.text.trim() === "") this.request.cancel();
    else this.request.ask({ document: this.text, teams: this.teams });
  }

  override render() {
    const { answer: check = null, error = null, busy = false } = this.request ?? {};
    return html`<div class="stack">
      <p class="small muted" role="status">${this.statusText(check, busy)}</p>
      ${error === null ? nothing : html`<loupe-error .error=${error}></loupe-error>`}
      ${check === null ? nothing : this.renderProblems(check.problems)}
      <loupe-graph-drawing .check=${check}></loupe-graph-drawing>
      <details ?open=${this.open}>
        <summary>Edit the graph as JSON</summary>
        <label for="json">Graph</label>
        <textarea id="json" spellcheck="false" .value=${this.text} @input=${this.typed}></textarea>
        <p class="hint">Stages and their fields are described in docs/graphs.md; <code>loupe graph schema</code> prints the JSON Schema.</p>
      </details>
    </div>`;
  }

  private renderProblems(problems: readonly GraphProblem[]) {
    if (problems.length === 0) return nothing;
    return html`<div class="notice warning">
      <div>
        <strong>${problems.length === 1 ? "One thing is" : `${problems.length} things are`} wrong with this graph.</strong>
        <ul class="problems">
          ${problems.map(
            ({ stage, field, message }) =>
              html`<li><strong>${stage || "Graph"}</strong>: ${field === "" ? "" : html`<code>${field}</code> `}${message}</li>`,
          )}
        </ul>
      </div>
    </div>`;
  }

  private statusText(check: GraphCheck | null, busy: boolean): string {
    if (busy) return "Checking…";
    if (check === null) return "";
    const count = check.problems.length;
    if (count === 0) return `${check.outline?.stages.length ?? 0} stages, nothing is wrong.`;
    return count === 1 ? "One problem." : `${count} problems.`;
  }

  private typed(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.tell(null);
  }

  private answered(): void {
    this.requestUpdate();
    this.tell(this.request?.answer ?? null);
  }

  private tell(check: GraphCheck | null): void {
    this.dispatchEvent(new CustomEvent<GraphState>("graph-change", { detail: { text: this.text, check } }));
  }
}
