import { ApiRefusal, type Assignment, type LeaseGrant, type PortalApi, ServerUnreachable } from "./api";
import type { Clock, ServerClock } from "./clock";

const SHORTEST_BEAT = 15_000;

/** When to renew a lease that has `remaining` milliseconds left: about half of that, at least 15 s. */
export function heartbeatDelay(remaining: number): number {
  return Math.max(SHORTEST_BEAT, remaining / 2);
}

/** Why the right to work on a task is gone. */
export type LeaseLoss = "opened-elsewhere" | "hold-ended" | "closed";

/**
 * The right to work on one assignment, kept alive by heartbeats until the hold ends.
 *
 * A lease that lapsed while the network was away is taken again by itself, since the work stays reserved to its
 * holder. Fires `renewed`, `unreachable` and, once, `lost` (then see `loss`).
 */
export class AssignmentLease extends EventTarget {
  loss: LeaseLoss | null = null;
  reachable = true;
  holdUntil: string;
  private grant: LeaseGrant;
  private cancelBeat: (() => void) | null = null;
  private cancelHoldEnd: (() => void) | null = null;
  private running = false;

  constructor(
    private readonly assignment: Assignment,
    private readonly api: Pick<PortalApi, "heartbeat" | "open">,
    private readonly clock: Clock,
    private readonly serverClock: Pick<ServerClock, "until">,
  ) {
    super();
    this.grant = assignment.lease;
    this.holdUntil = assignment.hold_until;
  }

  get current(): LeaseGrant {
    return this.grant;
  }

  start(): void {
    this.running = true;
    this.scheduleBeat();
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
    const token = this.grant.token;
    try {
      return await request(token);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const replaced = this.grant.token !== token;
      if (!replaced && !(await this.recover(error))) throw error;
      return request(this.grant.token);
    }
  }

  private async beat(): Promise<void> {
    try {
      const renewed = await this.use((token) => this.api.heartbeat(this.assignment.id, token));
      this.accept(renewed);
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
