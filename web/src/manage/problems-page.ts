import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import { MANAGERS, type PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./problems-letters";
import type { ProblemsLetters } from "./problems-letters";
import "./problems-reported";
import type { ProblemsReported } from "./problems-reported";
import "./problems-starved";
import type { ProblemsStarved } from "./problems-starved";

/** What stands in the way of a project's tasks: problems that people report, agents that gave up, work for nobody. */
@customElement("loupe-problems-page")
export class ProblemsPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      .parts {
        gap: 2rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  @query("loupe-problems-reported") private reported!: ProblemsReported;
  @query("loupe-problems-letters") private letters!: ProblemsLetters;
  @query("loupe-problems-starved") private starved!: ProblemsStarved;

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    const project = this.params.project ?? "";
    const manages = MANAGERS.includes(this.info.user.role);
    return html`<div class="stack parts">
      <div class="head">
        <h1 tabindex="-1">Problems</h1>
        <button class="plain" @click=${this.refresh}>Refresh</button>
      </div>
      <loupe-problems-reported
        .portal=${this.portal}
        .project=${project}
        ?answered=${this.query.get("reported") === "answered"}
        ?manages=${manages}
      ></loupe-problems-reported>
      <loupe-problems-letters .portal=${this.portal} .project=${project} ?manages=${manages}></loupe-problems-letters>
      <loupe-problems-starved .portal=${this.portal} .project=${project}></loupe-problems-starved>
    </div>`;
  }

  private readonly refresh = async (): Promise<void> => {
    await Promise.all([this.reported.refresh(), this.letters.refresh(), this.starved.refresh()]);
    this.portal.announcer.say("Up to date");
  };
}
