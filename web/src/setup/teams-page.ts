import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./ask-first";
import { readAll, type Team } from "./people-shapes";
import { formStyles } from "./project-form-styles";
import "./team-form";
import "./team-members";

/** Work teams: who is in them, what they tell their people; making and deleting them. */
@customElement("loupe-teams-page")
export class TeamsPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles, formStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private opened: Team | null = null;
  /** The team whose form is open. */
  @state() private form: Team | "new" | null = null;
  @state() private deleting: Team | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly teams = new Load<Team[]>(this, () => readAll(this.portal, "/v1/teams"));

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
        <div class="head">
          <h1 tabindex="-1">Teams</h1>
          ${this.sets ? html`<button class="primary" @click=${this.startMaking}>New team</button>` : nothing}
        </div>
        <p class="muted">A work team takes the tasks of the stages and flow definitions that name it.</p>
        ${this.teams.render((teams) => (teams.length === 0 ? this.renderEmpty() : this.renderTable(teams)))}
      </div>
      ${this.renderForm()} ${this.renderMembers()} ${this.renderDeletion()}`;
  }

  private get sets(): boolean {
    return this.info.user.role === "admin";
  }

  private renderEmpty() {
    return html`<div class="card empty">
      <h2>${this.sets ? "There is no team yet" : "You are in no team yet"}</h2>
      ${
        this.sets
          ? html`<p>
                First make a team, then <a href="/people">invite its people</a>, then
                <a href="/projects/new">create a project</a> that gives it work.
              </p>
              <p><button @click=${this.startMaking}>Make the first team</button></p>`
          : html`<p>Ask ${this.info.contact ?? "an administrator"} to put you into the teams that you manage.</p>`
      }
    </div>`;
  }

  private renderTable(teams: Team[]) {
    return html`<div class="scroll card" role="region" aria-label="Teams" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Team</th>
            <th scope="col" class="number">People</th>
            <th scope="col"><span class="visually-hidden">What you can do</span></th>
          </tr>
        </thead>
        <tbody>
          ${teams.map(
            (team) => html`<tr>
              <th scope="row">
                <button
                  class="link"
                  aria-label=${`People of ${team.name}`}
                  @click=${() => {
                    this.opened = team;
                  }}
                >
                  ${team.name}
                </button>
                <div class="small muted">${team.description}</div>
                ${team.contact === "" ? nothing : html`<div class="small muted">Questions: ${team.contact}</div>`}
                ${
                  team.confidentiality === ""
                    ? nothing
                    : html`<div class="small muted">Confidential: ${team.confidentiality}</div>`
                }
              </th>
              <td class="number">
                <a href=${`/people?team=${encodeURIComponent(team.name)}`} aria-label=${`${team.members} people of ${team.name}`}
                  >${team.members}</a
                >
              </td>
              <td>
                ${
                  this.sets
                    ? html`<div class="row">
                      <button
                        aria-label=${`Change ${team.name}`}
                        @click=${() => {
                          this.form = team;
                        }}
                      >
                        Change…
                      </button>
                      <button
                        class="danger"
                        aria-label=${`Delete ${team.name}`}
                        @click=${() => {
                          this.deleting = team;
                        }}
                      >
                        Delete…
                      </button>
                    </div>`
                    : nothing
                }
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderForm() {
    if (this.form === null) return nothing;
    return html`<loupe-team-form
      .portal=${this.portal}
      .team=${this.form === "new" ? null : this.form}
      @saved=${this.saved}
      @close=${() => {
        this.form = null;
      }}
    ></loupe-team-form>`;
  }

  private renderMembers() {
    if (this.opened === null) return nothing;
    return html`<loupe-team-members
      .portal=${this.portal}
      .info=${this.info}
      .team=${this.opened}
      @changed=${() => this.teams.run()}
      @close=${() => {
        this.opened = null;
      }}
    ></loupe-team-members>`;
  }

  private renderDeletion() {
    const team = this.deleting;
    if (team === null) return nothing;
    return html`<loupe-ask-first
      heading=${`Delete the team ${team.name}?`}
      text="Its people stay, and are in one team less. A team that a project or a flow definition gives work to cannot be deleted."
      verb="Delete team"
      .run=${() => this.delete(team)}
      @close=${() => {
        this.deleting = null;
      }}
    ></loupe-ask-first>`;
  }

  private readonly startMaking = (): void => {
    this.form = "new";
  };

  private readonly saved = async ({ detail: team }: CustomEvent<Team>): Promise<void> => {
    const made = this.form === "new";
    this.form = null;
    this.portal.announcer.say(
      made ? `The team ${team.name} is there. Now add people to it.` : `The team ${team.name} is changed.`,
    );
    await this.teams.run();
    if (made) this.opened = team;
  };

  private async delete(team: Team): Promise<void> {
    await this.portal.api.send("DELETE", `/v1/teams/${encodeURIComponent(team.name)}`);
    this.portal.announcer.say(`The team ${team.name} is deleted.`);
    await this.teams.run();
  }
}
