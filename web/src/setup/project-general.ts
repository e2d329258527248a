import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { type LimitName, type Limits, limitErrors, limitNumbers, outputProblem } from "./project-draft";
import { describedBy, type FieldErrors, fieldErrors, renderFieldError } from "./project-field";
import { formPartStyles } from "./project-form-styles";
import "./project-limits";
import "./project-output";
import { moment, type ProjectDetail, projectPath } from "./project-shapes";

/** A project's texts, output and limits, and whether it is paused. Fires `changed` after each change. */
@customElement("loupe-project-general")
export class ProjectGeneral extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ type: Boolean }) mayChange = false;
  @state() private draft = { title: "", description: "", output: "" };
  @state() private limits: Limits = limitsOf(null);
  @state() private said = "";
  @state() private tried = false;
  private readonly saving = new Action(this);
  private readonly pausing = new Action(this);

  constructor() {
    super();
    new LeaveGuard(
      this,
      () => this.portal.router,
      () => Object.keys(this.changes()).length > 0,
    );
  }

  override willUpdate(changed: PropertyValues): void {
    if (!changed.has("project")) return;
    const { title, description, output } = this.project;
    this.draft = { title, description, output };
    this.limits = limitsOf(this.project);
    this.tried = false;
  }

  override render() {
    return html`<div class="stack">
      ${this.renderPause()} ${this.mayChange ? this.renderForm() : this.renderFacts()}
    </div>`;
  }

  private renderPause() {
    const { paused } = this.project;
    return html`<section class="card stack" aria-labelledby="state">
      <h2 id="state">${paused ? "Paused" : "Running"}</h2>
      <p>
        ${
          paused
            ? "Nobody is offered its work and no task starts. Work that somebody holds may be finished."
            : "Its work is offered to the teams of its stages."
        }
      </p>
      ${this.pausing.renderError()}
      <div class="actions">
        <button type="button" ?disabled=${this.pausing.busy} @click=${this.pause}>
          ${paused ? "Resume project" : "Pause project"}
        </button>
      </div>
    </section>`;
  }

  private renderForm() {
    const errors = this.errors();
    return html`<section class="card stack" aria-labelledby="general">
      <h2 id="general">General</h2>
      <div>
        <label for="title">Title</label>
        <input
          id="title"
          maxlength="200"
          .value=${this.draft.title}
          aria-invalid=${errors.has("title") ? "true" : nothing}
          aria-describedby=${describedBy("title", errors, "title", false)}
          @input=${(event: Event) => this.change({ title: textOf(event) })}
        />
        ${renderFieldError("title", errors, "title")}
      </div>
      <div>
        <label for="description">Description</label>
        <textarea
          id="description"
          maxlength="8000"
          .value=${this.draft.description}
          aria-describedby=${describedBy("description", errors, "description", false)}
          @input=${(event: Event) => this.change({ description: textOf(event) })}
        ></textarea>
        ${renderFieldError("description", errors, "description")}
      </div>
      <loupe-project-output
        .portal=${this.portal}
        .output=${this.draft.output}
        .errors=${errors}
        @output-change=${(event: CustomEvent<string>) => this.change({ output: event.detail })}
      ></loupe-project-output>
      <loupe-project-limits
        .limits=${this.limits}
        .errors=${errors}
        @limits-change=${(event: CustomEvent<Limits>) => {
          this.limits = event.detail;
          this.said = "";
        }}
      ></loupe-project-limits>
      ${this.saving.renderError()}
      <div class="actions">
        <button class="primary" type="button" ?disabled=${this.saving.busy} @click=${this.save}>
          ${this.saving.busy ? "Saving…" : "Save"}
        </button>
        <span role="status">${this.said}</span>
      </div>
    </section>`;
  }

  private renderFacts() {
    const { project } = this;
    const facts: [string, string][] = [
      ["Title", project.title],
      ["Description", project.description || "none"],
      ["Output location", project.output],
      ["Tasks at a time", String(project.max_concurrent_tasks)],
      ["Taking answers back", project.withdraw_seconds === 0 ? "no" : `within ${project.withdraw_seconds} s`],
      [
        "Extending the time",
        project.max_extensions === 0
          ? "no"
          : `${project.max_extensions} times by ${project.extend_seconds} s`,
      ],
      ["Created", moment(project.created_at)],
    ];
    return html`<section class="card stack" aria-labelledby="general">
      <h2 id="general">General</h2>
      <dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <p class="hint">Administrators change these.</p>
    </section>`;
  }

  private errors(): FieldErrors {
    const errors = new Map(fieldErrors(this.saving.error));
    if (!this.tried) return errors;
    for (const [name, problem] of limitErrors(this.limits)) errors.set(name, problem);
    if (this.draft.title.trim() === "") errors.set("title", "Give it a title.");
    const problem = outputProblem(this.draft.output);
    if (problem !== null) errors.set("output", problem);
    return errors;
  }

  private change(changes: Partial<typeof this.draft>): void {
    this.draft = { ...this.draft, ...changes };
    this.said = "";
  }

  /** What differs from the project as it is. */
  private changes(): Record<string, unknown> {
    const given = Object.entries({ ...this.draft, ...limitNumbers(this.limits) });
    return Object.fromEntries(
      given.filter(([name, value]) => value !== this.project[name as keyof ProjectDetail]),
    );
  }

  private async save(): Promise<void> {
    this.tried = true;
    this.saving.error = null;
    if (this.errors().size > 0) return;
    const changes = this.changes();
    if (Object.keys(changes).length === 0) {
      this.said = "Nothing was changed.";
      return;
    }
    const path = projectPath(this.project.name);
    if (!(await this.saving.run(() => this.portal.api.send("PATCH", path, changes)))) return;
    this.project = { ...this.project, ...changes };
    this.said = "Saved.";
    this.dispatchEvent(new Event("changed"));
  }

  private async pause(): Promise<void> {
    const path = projectPath(this.project.name, this.project.paused ? "/resume" : "/pause");
    if (!(await this.pausing.run(() => this.portal.api.send("POST", path, {})))) return;
    this.portal.announcer.say(this.project.paused ? "The project goes on." : "The project is paused.");
    this.dispatchEvent(new Event("changed"));
  }
}

function limitsOf(project: ProjectDetail | null): Limits {
  const text = (name: LimitName) => String(project?.[name] ?? 0);
  return {
    max_concurrent_tasks: text("max_concurrent_tasks"),
    withdraw_seconds: text("withdraw_seconds"),
    extend_seconds: text("extend_seconds"),
    max_extensions: text("max_extensions"),
  };
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}
