import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Decision, WorkKind } from "../app/api";
import type { Portal } from "../app/portal";
import { PagedList } from "../ui/paged-list";
import { styles } from "../ui/styles";
import { limitText, momentText } from "../ui/time-text";
import { myListStyles } from "./my-list-styles";
import { DECISION_WORDS, workWords } from "./work-words";

interface OwnSubmission {
  id: string;
  assignment_id: string;
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  decision: Decision | null;
  submitted_at: string;
  active_seconds: number;
  withdraw_until: string | null;
  status: "submitted" | "returned";
}

/** What a person handed in, newest first. */
@customElement("loupe-my-submissions")
export class MySubmissions extends LitElement {
  static override styles = [styles, myListStyles];

  @property({ attribute: false }) portal!: Portal;
  private cancelTimer: (() => void) | null = null;
  private readonly list = new PagedList<OwnSubmission>(this, () => this.portal.api, "/v1/work/submissions");

  override connectedCallback(): void {
    super.connectedCallback();
    this.portal.queue.addEventListener("accepted", this.lookAgain);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelTimer?.();
    this.portal.queue.removeEventListener("accepted", this.lookAgain);
  }

  override render() {
    return this.list.render(
      (items) => this.renderItems(items),
      html`<div class="card empty">
        <h2>Nothing submitted yet</h2>
        <p>Your answers and decisions show here once you have handed them in. Start with a queue.</p>
      </div>`,
    );
  }

  load(): Promise<void> {
    return this.list.load();
  }

  // An answer kept on the device while the server was away may arrive only now.
  private readonly lookAgain = (): void => {
    void this.load();
  };

  private renderItems(items: OwnSubmission[]) {
    this.lookWhenOneIsFinal(items);
    return html`<ul class="card" aria-label="Submitted">
      ${items.map((item) => this.renderItem(item))}
    </ul>`;
  }

  private lookWhenOneIsFinal(items: OwnSubmission[]): void {
    this.cancelTimer?.();
    const left = items.map((item) => this.timeToTakeBack(item)).filter((time) => time > 0);
    if (left.length > 0)
      this.cancelTimer = this.portal.clock.after(Math.min(...left), () => this.requestUpdate());
  }

  private timeToTakeBack({ withdraw_until: until }: OwnSubmission): number {
    return until === null ? 0 : this.portal.serverClock.until(until);
  }

  private renderItem(item: OwnSubmission) {
    const name = item.title || item.project;
    return html`<li>
      <div class="between">
        <h3>${name} <span class="muted">· ${item.stage}</span></h3>
        <span class="small">${item.status === "returned" ? "Returned to you" : "Submitted"}</span>
      </div>
      <div class="between small muted">
        <span>
          ${item.decision === null ? workWords(item.kind).kind : DECISION_WORDS[item.decision]} ·
          ${momentText(item.submitted_at)} · ${limitText(item.active_seconds * 1000)} active
        </span>
        ${
          this.timeToTakeBack(item) <= 0
            ? nothing
            : html`<button aria-label=${`Take back your answer to ${name}`} @click=${() => this.takeBack(item)}>Take back</button>`
        }
      </div>
    </li>`;
  }

  private async takeBack({ id, assignment_id }: OwnSubmission): Promise<void> {
    try {
      this.portal.handover.giveTask(await this.portal.api.withdraw(assignment_id, id));
    } catch (error) {
      this.portal.announcer.say(error instanceof Error ? error.message : String(error));
      await this.load();
      return;
    }
    this.portal.lastSubmission.forget();
    await this.portal.router.go({ name: "work", assignment: assignment_id });
  }
}
