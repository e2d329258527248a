import { html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../ui/modal-dialog";
import { Action } from "../ui/action";
import type { ModalDialog } from "../ui/modal-dialog";
import { formPartStyles } from "./project-form-styles";

/** Asks before something that cannot be taken back, and does it. Fires `close` when it is done or not wanted. */
@customElement("loupe-ask-first")
export class AskFirst extends LitElement {
  static override styles = formPartStyles;

  @property() heading = "";
  @property() text = "";
  /** The word on the button that does it. */
  @property() verb = "";
  @property({ attribute: false }) run!: () => Promise<void>;
  @query("loupe-dialog") private dialog!: ModalDialog;
  private readonly doing = new Action(this);

  override render() {
    return html`<loupe-dialog heading=${this.heading} @close=${() => this.dispatchEvent(new Event("close"))}>
      <div class="stack">
        ${this.doing.renderError()}
        <p>${this.text}</p>
        <div class="actions">
          <button class="danger" ?disabled=${this.doing.busy} @click=${this.confirm}>${this.verb}</button>
          <button autofocus @click=${() => this.dialog.close()}>Cancel</button>
        </div>
      </div>
    </loupe-dialog>`;
  }

  private async confirm(): Promise<void> {
    if (await this.doing.run(() => this.run())) this.dialog.close();
  }
}
