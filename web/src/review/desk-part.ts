import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Hotkey } from "../app/hotkeys";
import type { Portal } from "../app/portal";
import { Watch } from "../ui/watch";
import type { DecisionDesk } from "./decision-desk";

/** Base of what stands around a desk with shortcuts of its own. */
export abstract class DeskPart<D extends DecisionDesk> extends LitElement {
  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) desk!: D;
  /** False while the task does not show yet or can no longer be decided. */
  @property({ type: Boolean }) enabled = false;
  private removeHotkeys: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.desk, this.portal.hotkeys]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.portal.hotkeys.register(...this.hotkeys());
    this.desk.addEventListener("blocked", this.onBlocked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeHotkeys?.();
    this.desk.removeEventListener("blocked", this.onBlocked);
  }

  protected abstract hotkeys(): Hotkey[];

  /** A decision cannot be made as it stands. */
  protected blocked(): void {}

  private readonly onBlocked = (): void => this.blocked();
}
