import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Role } from "../app/api";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import type { ModalDialog } from "../ui/modal-dialog";
import { type InvitedAccount, ROLE_HINTS, ROLE_WORDS, rolesToGive } from "./people-shapes";
import { describedBy, fieldErrors, renderFieldError, renderUnplaced } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import "./team-choice";
import "./told-once";

/** Invites somebody and shows their login link once. Fires `invited` after each, and `close`. */
@customElement("loupe-invite-person")
export class InvitePerson extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  /** The role of who invites. */
  @property({ attribute: false }) giver!: Role;
  @property({ attribute: false }) teams: readonly string[] = [];
  @property({ attribute: false }) chosen: readonly string[] = [];
  @state() private invited: InvitedAccount | null = null;
  @state() private chosenRole: Role = "annotator";
  @query("loupe-dialog") private dialog!: ModalDialog;
  private readonly inviting = new Action(this);

  override render() {
    return html`<loupe-dialog
      heading=${this.invited === null ? "Invite a person" : `${this.invited.name} is invited`}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      ${this.invited === null ? this.renderForm() : this.renderLink(this.invited)}
    </loupe-dialog>`;
  }

  private renderForm() {
    const errors = fieldErrors(this.inviting.error);
    return html`<form class="stack" @submit=${this.invite}>
      ${renderUnplaced(this.inviting, ["email", "name", "role", "teams"])}
      <div>
        <label for="email">E-mail</label>
        <input
          id="email"
          name="email"
          type="email"
          maxlength="254"
          autocomplete="off"
          required
          autofocus
          aria-invalid=${errors.has("email") ? "true" : nothing}
          aria-describedby=${describedBy("email", errors, "email", false)}
        />
        ${renderFieldError("email", errors, "email")}
      </div>
      <div>
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          maxlength="200"
          autocomplete="off"
          required
          aria-describedby=${describedBy("name", errors, "name", false)}
        />
        ${renderFieldError("name", errors, "name")}
      </div>
      <div>
        <label for="role">Role</label>
        <select
          id="role"
          aria-describedby=${describedBy("role", errors, "role")}
          @change=${(event: Event) => {
            this.chosenRole = (event.target as HTMLSelectElement).value as Role;
          }}
        >
          ${rolesToGive(this.giver).map(
            (role) =>
              html`<option value=${role} ?selected=${role === this.chosenRole}>${ROLE_WORDS[role]}</option>`,
          )}
        </select>
        <p class="hint" id="role-hint">${ROLE_HINTS[this.chosenRole]}</p>
        ${renderFieldError("role", errors, "role")}
      </div>
      <loupe-team-choice
        .teams=${this.teams}
        .chosen=${this.chosen}
        .problem=${errors.get("teams") ?? ""}
        @teams-change=${(event: CustomEvent<string[]>) => {
          this.chosen = event.detail;
        }}
      ></loupe-team-choice>
      <div class="actions">
        <button class="primary" ?disabled=${this.inviting.busy}>${this.inviting.busy ? "Inviting…" : "Invite"}</button>
        <button type="button" @click=${() => this.dialog.close()}>Cancel</button>
      </div>
    </form>`;
  }

  private renderLink({ email, login_link }: InvitedAccount) {
    const until = new Date(login_link.expires_at).toLocaleString();
    return html`<div class="stack">
      <p>
        Give this link to ${email} yourself: Loupe sends no e-mail. It signs in once, until ${until}, and is not shown
        again; you can make a new one at any time.
      </p>
      <loupe-told-once label="Login link" .secret=${login_link.url}></loupe-told-once>
      <div class="actions">
        <button class="primary" autofocus @click=${() => this.dialog.close()}>Done</button>
        <button
          @click=${() => {
            this.invited = null;
          }}
        >
          Invite another
        </button>
      </div>
    </div>`;
  }

  private async invite(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const body = {
      email: String(form.get("email")).trim(),
      name: String(form.get("name")).trim(),
      role: this.chosenRole,
      teams: this.chosen,
    };
    await this.inviting.run(async () => {
      this.invited = await this.portal.api.send<InvitedAccount>("POST", "/v1/people", body);
      this.portal.announcer.say(`${this.invited.name} is invited. Their login link is shown once.`);
      this.dispatchEvent(new Event("invited"));
    });
  }
}
