import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styles } from "../ui/styles";

/** A secret that the server tells once, with a button that copies it. */
@customElement("loupe-told-once")
export class ToldOnce extends LitElement {
  static override styles = [
    styles,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }

      .line input {
        flex: 1 1 14rem;
        width: auto;
        min-width: 0;
        font: 0.8125rem / 1.5 var(--mono);
      }

      .status {
        min-height: 1.375rem;
        margin-top: 0.25rem;
      }
    `,
  ];

  @property() label = "";
  @property({ attribute: false }) secret = "";
  @state() private said = "";
  @query("input") private field!: HTMLInputElement;

  override render() {
    return html`<label for="secret">${this.label}</label>
      <div class="line">
        <input id="secret" readonly spellcheck="false" autocomplete="off" .value=${this.secret} @focus=${this.select} />
        <button type="button" aria-label=${`Copy: ${this.label}`} @click=${this.copy}>Copy</button>
      </div>
      <p class="status small muted" role="status">${this.said}</p>`;
  }

  private select(): void {
    this.field.select();
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.secret);
      this.said = "Copied.";
    } catch {
      // Without HTTPS, or where the browser does not allow it, there is no clipboard.
      this.field.focus();
      this.field.select();
      this.said = "It is selected now: copy it with Ctrl+C, or ⌘C on a Mac.";
    }
  }
}
