import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import "./people-edit";
import "./people-invite";
import { type Account, ROLE_WORDS, readAll, STATE_WORDS, stateOf, type Team } from "./people-shapes";
import type { Page } from "./project-shapes";

const TYPING_PAUSE = 250;
const LENGTH = 100;

/** People: who they are, who may sign in, what they may do; inviting, changing and disabling them. */
@customElement("loupe-people-page")
export class PeoplePage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      .teams {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
      }

      .tag.disabled {
        border-color: var(--danger);
        color: var(--danger);
      }

      tbody th {
        min-width: 11rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private inviting = false;
  @state() private edited: Account | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly people = new Load<Page<Account>>(this, () => this.read(null), false);
  private readonly teams = new Load<Team[]>(this, () => readAll(this.portal, "/v1/teams"));
  private readonly more = new Action(this);
  private cancelSearch: (() => void) | null = null;

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("query")) void this.people.run();
  }

  override firstUpdated(): void {
    this.heading.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelSearch?.();
  }

  override render() {
    return html`<div class="stack">
        <div class="head">
          <h1 tabindex="-1">People</h1>
          <button
            class="primary"
            @click=${() => {
              this.inviting = true;
            }}
          >
            Invite a person
          </button>
        </div>
        ${this.renderFilters()}
        ${this.people.render(({ items, next_cursor }) =>
          items.length === 0
            ? this.renderEmpty()
            : html`${this.renderTable(items)} ${this.more.renderError()}
                ${
                  next_cursor === null
                    ? nothing
                    : html`<div>
                      <button ?disabled=${this.more.busy} @click=${() => this.readMore(next_cursor)}>More people</button>
                    </div>`
                }`,
        )}
      </div>
      ${this.renderDialog()}`;
  }

  private renderFilters() {
    return html`<form class="fields" role="search" @submit=${(event: Event) => event.preventDefault()}>
      <div>
        <label for="search">Name or e-mail</label>
        <input id="search" type="search" maxlength="200" .value=${this.query.get("search") ?? ""} @input=${this.search} />
      </div>
      ${this.renderSelect("role", "Role", "All roles", Object.entries(ROLE_WORDS))}
      ${this.renderSelect(
        "team",
        "Team",
        "All teams",
        (this.teams.value ?? []).map(({ name }) => [name, name]),
      )}
      ${this.renderSelect("disabled", "Access", "Everybody", [
        ["false", "May sign in"],
        ["true", "Disabled"],
      ])}
    </form>`;
  }

  private renderSelect(name: string, label: string, all: string, choices: [string, string][]) {
    const chosen = this.query.get(name) ?? "";
    return html`<div>
      <label for=${name}>${label}</label>
      <select
        id=${name}
        @change=${(event: Event) => this.portal.router.setQuery({ [name]: (event.target as HTMLSelectElement).value })}
      >
        <option value="" ?selected=${chosen === ""}>${all}</option>
        ${choices.map(
          ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
        )}
      </select>
    </div>`;
  }

  private renderEmpty() {
    const filtered = [...this.query.keys()].length > 0;
    return html`<div class="card empty">
      <h2>${filtered ? "Nobody fits these filters" : "Nobody is here yet"}</h2>
      ${
        filtered
          ? html`<p><a class="button" href="/people">Show everybody</a></p>`
          : html`<p>Invite the people of your teams; each gets a link with which they sign in.</p>`
      }
    </div>`;
  }

  private renderTable(items: Account[]) {
    return html`${items.length === 1 && items[0]?.id === this.info.user.id ? this.renderFirst() : nothing}
      <div class="scroll card" role="region" aria-label="People" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Role</th>
              <th scope="col">Teams</th>
              <th scope="col">Access</th>
              <th scope="col">Signed in last</th>
            </tr>
          </thead>
          <tbody>
            ${items.map((account) => this.renderRow(account))}
          </tbody>
        </table>
      </div>`;
  }

  private renderFirst() {
    const admin = this.info.user.role === "admin";
    if ([...this.query.keys()].length > 0) return nothing;
    return html`<div class="notice" role="note">
      <div>
        <strong>You are the only one here so far.</strong>
        <p>
          ${
            admin
              ? html`First <a href="/teams">make a team</a>, then invite its people here, then
                <a href="/projects/new">create a project</a> that gives them work.`
              : "Invite the people of your team."
          }
        </p>
      </div>
    </div>`;
  }

  private renderRow(account: Account) {
    const state = stateOf(account);
    return html`<tr>
      <th scope="row">
        <button
          class="link"
          aria-label=${`${account.may_change ? "Change" : "Show"} ${account.name}`}
          @click=${() => {
            this.edited = account;
          }}
        >
          ${account.name}
        </button>
        ${account.id === this.info.user.id ? html`<span class="tag">You</span>` : nothing}
        <div class="small muted">${account.email}</div>
      </th>
      <td>${ROLE_WORDS[account.role]}</td>
      <td>
        ${
          account.teams.length === 0
            ? html`<span class="muted">none</span>`
            : html`<div class="teams">${account.teams.map((team) => html`<span class="tag">${team}</span>`)}</div>`
        }
      </td>
      <td><span class=${`tag ${state}`}>${STATE_WORDS[state]}</span></td>
      <td>
        ${
          account.signed_in_at === null
            ? html`<span class="muted">never</span>`
            : html`<time datetime=${account.signed_in_at}>${momentText(account.signed_in_at)}</time>`
        }
      </td>
    </tr>`;
  }

  private renderDialog() {
    const teams = (this.teams.value ?? []).map(({ name }) => name);
    if (this.inviting) {
      const only = teams.length === 1 ? teams : [];
      const filtered = teams.filter((name) => name === this.query.get("team"));
      return html`<loupe-invite-person
        .portal=${this.portal}
        .giver=${this.info.user.role}
        .teams=${teams}
        .chosen=${filtered.length > 0 ? filtered : only}
        @invited=${() => this.people.run()}
        @close=${() => {
          this.inviting = false;
        }}
      ></loupe-invite-person>`;
    }
    if (this.edited === null) return nothing;
    return html`<loupe-edit-person
      .portal=${this.portal}
      .info=${this.info}
      .account=${this.edited}
      .teams=${[...new Set([...teams, ...this.edited.teams])]}
      @changed=${(event: CustomEvent<Account>) => {
        this.edited = event.detail;
        void this.people.run();
      }}
      @close=${() => {
        this.edited = null;
      }}
    ></loupe-edit-person>`;
  }

  private search(event: Event): void {
    const search = (event.target as HTMLInputElement).value.trim();
    this.cancelSearch?.();
    this.cancelSearch = this.portal.clock.after(TYPING_PAUSE, () => this.portal.router.setQuery({ search }));
  }

  private read(cursor: string | null): Promise<Page<Account>> {
    const query = new URLSearchParams({ limit: String(LENGTH) });
    for (const name of ["search", "role", "team", "disabled"]) {
      const value = this.query.get(name);
      if (value !== null) query.set(name, value);
    }
    if (cursor !== null) query.set("cursor", cursor);
    return this.portal.api.get(`/v1/people?${query}`);
  }

  private async readMore(cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(cursor);
      if (cursor !== this.people.value?.next_cursor) return;
      const before = this.people.value.items;
      this.people.value = { items: [...before, ...next.items], next_cursor: next.next_cursor };
      this.portal.announcer.say(`${next.items.length} more people`);
    });
  }
}
