import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { describeError } from "../ui/error-text";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { Withdrawable } from "./last-submission";

/** "Submitted. Undo (12 s)": takes the last answer back and opens its task again, while that is allowed. */
@customElement("loupe-undo-submission")
export class UndoSubmission extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: contents;
      }

      /* Over a corner of the page, so that nothing moves when it comes and goes. */
      .undo {
        position: fixed;
        z-index: 3;
        bottom: 1rem;
        left: 1rem;
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
        padding: 0.375rem 0.375rem 0.375rem 0.875rem;
        border: 1px solid var(--control-line);
        border-radius: var(--radius);
        background: var(--raised);
        box-shadow: 0 8px 32px rgb(0 0 0 / 22%);
        font-size: 0.875rem;
        white-space: nowrap;
      }

      button {
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @state() private busy = false;
  private removeHotkey: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.lastSubmission]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetHotkey();
  }

  // Somebody else may have signed in since.
  private get withdrawable(): Withdrawable | null {
    const { lastSubmission, session } = this.portal;
    const { withdrawable } = lastSubmission;
    return withdrawable?.userId === session.info?.user.id ? withdrawable : null;
  }

  override updated(): void {
    if (this.withdrawable === null) this.forgetHotkey();
    else
      this.removeHotkey ??= this.portal.hotkeys.register({
        id: "undo-submission",
        keys: ["u"],
        label: "Take the last answer back",
        run: () => void this.undo(),
      });
  }

  override render() {
    const { withdrawable } = this;
    if (withdrawable === null) return nothing;
    return html`<span class="undo">
      <span>Submitted.</span>
      <button
        ?disabled=${this.busy}
        title="Take your last answer back (U)"
        aria-label=${`Undo: take back your answer to ${withdrawable.title}`}
        aria-keyshortcuts="u"
        @click=${this.undo}
      >
        Undo (${this.portal.lastSubmission.secondsLeft} s)
      </button>
    </span>`;
  }

  private async undo(): Promise<void> {
    const { lastSubmission } = this.portal;
    const last = this.withdrawable;
    if (last === null || this.busy) return;
    this.busy = true;
    try {
      await this.takeBack(last);
    } catch (error) {
      const { what } = describeError(error);
      this.portal.announcer.say(what);
      this.dispatchEvent(new CustomEvent("undo-failed", { detail: what, bubbles: true, composed: true }));
    } finally {
      this.busy = false;
      lastSubmission.forget();
    }
  }

  private async takeBack({ assignmentId, submissionId }: Withdrawable): Promise<void> {
    const { api, handover, announcer, router } = this.portal;
    handover.giveTask(await api.withdraw(assignmentId, submissionId));
    announcer.say("Your answer is taken back. Its task is open again.");
    await router.go({ name: "work", assignment: assignmentId });
  }

  private forgetHotkey(): void {
    this.removeHotkey?.();
    this.removeHotkey = null;
  }
}
