import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { REQUEST_SOURCES } from "./flow-definition-shapes";
import type { HumanTaskUi } from "./human-task-ui-shapes";
import { readAll, type Team } from "./people-shapes";
import {
  describedBy,
  type FieldErrors,
  fieldErrors,
  focusFirstInvalid,
  renderFieldError,
} from "./project-field";
import { formStyles } from "./project-form-styles";
import "./project-output";

/** FlowDefinitionName in the SageMaker API. */
const NAME = "[a-z0-9](-*[a-z0-9]){0,62}";
const MINUTE = 60;
const DAY = 86_400;

interface Choices {
  teams: Team[];
  uis: HumanTaskUi[];
}

/** A new flow definition. The server checks it as it checks CreateFlowDefinition, and its errors stand at the fields. */
@customElement("loupe-new-flow-definition")
export class NewFlowDefinitionPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    formStyles,
    css`
      textarea.code {
        min-height: 8rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private output = "";
  @state() private source = "";
  @query("h1") private heading!: HTMLElement;
  private readonly choices = new Load<Choices>(this, () => this.readChoices());
  private readonly creating = new Action(this);
  private readonly guard = new LeaveGuard(this, () => this.portal.router);

  override firstUpdated(): void {
    this.heading.focus();
    void this.suggestOutput();
  }

  override render() {
    return html`<div class="stack">
      <h1 tabindex="-1">New flow definition</h1>
      ${this.choices.render((choices) => this.renderForm(choices))}
    </div>`;
  }

  private renderForm({ teams, uis }: Choices) {
    if (teams.length === 0 || uis.length === 0) return this.renderMissing(teams, uis);
    const errors = fieldErrors(this.creating.error);
    return html`<form
      class="stack"
      @submit=${this.create}
      @input=${this.guard.touch}
    >
      ${errors.size === 0 ? this.creating.renderError() : this.renderWrong(errors)}
      <section class="card stack" aria-labelledby="what">
        <h2 id="what">What people do</h2>
        <div class="fields">
          ${this.renderText(errors, "name", "Name", "Small letters, digits, and hyphens inside. It stays.", 63)}
          ${this.renderText(errors, "title", "Title", "What people see in their list of work.", 128)}
        </div>
        ${this.renderText(errors, "description", "Description", "What people are asked to do, in one line.", 255)}
        <div class="fields">
          ${this.renderSelect(errors, "human_task_ui", "Task UI", uis)}
          ${this.renderSelect(errors, "team", "Team", teams)}
        </div>
      </section>
      <section class="card stack" aria-labelledby="limits">
        <h2 id="limits">How often and how long</h2>
        <div class="fields">
          ${this.renderNumber(errors, "count", "Answers of each loop", "1 to 3 people, each on their own.", 1, 3, 1)}
          ${this.renderNumber(errors, "time_limit_seconds", "Minutes for one task", "From taking it to submitting.", 0.5, 43_200, 60)}
          ${this.renderNumber(errors, "lifetime_seconds", "Days until a loop ends", "Without enough answers it fails as Expired.", 0.001, 365, 30)}
        </div>
      </section>
      <section class="card stack" aria-labelledby="when">
        <h2 id="when">When people are asked</h2>
        ${this.renderActivation(errors)}
      </section>
      <section class="card stack" aria-labelledby="result">
        <h2 id="result">Where the result goes</h2>
        <loupe-project-output
          .portal=${this.portal}
          .output=${this.output}
          .errors=${errors}
          @output-change=${(event: CustomEvent<string>) => {
            this.output = event.detail;
          }}
        ></loupe-project-output>
      </section>
      <div class="actions">
        <button class="primary" ?disabled=${this.creating.busy}>
          ${this.creating.busy ? "Making…" : "Make flow definition"}
        </button>
        <a class="button" href="/flow-definitions">Cancel</a>
      </div>
    </form>`;
  }

  private renderMissing(teams: Team[], uis: HumanTaskUi[]) {
    return html`<div class="card empty">
      <h2>Something is needed first</h2>
      ${teams.length === 0 ? html`<p>A team that answers: <a href="/teams">make one</a>.</p>` : nothing}
      ${uis.length === 0 ? html`<p>A task UI that it answers in: <a href="/human-task-uis/new">make one</a>.</p>` : nothing}
    </div>`;
  }

  private renderWrong(errors: FieldErrors) {
    return html`<div class="notice error" role="alert">
      <p>${errors.size === 1 ? "One field is" : `${errors.size} fields are`} not right: see below.</p>
    </div>`;
  }

  private renderText(
    errors: FieldErrors,
    name: string,
    label: string,
    hint: string,
    most: number,
  ): TemplateResult {
    return html`<div>
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        maxlength=${most}
        autocomplete="off"
        required
        pattern=${name === "name" ? NAME : nothing}
        title=${hint}
        aria-invalid=${errors.has(name) ? "true" : nothing}
        aria-describedby=${describedBy(name, errors, name)}
      />
      <p class="hint" id=${`${name}-hint`}>${hint}</p>
      ${renderFieldError(name, errors, name)}
    </div>`;
  }

  private renderNumber(
    errors: FieldErrors,
    name: string,
    label: string,
    hint: string,
    least: number,
    most: number,
    value: number,
  ): TemplateResult {
    return html`<div>
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        type="number"
        min=${least}
        max=${most}
        step=${name === "count" ? "1" : "any"}
        required
        value=${value}
        aria-invalid=${errors.has(name) ? "true" : nothing}
        aria-describedby=${describedBy(name, errors, name)}
      />
      <p class="hint" id=${`${name}-hint`}>${hint}</p>
      ${renderFieldError(name, errors, name)}
    </div>`;
  }

  private renderSelect(errors: FieldErrors, name: string, label: string, items: readonly { name: string }[]) {
    return html`<div>
      <label for=${name}>${label}</label>
      <select
        id=${name}
        name=${name}
        aria-invalid=${errors.has(name) ? "true" : nothing}
        aria-describedby=${describedBy(name, errors, name, false)}
      >
        ${items.map((item) => html`<option value=${item.name}>${item.name}</option>`)}
      </select>
      ${renderFieldError(name, errors, name)}
    </div>`;
  }

  private renderActivation(errors: FieldErrors) {
    return html`<div>
        <label for="source">Task type</label>
        <select
          id="source"
          aria-describedby="source-hint"
          @change=${(event: Event) => {
            this.source = (event.target as HTMLSelectElement).value;
          }}
        >
          <option value="">Custom: programs start each loop</option>
          ${REQUEST_SOURCES.map(
            ({ value, title }) =>
              html`<option value=${value} ?selected=${value === this.source}>${title}</option>`,
          )}
        </select>
        <p class="hint" id="source-hint">Conditions exist for the built-in task types alone.</p>
        ${renderFieldError("source", errors, "request_source")}
      </div>
      ${this.source === "" ? nothing : this.renderConditions(errors)}`;
  }

  private renderConditions(errors: FieldErrors) {
    const wrong = [...errors].filter(([field]) => field.startsWith("activation_conditions"));
    return html`<div>
      <label for="conditions">Activation conditions (JSON, optional)</label>
      <textarea
        id="conditions"
        name="activation_conditions"
        class="code"
        spellcheck="false"
        aria-invalid=${wrong.length > 0 ? "true" : nothing}
        aria-describedby="conditions-hint conditions-error"
      ></textarea>
      <p class="hint" id="conditions-hint">
        For example <code>{"Conditions": [{"ConditionType": "Sampling", "ConditionParameters": {"RandomSamplingPercentage": 5}}]}</code>.
        They are checked and kept; loops are started by StartHumanLoop.
      </p>
      <div id="conditions-error">
        ${wrong.map(
          ([field, message]) =>
            html`<p class="field-error">${field.replace(/^activation_conditions( at )?/, "")} ${message}</p>`,
        )}
      </div>
    </div>`;
  }

  private async readChoices(): Promise<Choices> {
    const [teams, uis] = await Promise.all([
      readAll<Team>(this.portal, "/v1/teams"),
      readAll<HumanTaskUi>(this.portal, "/v1/human-task-uis"),
    ]);
    return { teams, uis };
  }

  private async suggestOutput(): Promise<void> {
    // Only a help: without it people write the location themselves.
    const found = await this.portal.api.get<{ suggestion: string }>("/v1/outputs").catch(() => null);
    if (found !== null && this.output === "") this.output = found.suggestion;
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const conditions = text("activation_conditions");
    const body = {
      name: text("name"),
      title: text("title"),
      description: text("description"),
      human_task_ui: text("human_task_ui"),
      team: text("team"),
      count: Number(text("count")),
      time_limit_seconds: Math.round(Number(text("time_limit_seconds")) * MINUTE),
      lifetime_seconds: Math.round(Number(text("lifetime_seconds")) * DAY),
      request_source: this.source === "" ? null : this.source,
      activation_conditions: conditions === "" ? null : conditions,
      output: this.output,
    };
    const made = await this.creating.run(() => this.portal.api.send("POST", "/v1/flow-definitions", body));
    if (made) {
      this.guard.saved();
      this.portal.announcer.say(`The flow definition ${body.name} is made.`);
      await this.portal.router.goTo("/flow-definitions");
      return;
    }
    await focusFirstInvalid(this);
  }
}
