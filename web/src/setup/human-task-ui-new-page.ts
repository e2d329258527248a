import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import type { HumanTaskUiDetail } from "./human-task-ui-shapes";
import {
  describedBy,
  fieldErrors,
  focusFirstInvalid,
  renderFieldError,
  renderUnplaced,
} from "./project-field";
import { formStyles } from "./project-form-styles";
import { READY_TEMPLATES, type ReadyTemplate } from "./project-templates";
import "./sample-preview";

/** A new human task UI: a name and a template, tried with a sample input while it is written. */
@customElement("loupe-new-human-task-ui")
export class NewHumanTaskUiPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles, formStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  /** `from` names a task UI to begin with. */
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private ready: ReadyTemplate = READY_TEMPLATES[0] as ReadyTemplate;
  @state() private template = this.ready.template;
  @query("h1") private heading!: HTMLElement;
  private readonly creating = new Action(this);
  private readonly copying = new Action(this);
  private readonly guard = new LeaveGuard(this, () => this.portal.router);

  override firstUpdated(): void {
    this.heading.focus();
    const from = this.query.get("from");
    if (from !== null) void this.copy(from);
  }

  override render() {
    const errors = fieldErrors(this.creating.error);
    return html`<form
      class="stack"
      @submit=${this.create}
      @input=${this.guard.touch}
    >
      <h1 tabindex="-1">New task UI</h1>
      ${this.copying.renderError()} ${renderUnplaced(this.creating, ["name", "template"])}
      <div class="fields">
        <div>
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            maxlength="63"
            autocomplete="off"
            spellcheck="false"
            required
            pattern="[a-z0-9](-*[a-z0-9])*"
            title="Small letters, digits, and hyphens inside"
            aria-invalid=${errors.has("name") ? "true" : nothing}
            aria-describedby=${describedBy("name", errors, "name")}
          />
          <p class="hint" id="name-hint">Small letters, digits, and hyphens inside. It stays.</p>
          ${renderFieldError("name", errors, "name")}
        </div>
        <div>
          <label for="ready">Begin with</label>
          <select id="ready" aria-describedby="ready-hint" @change=${this.chooseReady}>
            ${READY_TEMPLATES.map(
              ({ id, title }) =>
                html`<option value=${id} ?selected=${id === this.ready.id}>${title}</option>`,
            )}
          </select>
          <p class="hint" id="ready-hint">${this.ready.purpose}</p>
        </div>
      </div>
      <div class="side-by-side">
        <div>
          <label for="template">Template</label>
          <textarea
            id="template"
            class="code template"
            rows="24"
            spellcheck="false"
            maxlength="128000"
            required
            .value=${this.template}
            aria-invalid=${errors.has("template") ? "true" : nothing}
            aria-describedby=${describedBy("template", errors, "template")}
            @input=${(event: Event) => {
              this.template = (event.target as HTMLTextAreaElement).value;
            }}
          ></textarea>
          <p class="hint" id="template-hint">
            HTML with Liquid and Crowd elements. <code>task.input</code> is the input of a task;
            <code>| grant_read_access</code> opens a file in the storage.
          </p>
          ${renderFieldError("template", errors, "template")}
        </div>
        <loupe-sample-preview .portal=${this.portal} .template=${this.template} .sample=${this.ready.input}></loupe-sample-preview>
      </div>
      <div class="actions">
        <button class="primary" ?disabled=${this.creating.busy}>${this.creating.busy ? "Making…" : "Make task UI"}</button>
        <a class="button" href="/human-task-uis">Cancel</a>
      </div>
    </form>`;
  }

  private chooseReady(event: Event): void {
    const id = (event.target as HTMLSelectElement).value;
    const ready = READY_TEMPLATES.find((each) => each.id === id);
    if (ready === undefined) return;
    this.ready = ready;
    this.template = ready.template;
  }

  private async copy(name: string): Promise<void> {
    await this.copying.run(async () => {
      const path = `/v1/human-task-uis/${encodeURIComponent(name)}`;
      this.template = (await this.portal.api.get<HumanTaskUiDetail>(path)).template;
    });
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    const made = await this.creating.run(() =>
      this.portal.api.send("POST", "/v1/human-task-uis", { name, template: this.template }),
    );
    if (!made) {
      await focusFirstInvalid(this);
      return;
    }
    this.guard.saved();
    this.portal.announcer.say(`The task UI ${name} is made.`);
    await this.portal.router.goTo(`/human-task-uis/${encodeURIComponent(name)}`);
  }
}
