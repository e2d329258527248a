/** When a draft is due: 1 s after the last change, but no later than 5 s after the first unsaved one. */

const QUIET_MS = 1000;
const LONGEST_MS = 5000;

export class DraftClock {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstTouch: number | null = null;

  constructor(private readonly due: () => void) {}

  touch(): void {
    const now = Date.now();
    this.#firstTouch ??= now;
    const wait = Math.min(QUIET_MS, this.#firstTouch + LONGEST_MS - now);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), Math.max(wait, 0));
  }

  /** Makes a waiting draft due now; does nothing when none is waiting. */
  flush(): void {
    if (this.#firstTouch === null) return;
    this.stop();
    this.due();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#firstTouch = null;
  }
}
