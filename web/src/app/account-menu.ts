import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import "../ui/modal-dialog";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { SessionInfo } from "./api";
import type { Portal } from "./portal";
import type { ThemeChoice } from "./preferences";

type Dialog = "none" | "password" | "sign-out";

const SHORTEST_PASSWORD = 12;

/** The person's own menu: appearance, password, signing out. */
@customElement("loupe-account-menu")
export class AccountMenu extends LitElement {
  static override styles = [
    styles,
    css`
      #menu {
        position: fixed;
        inset: 3.25rem 1rem auto auto;
        width: min(19rem, calc(100vw - 2rem));
        margin: 0;
        padding: 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 8px 32px rgb(0 0 0 / 22%);
      }

      #menu:popover-open {
        display: grid;
        gap: 0.875rem;
      }

      :host {
        min-width: 4rem;
      }

      .opener {
        max-width: min(14rem, 100%);
        padding-inline: 0.5rem;
      }

      .opener span:first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .person {
        overflow-wrap: anywhere;
      }

      form {
        display: grid;
        gap: 1rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @state() private dialog: Dialog = "none";
  @state() private error: unknown = null;
  @state() private mismatch = false;
  @state() private busy = false;
  @query("#menu") private menu!: HTMLElement;

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences, this.portal.queue]);
  }

  override render() {
    const { user } = this.info;
    return html`
      <button class="plain opener" popovertarget="menu" aria-label=${`Account of ${user.name || user.email}`}>
        <span>${user.name || user.email}</span><span aria-hidden="true">▾</span>
      </button>
      <div id="menu" popover>
        <div class="person">
          <strong>${user.name}</strong>
          <p class="small muted">${user.email}</p>
        </div>
        ${this.renderTheme()}
        <button @click=${() => this.show("password")}>Set a password</button>
        <button @click=${this.askSignOut}>Sign out</button>
      </div>
      ${this.dialog === "password" ? this.renderPassword() : nothing}
      ${this.dialog === "sign-out" ? this.renderSignOut() : nothing}
    `;
  }

  private renderTheme() {
    const options: [ThemeChoice, string][] = [
      ["system", "As the system"],
      ["light", "Light"],
      ["dark", "Dark"],
    ];
    const current = this.portal.preferences.theme;
    return html`<div>
      <label for="theme">Appearance</label>
      <select id="theme" @change=${this.chooseTheme}>
        ${options.map(
          ([value, label]) => html`<option value=${value} ?selected=${value === current}>${label}</option>`,
        )}
      </select>
    </div>`;
  }

  private renderPassword() {
    return html`<loupe-dialog heading="Set a password" @close=${this.hide}>
      <form id="password-form" @submit=${this.setPassword}>
        ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
        <input type="email" autocomplete="username" .value=${this.info.user.email} hidden />
        <div>
          <label for="password">New password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            minlength=${SHORTEST_PASSWORD}
            aria-describedby="password-rule"
            autofocus
            required
          />
          <p id="password-rule" class="small muted">At least ${SHORTEST_PASSWORD} characters.</p>
        </div>
        <div>
          <label for="again">The same again</label>
          <input
            id="again"
            name="again"
            type="password"
            autocomplete="new-password"
            aria-invalid=${this.mismatch ? "true" : "false"}
            aria-describedby="mismatch"
            required
          />
          <p id="mismatch" class="small" role="alert">
            ${this.mismatch ? "The two passwords differ. Type the same one twice." : ""}
          </p>
        </div>
        <div class="row">
          <button class="primary" ?disabled=${this.busy}>Set password</button>
          <button type="button" @click=${this.hide}>Cancel</button>
        </div>
      </form>
    </loupe-dialog>`;
  }

  private renderSignOut() {
    const waiting = this.portal.queue.waiting.length;
    return html`<loupe-dialog heading="Sign out?" @close=${this.hide}>
      ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
      ${
        waiting > 0
          ? html`<p>
            ${waiting === 1 ? "1 answer is" : `${waiting} answers are`} not sent yet. They stay in this browser and
            are sent when you sign in here again, if their time has not run out by then.
          </p>`
          : nothing
      }
      <button slot="actions" @click=${this.hide}>Stay signed in</button>
      <button slot="actions" class="primary" @click=${this.signOut}>Sign out</button>
    </loupe-dialog>`;
  }

  private chooseTheme(event: Event): void {
    this.portal.preferences.theme = (event.target as HTMLSelectElement).value as ThemeChoice;
  }

  private show(dialog: Dialog): void {
    this.menu.hidePopover();
    this.error = null;
    this.mismatch = false;
    this.dialog = dialog;
  }

  private hide(): void {
    this.dialog = "none";
  }

  private async askSignOut(): Promise<void> {
    if (this.portal.queue.waiting.length > 0) this.show("sign-out");
    else await this.signOut();
  }

  private async signOut(): Promise<void> {
    try {
      await this.portal.router.leave();
      await this.portal.session.signOut();
    } catch (error) {
      this.show("sign-out");
      this.error = error;
    }
  }

  private async setPassword(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const password = String(form.get("password"));
    this.mismatch = password !== form.get("again");
    if (this.mismatch) return;
    this.busy = true;
    this.error = null;
    try {
      await this.portal.api.setPassword(password);
      this.hide();
      this.portal.announcer.say("Your password is set.");
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
