import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../ui/modal-dialog";
import { Action } from "../ui/action";
import type { ModalDialog } from "../ui/modal-dialog";
import { styles } from "../ui/styles";
import type { WorkSession } from "./work-session";

const LONGEST_TEXT = 10_000;
const LONGEST_LABEL = 1_000;

/** Tells the managers what is wrong with a task, which stays with the person; fires `reported` and `close`. */
@customElement("loupe-report-problem")
export class ProblemDialog extends LitElement {
  static override styles = [
    styles,
    css`
      .hint {
        margin-top: 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) session!: WorkSession;
  /** Names of the task's parts, to choose from. */
  @property({ attribute: false }) parts: readonly string[] = [];
  /** What is known of the problem already. */
  @property() text = "";
  @query("loupe-dialog") private dialog!: ModalDialog;
  @query("form") private form!: HTMLFormElement;
  private readonly sending = new Action(this);

  override render() {
    return html`<loupe-dialog heading="Report a problem" @close=${() => this.dispatchEvent(new Event("close"))}>
      <form id="problem" class="stack" @submit=${this.report}>
        ${this.sending.renderError()}
        <p>Your managers read it and can answer. The task stays with you: go on with it, or decline it afterwards.</p>
        <div>
          <label for="text">What is wrong</label>
          <textarea id="text" name="text" required maxlength=${LONGEST_TEXT} autofocus .value=${this.text}></textarea>
        </div>
        <div>
          <label for="label">Which part of the task (optional)</label>
          <input id="label" name="label" maxlength=${LONGEST_LABEL} list="parts" autocomplete="off" aria-describedby="label-hint" />
          <datalist id="parts">${this.parts.map((part) => html`<option value=${part}></option>`)}</datalist>
          <p class="small muted hint" id="label-hint">A field's name, or in your own words.</p>
        </div>
      </form>
      <button slot="actions" @click=${() => this.dialog.close()}>Cancel</button>
      <button slot="actions" class="primary" form="problem" ?disabled=${this.sending.busy}>Report</button>
    </loupe-dialog>`;
  }

  private async report(event: Event): Promise<void> {
    event.preventDefault();
    const fields = new FormData(this.form);
    const read = (name: string) => String(fields.get(name) ?? "").trim();
    if (read("text") === "") return;
    if (await this.sending.run(() => this.session.reportProblem(read("text"), read("label")))) {
      this.dispatchEvent(new Event("reported"));
      this.dialog.close();
    }
  }
}
