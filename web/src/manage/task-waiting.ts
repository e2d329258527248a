import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import { STARVED_WORDS } from "./overview-shapes";
import { taskPageStyles } from "./task-page-styles";
import { type DeadLetter, type OpenVisit, type PresentTask, SLOT_WORDS, type Slot } from "./task-shapes";

/** What a task waits for now: its people, or a decision on an agent that failed. Fires `decided`. */
@customElement("loupe-task-waiting")
export class TaskWaiting extends LitElement {
  static override styles = [styles, taskPageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) task!: PresentTask;
  @property({ type: Boolean }) manages = false;
  private readonly deciding = new Action(this);

  override render() {
    const { open_visit, planned, dead_letter } = this.task;
    if (open_visit === null && planned === null && dead_letter === null) return nothing;
    return html`<section class="stack" aria-labelledby="waiting">
      <h2 id="waiting">What it waits for</h2>
      ${planned === null ? nothing : html`<p>Its first work is reserved for ${planned.name} (${planned.email}).</p>`}
      ${open_visit === null ? nothing : this.renderVisit(open_visit)}
      ${dead_letter === null ? nothing : this.renderLetter(dead_letter)}
    </section>`;
  }

  private renderVisit(visit: OpenVisit) {
    return html`<div class="card stack">
      ${
        visit.starved_reason === null
          ? nothing
          : html`<p class="notice warning">
            <span
              ><strong>Nobody can take it:</strong> ${STARVED_WORDS[visit.starved_reason] ?? visit.starved_reason}.</span
            >
          </p>`
      }
      ${
        visit.escalated
          ? html`<p class="notice warning"><span>It waits for a manager: assign it to somebody.</span></p>`
          : nothing
      }
      <dl class="facts">
        <dt>Work</dt>
        <dd>${visit.shown_as} (${visit.kind}), visit ${visit.visit}</dd>
        <dt>Team</dt>
        <dd>${visit.team ?? "none any more"}</dd>
        <dt>Since</dt>
        <dd>${momentText(visit.opened_at)}</dd>
        ${visit.deadline_at === null ? nothing : html`<dt>Deadline</dt><dd>${momentText(visit.deadline_at)}</dd>`}
        ${visit.slots.map((slot) => html`<dt>Slot ${slot.slot}</dt><dd>${slotText(slot)}</dd>`)}
      </dl>
    </div>`;
  }

  private renderLetter(letter: DeadLetter) {
    return html`<div class="card stack">
      <p class="notice error">
        <span><strong>The agent of ${letter.stage} failed for good</strong> after ${letter.attempts} attempts, ${momentText(letter.dead_at)}.</span>
      </p>
      <pre tabindex="0" aria-label="Error of the agent">${letter.error}</pre>
      ${
        this.manages
          ? html`<div class="row" role="group" aria-label="Decide for the agent">
            <button ?disabled=${this.deciding.busy} @click=${() => this.decide({ do: "retry" })}>Ask it again</button>
            ${letter.pathways.map(
              (pathway) => html`<button
                ?disabled=${this.deciding.busy}
                @click=${() => this.decide({ do: "route", pathway })}
              >
                Send along ${pathway}
              </button>`,
            )}
          </div>`
          : nothing
      }
      ${this.deciding.renderError()}
    </div>`;
  }

  private async decide(decision: { do: "retry" } | { do: "route"; pathway: string }): Promise<void> {
    const done = await this.deciding.run(() =>
      this.portal.api.send("POST", `/v1/tasks/${this.task.id}/agent`, decision),
    );
    if (!done) return;
    this.portal.announcer.say("Decided.");
    this.dispatchEvent(new Event("decided"));
  }
}

function slotText(slot: Slot): string {
  if (slot.person === null) return SLOT_WORDS[slot.state];
  const told = `${SLOT_WORDS[slot.state]} ${slot.person.name} (${slot.person.email})`;
  if (slot.state === "held" && slot.hold_until)
    return `${told} until ${momentText(slot.hold_until)}, ${slot.at_work ? "at work now" : "not at work right now"}`;
  if (slot.state === "reserved" && slot.reserved_until)
    return `${told} until ${momentText(slot.reserved_until)}`;
  return told;
}
