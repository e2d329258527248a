import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./account-menu";
import "../ui/error-notice";
import "./house-rules";
import "./main-navigation";
import "../work/my-work-page";
import "../work/outbox-status";
import "./page-outlet";
import "./shortcut-help";
import "./sign-in-page";
import "../work/work-page";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { WorkPage } from "../work/work-page";
import type { SessionInfo } from "./api";
import type { Portal } from "./portal";
import type { Route } from "./router";

/** The frame around every page: header, page by route, help overlay, spoken announcements. */
@customElement("loupe-app")
export class PortalApp extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 100dvh;
      }

      :host([full-height]) {
        height: 100dvh;
        min-height: 34rem;
      }

      header {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        justify-content: space-between;
        min-height: 3rem;
        padding: 0.25rem 1rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }

      .brand {
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2rem;
        color: var(--text);
        font-size: 1.0625rem;
        font-weight: 650;
        text-decoration: none;
      }

      .brand svg {
        width: 1.5rem;
        height: 1.5rem;
        color: var(--accent);
      }

      loupe-navigation {
        flex: 1;
        min-width: 0;
      }

      .person {
        flex-wrap: nowrap;
        min-width: 0;
        margin-left: auto;
      }

      main {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }

      .page {
        width: min(44rem, 100%);
        margin: 0 auto;
        padding: 2rem 1rem;
      }

      footer {
        padding: 0.75rem 1rem;
        text-align: center;
      }

      .skip {
        position: absolute;
        z-index: 3;
        inset: 0.5rem auto auto 0.5rem;
        padding: 0.5rem 0.75rem;
        border-radius: var(--radius-small);
        background: var(--accent);
        color: var(--on-accent);
      }

      .skip:not(:focus) {
        clip-path: inset(50%);
        pointer-events: none;
      }

      @media (max-width: 60rem) {
        header {
          flex-wrap: wrap;
        }

        loupe-navigation {
          flex: 1 0 100%;
          order: 1;
        }
      }

      @media (max-width: 30rem) {
        .brand span {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  /** A one-time sign-in token that came with the address. */
  @property({ attribute: false }) loginToken: string | null = null;
  @state() private helpOpen = false;
  /** Whose pages are shown; outlives the session for the moment in which a page saves what was typed. */
  @state() private shownInfo: SessionInfo | null = null;
  @query("loupe-work") private workPage!: WorkPage | null;
  @query("main") private main!: HTMLElement;
  private returnTo: Route = { name: "my-work" };

  constructor() {
    super();
    new Watch(this, () => [this.portal.session, this.portal.router, this.portal.announcer]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.portal.hotkeys.register({
      id: "help",
      keys: ["Shift+?", "?"],
      label: "Show shortcuts",
      run: () => {
        this.helpOpen = true;
      },
    });
    this.portal.session.addEventListener("change", () => void this.followSession());
    if (this.loginToken === null) void this.portal.session.check();
    else this.portal.session.requireSignIn();
  }

  override willUpdate(_changed: PropertyValues): void {
    const working = this.shownInfo !== null && this.portal.router.route.name === "work";
    this.toggleAttribute("full-height", working);
  }

  override render() {
    const info = this.shownInfo;
    return html`
      <header>
        <a class="skip" href="#main" @click=${this.skip}>Skip to content</a>
        <a class="brand" href="/" aria-label="Loupe: My work" @click=${this.goHome}>
          <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" aria-hidden="true">
            <circle cx="10" cy="10" r="6.5" />
            <path d="m15 15 6.5 6.5" stroke-linecap="round" />
          </svg>
          <span>Loupe</span>
        </a>
        ${
          info === null
            ? nothing
            : html`<loupe-navigation .portal=${this.portal} .info=${info}></loupe-navigation>
              <div class="row person">
              <loupe-outbox .portal=${this.portal}></loupe-outbox>
              <loupe-account-menu .portal=${this.portal} .info=${info}></loupe-account-menu>
            </div>`
        }
      </header>
      <main id="main" tabindex="-1">${this.renderPage()}</main>
      ${
        info !== null && this.portal.router.route.name !== "work"
          ? html`<footer><loupe-house-rules .info=${info}></loupe-house-rules></footer>`
          : nothing
      }
      ${this.helpOpen ? this.renderHelp() : nothing}
      <div class="visually-hidden" role="status">${this.portal.announcer.text}</div>
    `;
  }

  private renderPage() {
    if (this.shownInfo !== null) return this.renderRoute(this.portal.router.route, this.shownInfo);
    const { state } = this.portal.session;
    switch (state.name) {
      case "unknown":
        return html`<div class="page stack">
          <h1 tabindex="-1">Loupe cannot be reached</h1>
          <loupe-error .error=${state.error}>
            <button @click=${() => this.portal.session.check()}>Try again</button>
          </loupe-error>
        </div>`;
      case "signed-out":
        return html`<loupe-sign-in
          .portal=${this.portal}
          .token=${this.loginToken}
          .notice=${state.notice}
        ></loupe-sign-in>`;
      case "checking":
      case "signed-in":
        return html`<div class="page"><p class="muted" role="status">Loading…</p></div>`;
    }
  }

  private renderRoute(route: Route, info: SessionInfo) {
    switch (route.name) {
      case "work":
        // The same element for one task after the other: the next one is loaded in it already.
        return html`<loupe-work .portal=${this.portal} .info=${info} .assignmentId=${route.assignment}></loupe-work>`;
      case "page":
        return html`<loupe-page-outlet .portal=${this.portal} .info=${info} .route=${route}></loupe-page-outlet>`;
      case "my-work":
      case "sign-in":
        return html`<loupe-my-work .portal=${this.portal} .info=${info}></loupe-my-work>`;
      case "not-found":
        return html`<div class="page stack">
          <h1 tabindex="-1">There is no such page</h1>
          <p>The address <code>${route.path}</code> leads nowhere.</p>
          <div><button class="primary" @click=${this.goHome}>Go to My work</button></div>
        </div>`;
    }
  }

  private renderHelp() {
    return html`<loupe-shortcut-help
      .portal=${this.portal}
      .frameShortcuts=${this.workPage?.frameShortcuts ?? []}
      @close=${() => {
        this.helpOpen = false;
      }}
    ></loupe-shortcut-help>`;
  }

  private async followSession(): Promise<void> {
    const { state } = this.portal.session;
    if (state.name === "signed-out") await this.showSignIn();
    else if (state.name === "signed-in") await this.showWork(state.info);
  }

  private async showSignIn(): Promise<void> {
    this.portal.queue.stop();
    document.title = "Sign in · Loupe";
    const { route } = this.portal.router;
    if (route.name !== "sign-in") {
      this.returnTo = route;
      await this.portal.router.go({ name: "sign-in" }, { replace: true });
    }
    this.shownInfo = null;
  }

  private async showWork(info: SessionInfo): Promise<void> {
    this.loginToken = null;
    if (this.portal.router.route.name === "sign-in")
      await this.portal.router.go(this.returnTo, { replace: true });
    this.returnTo = { name: "my-work" };
    await this.portal.queue.start(info.user.id);
    this.shownInfo = info;
  }

  private async goHome(event: Event): Promise<void> {
    event.preventDefault();
    await this.portal.router.goTo(this.portal.session.info === null ? "/login" : "/");
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.main.focus();
  }
}
