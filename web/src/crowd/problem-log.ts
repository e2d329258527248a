/** Problems of the page (template errors, unreadable attributes) on their way to the portal, rate limited. */

const LIMIT = 10;
const WINDOW_MS = 10_000;

type Send = (message: string) => void;

export class ProblemLog {
  #send: Send | null = null;
  #waiting: string[] = [];
  #windowStart = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Reports one problem; beyond 10 in 10 seconds they are only in the console. */
  report(message: string): void {
    console.error(message);
    if (!this.#admits()) return;
    if (this.#send) this.#send(message);
    else this.#waiting.push(message);
  }

  connect(send: Send): void {
    this.#send = send;
    for (const message of this.#waiting.splice(0)) send(message);
  }

  #admits(): boolean {
    const now = this.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= LIMIT;
  }
}

export const problems = new ProblemLog();

/** Reports uncaught errors, unhandled rejections and loads that the page's policy blocked. */
export function watchForProblems(target: Window, log: ProblemLog): void {
  target.addEventListener("error", (event) => log.report(event.message || "A script of the template failed"));
  target.addEventListener("unhandledrejection", (event) =>
    log.report(`Unhandled rejection: ${String(event.reason)}`),
  );
  // Load errors do not bubble, so they are caught on their way down.
  target.addEventListener("error", (event) => reportUnloaded(event.target, log), { capture: true });
  target.document.addEventListener("securitypolicyviolation", (event) =>
    log.report(`Blocked by the page's policy (${event.effectiveDirective}): ${event.blockedURI}`),
  );
}

/** Only files of the task: what the page's policy blocked is told by the policy's own report. */
function reportUnloaded(failed: EventTarget | null, log: ProblemLog): void {
  if (!(failed instanceof HTMLImageElement || failed instanceof HTMLMediaElement)) return;
  if (!failed.currentSrc.includes("/media/")) return;
  const name = failed instanceof HTMLImageElement && failed.alt !== "" ? ` "${failed.alt}"` : "";
  log.report(`A file of this task could not be loaded: ${failed.localName}${name}`);
}
