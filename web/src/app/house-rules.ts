import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import type { SessionInfo } from "./api";

/** What people must keep to themselves, and whom they can ask. */
@customElement("loupe-house-rules")
export class HouseRules extends LitElement {
  static override styles = [
    styles,
    css`
      p {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.5rem;
        justify-content: center;
        padding: 0.25rem 1rem 0.5rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) info!: SessionInfo;

  override render() {
    const { contact, confidentiality } = this.info;
    if (!contact && !confidentiality) return nothing;
    return html`<p class="small muted">
      ${confidentiality ? html`<span>Confidential: ${confidentiality}</span>` : nothing}
      ${contact ? html`<span>Questions? ${contact}</span>` : nothing}
    </p>`;
  }
}
