import { html, LitElement, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import "./project-tabs";
import { styles } from "../ui/styles";
import type { SessionInfo } from "./api";
import type { PageElement } from "./pages";
import type { Portal } from "./portal";
import type { Route } from "./router";

const NOT_LOADED = {
  what: "This page could not be loaded.",
  todo: "The server cannot be reached, or Loupe was updated since you opened it. Reload the page.",
  fields: [],
};

type PageRoute = Extract<Route, { name: "page" }>;

/** Loads the code of a page of the registry and shows it, with the tabs of its project above. */
@customElement("loupe-page-outlet")
export class PageOutlet extends LitElement {
  static override styles = styles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) route!: PageRoute;
  @state() private shown: PageElement | null = null;
  @state() private failed = false;
  private shownPath = "";

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("route") && !changed.has("info")) return;
    if (this.shown !== null && this.shownPath === this.route.path) {
      this.failed = false;
      this.give(this.shown);
    } else void this.open(this.route);
  }

  override render() {
    if (!this.route.page.roles.includes(this.info.user.role)) return this.renderRefusal();
    return html`${
      this.route.page.path.startsWith("/projects/:project")
        ? html`<loupe-project-tabs .info=${this.info} .route=${this.route}></loupe-project-tabs>`
        : ""
    }${this.failed ? this.renderError() : (this.shown ?? html`<p class="muted loading" role="status">Loading…</p>`)}`;
  }

  private renderRefusal() {
    return html`<div class="page stack">
      <h1 tabindex="-1">This page is not for your role</h1>
      <p>Ask ${this.info.contact ?? "an administrator"} if you need it.</p>
    </div>`;
  }

  private renderError() {
    return html`<div class="page stack">
      <h1 tabindex="-1">${this.route.page.title}</h1>
      <loupe-error .text=${NOT_LOADED}><button @click=${() => location.reload()}>Reload</button></loupe-error>
    </div>`;
  }

  private async open(route: PageRoute): Promise<void> {
    this.failed = false;
    if (!route.page.roles.includes(this.info.user.role)) return;
    try {
      await route.page.load();
    } catch {
      if (route.path === this.route.path) this.failed = true;
      return;
    }
    if (route.path !== this.route.path) return;
    const page = document.createElement(route.page.tag) as PageElement;
    page.portal = this.portal;
    page.params = route.params;
    this.give(page);
    this.shownPath = route.path;
    this.shown = page;
    document.title = `${route.page.title} · Loupe`;
  }

  private give(page: PageElement): void {
    page.info = this.info;
    page.query = new URLSearchParams(this.route.query);
  }
}
