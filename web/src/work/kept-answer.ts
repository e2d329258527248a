import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { decisionText } from "../review/decision-text";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";

/** What a person typed, as text to copy. */
@customElement("loupe-kept-answer")
export class KeptAnswer extends LitElement {
  static override styles = [
    styles,
    css`
      textarea {
        height: 9rem;
        font: 0.8125rem / 1.5 var(--mono);
      }

      .row {
        margin-top: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) content: JsonObject = {};
  /** What it is called: an answer or a decision. */
  @property() what = "answer";
  @state() private said = "";
  @query("textarea") private field!: HTMLTextAreaElement;

  override render() {
    return html`
      <label for="answer">Your ${this.what}</label>
      <textarea id="answer" readonly .value=${decisionText(this.content) ?? JSON.stringify(this.content, null, 2)}></textarea>
      <div class="row">
        <button type="button" @click=${this.copy}>Copy ${this.what}</button>
        <span role="status" class="small muted">${this.said}</span>
      </div>
    `;
  }

  private async copy(): Promise<void> {
    this.field.select();
    try {
      await navigator.clipboard.writeText(this.field.value);
      this.said = "Copied.";
    } catch {
      // The clipboard is closed to pages without HTTPS and where the person forbids it.
      this.said = "The text is selected: copy it with your keyboard.";
    }
  }
}
