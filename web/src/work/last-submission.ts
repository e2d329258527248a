import type { Clock, ServerClock } from "../ui/clock";
import type { AcceptedSubmission, SubmissionQueue } from "./submission-queue";

/** An answer that can still be taken back. */
export interface Withdrawable {
  userId: string;
  assignmentId: string;
  submissionId: string;
  title: string;
  /** ISO-8601, on the server's clock. */
  until: string;
}

/** The last answer that was handed in, for as long as it can be taken back. Fires `change`, also once a second meanwhile. */
export class LastSubmission extends EventTarget {
  private last: Withdrawable | null = null;
  private cancelTick: (() => void) | null = null;

  constructor(
    queue: Pick<SubmissionQueue, "addEventListener">,
    private readonly clock: Clock,
    private readonly serverClock: Pick<ServerClock, "until">,
  ) {
    super();
    queue.addEventListener("accepted", (event) =>
      this.note((event as CustomEvent<AcceptedSubmission>).detail),
    );
  }

  get withdrawable(): Withdrawable | null {
    return this.last !== null && this.secondsLeft > 0 ? this.last : null;
  }

  get secondsLeft(): number {
    return this.last === null ? 0 : Math.max(0, Math.floor(this.serverClock.until(this.last.until) / 1000));
  }

  /** It was taken back, or cannot be any more. */
  forget(): void {
    this.cancelTick?.();
    this.last = null;
    this.dispatchEvent(new Event("change"));
  }

  private note({ userId, assignmentId, submissionId, title, receipt }: AcceptedSubmission): void {
    const until = receipt.withdraw_until ?? null;
    this.cancelTick?.();
    this.last = until === null ? null : { userId, assignmentId, submissionId, title, until };
    this.tick();
  }

  private tick(): void {
    this.dispatchEvent(new Event("change"));
    if (this.withdrawable === null) this.last = null;
    else this.cancelTick = this.clock.after(1_000, () => this.tick());
  }
}
