import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "./task-timer";
import "./undo-submission";
import type { Portal } from "../app/portal";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { WorkSession } from "./work-session";
import { workWords } from "./work-words";

/** Above a task: its title, its time, what can be done with it, and Submit where it is to be answered. */
@customElement("loupe-work-toolbar")
export class WorkToolbar extends LitElement {
  static override styles = [
    styles,
    css`
      .toolbar {
        display: flex;
        gap: 0.25rem 0.75rem;
        align-items: center;
        padding: 0.625rem 1rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }

      .title {
        flex: 1;
        min-width: 0;
      }

      .title h1 {
        overflow: hidden;
        font-size: 1.125rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1rem;
      }

      .actions {
        display: flex;
        gap: 0.125rem;
      }

      .actions button {
        padding-inline: 0.5rem;
        font-size: 0.875rem;
        font-weight: 500;
        white-space: nowrap;
      }

      .actions button:disabled {
        background: none;
        border-color: transparent;
      }

      .more {
        display: none;
      }

      @media (max-width: 68rem) {
        .toolbar {
          position: relative;
        }

        .more {
          display: inline-flex;
        }

        .actions {
          display: none;
        }

        .actions.open {
          position: absolute;
          z-index: 2;
          inset: calc(100% + 0.25rem) 1rem auto auto;
          display: grid;
          min-width: 14rem;
          padding: 0.375rem;
          border: 1px solid var(--line);
          border-radius: var(--radius);
          background: var(--raised);
          box-shadow: 0 8px 32px rgb(0 0 0 / 22%);
        }

        .actions.open button {
          justify-content: start;
          min-height: 2.5rem;
          font-size: 0.9375rem;
        }
      }

      @media (max-width: 48rem) {
        .title h1 {
          display: -webkit-box;
          font-size: 1rem;
          white-space: normal;
          -webkit-box-orient: vertical;
          -webkit-line-clamp: 2;
        }

        .toolbar {
          padding-inline: 0.625rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) session!: WorkSession;
  /** False once the task is lost. */
  @property({ type: Boolean }) working = false;
  @property({ type: Boolean }) ready = false;
  @property({ type: Boolean }) instructions = false;
  /** Which panel is open beside the task. */
  @property({ attribute: false }) panel: "instructions" | "comments" | null = null;
  /** Where the draft is kept, in words. */
  @property() draft = "";
  @state() private moreOpen = false;

  constructor() {
    super();
    new Watch(this, () => [this.portal.hotkeys]);
  }

  override render() {
    const { assignment } = this.session;
    const words = workWords(assignment.kind);
    return html`<div class="toolbar">
      <div class="title">
        <h1 tabindex="-1">${assignment.title || assignment.project}</h1>
        <p class="small muted facts">
          ${assignment.kind === "annotate" ? nothing : html`<span>${words.kind}</span>`}
          <loupe-task-timer .session=${this.session} .clock=${this.portal.clock}></loupe-task-timer>
          <span>${this.draft}</span>
        </p>
      </div>
      <loupe-undo-submission .portal=${this.portal}></loupe-undo-submission>
      <button
        class="more"
        aria-expanded=${this.moreOpen ? "true" : "false"}
        aria-controls="actions"
        @click=${() => {
          this.moreOpen = !this.moreOpen;
        }}
      >
        More
      </button>
      <div
        id="actions"
        class="actions ${this.moreOpen ? "open" : ""}"
        role="group"
        aria-label="Task actions"
        @click=${this.closeMore}
        @keydown=${this.closeMoreByEscape}
      >
        ${this.renderAction("instructions", "Instructions", this.instructions)}
        ${this.renderAction("comments", "Comments", true)} ${this.renderAction("problem", "Report a problem", this.working)}
        ${this.renderAction("help", "Shortcuts", true)} ${this.renderAction("later", "Stop and resume later", this.working)}
        ${this.renderAction("release", "Release task", this.working)}
        ${this.renderAction("decline", "Decline task", this.working)}
        ${this.renderAction("skip", "Skip task", this.working)}
      </div>
      ${assignment.kind === "annotate" ? this.renderSubmit() : nothing}
    </div>`;
  }

  override focus(): void {
    this.renderRoot.querySelector("h1")?.focus();
  }

  private renderSubmit() {
    return html`<button
      class="primary submit"
      title=${this.portal.hotkeys.tooltip("submit")}
      aria-keyshortcuts=${this.portal.hotkeys.ariaKeys("submit") || nothing}
      ?disabled=${!this.working || !this.ready}
      @click=${() => this.portal.hotkeys.run("submit")}
    >
      Submit
    </button>`;
  }

  private renderAction(id: string, label: string, enabled: boolean) {
    return html`<button
      class="plain"
      title=${this.portal.hotkeys.tooltip(id)}
      aria-keyshortcuts=${this.portal.hotkeys.ariaKeys(id) || nothing}
      aria-expanded=${id === "comments" ? String(this.panel === id) : nothing}
      ?disabled=${!enabled}
      @click=${() => this.portal.hotkeys.run(id)}
    >
      ${label}
    </button>`;
  }

  private closeMore(): void {
    this.moreOpen = false;
  }

  private closeMoreByEscape(event: KeyboardEvent): void {
    if (event.key === "Escape") this.closeMore();
  }
}
