import { html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../ui/modal-dialog";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import type { ModalDialog } from "../ui/modal-dialog";
import type { Team } from "./people-shapes";
import {
  describedBy,
  type FieldErrors,
  fieldErrors,
  renderFieldError,
  renderUnplaced,
} from "./project-field";
import { formPartStyles } from "./project-form-styles";

const WORDS = {
  description: {
    label: "Description (optional)",
    hint: "For those who manage people; left empty, it says whose people they are.",
    longest: 200,
  },
  contact: {
    label: "Whom its people can ask (optional)",
    hint: "One line, shown at the foot of their screens.",
    longest: 500,
  },
  confidentiality: {
    label: "What they must keep to themselves (optional)",
    hint: "One line, shown at the foot of their screens.",
    longest: 500,
  },
} as const;

/** Makes a team, or changes what is said about one. Fires `saved` (detail: the team), and `close`. */
@customElement("loupe-team-form")
export class TeamForm extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  /** Null for a new one. */
  @property({ attribute: false }) team: Team | null = null;
  @query("loupe-dialog") private dialog!: ModalDialog;
  private readonly saving = new Action(this);

  override render() {
    const errors = fieldErrors(this.saving.error);
    const { team } = this;
    return html`<loupe-dialog
      heading=${team === null ? "New team" : `Change ${team.name}`}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      <form class="stack" @submit=${this.save}>
        ${renderUnplaced(this.saving, ["name", ...Object.keys(WORDS)])} ${team === null ? this.renderName(errors) : nothing}
        ${this.renderLine("description", errors)} ${this.renderLine("contact", errors)}
        ${this.renderLine("confidentiality", errors)}
        <div class="actions">
          <button class="primary" ?disabled=${this.saving.busy}>${this.saveWord}</button>
          <button type="button" @click=${() => this.dialog.close()}>Cancel</button>
        </div>
      </form>
    </loupe-dialog>`;
  }

  private get saveWord(): string {
    if (this.team === null) return this.saving.busy ? "Making…" : "Make team";
    return this.saving.busy ? "Saving…" : "Save";
  }

  private renderName(errors: FieldErrors) {
    return html`<div>
      <label for="name">Name</label>
      <input
        id="name"
        name="name"
        maxlength="63"
        autocomplete="off"
        spellcheck="false"
        required
        autofocus
        pattern="[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
        title="Letters, digits, and hyphens inside"
        aria-invalid=${errors.has("name") ? "true" : nothing}
        aria-describedby=${describedBy("name", errors, "name")}
      />
      <p class="hint" id="name-hint">Letters, digits, and hyphens inside. It stays.</p>
      ${renderFieldError("name", errors, "name")}
    </div>`;
  }

  private renderLine(field: keyof typeof WORDS, errors: FieldErrors) {
    const { label, hint, longest } = WORDS[field];
    return html`<div>
      <label for=${field}>${label}</label>
      <input
        id=${field}
        name=${field}
        maxlength=${longest}
        autocomplete="off"
        .value=${this.team?.[field] ?? ""}
        aria-invalid=${errors.has(field) ? "true" : nothing}
        aria-describedby=${describedBy(field, errors, field)}
      />
      <p class="hint" id=${`${field}-hint`}>${hint}</p>
      ${renderFieldError(field, errors, field)}
    </div>`;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (field: string) => String(given.get(field)).trim();
    const name = this.team?.name ?? text("name");
    const body = {
      description: text("description") || `People of ${name}`,
      contact: text("contact"),
      confidentiality: text("confidentiality"),
    };
    await this.saving.run(async () => {
      const team = await (this.team === null
        ? this.portal.api.send<Team>("POST", "/v1/teams", { name, ...body })
        : this.portal.api.send<Team>("PATCH", `/v1/teams/${encodeURIComponent(name)}`, body));
      this.dispatchEvent(new CustomEvent("saved", { detail: team }));
    });
  }
}
