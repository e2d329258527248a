import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Renders its host again whenever one of the given targets fires `change`. */
export class Watch implements ReactiveController {
  private readonly update = () => this.host.requestUpdate();
  private watched: EventTarget[] = [];

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly targets: () => EventTarget[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.watched = this.targets();
    for (const target of this.watched) target.addEventListener("change", this.update);
  }

  hostDisconnected(): void {
    for (const target of this.watched) target.removeEventListener("change", this.update);
  }
}
