import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "./styles";

/** What a person must know about a task while they work on it; fires `reload` where the template does not show. */
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
            ? html`<p class="notice warning">
              The time for this task is nearly over. Submit soon; what you typed is kept in any case.
            </p>`
            : nothing
        }
        ${this.invalid === "" ? nothing : html`<p class="notice error">${this.invalid}</p>`}
        ${this.problems.map((problem) => html`<p class="notice error">${problem}</p>`)}
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
