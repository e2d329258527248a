import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import type { DraftChoice, DraftState } from "./drafts";

/** Says which draft is shown; fires `use-other` where the older one is wanted, and `close`. */
@customElement("loupe-draft-notice")
export class DraftNotice extends LitElement {
  static override styles = styles;

  @property({ attribute: false }) shown!: DraftChoice;
  /** The older draft, if it says something else. */
  @property({ attribute: false }) other: DraftChoice | null = null;

  override render() {
    return html`<div class="notice" role="status">
      <p>${shownText(this.shown)}${this.other === null ? "." : originText(this.shown, this.other)}</p>
      <span class="row">
        ${
          this.other === null
            ? nothing
            : html`<button @click=${() => this.say("use-other")}>
              Use ${this.other.savedAt === null ? "the earlier answer" : `the one from ${momentText(this.other.savedAt)}`} instead
            </button>`
        }
        <button class="plain" aria-label="Hide the word about the draft" @click=${() => this.say("close")}>×</button>
      </span>
    </div>`;
  }

  private say(what: "use-other" | "close"): void {
    this.dispatchEvent(new Event(what));
  }
}

/** Where the draft is kept, in the toolbar's words. */
export function draftText(state: DraftState, reachable: boolean): string {
  switch (state.name) {
    case "unchanged":
      return reachable ? "" : "Offline";
    case "saving":
      return "Saving draft…";
    case "saved":
      return `Draft saved ${momentText(state.at)}`;
    case "on-device":
      return "Draft kept on this device only";
    case "not-kept":
      return "Draft not saved";
  }
}

function shownText(draft: DraftChoice): string {
  if (draft.savedAt === null) return "The earlier answer is shown: change what has to change, and submit";
  return `Your draft from ${momentText(draft.savedAt)} is shown`;
}

function originText(draft: DraftChoice, other: DraftChoice): string {
  if (other.savedAt === null) return ".";
  return draft.from === "device"
    ? ": this device has a newer one than the server."
    : ": the server has a newer one than this device.";
}
