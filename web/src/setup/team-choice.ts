import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formPartStyles } from "./project-form-styles";

/** Which of the teams, as check boxes. Fires `teams-change` (detail: the names that are chosen). */
@customElement("loupe-team-choice")
export class TeamChoice extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      .list {
        max-height: 12rem;
        margin-top: 0.25rem;
        padding: 0.25rem 0.75rem;
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
    `,
  ];

  @property({ attribute: false }) teams: readonly string[] = [];
  @property({ attribute: false }) chosen: readonly string[] = [];
  /** What is wrong with the choice. */
  @property() problem = "";

  override render() {
    return html`<fieldset aria-describedby="hint problem">
      <legend>Teams</legend>
      ${
        this.teams.length === 0
          ? html`<p class="hint" id="hint">There is no team yet. <a href="/teams">Make one first</a>, or add teams later.</p>`
          : html`<div class="list">${this.teams.map((team) => this.renderTeam(team))}</div>
              <p class="hint" id="hint">People are offered the work of their teams alone.</p>`
      }
      <p class="field-error" id="problem">${this.problem}</p>
    </fieldset>`;
  }

  private renderTeam(team: string) {
    return html`<label class="choice">
      <input
        type="checkbox"
        .checked=${this.chosen.includes(team)}
        @change=${(event: Event) => this.choose(team, (event.target as HTMLInputElement).checked)}
      />
      ${team}
    </label>`;
  }

  private choose(team: string, on: boolean): void {
    const others = this.chosen.filter((name) => name !== team);
    this.dispatchEvent(new CustomEvent("teams-change", { detail: on ? [...others, team] : others }));
  }
}
