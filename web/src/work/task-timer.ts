import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Clock } from "../ui/clock";
import { styles } from "../ui/styles";
import { roughText, timerText } from "../ui/time-text";
import { type WorkSession, warningLead } from "./work-session";

/** "2:34 of 60 min", once a second. */
@customElement("loupe-task-timer")
export class TaskTimer extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: inline-block;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }

      .ending {
        color: var(--warning);
        font-weight: 650;
      }
    `,
  ];

  @property({ attribute: false }) session!: WorkSession;
  @property({ attribute: false }) clock!: Clock;
  private cancelTick: (() => void) | null = null;

  override render() {
    const remaining = this.session.remaining();
    const ending = remaining <= warningLead(this.session.limit());
    const left = remaining > 0 ? `${roughText(remaining)} left` : "no time left";
    return html`<span role="timer" class=${ending ? "ending" : ""} title=${left}
      >${timerText(this.session.elapsed(), this.session.limit())}</span
    >`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelTick?.();
  }

  private tick(): void {
    this.requestUpdate();
    this.cancelTick = this.clock.after(1000, () => this.tick());
  }
}
