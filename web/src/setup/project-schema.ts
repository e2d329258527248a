import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import type { SchemaChoice } from "./project-draft";
import { describedBy, type FieldErrors, renderFieldError } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import "./project-questions";
import { FIRST_QUESTIONS, type LabelSchema, SAMPLE_GROUP } from "./project-questions";
import type { Page } from "./project-shapes";
import { READY_TEMPLATES, type ReadyTemplate } from "./project-templates";
import "./sample-preview";

const MEMBERS: readonly { member: SchemaChoice["member"]; title: string; hint: string }[] = [
  { member: "template", title: "A template", hint: "HTML with Liquid, from a ready one or your own" },
  { member: "human_task_ui", title: "A human task UI", hint: "a template that is kept under a name" },
  {
    member: "label_schema",
    title: "Data groups",
    hint: "several files side by side, each with the same questions",
  },
];

/** What people are asked, with a preview against an input that can be edited. Fires `schema-change` (SchemaChoice). */
@customElement("loupe-project-schema")
export class ProjectSchema extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      textarea.code {
        min-height: 28rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) errors: FieldErrors = new Map();
  @state() private member: SchemaChoice["member"] = "template";
  @state() private ready: ReadyTemplate = READY_TEMPLATES[0] as ReadyTemplate;
  @state() private template = this.ready.template;
  @state() private humanTaskUi = "";
  @state() private labelSchema: LabelSchema | null = FIRST_QUESTIONS;
  private readonly uis = new Load(
    this,
    () => this.portal.api.get<Page<{ name: string }>>("/v1/human-task-uis?limit=1000"),
    false,
  );

  /** What the form begins with. */
  static readonly first: SchemaChoice = { member: "template", value: READY_TEMPLATES[0]?.template };

  override render() {
    return html`<div class="stack">
      <fieldset>
        <legend>What people are asked</legend>
        ${MEMBERS.map(
          ({ member, title, hint }) => html`<label class="choice">
            <input type="radio" name="member" .checked=${member === this.member} @change=${() => this.choose(member)} />
            <span>${title} <span class="muted">– ${hint}</span></span>
          </label>`,
        )}
      </fieldset>
      ${this.renderChoice()}
    </div>`;
  }

  private renderChoice() {
    const group = this.member === "label_schema";
    return html`${this.member === "template" ? this.renderReady() : nothing}
      <div class=${group ? "stack" : "side-by-side"}>
        <div class="stack">${this.renderMember()}</div>
        ${
          this.value === null || (this.member === "human_task_ui" && this.humanTaskUi === "")
            ? nothing
            : html`<loupe-sample-preview
                .portal=${this.portal}
                .template=${this.member === "template" ? this.template : null}
                .humanTaskUi=${this.member === "human_task_ui" ? this.humanTaskUi : null}
                .labelSchema=${group ? this.labelSchema : null}
                .sample=${group ? SAMPLE_GROUP : this.ready.input}
              ></loupe-sample-preview>`
        }
      </div>`;
  }

  private renderMember() {
    switch (this.member) {
      case "template":
        return this.renderTemplate();
      case "human_task_ui":
        return this.renderUis();
      case "label_schema":
        return this.renderQuestions();
    }
  }

  private renderQuestions() {
    return html`<loupe-project-questions
        .schema=${this.labelSchema}
        @questions-change=${(event: CustomEvent<LabelSchema | null>) => {
          this.labelSchema = event.detail;
          this.tell();
        }}
      ></loupe-project-questions>
      ${[...this.errors]
        .filter(([field]) => field.startsWith("label_schema"))
        .map(([field, message]) => html`<p class="field-error">${field}: ${message}</p>`)}`;
  }

  private renderReady() {
    return html`<div>
      <label for="ready">Begin with</label>
      <select id="ready" aria-describedby="ready-hint" @change=${this.chooseReady}>
        ${READY_TEMPLATES.map(
          ({ id, title }) => html`<option value=${id} ?selected=${id === this.ready.id}>${title}</option>`,
        )}
      </select>
      <p class="hint" id="ready-hint">${this.ready.purpose}</p>
    </div>`;
  }

  private renderUis() {
    return this.uis.render(({ items }) =>
      items.length === 0
        ? html`<p class="notice warning">
            <span>There is no human task UI yet. Make one on <a href="/human-task-uis/new">Task UIs</a>, or choose a template.</span>
          </p>`
        : html`<div>
            <label for="ui">Human task UI</label>
            <select
              id="ui"
              aria-invalid=${this.errors.has("human_task_ui") ? "true" : nothing}
              aria-describedby=${describedBy("ui", this.errors, "human_task_ui", false)}
              @change=${(event: Event) => {
                this.humanTaskUi = (event.target as HTMLSelectElement).value;
                this.tell();
              }}
            >
              <option value="" ?selected=${this.humanTaskUi === ""}>Choose one</option>
              ${items.map(({ name }) => html`<option value=${name} ?selected=${name === this.humanTaskUi}>${name}</option>`)}
            </select>
            ${renderFieldError("ui", this.errors, "human_task_ui")}
          </div>`,
    );
  }

  private renderTemplate() {
    return html`<div>
      <label for="template">Template</label>
      <textarea
        id="template"
        class="code"
        spellcheck="false"
        maxlength="128000"
        .value=${this.template}
        aria-invalid=${this.errors.has("template") ? "true" : nothing}
        aria-describedby=${describedBy("template", this.errors, "template")}
        @input=${(event: Event) => {
          this.template = (event.target as HTMLTextAreaElement).value;
          this.tell();
        }}
      ></textarea>
      <p class="hint" id="template-hint">
        <code>task.input</code> is the input of a task; <code>| grant_read_access</code> opens a file in the storage.
      </p>
      ${renderFieldError("template", this.errors, "template")}
    </div>`;
  }

  private choose(member: SchemaChoice["member"]): void {
    this.member = member;
    if (member === "human_task_ui" && this.uis.value === null) void this.uis.run();
    this.tell();
  }

  private chooseReady(event: Event): void {
    const id = (event.target as HTMLSelectElement).value;
    const ready = READY_TEMPLATES.find((each) => each.id === id);
    if (ready === undefined) return;
    this.ready = ready;
    this.template = ready.template;
    this.tell();
  }

  private get value(): SchemaChoice["value"] {
    const values = {
      template: this.template,
      human_task_ui: this.humanTaskUi,
      label_schema: this.labelSchema,
    };
    return values[this.member];
  }

  private tell(): void {
    const detail: SchemaChoice = { member: this.member, value: this.value };
    this.dispatchEvent(new CustomEvent("schema-change", { detail }));
  }
}
