import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import { describeError, type ErrorText } from "../ui/error-text";
import { styles } from "../ui/styles";
import { ApiRefusal } from "./api";
import type { Portal } from "./portal";

type Stage = "form" | "using-link";

/** Signing in by the one-time link in the address, or by e-mail and password. */
@customElement("loupe-sign-in")
export class SignInPage extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        flex: 1;
        place-items: center;
        padding: 1rem;
      }

      .card {
        width: min(26rem, 100%);
        padding: 1.75rem;
      }

      form {
        display: grid;
        gap: 1rem;
      }

      button {
        min-height: 2.75rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  /** A one-time token from the address, or null. */
  @property({ attribute: false }) token: string | null = null;
  @property() notice = "";
  @state() private stage: Stage = "form";
  @state() private problem: ErrorText | null = null;
  @state() private busy = false;
  @query("h1") private heading!: HTMLElement;

  override render() {
    return html`<div class="card stack">
      <h1 tabindex="-1">Sign in to Loupe</h1>
      ${this.notice === "" || this.problem !== null ? nothing : html`<p class="notice" role="status">${this.notice}</p>`}
      ${this.problem === null ? nothing : html`<loupe-error .text=${this.problem}></loupe-error>`}
      ${this.stage === "using-link" ? this.renderLink() : this.renderForm()}
    </div>`;
  }

  override firstUpdated(): void {
    this.heading.focus();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("token") && this.token !== null) void this.useLink();
  }

  private renderLink() {
    if (this.busy) return html`<p role="status">Signing you in by your link…</p>`;
    return html`<button class="primary" @click=${this.useLink}>Try the link again</button>`;
  }

  private renderForm() {
    return html`<form @submit=${this.submit}>
        <div>
          <label for="email">E-mail</label>
          <input id="email" name="email" type="email" autocomplete="username" required />
        </div>
        <div>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
        </div>
        <button class="primary" ?disabled=${this.busy}>${this.busy ? "Signing in…" : "Sign in"}</button>
      </form>
      <p class="small muted">
        No password yet? Open the one-time sign-in link that you were given. A new one comes from the person who runs
        your team.
      </p>`;
  }

  private async useLink(): Promise<void> {
    const token = this.token;
    if (token === null) return;
    this.stage = "using-link";
    await this.attempt(
      () => this.portal.session.signInByToken(token),
      "This sign-in link is not valid any more: each link works once and only for a while.",
      "Ask for a new link, or sign in with your password.",
    );
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    await this.attempt(
      () => this.portal.session.signInByPassword(String(form.get("email")), String(form.get("password"))),
      "E-mail or password is wrong.",
      "Check both. If you never set a password, use your one-time sign-in link.",
    );
  }

  private async attempt(signIn: () => Promise<void>, refused: string, todo: string): Promise<void> {
    this.busy = true;
    this.problem = null;
    try {
      await signIn();
    } catch (error) {
      const wrong = error instanceof ApiRefusal && error.status === 401;
      this.problem = wrong ? { what: refused, todo, fields: [] } : describeError(error);
      if (error instanceof ApiRefusal) this.stage = "form";
    } finally {
      this.busy = false;
    }
  }
}
