import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { SessionInfo } from "./api";
import { PAGES } from "./pages";
import type { Portal } from "./portal";

/** The links in the header: a person's own work, and what their role lets them manage. */
@customElement("loupe-navigation")
export class MainNavigation extends LitElement {
  static override styles = [
    styles,
    css`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem;
      }

      a {
        padding: 0.3125rem 0.625rem;
        border-radius: var(--radius-small);
        color: var(--text);
        font-size: 0.9375rem;
        text-decoration: none;
      }

      a:hover {
        background: var(--accent-wash);
      }

      a[aria-current] {
        background: var(--accent-wash);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;

  constructor() {
    super();
    new Watch(this, () => [this.portal.router]);
  }

  override render() {
    const pages = PAGES.filter((page) => page.menu !== undefined && page.roles.includes(this.info.user.role));
    if (pages.length === 0) return nothing;
    const { route } = this.portal.router;
    const path = route.name === "page" ? route.path : "";
    return html`<nav aria-label="Main">
      ${this.renderLink("/", "My work", route.name === "my-work")}
      ${pages.map((page) =>
        this.renderLink(page.path, page.menu ?? "", path === page.path || path.startsWith(`${page.path}/`)),
      )}
    </nav>`;
  }

  private renderLink(path: string, word: string, current: boolean) {
    return html`<a href=${path} aria-current=${current ? "page" : nothing}>${word}</a>`;
  }
}
