import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Role, SessionInfo } from "../app/api";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { momentText } from "../ui/time-text";
import {
  type Account,
  type AccountEvent,
  eventText,
  type LoginLink,
  ROLE_HINTS,
  ROLE_WORDS,
  rolesToGive,
} from "./people-shapes";
import { describedBy, fieldErrors, renderFieldError, renderUnplaced } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import type { Page } from "./project-shapes";
import "./team-choice";
import "./told-once";

/** One person: name, role, teams, signing in, what was done. Fires `changed` (detail: the account), and `close`. */
@customElement("loupe-edit-person")
export class EditPerson extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      section {
        padding-top: 1rem;
        border-top: 1px solid var(--line);
      }

      section > * + * {
        margin-top: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) account!: Account;
  @property({ attribute: false }) teams: readonly string[] = [];
  @state() private chosenRole: Role | null = null;
  @state() private chosen: readonly string[] | null = null;
  @state() private link: LoginLink | null = null;
  @state() private asking = false;
  private readonly saving = new Action(this);
  private readonly linking = new Action(this);
  private readonly switching = new Action(this);
  private readonly events = new Load<Page<AccountEvent>>(this, () =>
    this.portal.api.get(`${this.path}/events`),
  );

  override render() {
    const { account } = this;
    return html`<loupe-dialog heading=${account.name} @close=${() => this.dispatchEvent(new Event("close"))}>
      <div class="stack">
        ${account.may_change ? this.renderForm() : this.renderFacts()}
        ${account.may_change && account.disabled_at === null ? this.renderSignIn() : nothing}
        ${account.may_change ? this.renderSwitch() : nothing}
        <section aria-labelledby="history">
          <h3 id="history">History</h3>
          ${this.events.render(({ items }) => this.renderEvents(items))}
        </section>
      </div>
    </loupe-dialog>`;
  }

  private renderForm() {
    const errors = fieldErrors(this.saving.error);
    const own = this.account.id === this.info.user.id;
    const role = this.chosenRole ?? this.account.role;
    return html`<form class="stack" @submit=${this.save}>
      ${renderUnplaced(this.saving, ["name", "role", "teams"])}
      <p class="muted">${this.account.email}</p>
      <div>
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          maxlength="200"
          autocomplete="off"
          required
          .value=${this.account.name}
          aria-describedby=${describedBy("name", errors, "name", false)}
        />
        ${renderFieldError("name", errors, "name")}
      </div>
      <div>
        <label for="role">Role</label>
        <select
          id="role"
          ?disabled=${own}
          aria-describedby=${describedBy("role", errors, "role")}
          @change=${(event: Event) => {
            this.chosenRole = (event.target as HTMLSelectElement).value as Role;
          }}
        >
          ${rolesToGive(this.info.user.role).map(
            (each) => html`<option value=${each} ?selected=${each === role}>${ROLE_WORDS[each]}</option>`,
          )}
        </select>
        <p class="hint" id="role-hint">
          ${own ? "Another administrator can change your role." : ROLE_HINTS[role]}
        </p>
        ${renderFieldError("role", errors, "role")}
      </div>
      <loupe-team-choice
        .teams=${this.teams}
        .chosen=${this.chosen ?? this.account.teams}
        .problem=${errors.get("teams") ?? ""}
        @teams-change=${(event: CustomEvent<string[]>) => {
          this.chosen = event.detail;
        }}
      ></loupe-team-choice>
      <p class="hint">What they hold of the work of a team that they leave goes back to its queue at once.</p>
      <div class="actions">
        <button class="primary" ?disabled=${this.saving.busy}>${this.saving.busy ? "Saving…" : "Save"}</button>
      </div>
    </form>`;
  }

  private renderFacts() {
    const { account } = this;
    return html`<dl class="facts">
        <dt>E-mail</dt>
        <dd>${account.email}</dd>
        <dt>Role</dt>
        <dd>${ROLE_WORDS[account.role]}</dd>
        <dt>Teams</dt>
        <dd>${account.teams.join(", ") || "none"}</dd>
      </dl>
      <p class="muted">
        Administrators alone can change this person: they manage, or are also in a team that is not yours.
      </p>`;
  }

  private renderSignIn() {
    const { signed_in_at } = this.account;
    return html`<section aria-labelledby="sign-in">
      <h3 id="sign-in">Signing in</h3>
      <p class="muted">
        ${signed_in_at === null ? "Has not signed in yet." : `Signed in last: ${momentText(signed_in_at)}.`} A new login
        link ends the one before.
      </p>
      ${this.linking.renderError()}
      ${
        this.link === null
          ? html`<button ?disabled=${this.linking.busy} @click=${this.makeLink}>New login link</button>`
          : html`<p>
                It signs in once, until ${new Date(this.link.expires_at).toLocaleString()}, and is not shown again. Loupe
                sends no e-mail: hand it over yourself.
              </p>
              <loupe-told-once label="Login link" .secret=${this.link.url}></loupe-told-once>`
      }
    </section>`;
  }

  private renderSwitch() {
    if (this.account.id === this.info.user.id) return nothing;
    const disabled = this.account.disabled_at !== null;
    return html`<section aria-labelledby="access">
      <h3 id="access">${disabled ? "This person is disabled" : "Access"}</h3>
      ${this.switching.renderError()}
      ${
        disabled
          ? html`<p class="muted">Enabling lets them in again, with their teams, password and keys.</p>
              <button ?disabled=${this.switching.busy} @click=${() => this.switch("enable")}>Enable</button>`
          : this.asking
            ? this.renderQuestion()
            : html`<p class="muted">A disabled person is refused everywhere; what they submitted stays.</p>
                <button
                  class="danger"
                  @click=${() => {
                    this.asking = true;
                  }}
                >
                  Disable…
                </button>`
      }
    </section>`;
  }

  private renderQuestion() {
    return html`<p role="alert">
        Disable ${this.account.name}? They are signed out, their keys stop working, and what they hold or have reserved
        goes back to its queues.
      </p>
      <div class="actions">
        <button class="danger" ?disabled=${this.switching.busy} @click=${() => this.switch("disable")}>
          Disable ${this.account.name}
        </button>
        <button
          @click=${() => {
            this.asking = false;
          }}
        >
          Keep
        </button>
      </div>`;
  }

  private renderEvents(items: AccountEvent[]) {
    if (items.length === 0) return html`<p class="muted">Nothing is recorded.</p>`;
    return html`<ul class="small">
      ${items.map(
        (event) => html`<li>
          <time datetime=${event.time}>${momentText(event.time)}</time> · ${eventText(event)}
          <span class="muted">by ${event.by ?? "the operator"}</span>
        </li>`,
      )}
    </ul>`;
  }

  private get path(): string {
    return `/v1/people/${this.account.id}`;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    await this.saving.run(async () => {
      const changes = {
        ...(name === this.account.name ? {} : { name }),
        ...(this.chosenRole === null || this.chosenRole === this.account.role
          ? {}
          : { role: this.chosenRole }),
        ...(this.chosen === null ? {} : { teams: this.chosen }),
      };
      await this.changed(await this.portal.api.send<Account>("PATCH", this.path, changes), "is saved");
      this.chosenRole = null;
      this.chosen = null;
    });
  }

  private async makeLink(): Promise<void> {
    await this.linking.run(async () => {
      this.link = await this.portal.api.send<LoginLink>("POST", `${this.path}/login-link`);
      this.portal.announcer.say("The new login link is shown once.");
      await this.events.run();
    });
  }

  private async switch(way: "disable" | "enable"): Promise<void> {
    await this.switching.run(async () => {
      const account = await this.portal.api.send<Account>("POST", `${this.path}/${way}`);
      this.asking = false;
      this.link = null;
      await this.changed(account, `is ${way}d`);
    });
  }

  private async changed(account: Account, what: string): Promise<void> {
    this.account = account;
    this.portal.announcer.say(`${account.name} ${what}.`);
    this.dispatchEvent(new CustomEvent("changed", { detail: account }));
    await this.events.run();
  }
}
