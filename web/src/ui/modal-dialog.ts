import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { styles } from "./styles";

/** A modal dialog with a heading; fires `close` however it was closed. Buttons go into the slot `actions`. */
@customElement("loupe-dialog")
export class ModalDialog extends LitElement {
  static override styles = [
    styles,
    css`
      dialog {
        width: min(38rem, calc(100vw - 2rem));
        max-height: min(85dvh, 48rem);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
        box-shadow: 0 12px 48px rgb(0 0 0 / 30%);
      }

      dialog::backdrop {
        background: rgb(10 14 22 / 55%);
      }

      .head {
        display: flex;
        gap: 1rem;
        align-items: center;
        justify-content: space-between;
        padding: 1rem 1.25rem 0;
      }

      .content {
        padding: 0.75rem 1.25rem 1.25rem;
      }

      .foot {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        justify-content: flex-end;
        padding: 0 1.25rem;
      }

      ::slotted([slot="actions"]) {
        margin-bottom: 1.25rem;
      }

      .close {
        min-width: 2.25rem;
        padding: 0;
        font-size: 1.25rem;
      }
    `,
  ];

  @property() heading = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.closed}>
      <div class="head">
        <h2 id="heading">${this.heading}</h2>
        <button class="plain close" type="button" aria-label="Close" @click=${this.close}>×</button>
      </div>
      <div class="content"><slot></slot></div>
      <div class="foot"><slot name="actions"></slot></div>
    </dialog>`;
  }

  override firstUpdated(): void {
    this.dialog.showModal();
    this.querySelector<HTMLElement>("[autofocus]")?.focus();
  }

  close(): void {
    this.dialog.close();
  }

  private closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}
