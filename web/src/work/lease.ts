import { ApiRefusal, type Assignment, type LeaseGrant, type PortalApi, ServerUnreachable } from "../app/api";
import type { Clock, ServerClock } from "../ui/clock";

const SHORTEST_BEAT = 15_000;

/** When to renew a lease that has `remaining` milliseconds left: about half of that, at least 15 s. */
export function heartbeatDelay(remaining: number): number {
  return Math.max(SHORTEST_BEAT, remaining / 2);
}

/** Why the right to work on a task is gone; `not-taken`: it was fetched ahead, and is somebody else's by now. */
export type LeaseLoss = "opened-elsewhere" | "hold-ended" | "closed" | "not-taken";

/**
 * The right to work on one assignment, kept alive by heartbeats until the hold ends.
 *
 * A lease that lapsed while the network was away is taken again by itself, since the work stays reserved to its
 * holder. Work that was fetched ahead is opened first. Fires `renewed`, `unreachable` and, once, `lost` (then see `loss`).
 */
export class AssignmentLease extends EventTarget {
  loss: LeaseLoss | null = null;
  reachable = true;
  holdUntil: string;
  /** When the work was accepted. */
  acceptedAt: string;
  private grant: LeaseGrant;
  private opening: Promise<void> | null = null;
  private cancelBeat: (() => void) | null = null;
  private cancelHoldEnd: (() => void) | null = null;
  private running = false;

  constructor(
    private readonly assignment: Assignment,
    private readonly api: Pick<PortalApi, "heartbeat" | "open">,
    private readonly clock: Clock,
    private readonly serverClock: Pick<ServerClock, "until">,
    /** True for work that was fetched ahead and is not accepted yet. */
    private unopened = false,
  ) {
    super();
    this.grant = assignment.lease;
    this.holdUntil = assignment.hold_until;
    this.acceptedAt = assignment.accepted_at;
  }

  get current(): LeaseGrant {
    return this.grant;
  }

  start(): void {
    this.running = true;
    if (this.unopened) void this.beat();
    else this.scheduleBeat();
    this.scheduleHoldEnd();
  }

  stop(): void {
    this.running = false;
    this.cancelBeat?.();
    this.cancelHoldEnd?.();
  }

  /** Renews at once; a tab that comes back from sleep calls this. */
  async renewNow(): Promise<void> {
    if (this.running) await this.beat();
  }

  /** Does something that needs the lease, once more if the token was replaced or had lapsed in the meantime. */
  async use<T>(request: (token: string) => Promise<T>): Promise<T> {
    if (this.unopened) await this.open();
    const token = this.grant.token;
    try {
      return await request(token);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.settled();
      const replaced = this.grant.token !== token;
      if (!replaced && !(await this.recover(error))) throw error;
      return request(this.grant.token);
    }
  }

  /**
   * Takes the work anew; resolves to the address of its page, where links to files are new. Rejects as `use` does, also
   * where another tab has the work by now.
   */
  async reopen(): Promise<string | null> {
    await this.use((token) => this.api.heartbeat(this.assignment.id, token));
    const opened = this.api.open(this.assignment.id);
    this.opening = opened
      .then((assignment) => this.accept(assignment))
      .finally(() => {
        this.opening = null;
      });
    await this.opening;
    return (await opened).frame_url;
  }

  /** Takes over more time that the server gave. */
  extended(renewed: { lease: LeaseGrant; hold_until: string }): void {
    this.accept(renewed);
    this.dispatchEvent(new Event("renewed"));
  }

  /** Waits until an opening that is under way has its answer: the token of before is dead then. */
  async settled(): Promise<void> {
    try {
      await this.opening;
    } catch {
      // Whoever began it is told; without an answer the token of before is as good as any.
    }
  }

  private open(): Promise<void> {
    this.opening ??= this.acceptWork().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async acceptWork(): Promise<void> {
    try {
      const opened = await this.api.open(this.assignment.id, this.grant.token);
      this.unopened = false;
      this.acceptedAt = opened.accepted_at;
      this.accept(opened);
    } catch (error) {
      if (error instanceof ApiRefusal && (error.status === 404 || error.status === 409))
        this.lose("not-taken");
      throw error;
    }
  }

  private async beat(): Promise<void> {
    try {
      if (this.unopened) await this.open();
      else this.accept(await this.use((token) => this.api.heartbeat(this.assignment.id, token)));
      this.dispatchEvent(new Event("renewed"));
    } catch (error) {
      if (error instanceof ServerUnreachable || (error instanceof ApiRefusal && error.status >= 500)) {
        this.reachable = false;
        this.dispatchEvent(new Event("unreachable"));
      } else if (error instanceof ApiRefusal && error.status === 404) {
        this.lose("closed");
      } else if (!(error instanceof ApiRefusal)) {
        throw error;
      }
    } finally {
      this.scheduleBeat();
    }
  }

  // Returns true with a new token in hand, false when the work is lost.
  private async recover(conflict: ApiRefusal): Promise<boolean> {
    if (conflict.is("visit-closed")) return this.lose("closed");
    if (this.serverClock.until(this.holdUntil) <= 0) return this.lose("hold-ended");
    if (this.serverClock.until(this.grant.expires_at) > 0) return this.lose("opened-elsewhere");
    try {
      this.accept(await this.api.open(this.assignment.id));
      return true;
    } catch (error) {
      if (error instanceof ApiRefusal && (error.status === 404 || error.status === 409))
        return this.lose("closed");
      throw error;
    }
  }

  private accept(renewed: { lease: LeaseGrant; hold_until: string }): void {
    this.grant = renewed.lease;
    this.holdUntil = renewed.hold_until;
    this.reachable = true;
    this.scheduleHoldEnd();
  }

  private lose(loss: LeaseLoss): false {
    if (!this.running) return false;
    this.stop();
    this.loss = loss;
    this.dispatchEvent(new Event("lost"));
    return false;
  }

  private scheduleBeat(): void {
    this.cancelBeat?.();
    if (!this.running) return;
    const delay = heartbeatDelay(this.serverClock.until(this.grant.expires_at));
    this.cancelBeat = this.clock.after(delay, () => void this.beat());
  }

  // Browsers cap a timer at 2^31 ms and slow it down in hidden tabs, so the end is looked at anew when it fires.
  private scheduleHoldEnd(): void {
    this.cancelHoldEnd?.();
    if (!this.running) return;
    const remaining = this.serverClock.until(this.holdUntil);
    if (remaining <= 0) {
      this.lose("hold-ended");
      return;
    }
    this.cancelHoldEnd = this.clock.after(Math.min(remaining, 3_600_000), () => this.scheduleHoldEnd());
  }
}

function isConflict(error: unknown): error is ApiRefusal {
  return error instanceof ApiRefusal && error.status === 409;
}
