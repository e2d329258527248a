import {
  ApiRefusal,
  type Assignment,
  type HandIn,
  type PortalApi,
  type Problem,
  ServerUnreachable,
  type SubmissionReceipt,
} from "../app/api";
import type { DeviceStore } from "../app/device-store";
import type { Clock, ServerClock } from "../ui/clock";

export interface QueuedSubmission {
  submissionId: string;
  assignmentId: string;
  userId: string;
  title: string;
  project: string;
  stage: string;
  handIn: HandIn;
  activeSeconds: number;
  leaseToken: string;
  /** When the lease that the answer was given under ends. */
  leaseExpiresAt: string;
  /** Milliseconds of this device's clock, as `nextAttemptAt`. */
  queuedAt: number;
  attempts: number;
  nextAttemptAt: number;
  /** Set once the server refused the answer: it is then kept for copying and no longer sent by itself. */
  refused: Problem | null;
}

/** Something that the server took, and what it answered. */
export type AcceptedSubmission = QueuedSubmission & { receipt: SubmissionReceipt };

const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 60_000;

/** Time until the next attempt after `attempts` failures, in milliseconds; `random` in [0, 1) spreads clients out. */
export function retryDelay(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 16));
  return ceiling / 2 + (ceiling / 2) * random;
}

/** What became of the first attempt to send something. */
export type FirstAttempt =
  | { name: "accepted" }
  | { name: "waiting" }
  | { name: "refused"; submissionId: string; problem: Problem };

/** Runs one sender at a time across the tabs of a browser. */
export type Exclusive = (send: () => Promise<void>) => Promise<void>;

type HandedInFor = Pick<Assignment, "id" | "title" | "project" | "stage" | "lease">;
type HandedIn = Pick<QueuedSubmission, "submissionId" | "handIn" | "activeSeconds">;

export interface SubmissionQueueParts {
  api: Pick<PortalApi, "handIn" | "open">;
  store: DeviceStore<QueuedSubmission>;
  clock: Clock;
  serverClock: Pick<ServerClock, "until">;
  exclusive: Exclusive;
  random: () => number;
}

/**
 * Answers and decisions on their way to the server.
 *
 * Each is kept on the device under its submission id until the server has accepted it, and is sent again
 * with the same id however often the network fails. Fires `change`, and `accepted` (a CustomEvent with the
 * `AcceptedSubmission`) for each that the server took.
 */
export class SubmissionQueue extends EventTarget {
  private entries = new Map<string, QueuedSubmission>();
  private unsaved = new Set<string>();
  private userId: string | null = null;
  private paused = false;
  private sending: Promise<void> | null = null;
  private sendAgain = false;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly parts: SubmissionQueueParts) {
    super();
  }

  get waiting(): QueuedSubmission[] {
    return this.own().filter((entry) => entry.refused === null);
  }

  get refused(): QueuedSubmission[] {
    return this.own().filter((entry) => entry.refused !== null);
  }

  /** True while some answers live in this tab only, because the browser refuses to keep data. */
  get onlyInThisTab(): boolean {
    return this.unsaved.size > 0;
  }

  /** Begins to send the person's answers. Resolves once those left over from an earlier visit are known. */
  async start(userId: string): Promise<void> {
    this.userId = userId;
    this.paused = false;
    await this.reload();
    void this.flush();
  }

  /** Keeps everything and sends nothing until `start`. */
  stop(): void {
    this.paused = true;
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  /** Takes over what is handed in. Resolves once it is kept; sending goes on by itself. */
  async add(assignment: HandedInFor, work: HandedIn): Promise<void> {
    await this.keep(this.entryFor(assignment, work));
    void this.flush();
  }

  /** As `add`, but resolves once the first attempt to send it is over. */
  async addAndSend(assignment: HandedInFor, work: HandedIn): Promise<FirstAttempt> {
    await this.keep(this.entryFor(assignment, work));
    await this.flush();
    const left = this.entries.get(work.submissionId);
    if (left === undefined) return { name: "accepted" };
    if (left.refused === null) return { name: "waiting" };
    return { name: "refused", submissionId: left.submissionId, problem: left.refused };
  }

  private entryFor(assignment: HandedInFor, work: HandedIn): QueuedSubmission {
    if (this.userId === null) throw new Error("A submission needs a signed-in person.");
    return {
      ...work,
      assignmentId: assignment.id,
      userId: this.userId,
      title: assignment.title,
      project: assignment.project,
      stage: assignment.stage,
      leaseToken: assignment.lease.token,
      leaseExpiresAt: assignment.lease.expires_at,
      queuedAt: this.parts.clock.now(),
      attempts: 0,
      nextAttemptAt: this.parts.clock.now(),
      refused: null,
    };
  }

  /** Sends a refused answer again, under a new lease and the same submission id. */
  async sendAgainNow(submissionId: string): Promise<void> {
    const entry = this.entries.get(submissionId);
    if (entry === undefined) return;
    const assignment = await this.parts.api.open(entry.assignmentId);
    await this.keep({
      ...withLease(entry, assignment),
      refused: null,
      nextAttemptAt: this.parts.clock.now(),
    });
    await this.flush();
  }

  /**
   * Whether an answer to this work is on its way already. Work that was fetched ahead and answered without ever being
   * opened is offered again under a new lease: its answer goes on under that one.
   */
  async answers(work: Pick<Assignment, "id" | "lease">): Promise<boolean> {
    const entry = this.own().find(
      ({ assignmentId, refused }) =>
        assignmentId === work.id && (refused === null || refused.type.endsWith("/lease-lost")),
    );
    if (entry === undefined) return false;
    await this.keep({ ...withLease(entry, work), refused: null, nextAttemptAt: this.parts.clock.now() });
    void this.flush();
    return true;
  }

  /** Throws an answer away; only ever on the person's own word. */
  async discard(submissionId: string): Promise<void> {
    await this.forget(submissionId);
  }

  /** Tries all waiting answers at once, for example because the network is back. */
  async sendNow(): Promise<void> {
    for (const entry of this.waiting) entry.nextAttemptAt = this.parts.clock.now();
    await this.flush({ force: true });
  }

  private async flush({ force = false } = {}): Promise<void> {
    if (this.sending !== null) {
      this.sendAgain = true;
      return this.sending;
    }
    this.sending = this.parts.exclusive(() => this.sendDue(force));
    try {
      await this.sending;
    } finally {
      this.sending = null;
      this.schedule();
    }
  }

  private async sendDue(force: boolean): Promise<void> {
    do {
      this.sendAgain = false;
      await this.reload();
      const now = this.parts.clock.now();
      for (const entry of this.waiting) {
        if (this.paused) return;
        if (force || entry.nextAttemptAt <= now) await this.send(entry);
      }
    } while (this.sendAgain);
  }

  // Another tab may have added or finished answers since the last look.
  private async reload(): Promise<void> {
    let stored: QueuedSubmission[];
    try {
      stored = await this.parts.store.values();
    } catch (error) {
      console.warn("Answers kept on this device cannot be read", error);
      return;
    }
    const inThisTab = [...this.unsaved]
      .map((id) => this.entries.get(id))
      .filter((entry) => entry !== undefined);
    this.entries = new Map([...stored, ...inThisTab].map((entry) => [entry.submissionId, entry]));
    this.changed();
  }

  private async send(entry: QueuedSubmission): Promise<void> {
    try {
      const receipt = await this.parts.api.handIn(entry.assignmentId, entry.handIn, {
        lease_token: entry.leaseToken,
        submission_id: entry.submissionId,
        active_seconds: entry.activeSeconds,
      });
      await this.accepted({ ...entry, receipt });
    } catch (error) {
      await this.failed(entry, error);
    }
  }

  private async accepted(entry: AcceptedSubmission): Promise<void> {
    await this.forget(entry.submissionId);
    for (const older of this.refused) {
      if (older.assignmentId === entry.assignmentId) await this.forget(older.submissionId);
    }
    this.dispatchEvent(new CustomEvent("accepted", { detail: entry }));
  }

  private async failed(entry: QueuedSubmission, error: unknown): Promise<void> {
    if (error instanceof ServerUnreachable) return this.retryLater(entry, null);
    if (!(error instanceof ApiRefusal)) throw error;
    if (error.status === 401) return this.stop();
    if (isPassing(error)) return this.retryLater(entry, error.retryAfter);
    if (this.entries.get(entry.submissionId)?.leaseToken !== entry.leaseToken) {
      // It got a new lease while it was under way.
      this.sendAgain = true;
      return;
    }
    if (error.is("lease-lost") && this.leaseRanOut(entry)) return this.renewLease(entry, error);
    await this.keep({ ...entry, refused: error.problem });
  }

  private leaseRanOut(entry: QueuedSubmission): boolean {
    return this.parts.serverClock.until(entry.leaseExpiresAt) <= 0;
  }

  // The lease may end while the network is away, but the work stays reserved to this person for longer: opening
  // it again gives the answer a lease. A lease that was lost before its end belongs to another tab: leave that one.
  private async renewLease(entry: QueuedSubmission, lost: ApiRefusal): Promise<void> {
    try {
      const renewed = withLease(entry, await this.parts.api.open(entry.assignmentId));
      await this.keep(renewed);
      this.sendAgain = !this.leaseRanOut(renewed);
      if (!this.sendAgain) await this.keep({ ...renewed, refused: lost.problem });
    } catch (error) {
      if (error instanceof ServerUnreachable) return this.retryLater(entry, null);
      if (!(error instanceof ApiRefusal)) throw error;
      if (error.status === 401) return this.stop();
      if (isPassing(error)) return this.retryLater(entry, error.retryAfter);
      await this.keep({ ...entry, refused: lost.problem });
    }
  }

  private async retryLater(entry: QueuedSubmission, retryAfter: number | null): Promise<void> {
    const attempts = entry.attempts + 1;
    const delay = Math.max(retryAfter ?? 0, retryDelay(attempts, this.parts.random()));
    await this.keep({ ...entry, attempts, nextAttemptAt: this.parts.clock.now() + delay });
  }

  private schedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    const due = this.waiting.map((entry) => entry.nextAttemptAt);
    if (this.paused || due.length === 0) return;
    const delay = Math.max(0, Math.min(...due) - this.parts.clock.now());
    this.cancelTimer = this.parts.clock.after(delay, () => void this.flush());
  }

  private async keep(entry: QueuedSubmission): Promise<void> {
    this.entries.set(entry.submissionId, entry);
    try {
      await this.parts.store.set(entry.submissionId, entry);
      this.unsaved.delete(entry.submissionId);
    } catch (error) {
      console.warn("The answer is kept in this tab only", error);
      this.unsaved.add(entry.submissionId);
    }
    this.changed();
  }

  private async forget(submissionId: string): Promise<void> {
    this.entries.delete(submissionId);
    this.unsaved.delete(submissionId);
    try {
      await this.parts.store.delete(submissionId);
    } catch (error) {
      console.warn(
        "A finished answer stays on this device; it will be sent once more, which changes nothing",
        error,
      );
    }
    this.changed();
  }

  private own(): QueuedSubmission[] {
    const own = [...this.entries.values()].filter((entry) => entry.userId === this.userId);
    return own.sort((a, b) => a.queuedAt - b.queuedAt);
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function withLease(entry: QueuedSubmission, { lease }: Pick<Assignment, "lease">): QueuedSubmission {
  return { ...entry, leaseToken: lease.token, leaseExpiresAt: lease.expires_at };
}

function isPassing(refusal: ApiRefusal): boolean {
  return refusal.status >= 500 || refusal.status === 408 || refusal.status === 425 || refusal.status === 429;
}
