import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./error-notice";
import "./modal-dialog";
import { styles } from "./styles";
import type { WorkSession } from "./work-session";

export type GiveBack = "decline" | "release";

const LONGEST_REASON = 1_000;

/** Asks before a task is declined or released, and does it; fires `given-back` (detail: which) or `close`. */
@customElement("loupe-give-back")
export class GiveBackDialog extends LitElement {
  static override styles = styles;

  @property() kind: GiveBack = "release";
  @property({ attribute: false }) session!: WorkSession;
  @state() private error: unknown = null;
  @state() private busy = false;
  @query("textarea") private reason!: HTMLTextAreaElement | null;

  override render() {
    const decline = this.kind === "decline";
    return html`<loupe-dialog heading=${decline ? "Decline this task?" : "Release this task?"} @close=${this.closed}>
      <form id="give-back" class="stack" @submit=${this.giveBack}>
        ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
        <p>
          ${
            decline
              ? "It goes to somebody else and is not offered to you again. What you typed into it is dropped."
              : "It goes back to its queue for anybody, also for you. What you typed into it is dropped."
          }
        </p>
        ${decline ? this.renderReason() : nothing}
        <div class="row">
          <button class="primary" ?autofocus=${!decline} ?disabled=${this.busy}>${decline ? "Decline task" : "Release task"}</button>
          <button type="button" @click=${this.closed}>Keep working</button>
        </div>
      </form>
    </loupe-dialog>`;
  }

  private renderReason() {
    return html`<div>
      <label for="reason">Reason (optional)</label>
      <textarea id="reason" maxlength=${LONGEST_REASON} autofocus></textarea>
    </div>`;
  }

  private async giveBack(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.busy = true;
    this.error = null;
    try {
      if (this.kind === "decline") await this.session.decline(this.reason?.value.trim() ?? "");
      else await this.session.release();
      this.dispatchEvent(new CustomEvent("given-back", { detail: this.kind }));
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  private closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}
