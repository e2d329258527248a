import { css, html, LitElement } from "lit";
import { baseStyles } from "./field-styles";

/** Makes the crowd-radio-buttons inside it exclude each other. */
export class CrowdRadioGroup extends LitElement {
  static override styles = [baseStyles, css`:host { margin: 0 0 16px; }`];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute("role", "radiogroup");
  }

  protected override render() {
    return html`<slot></slot>`;
  }
}
