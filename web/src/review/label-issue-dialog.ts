import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/modal-dialog";
import { Action } from "../ui/action";
import type { ModalDialog } from "../ui/modal-dialog";
import { styles } from "../ui/styles";
import { type LabelIssues, tagsOf } from "./label-issues";
import { labelName } from "./label-text";

const MOST_TAGS = 20;
const LONGEST_TAG = 64;

/** Asks for an issue on one label, with tags; fires `close` however it ends. */
@customElement("loupe-label-issue-dialog")
export class LabelIssueDialog extends LitElement {
  static override styles = [
    styles,
    css`
      form {
        display: grid;
        gap: 0.875rem;
      }

      .hint {
        margin-top: 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) issues!: LabelIssues;
  @property({ type: Number }) answer = 0;
  @property() label = "";
  @state() private wrong = "";
  @query("loupe-dialog") private dialog!: ModalDialog;
  @query("form") private form!: HTMLFormElement;
  private readonly opening = new Action(this);

  override render() {
    return html`<loupe-dialog
      heading=${`New issue on ${labelName(this.label)}`}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      <form id="issue" @submit=${this.submit}>
        <div>
          <label for="title">What is wrong</label>
          <input id="title" name="title" required maxlength="200" autofocus autocomplete="off" />
        </div>
        <div>
          <label for="comment">Comment</label>
          <textarea id="comment" name="comment" maxlength="10000"></textarea>
        </div>
        <div>
          <label for="tags">Tags</label>
          <input id="tags" name="tags" list="known" aria-describedby="tags-hint" autocomplete="off" />
          <datalist id="known">${this.issues.tags.map((tag) => html`<option value=${tag}></option>`)}</datalist>
          <p class="small muted hint" id="tags-hint">Separate several by commas.</p>
        </div>
        <div role="alert">
          ${this.wrong === "" ? "" : html`<p class="notice error">${this.wrong}</p>`} ${this.opening.renderError()}
        </div>
      </form>
      <button slot="actions" @click=${() => this.dialog.close()}>Cancel</button>
      <button slot="actions" class="primary" form="issue" ?disabled=${this.opening.busy}>
        Open issue
      </button>
    </loupe-dialog>`;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const fields = new FormData(this.form);
    const text = (name: string) => String(fields.get(name) ?? "").trim();
    const tags = tagsOf(text("tags"));
    this.wrong = wrongTags(tags);
    if (this.wrong !== "") return;
    const issue = { title: text("title"), comment: text("comment"), tags };
    if (await this.opening.run(() => this.issues.open(this.answer, this.label, issue))) this.dialog.close();
  }
}

function wrongTags(tags: string[]): string {
  if (tags.length > MOST_TAGS) return `An issue takes at most ${MOST_TAGS} tags.`;
  const long = tags.find((tag) => tag.length > LONGEST_TAG);
  return long === undefined ? "" : `Each tag has at most ${LONGEST_TAG} characters: shorten “${long}”.`;
}
