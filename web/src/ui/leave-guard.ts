import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Router } from "../app/router";

/**
 * Asks before a page is left, in whatever way, while something of it would be lost: where `loses` says so, or between
 * `touch` and `saved`.
 */
export class LeaveGuard implements ReactiveController {
  private touched = false;
  private router: Router | null = null;

  constructor(
    host: ReactiveControllerHost,
    private readonly findRouter: () => Router,
    private readonly loses: () => boolean = () => false,
    private readonly question = "Leave this page? What you typed here is not saved.",
    private readonly window: Pick<
      Window,
      "addEventListener" | "removeEventListener" | "confirm"
    > = globalThis.window,
  ) {
    host.addController(this);
  }

  /** Something was typed. */
  readonly touch = (): void => {
    this.touched = true;
  };

  saved(): void {
    this.touched = false;
  }

  hostConnected(): void {
    this.router = this.findRouter();
    this.router.guards.add(this.ask);
    this.window.addEventListener("beforeunload", this.warn);
  }

  hostDisconnected(): void {
    this.router?.guards.delete(this.ask);
    this.window.removeEventListener("beforeunload", this.warn);
  }

  private get stays(): boolean {
    return this.touched || this.loses();
  }

  private readonly ask = (): boolean => !this.stays || this.window.confirm(this.question);

  private readonly warn = (event: Event): void => {
    if (this.stays) event.preventDefault();
  };
}
