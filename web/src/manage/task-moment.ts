import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import type { Json } from "../ui/json";
import { Load } from "../ui/load";
import { styles } from "../ui/styles";
import type { HistoryEntry } from "./history-text";
import { STATUS_WORDS } from "./overview-shapes";
import { SLOT_WORDS, type Slot } from "./task-shapes";

interface StateThen {
  at: string;
  opening: number;
  status: string;
  stage: string | null;
  visit: number;
  escalated: boolean;
  stop_requested: boolean;
  priority: number;
  slots: Slot[];
  labels: { answer: number; visit: number; source: string; content: Json }[];
}

/** How things were with a task at a moment of its history; fires `moment` (detail: a time, "" for now). */
@customElement("loupe-task-moment")
export class TaskMoment extends LitElement {
  static override styles = [
    styles,
    css`
      input[type="range"] {
        min-height: 1.5rem;
        padding: 0;
        accent-color: var(--accent);
      }

      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0.25rem 1rem;
      }

      dt {
        color: var(--muted);
      }

      pre {
        max-height: 16rem;
        margin: 0.25rem 0 0;
        padding: 0.75rem;
        overflow: auto;
        border-radius: var(--radius-small);
        background: var(--sunken);
        font: 0.8125rem / 1.5 var(--mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() task = "";
  @property() at = "";
  @property({ attribute: false }) entries: HistoryEntry[] = [];
  private readonly past = new Load<{ state: StateThen }>(
    this,
    () => this.portal.api.get(`/v1/tasks/${this.task}/history?limit=1&at=${encodeURIComponent(this.at)}`),
    false,
  );

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("at") && this.at !== "") void this.past.run();
  }

  override render() {
    const moments = [...new Set(this.entries.map(({ at }) => at))];
    if (moments.length === 0) return nothing;
    const index = this.at === "" ? moments.length : moments.indexOf(this.at);
    return html`<div class="stack">
      <div>
        <label for="moment">How things were</label>
        <input
          id="moment"
          type="range"
          min="0"
          max=${moments.length}
          .value=${String(index < 0 ? moments.length : index)}
          aria-valuetext=${this.at === "" ? "now" : longMoment(this.at)}
          @input=${(event: Event) => this.tell(moments[Number((event.target as HTMLInputElement).value)] ?? "")}
        />
        <p class="small muted" role="status">
          ${this.at === "" ? "Now. Move back to see an earlier moment, or choose a time in the timeline." : longMoment(this.at)}
        </p>
      </div>
      ${this.at === "" ? nothing : this.past.render(({ state }) => this.renderState(state))}
    </div>`;
  }

  private renderState(state: StateThen) {
    return html`<section class="card stack" aria-label="State at this moment">
      <dl>
        <dt>Status</dt>
        <dd>${STATUS_WORDS[state.status] ?? state.status}${state.stop_requested ? ", being stopped" : ""}</dd>
        <dt>Stage</dt>
        <dd>${state.stage ?? "none"}, visit ${state.visit}, opening ${state.opening}</dd>
        <dt>Priority</dt>
        <dd>${state.priority}</dd>
        ${state.slots.map(
          (slot) => html`<dt>Slot ${slot.slot}</dt>
            <dd>${SLOT_WORDS[slot.state]} ${slot.person?.name ?? ""}</dd>`,
        )}
      </dl>
      ${
        state.labels.length === 0
          ? html`<p class="muted">No answers yet.</p>`
          : state.labels.map(
              (label) => html`<div>
              <h3>Answer ${label.answer}</h3>
              <pre tabindex="0" aria-label=${`Answer ${label.answer} at this moment`}>${JSON.stringify(label.content, null, 2)}</pre>
            </div>`,
            )
      }
      <div><button @click=${() => this.tell("")}>Back to now</button></div>
    </section>`;
  }

  private tell(at: string): void {
    this.dispatchEvent(new CustomEvent("moment", { detail: at }));
  }
}

function longMoment(moment: string): string {
  return new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}
