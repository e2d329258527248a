import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Extension } from "../app/api";
import { styles } from "../ui/styles";
import { limitText } from "../ui/time-text";

/**
 * What a person must know about a task while they work on it; fires `reload` where the template does not show, `extend`,
 * and `report` for what is wrong with the task.
 */
@customElement("loupe-work-notices")
export class WorkNotices extends LitElement {
  static override styles = [
    styles,
    css`
      .notice {
        margin-top: 0.5rem;
      }

      button {
        flex: none;
      }
    `,
  ];

  /** False once the task is lost: then only what went wrong is told. */
  @property({ type: Boolean }) working = false;
  @property({ type: Boolean }) endsSoon = false;
  /** How the time can be extended, or null. */
  @property({ attribute: false }) extension: Extension | null = null;
  @property({ type: Boolean }) reachable = true;
  /** Why the template's answer cannot be handed in as it stands. */
  @property() invalid = "";
  @property({ attribute: false }) problems: string[] = [];
  /** What keeps the template from showing, if anything does. */
  @property({ attribute: false }) missing: "no-template" | "not-ready" | null = null;

  override render() {
    return html`<div role="alert">
        ${
          this.endsSoon && this.working
            ? html`<div class="notice warning">
              <p>The time for this task is nearly over. Submit soon; what you typed is kept in any case.</p>
              ${this.renderExtend()}
            </div>`
            : nothing
        }
        ${this.invalid === "" ? nothing : html`<p class="notice error">${this.invalid}</p>`}
        ${this.problems.map((problem) => html`<p class="notice error">${problem}</p>`)}
        ${
          this.problems.length > 0 && this.working
            ? html`<div class="notice">
              <p>
                If you cannot do the task like this, load it again: what you typed is kept. Else report the problem, then
                skip or decline the task.
              </p>
              <button @click=${() => this.dispatchEvent(new Event("reload"))}>Load it again</button>
              <button @click=${() => this.dispatchEvent(new Event("report"))}>Report a problem</button>
            </div>`
            : nothing
        }
      </div>
      ${
        this.working && !this.reachable
          ? html`<p class="notice warning" role="status">
            The server cannot be reached. You can go on: what you type is kept on this device and sent when the connection
            is back.
          </p>`
          : nothing
      }
      ${this.working && this.missing !== null ? this.renderMissing(MISSING_TEXT[this.missing]) : nothing}`;
  }

  private renderExtend() {
    if (this.extension === null) return nothing;
    const { seconds, left } = this.extension;
    if (left === 0) return html`<span class="small">It cannot be extended again.</span>`;
    return html`<button @click=${() => this.dispatchEvent(new Event("extend"))}>
      Extend by ${limitText(seconds * 1000)}${left > 1 ? ` (${left} times)` : " (once)"}
    </button>`;
  }

  private renderMissing(text: string) {
    return html`<div class="notice warning" role="alert">
      <p>${text} Reload it, or give the task back with Release or Decline.</p>
      <button @click=${() => this.dispatchEvent(new Event("reload"))}>Reload template</button>
    </div>`;
  }
}

const MISSING_TEXT = {
  "no-template": "This task has no template to show.",
  "not-ready": "The template does not get ready. It may be slow or broken.",
};
