import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import "../ui/modal-dialog";
import { styles } from "../ui/styles";
import type { WorkSession } from "./work-session";

export type GiveBack = "decline" | "release" | "skip";

const WORDS: Record<GiveBack, { heading: string; what: string; does: string }> = {
  decline: {
    heading: "Decline this task?",
    what: "It goes to somebody else and is not offered to you again. What you typed into it is dropped.",
    does: "Decline task",
  },
  release: {
    heading: "Release this task?",
    what: "It goes back to its queue for anybody, also for you. What you typed into it is dropped.",
    does: "Release task",
  },
  skip: {
    heading: "Skip this task?",
    what: "You get the next one now, and this one again after everything else, unless somebody else takes it first. What you typed is kept as your draft.",
    does: "Skip task",
  },
};

const LONGEST_REASON = 1_000;

/** Asks before a task is declined, released or skipped, and does it; fires `given-back` (detail: which) or `close`. */
@customElement("loupe-give-back")
export class GiveBackDialog extends LitElement {
  static override styles = styles;

  @property() kind: GiveBack = "release";
  @property({ attribute: false }) session!: WorkSession;
  @state() private error: unknown = null;
  @state() private busy = false;
  @query("textarea") private reason!: HTMLTextAreaElement | null;

  override render() {
    const { heading, what, does } = WORDS[this.kind];
    const asksReason = this.kind !== "release";
    return html`<loupe-dialog heading=${heading} @close=${this.closed}>
      <form id="give-back" class="stack" @submit=${this.giveBack}>
        ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
        <p>${what}</p>
        ${asksReason ? this.renderReason() : nothing}
        <div class="row">
          <button class="primary" ?autofocus=${!asksReason} ?disabled=${this.busy}>${does}</button>
          <button type="button" @click=${this.closed}>Keep working</button>
        </div>
      </form>
    </loupe-dialog>`;
  }

  private renderReason() {
    return html`<div>
      <label for="reason">Reason (optional)</label>
      <textarea id="reason" maxlength=${LONGEST_REASON} autofocus @keydown=${this.submitByKey}></textarea>
    </div>`;
  }

  private async giveBack(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.busy = true;
    this.error = null;
    try {
      const reason = this.reason?.value.trim() ?? "";
      if (this.kind === "decline") await this.session.decline(reason);
      else if (this.kind === "skip") await this.session.skip(reason);
      else await this.session.release();
      this.dispatchEvent(new CustomEvent("given-back", { detail: this.kind }));
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  // One hand stays on the keyboard: a reason is one line, so Enter sends it.
  private submitByKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  }

  private closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}
