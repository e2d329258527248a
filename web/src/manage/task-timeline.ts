import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import {
  byVisit,
  entryComment,
  entryText,
  type HistoryEntry,
  type HistoryOpening,
  type VisitEntries,
} from "./history-text";
import { STATUS_WORDS } from "./overview-shapes";

/** All that happened to a task, by opening and visit; fires `moment` (detail: a time) for how things were then. */
@customElement("loupe-task-timeline")
export class TaskTimeline extends LitElement {
  static override styles = [
    styles,
    css`
      ol {
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
      }

      .visit {
        padding: 0.25rem 0 0.75rem 1rem;
        border-left: 3px solid var(--line);
      }

      .visit.stay {
        border-left-color: var(--accent);
      }

      li {
        display: grid;
        grid-template-columns: 9.5rem minmax(0, 1fr);
        gap: 0.25rem 0.75rem;
        align-items: start;
        padding: 0.1875rem 0;
        overflow-wrap: anywhere;
      }

      li button {
        justify-content: start;
        min-height: 1.5rem;
        padding: 0;
        color: var(--muted);
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
        font-weight: 400;
        text-align: left;
        text-decoration: underline dotted;
      }

      li button[aria-pressed="true"] {
        color: var(--accent);
        font-weight: 600;
      }

      blockquote {
        margin: 0.125rem 0 0;
        padding-left: 0.75rem;
        border-left: 3px solid var(--line);
        white-space: pre-line;
      }

      .opening {
        margin-top: 0.75rem;
      }

      @media (max-width: 34rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) entries: HistoryEntry[] = [];
  @property({ attribute: false }) openings: HistoryOpening[] = [];
  /** The moment that is looked at. */
  @property() at = "";

  override render() {
    return html`<div class="stack">
      ${this.openings.map((opening) => this.renderOpening(opening))}
    </div>`;
  }

  private renderOpening(opening: HistoryOpening) {
    const entries = this.entries.filter((each) => each.opening === opening.opening);
    const ended =
      opening.outcome === null ? "goes on" : (STATUS_WORDS[opening.outcome] ?? opening.outcome).toLowerCase();
    return html`<div>
      ${
        this.openings.length > 1
          ? html`<h3 class="opening">
            Opening ${opening.opening}: ${ended}
            ${
              opening.workflow_url === null
                ? nothing
                : html`<a class="small" href=${opening.workflow_url} target="_blank" rel="noreferrer">workflow</a>`
            }
          </h3>`
          : nothing
      }
      ${byVisit(entries).map((visit) => this.renderVisit(visit))}
    </div>`;
  }

  private renderVisit({ visit, stage, entries }: VisitEntries) {
    return html`<div class="visit ${visit === null ? "" : "stay"}">
      ${visit === null ? nothing : html`<h3>${stage ?? "Stage"} <span class="small muted">visit ${visit}</span></h3>`}
      <ol>
        ${entries.map((entry) => this.renderEntry(entry))}
      </ol>
    </div>`;
  }

  private renderEntry(entry: HistoryEntry) {
    const comment = entryComment(entry);
    return html`<li>
      <button
        class="plain"
        title="How things were then"
        aria-pressed=${this.at === entry.at ? "true" : "false"}
        @click=${() => this.dispatchEvent(new CustomEvent("moment", { detail: entry.at }))}
      >
        <time datetime=${entry.at}>${precise(entry.at)}</time>
      </button>
      <div>${entryText(entry)}${comment === "" ? nothing : html`<blockquote>${comment}</blockquote>`}</div>
    </li>`;
  }
}

function precise(moment: string): string {
  return new Date(moment).toLocaleString([], {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
