import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/modal-dialog";
import type { SessionInfo } from "../app/api";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { type Account, ROLE_WORDS, readAll, type Team } from "./people-shapes";
import { formPartStyles } from "./project-form-styles";
import type { Page } from "./project-shapes";

const TYPING_PAUSE = 250;
const MOST_FOUND = 10;

/** Who is in a team: takes people out, and puts people in who are found by name. Fires `changed`, and `close`. */
@customElement("loupe-team-members")
export class TeamMembers extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      li {
        display: flex;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
        padding: 0.375rem 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) team!: Team;
  @state() private text = "";
  private readonly members = new Load<Account[]>(this, () =>
    readAll(this.portal, `/v1/people?team=${encodeURIComponent(this.team.name)}`),
  );
  private readonly found = new Load<Page<Account>>(this, () => this.find(), false);
  private readonly changing = new Action(this);
  private cancelSearch: (() => void) | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelSearch?.();
  }

  override render() {
    return html`<loupe-dialog
      heading=${`People of ${this.team.name}`}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      <div class="stack">
        ${this.changing.renderError()}
        <div>
          <label for="search">Add somebody: part of their name or e-mail</label>
          <input id="search" maxlength="200" autocomplete="off" autofocus @input=${this.search} />
          <p class="hint">
            Somebody new? <a href=${`/people?team=${encodeURIComponent(this.team.name)}`}>Invite them on the page People</a>.
          </p>
        </div>
        ${this.text === "" ? nothing : this.found.render(({ items }) => this.renderFound(items))}
        <section aria-labelledby="members">
          <h3 id="members">In the team</h3>
          ${this.members.render((members) => this.renderMembers(members))}
        </section>
        <p class="hint">What somebody holds of the team's work goes back to its queue as soon as they leave it.</p>
      </div>
    </loupe-dialog>`;
  }

  private renderFound(items: Account[]) {
    const others = items.filter((account) => !this.isIn(account));
    if (others.length === 0) return html`<p class="muted" role="status">Nobody else fits.</p>`;
    return html`<ul aria-label="Found">
      ${others.map(
        (account) => html`<li>
          ${this.renderPerson(account)}
          <button
            aria-label=${`Add ${account.name}`}
            ?disabled=${this.changing.busy}
            @click=${() => this.change(account, "PUT", "is in the team now")}
          >
            Add
          </button>
        </li>`,
      )}
    </ul>`;
  }

  private renderMembers(members: Account[]) {
    if (members.length === 0)
      return html`<p class="muted">Nobody yet: work for this team waits until somebody is in it.</p>`;
    return html`<ul>
      ${members.map(
        (account) => html`<li>
          ${this.renderPerson(account)}
          ${
            this.mayRemove(account)
              ? html`<button
                aria-label=${`Remove ${account.name}`}
                ?disabled=${this.changing.busy}
                @click=${() => this.change(account, "DELETE", "has left the team")}
              >
                Remove
              </button>`
              : nothing
          }
        </li>`,
      )}
    </ul>`;
  }

  private renderPerson(account: Account) {
    return html`<div>
      ${account.name}
      <div class="small muted">
        ${account.email} · ${ROLE_WORDS[account.role]}${account.disabled_at === null ? "" : " · disabled"}
      </div>
    </div>`;
  }

  // A manager takes out also those who work for other teams as well, and whom they may not change otherwise.
  private mayRemove({ role }: Account): boolean {
    return (
      this.info.user.role === "admin" || (role !== "admin" && role !== "team_manager" && role !== "viewer")
    );
  }

  private isIn(account: Account): boolean {
    return (this.members.value ?? []).some(({ id }) => id === account.id);
  }

  private search(event: Event): void {
    this.text = (event.target as HTMLInputElement).value.trim();
    this.cancelSearch?.();
    this.cancelSearch = this.portal.clock.after(TYPING_PAUSE, () => void this.found.run());
  }

  private find(): Promise<Page<Account>> {
    const query = new URLSearchParams({ search: this.text, disabled: "false", limit: String(MOST_FOUND) });
    return this.portal.api.get(`/v1/people?${query}`);
  }

  private async change(account: Account, method: "PUT" | "DELETE", what: string): Promise<void> {
    await this.changing.run(async () => {
      await this.portal.api.send(
        method,
        `/v1/teams/${encodeURIComponent(this.team.name)}/members/${account.id}`,
      );
      this.portal.announcer.say(`${account.name} ${what}.`);
      this.dispatchEvent(new Event("changed"));
      await this.members.run();
    });
  }
}
