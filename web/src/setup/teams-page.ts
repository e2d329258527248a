import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import "../ui/modal-dialog";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import type { ModalDialog } from "../ui/modal-dialog";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./ask-first";
import { readAll, type Team } from "./people-shapes";
import { describedBy, fieldErrors, renderFieldError } from "./project-field";
import { formStyles } from "./project-form-styles";
import "./team-members";

/** Work teams: who is in them; making and deleting them. */
@customElement("loupe-teams-page")
export class TeamsPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles, formStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private opened: Team | null = null;
  @state() private making = false;
  @state() private deleting: Team | null = null;
  @query("h1") private heading!: HTMLElement;
  @query("loupe-dialog") private dialog!: ModalDialog | null;
  private readonly teams = new Load<Team[]>(this, () => readAll(this.portal, "/v1/teams"));
  private readonly creating = new Action(this);

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
      ${this.making ? this.renderNew() : nothing} ${this.renderMembers()} ${this.renderDeletion()}`;
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
              </th>
              <td class="number">
                <a href=${`/people?team=${encodeURIComponent(team.name)}`} aria-label=${`${team.members} people of ${team.name}`}
                  >${team.members}</a
                >
              </td>
              <td>
                ${
                  this.sets
                    ? html`<button
                      class="danger"
                      aria-label=${`Delete ${team.name}`}
                      @click=${() => {
                        this.deleting = team;
                      }}
                    >
                      Delete…
                    </button>`
                    : nothing
                }
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderNew() {
    const errors = fieldErrors(this.creating.error);
    return html`<loupe-dialog
      heading="New team"
      @close=${() => {
        this.making = false;
      }}
    >
      <form class="stack" @submit=${this.create}>
        ${errors.size === 0 ? this.creating.renderError() : nothing}
        <div>
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            maxlength="63"
            autocomplete="off"
            spellcheck="false"
            required
            autofocus
            pattern="[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            title="Letters, digits, and hyphens inside"
            aria-invalid=${errors.has("name") ? "true" : nothing}
            aria-describedby=${describedBy("name", errors, "name")}
          />
          <p class="hint" id="name-hint">Letters, digits, and hyphens inside. It stays.</p>
          ${renderFieldError("name", errors, "name")}
        </div>
        <div>
          <label for="description">Description (optional)</label>
          <input id="description" name="description" maxlength="200" autocomplete="off" />
          ${renderFieldError("description", errors, "description")}
        </div>
        <div class="actions">
          <button class="primary" ?disabled=${this.creating.busy}>${this.creating.busy ? "Making…" : "Make team"}</button>
          <button type="button" @click=${() => this.dialog?.close()}>Cancel</button>
        </div>
      </form>
    </loupe-dialog>`;
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

  private startMaking(): void {
    this.creating.error = null;
    this.making = true;
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const description = String(form.get("description")).trim();
    const body = { name: String(form.get("name")).trim(), ...(description === "" ? {} : { description }) };
    const made = await this.creating.run(async () => {
      const team = await this.portal.api.send<Team>("POST", "/v1/teams", body);
      this.portal.announcer.say(`The team ${team.name} is there. Now add people to it.`);
      await this.teams.run();
      this.making = false;
      this.opened = team;
    });
    if (!made) this.requestUpdate();
  }

  private async delete(team: Team): Promise<void> {
    await this.portal.api.send("DELETE", `/v1/teams/${encodeURIComponent(team.name)}`);
    this.portal.announcer.say(`The team ${team.name} is deleted.`);
    await this.teams.run();
  }
}
