import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { describeError, type ErrorText } from "./error-text";
import { styles } from "./styles";

/** Shows what went wrong and what to do; actions go into the slot. */
@customElement("loupe-error")
export class ErrorNotice extends LitElement {
  static override styles = [
    styles,
    css`
      strong {
        font-weight: 600;
      }

      ul {
        margin-top: 0.375rem;
        padding-left: 1.25rem;
        list-style: disc;
      }
    `,
  ];

  @property({ attribute: false }) error: unknown = null;
  /** Used instead of `error` where the text is known already. */
  @property({ attribute: false }) text: ErrorText | null = null;

  override render() {
    const text = this.text ?? (this.error === null ? null : describeError(this.error));
    if (text === null) return nothing;
    return html`<div class="notice error" role="alert">
      <div>
        <strong>${text.what}</strong>
        <p>${text.todo}</p>
        ${text.fields.length > 0 ? this.renderFields(text) : nothing}
      </div>
      <slot></slot>
    </div>`;
  }

  private renderFields(text: ErrorText) {
    return html`<ul>
      ${text.fields.map((error) => html`<li>${error.field}: ${error.message}</li>`)}
    </ul>`;
  }
}
