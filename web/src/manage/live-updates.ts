import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Clock } from "../ui/clock";
import type { Pulse } from "./overview-shapes";

/** The part of a browser's EventSource that is needed here. */
export interface HintSource {
  addEventListener(type: "changed" | "error", listener: (event: Event) => void): void;
  close(): void;
}

export interface LiveOptions {
  clock: Clock;
  /** Where the hints come from; empty while it is not known yet. */
  path: () => string;
  /** Reads anew what is shown. */
  refresh: () => Promise<unknown>;
  /** At most one refresh in so many milliseconds. */
  every: number;
  onPulse?: (pulse: Pulse) => void;
  connect?: (path: string) => HintSource;
  random?: () => number;
}

/** What says whether anybody can see the page. */
export type Visibility = Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;

/** Milliseconds without the first hint, after which a connection counts as lost: something on the way holds it back. */
const FIRST_HINT = 10_000;
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * Keeps a screen fresh: by hints of the server while they come, else by reading anew each time a connection is tried.
 * Rests in hidden tabs.
 */
export class LiveUpdates implements ReactiveController {
  state: "connecting" | "live" | "polling" | "resting" = "connecting";
  private source: HintSource | null = null;
  private failures = 0;
  private path = "";
  private refreshedAt = Number.NEGATIVE_INFINITY;
  private cancelRefresh: (() => void) | null = null;
  private cancelConnect: (() => void) | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly options: () => LiveOptions,
    private readonly page: Visibility = document,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.page.addEventListener("visibilitychange", this.followVisibility);
    this.path = this.options().path();
    this.refreshedAt = this.options().clock.now();
    if (this.page.hidden) this.rest();
    else this.connect();
  }

  hostDisconnected(): void {
    this.page.removeEventListener("visibilitychange", this.followVisibility);
    this.stop();
  }

  hostUpdate(): void {
    const path = this.options().path();
    if (path === this.path) return;
    this.path = path;
    this.stop();
    this.failures = 0;
    if (!this.page.hidden) this.connect();
  }

  /** A refresh that was done for another reason counts too. */
  refreshed(): void {
    this.refreshedAt = this.options().clock.now();
  }

  private readonly followVisibility = (): void => {
    this.stop();
    if (this.page.hidden) {
      this.rest();
      return;
    }
    this.failures = 0;
    this.connect();
    this.refreshSoon();
  };

  private rest(): void {
    this.enter("resting");
  }

  private connect(): void {
    if (this.path === "") return;
    const { clock, connect = (path: string) => new EventSource(path) } = this.options();
    const source = connect(this.path);
    this.source = source;
    source.addEventListener("changed", (event) => this.heard(event as MessageEvent<string>));
    source.addEventListener("error", () => this.lost());
    this.cancelConnect = clock.after(FIRST_HINT, () => this.lost());
  }

  private heard(event: MessageEvent<string>): void {
    this.cancelConnect?.();
    this.cancelConnect = null;
    this.failures = 0;
    // The first hint of a connection says how things are, not that they have changed: but they may have meanwhile.
    const isNews = this.state !== "connecting";
    this.enter("live");
    this.options().onPulse?.(JSON.parse(event.data) as Pulse);
    if (isNews) this.refreshSoon();
  }

  private lost(): void {
    this.closeSource();
    this.failures += 1;
    this.enter("polling");
    const { clock, random = Math.random } = this.options();
    const wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** (this.failures - 1)) * (0.5 + random() / 2);
    this.cancelConnect = clock.after(wait, () => {
      this.refreshSoon();
      this.connect();
    });
  }

  private refreshSoon(): void {
    if (this.cancelRefresh !== null) return;
    const { clock, every, refresh } = this.options();
    const wait = Math.max(0, this.refreshedAt + every - clock.now());
    this.cancelRefresh = clock.after(wait, () => {
      this.cancelRefresh = null;
      this.refreshed();
      void refresh();
    });
  }

  private stop(): void {
    this.closeSource();
    this.cancelRefresh?.();
    this.cancelRefresh = null;
  }

  private closeSource(): void {
    this.source?.close();
    this.source = null;
    this.cancelConnect?.();
    this.cancelConnect = null;
  }

  private enter(state: LiveUpdates["state"]): void {
    if (state === this.state) return;
    this.state = state;
    this.host.requestUpdate();
  }
}
