/** Time and timers, passed to everything that waits so that tests can move time by hand. Milliseconds throughout. */
export interface Clock {
  now(): number;
  /** Runs `callback` once after `delay`; the returned function cancels it. */
  after(delay: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, callback) {
    const handle = setTimeout(callback, delay);
    return () => clearTimeout(handle);
  },
};

const SAMPLE_LIFE = 5 * 60_000;

/**
 * The server's clock as seen from here, learnt from the `Date` header of its answers.
 *
 * `Date` is cut to whole seconds, so half a second is added; the sample with the shortest round trip of the
 * last five minutes wins.
 */
export class ServerClock {
  private offset = 0;
  private bestRoundTrip = Number.POSITIVE_INFINITY;
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  observe(dateHeader: string | null, sentAt: number, receivedAt: number): void {
    const serverTime = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(serverTime)) return;
    const roundTrip = receivedAt - sentAt;
    if (roundTrip > this.bestRoundTrip && receivedAt - this.sampledAt < SAMPLE_LIFE) return;
    this.offset = serverTime + 500 - (sentAt + roundTrip / 2);
    this.bestRoundTrip = roundTrip;
    this.sampledAt = receivedAt;
  }

  now(): number {
    return this.clock.now() + this.offset;
  }

  /** Milliseconds until an ISO-8601 time stamp of the server; negative once it has passed. */
  until(timestamp: string): number {
    return Date.parse(timestamp) - this.now();
  }
}
