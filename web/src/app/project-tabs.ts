import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import type { SessionInfo } from "./api";
import { PAGES, pagePath } from "./pages";
import type { Route } from "./router";

/** The screens of one project, as links. */
@customElement("loupe-project-tabs")
export class ProjectTabs extends LitElement {
  static override styles = [
    styles,
    css`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        align-items: baseline;
        padding: 0.75rem 1rem 0;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }

      strong {
        overflow-wrap: anywhere;
      }

      .tabs {
        display: flex;
        flex-wrap: wrap;
      }

      .tabs a {
        min-height: 2.25rem;
        padding: 0.375rem 0.75rem;
        border-bottom: 3px solid transparent;
        color: var(--text);
        font-size: 0.9375rem;
        text-decoration: none;
      }

      .tabs a:hover {
        background: var(--accent-wash);
      }

      .tabs a[aria-current] {
        border-bottom-color: var(--accent);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) route!: Extract<Route, { name: "page" }>;

  override render() {
    const tabs = PAGES.filter((page) => page.tab !== undefined && page.roles.includes(this.info.user.role));
    return html`<nav aria-label="Project">
      <strong>${this.route.params.project}</strong>
      <div class="tabs">
        ${tabs.map(
          (page) => html`<a
            href=${pagePath(page.path, this.route.params)}
            aria-current=${page === this.route.page ? "page" : nothing}
            >${page.tab}</a
          >`,
        )}
      </div>
    </nav>`;
  }
}
