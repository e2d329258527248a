import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./my-figures";
import "./my-problems";
import "./my-queues";
import "./my-returned";
import "./my-submissions";
import "./undo-submission";
import type { SessionInfo } from "../app/api";
import type { Portal } from "../app/portal";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";

const TABS = [
  { id: "queues", word: "Queues" },
  { id: "returned", word: "Returned" },
  { id: "submitted", word: "Submitted" },
  { id: "problems", word: "Problems" },
  { id: "figures", word: "Figures" },
] as const;

type Tab = (typeof TABS)[number]["id"];

/** A part of the page that can look again. */
type Panel = HTMLElement & { load(): Promise<void> };

/** A person's own work: what they can take, what came back, what they handed in, what they reported, how much it was. */
@customElement("loupe-my-work")
export class MyWorkPage extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        width: min(60rem, 100%);
        margin: 0 auto;
        padding: 1.5rem 1rem 3rem;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
      }

      .tabs {
        display: flex;
        flex-wrap: wrap;
        border-bottom: 1px solid var(--line);
      }

      .tabs button {
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
      }

      .tabs button[aria-selected="true"] {
        border-bottom-color: var(--accent);
        font-weight: 650;
      }

      section {
        display: grid;
        gap: 0.75rem;
        margin-top: 0.75rem;
      }

      ol {
        margin: 0.5rem 0 1rem;
        padding-left: 1.25rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @state() private tab: Tab = "queues";
  @state() private notice = "";
  @query("h1") private heading!: HTMLElement;
  @query("#panel > *") private panel!: Panel | null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences, this.portal.hotkeys]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.notice = this.portal.handover.takeNotice();
    if (this.notice !== "") this.portal.announcer.say(this.notice);
  }

  override firstUpdated(): void {
    document.title = "My work · Loupe";
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">My work</h1>
        <div class="row">
          <loupe-undo-submission .portal=${this.portal} @undo-failed=${this.told}></loupe-undo-submission>
          <button class="plain" title=${this.portal.hotkeys.tooltip("refresh")} @click=${() => this.panel?.load()}>
            Refresh
          </button>
        </div>
      </div>
      ${this.notice === "" ? nothing : html`<p class="notice success">${this.notice}</p>`} ${this.renderWelcome()}
      <div class="tabs" role="tablist" aria-label="My work" @keydown=${this.moveByArrow}>
        ${TABS.map(({ id, word }) => this.renderTab(id, word))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby=${this.tab}>${this.renderPanel()}</div>
    </div>`;
  }

  private renderTab(id: Tab, word: string) {
    const selected = id === this.tab;
    return html`<button
      id=${id}
      role="tab"
      aria-selected=${String(selected)}
      aria-controls="panel"
      tabindex=${selected ? "0" : "-1"}
      @click=${() => this.select(id)}
    >
      ${word}
    </button>`;
  }

  private renderPanel() {
    const { portal, info } = this;
    switch (this.tab) {
      case "queues":
        return html`<loupe-my-queues .portal=${portal} .info=${info} @told=${this.told}></loupe-my-queues>`;
      case "returned":
        return html`<loupe-my-returned .portal=${portal} @told=${this.told}></loupe-my-returned>`;
      case "submitted":
        return html`<loupe-my-submissions .portal=${portal}></loupe-my-submissions>`;
      case "problems":
        return html`<loupe-my-problems .portal=${portal}></loupe-my-problems>`;
      case "figures":
        return html`<loupe-my-figures .portal=${portal}></loupe-my-figures>`;
    }
  }

  private renderWelcome() {
    if (this.portal.preferences.welcomed || this.info.user.teams.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="welcome">
      <h2 id="welcome">Welcome${this.info.user.name ? `, ${this.info.user.name}` : ""}</h2>
      <ol>
        <li>Choose a queue and press Start: you get one task, reserved for you until its time runs out.</li>
        <li>Answer it and press Submit. The next task follows at once.</li>
        <li>What you type is saved by itself. You can stop at any time and resume from this page.</li>
      </ol>
      <div><button @click=${this.welcome}>Got it</button></div>
    </section>`;
  }

  private readonly told = (event: CustomEvent<string>): void => {
    this.notice = event.detail;
  };

  private select(tab: Tab): void {
    this.tab = tab;
  }

  private async moveByArrow(event: KeyboardEvent): Promise<void> {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const place = TABS.findIndex(({ id }) => id === this.tab);
    this.tab = TABS[(place + step + TABS.length) % TABS.length]?.id ?? "queues";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#${this.tab}`)?.focus();
  }

  private welcome(): void {
    this.portal.preferences.welcomed = true;
    this.heading.focus();
  }
}
