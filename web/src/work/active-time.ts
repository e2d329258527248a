import type { Clock } from "../ui/clock";

/** Input counts as work for this long, in milliseconds. */
export const ATTENTION_SPAN = 60_000;

/** Counts the time that a person spent on a task: only while the tab is visible and had input in the last minute. */
export class ActiveTime {
  private counted = 0;
  private countedTo: number;
  private activeUntil: number;

  constructor(
    private readonly clock: Pick<Clock, "now">,
    private visible: boolean,
  ) {
    this.countedTo = clock.now();
    this.activeUntil = this.countedTo + ATTENTION_SPAN;
  }

  input(): void {
    this.settle();
    this.activeUntil = this.clock.now() + ATTENTION_SPAN;
  }

  setVisible(visible: boolean): void {
    this.settle();
    this.visible = visible;
  }

  /** True while time counts. */
  get attentive(): boolean {
    return this.visible && this.clock.now() < this.activeUntil;
  }

  seconds(): number {
    this.settle();
    return Math.round(this.counted / 100) / 10;
  }

  private settle(): void {
    const now = this.clock.now();
    if (this.visible) this.counted += Math.max(0, Math.min(now, this.activeUntil) - this.countedTo);
    this.countedTo = Math.max(this.countedTo, now);
  }
}
