import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { describedBy, type FieldErrors, renderFieldError } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import type { OutlinedStage, Page } from "./project-shapes";

interface Team {
  name: string;
  members: number;
}

const KINDS: Record<string, string> = {
  annotate: "people annotate",
  review: "people review",
  consensus: "several people annotate without seeing each other",
};

/** A work team for each stage that people work in. Fires `teams-change` (detail: team by stage). */
@customElement("loupe-project-teams")
export class ProjectTeams extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      .new {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: end;
      }

      .new > div {
        flex: 1 1 14rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) stages: OutlinedStage[] = [];
  @property({ attribute: false }) teams: Record<string, string> = {};
  @property({ attribute: false }) errors: FieldErrors = new Map();
  @property({ type: Boolean }) mayCreate = false;
  @state() private newTeam = "";
  @state() private said = "";
  /** A team that was made here: most likely meant for all that is still open. */
  private made = "";
  private readonly known = new Load(this, () => this.readTeams());
  private readonly creating = new Action(this);

  override updated(changed: PropertyValues): void {
    if (changed.has("stages") && this.made !== "") this.giveOpenStages();
  }

  override render() {
    return this.known.render(
      (known) => html`<div class="stack">
      ${known.length === 0 ? this.renderNobody() : nothing}
      ${
        this.stages.length === 0
          ? html`<p class="muted">No stage of this graph asks people.</p>`
          : html`<div class="fields">${this.stages.map((stage, at) => this.renderStage(stage, at, known))}</div>`
      }
      ${this.mayCreate ? this.renderNewTeam() : nothing}
      <p class="small muted" role="status">${this.said}</p>
    </div>`,
    );
  }

  private renderNobody() {
    return html`<div class="notice warning">
      <p>
        There is no work team yet.
        ${this.mayCreate ? "Make one here; people join it on" : "An administrator makes them on"} <a href="/teams">Teams</a>.
      </p>
    </div>`;
  }

  private renderStage(stage: OutlinedStage, at: number, known: Team[]) {
    const id = `team-${at}`;
    const field = `teams.${stage.name}`;
    const chosen = this.teams[stage.name] ?? stage.team ?? "";
    const members = known.find((team) => team.name === chosen)?.members;
    return html`<div>
      <label for=${id}>${stage.name}</label>
      <select
        id=${id}
        aria-invalid=${this.errors.has(field) ? "true" : nothing}
        aria-describedby=${describedBy(id, this.errors, field)}
        @change=${(event: Event) => this.choose(stage.name, (event.target as HTMLSelectElement).value)}
      >
        <option value="" ?selected=${chosen === ""}>Choose a team</option>
        ${known.map(
          ({ name, members }) =>
            html`<option value=${name} ?selected=${name === chosen}>${name} (${count(members)})</option>`,
        )}
        ${
          chosen !== "" && !known.some((team) => team.name === chosen)
            ? html`<option value=${chosen} selected>${chosen}</option>`
            : nothing
        }
      </select>
      <p class="hint" id=${`${id}-hint`}>
        Here ${KINDS[stage.type] ?? stage.type}.
        ${members === 0 ? html`<strong>Nobody is in this team yet.</strong>` : nothing}
      </p>
      ${renderFieldError(id, this.errors, field)}
    </div>`;
  }

  private renderNewTeam() {
    return html`<details ?open=${this.known.value?.length === 0}>
      <summary>Make a new team</summary>
      <form class="new" @submit=${this.create}>
        <div>
          <label for="new-team">Name of the team</label>
          <input
            id="new-team"
            maxlength="63"
            autocomplete="off"
            .value=${this.newTeam}
            @input=${(event: Event) => {
              this.newTeam = (event.target as HTMLInputElement).value;
            }}
          />
        </div>
        <button ?disabled=${this.creating.busy || this.newTeam.trim() === ""}>Make team</button>
      </form>
      ${this.creating.renderError()}
    </details>`;
  }

  private async readTeams(): Promise<Team[]> {
    const teams: Team[] = [];
    let cursor: string | null = null;
    do {
      const place: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Team> = await this.portal.api.get(`/v1/teams?limit=1000${place}`);
      teams.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return teams;
  }

  private async create(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.newTeam.trim();
    const made = await this.creating.run(async () => {
      await this.portal.api.send("POST", "/v1/teams", { name });
      await this.known.run();
    });
    if (!made) return;
    this.newTeam = "";
    this.made = name;
    this.said = `The team ${name} is there. People join it on the page Teams.`;
    this.giveOpenStages();
  }

  private giveOpenStages(): void {
    const open = this.stages.filter((stage) => (this.teams[stage.name] ?? stage.team ?? "") === "");
    if (open.length === 0) return;
    this.tell({ ...this.teams, ...Object.fromEntries(open.map((stage) => [stage.name, this.made])) });
  }

  private choose(stage: string, team: string): void {
    this.tell({ ...this.teams, [stage]: team });
  }

  private tell(teams: Record<string, string>): void {
    this.teams = teams;
    this.dispatchEvent(new CustomEvent("teams-change", { detail: teams }));
  }
}

function count(members: number): string {
  return members === 1 ? "1 person" : `${members} people`;
}
