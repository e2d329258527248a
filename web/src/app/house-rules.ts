import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import type { SessionInfo } from "./api";

/** What people must keep to themselves, and whom they can ask: here, and in each of their teams. */
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
    const { contact = "", confidentiality = "", team_rules: ofTeams } = this.info;
    const rules = [{ team: "", contact, confidentiality }, ...ofTeams];
    return rules.map((each) => this.renderRules(each));
  }

  private renderRules({ team, contact, confidentiality }: SessionInfo["team_rules"][number]) {
    if (contact === "" && confidentiality === "") return nothing;
    return html`<p class="small muted">
      ${team === "" ? nothing : html`<span>${team}</span>`}
      ${confidentiality === "" ? nothing : html`<span>Confidential: ${confidentiality}</span>`}
      ${contact === "" ? nothing : html`<span>Questions? ${contact}</span>`}
    </p>`;
  }
}
