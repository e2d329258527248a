import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import type { JsonObject } from "../ui/json";
import { formPartStyles } from "./project-form-styles";
import { jsonText } from "./project-shapes";
import "./template-preview";

/** A template, or the editor of data groups, as people will see it, above it a sample input that can be edited. */
@customElement("loupe-sample-preview")
export class SamplePreview extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      textarea.code {
        min-height: 8rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) template: string | null = null;
  @property({ attribute: false }) humanTaskUi: string | null = null;
  @property({ attribute: false }) labelSchema: object | null = null;
  /** What the input is until somebody types another one. */
  @property({ attribute: false }) sample: JsonObject = {};
  @state() private text = "";
  @state() private input: unknown = {};
  @state() private problem = "";

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("sample")) return;
    this.text = jsonText(this.sample);
    this.input = this.sample;
    this.problem = "";
  }

  override render() {
    return html`<div class="stack">
      <div>
        <label for="input">Sample input</label>
        <textarea
          id="input"
          class="code"
          spellcheck="false"
          .value=${this.text}
          aria-invalid=${this.problem === "" ? nothing : "true"}
          aria-describedby="input-hint input-error"
          @input=${this.typed}
        ></textarea>
        <p class="hint" id="input-hint">${this.renderHint()}</p>
        <p class="field-error" id="input-error">${this.problem}</p>
      </div>
      <loupe-template-preview
        .portal=${this.portal}
        .template=${this.template}
        .humanTaskUi=${this.humanTaskUi}
        .labelSchema=${this.labelSchema}
        .input=${this.input}
      ></loupe-template-preview>
    </div>`;
  }

  private renderHint() {
    return this.labelSchema === null
      ? html`JSON that the template gets as <code>task.input</code>. Every task brings its own.`
      : html`JSON with the files and their layout. Every task brings its own. A file that cannot be shown says so in its
          tile.`;
  }

  private typed(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    try {
      this.input = JSON.parse(this.text);
      this.problem = "";
    } catch (error) {
      this.problem = `This is no JSON: ${(error as SyntaxError).message}`;
    }
  }
}
