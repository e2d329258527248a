import type { PortalApi, PrefetchedAssignment } from "../app/api";
import type { Clock, ServerClock } from "../ui/clock";
import type { SubmissionQueue } from "./submission-queue";
import { takeAhead } from "./taking";

/** A lease with less than this left is renewed, in milliseconds. */
const RENEW_BEFORE = 30_000;
/** With less than this left it could end on the way. */
const TOO_SHORT = 5_000;

interface Queue {
  project: string;
  stage: string;
}

/**
 * The task that comes after the one that is open, fetched ahead so that it shows at once.
 *
 * One at a time, under a short lease that is renewed while the person works; a person who pauses or leaves gives it back.
 * Fires `change`.
 */
export class NextTask extends EventTarget {
  private held: PrefetchedAssignment | null = null;
  private turn = 0;
  private fetching: Promise<void> | null = null;
  private cancelRenewal: (() => void) | null = null;

  constructor(
    private readonly api: Pick<PortalApi, "next" | "prefetch" | "release">,
    private readonly answered: Pick<SubmissionQueue, "answers">,
    private readonly clock: Clock,
    private readonly serverClock: Pick<ServerClock, "until">,
  ) {
    super();
  }

  /** What was fetched ahead, or null. */
  get waiting(): PrefetchedAssignment | null {
    return this.held;
  }

  /** Fetches ahead from a queue, and again before the lease ends, for as long as `wanted` says so. */
  fetch(queue: Queue, wanted: () => boolean): Promise<void> {
    const fetching = this.fetchOne(queue, wanted).finally(() => {
      if (this.fetching === fetching) this.fetching = null;
    });
    this.fetching = fetching;
    return fetching;
  }

  private async fetchOne(queue: Queue, wanted: () => boolean): Promise<void> {
    this.cancelRenewal?.();
    this.turn += 1;
    const { turn } = this;
    let found: PrefetchedAssignment | null;
    try {
      found = await takeAhead({ api: this.api, queue: this.answered }, queue);
    } catch {
      // Fetching ahead is a favour: without it the next task is taken when it is needed.
      if (turn === this.turn) this.renewLater(queue, wanted);
      return;
    }
    if (turn !== this.turn) {
      if (found !== null) await this.giveBack(found);
      return;
    }
    this.hold(found);
    if (found !== null) this.renewLater(queue, wanted);
  }

  /** Resolves once nothing is on its way. To ask for work meanwhile would find the very task taken that is fetched. */
  async settled(): Promise<void> {
    await this.fetching;
  }

  /** Hands over what was fetched ahead, to be opened now. */
  take(): PrefetchedAssignment | null {
    const { held } = this;
    const usable = held !== null && this.serverClock.until(held.lease.expires_at) > TOO_SHORT;
    this.forget();
    return usable ? held : null;
  }

  /**
   * Gives back what was fetched ahead, also what is on its way; `leaving` where the page is about to close. Resolves once
   * the server has it.
   */
  async release({ leaving = false } = {}): Promise<void> {
    const { held, fetching } = this;
    this.forget();
    if (held !== null) await this.giveBack(held, leaving);
    await fetching;
  }

  private forget(): void {
    this.turn += 1;
    this.cancelRenewal?.();
    this.hold(null);
  }

  private hold(found: PrefetchedAssignment | null): void {
    this.held = found;
    this.dispatchEvent(new Event("change"));
  }

  private renewLater(queue: Queue, wanted: () => boolean): void {
    const left = this.held === null ? 2 * RENEW_BEFORE : this.serverClock.until(this.held.lease.expires_at);
    const delay = Math.max(left - RENEW_BEFORE, left / 2, 1_000);
    this.cancelRenewal = this.clock.after(delay, () => {
      if (wanted()) void this.fetch(queue, wanted);
      else void this.release();
    });
  }

  private async giveBack(task: PrefetchedAssignment, leaving = false): Promise<void> {
    try {
      await this.api.release(task.id, task.lease.token, { leaving });
    } catch {
      // Its short lease ends by itself, and then it is offered again.
    }
  }
}
