import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import type { ModalDialog } from "../ui/modal-dialog";
import { type KeyKind, KIND_WORDS, type MadeKey } from "./access-key-shapes";
import { type Account, readAll } from "./people-shapes";
import { describedBy, fieldErrors, renderFieldError, renderUnplaced } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import "./told-once";

/** Makes a key of somebody's programs and shows it once. Fires `made`, and `close`. */
@customElement("loupe-new-access-key")
export class NewAccessKey extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) kind: KeyKind = "access-keys";
  @state() private made: MadeKey | null = null;
  @query("loupe-dialog") private dialog!: ModalDialog;
  private readonly people = new Load<Account[]>(this, () => this.readPeople());
  private readonly making = new Action(this);

  override render() {
    return html`<loupe-dialog
      heading=${this.made === null ? KIND_WORDS[this.kind].make : "The key is made"}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      ${this.made === null ? this.people.render((people) => this.renderForm(people)) : this.renderKey(this.made)}
    </loupe-dialog>`;
  }

  private renderForm(people: Account[]) {
    const errors = fieldErrors(this.making.error);
    return html`<form class="stack" @submit=${this.make}>
      ${renderUnplaced(this.making, ["person_id", "label"])}
      <div>
        <label for="person">Person</label>
        <select id="person" name="person" aria-describedby=${describedBy("person", errors, "person_id")}>
          ${people.map(
            ({ id, name, email }) =>
              html`<option value=${id} ?selected=${id === this.info.user.id}>${name} (${email})</option>`,
          )}
        </select>
        <p class="hint" id="person-hint">${KIND_WORDS[this.kind].whose}</p>
        ${renderFieldError("person", errors, "person_id")}
      </div>
      ${
        this.kind === "access-keys"
          ? nothing
          : html`<div>
              <label for="label">What is it for?</label>
              <input
                id="label"
                name="label"
                maxlength="100"
                autocomplete="off"
                required
                aria-describedby=${describedBy("label", errors, "label", false)}
              />
              ${renderFieldError("label", errors, "label")}
            </div>`
      }
      <div class="actions">
        <button class="primary" ?disabled=${this.making.busy}>${this.making.busy ? "Making…" : "Make key"}</button>
        <button type="button" @click=${() => this.dialog.close()}>Cancel</button>
      </div>
    </form>`;
  }

  private renderKey(made: MadeKey) {
    return html`<div class="stack">
      <p>Copy it now: it is not shown again.</p>
      ${
        this.kind === "access-keys"
          ? html`<loupe-told-once label="Access key id" .secret=${made.id}></loupe-told-once>
              <loupe-told-once label="Secret access key" .secret=${made.secret}></loupe-told-once>`
          : html`<loupe-told-once label="API key" .secret=${made.secret}></loupe-told-once>`
      }
      <div class="actions"><button class="primary" @click=${() => this.dialog.close()}>Done</button></div>
    </div>`;
  }

  private readPeople(): Promise<Account[]> {
    const role = this.kind === "access-keys" ? "&role=admin" : "";
    return readAll(this.portal, `/v1/people?disabled=false${role}`);
  }

  private async make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const label = this.kind === "access-keys" ? {} : { label: String(form.get("label")).trim() };
    await this.making.run(async () => {
      const body = { person_id: form.get("person"), ...label };
      this.made = await this.portal.api.send<MadeKey>("POST", `/v1/${this.kind}`, body);
      this.portal.announcer.say("The key is shown once.");
      this.dispatchEvent(new Event("made"));
    });
  }
}
