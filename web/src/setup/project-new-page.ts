import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import "./graph-editor";
import type { GraphState } from "./graph-editor";
import type { SchemaChoice } from "./project-draft";
import { draftErrors, type Limits, NO_LIMITS, type ProjectDraft, projectBody } from "./project-draft";
import {
  describedBy,
  type FieldErrors,
  fieldErrors,
  focusFirstInvalid,
  renderFieldError,
} from "./project-field";
import { formStyles } from "./project-form-styles";
import "./project-limits";
import "./project-output";
import "./project-schema";
import { ProjectSchema } from "./project-schema";
import { type GraphCheck, type GraphTemplate, jsonText, type Page, peopleOf } from "./project-shapes";
import "./project-teams";

const FIRST_GRAPH = "annotate-review";

/** A new project: its name, what people are asked, the way of its tasks, who does the work, where the results go. */
@customElement("loupe-new-project")
export class NewProjectPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    formStyles,
    css`
      form {
        margin-top: 1rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private draft: ProjectDraft = {
    name: "",
    title: "",
    description: "",
    schema: ProjectSchema.first,
    graph: "",
    teams: {},
    output: "",
    limits: NO_LIMITS,
  };
  @state() private check: GraphCheck | null = null;
  /** Whether the graph was changed since it was checked. */
  @state() private checking = false;
  @state() private source = FIRST_GRAPH;
  /** What was wrong when Create was pressed last; until then nobody is told. */
  @state() private tried = false;
  @query("h1") private heading!: HTMLElement;
  private readonly templates = new Load(this, () => this.readTemplates());
  private readonly creating = new Action(this);
  private readonly guard = new LeaveGuard(this, () => this.portal.router);

  override firstUpdated(): void {
    this.heading.focus();
    void this.suggestOutput();
  }

  override render() {
    const errors = this.errors();
    return html`<h1 tabindex="-1">New project</h1>
      <p class="muted">A project gives data to people: what they are asked, in which order they work, and where the results go.</p>
      <form
        class="stack"
        novalidate
        @submit=${(event: Event) => event.preventDefault()}
        @input=${this.guard.touch}
      >
        ${this.section("Name and title", this.renderNames(errors))}
        ${this.section(
          "Label schema",
          html`<loupe-project-schema
            .portal=${this.portal}
            .errors=${errors}
            @schema-change=${(event: CustomEvent<SchemaChoice>) => this.change({ schema: event.detail })}
          ></loupe-project-schema>`,
        )}
        ${this.section(
          "Workflow graph",
          this.templates.render((templates) => this.renderGraph(templates, errors)),
        )}
        ${this.section(
          "People",
          html`<loupe-project-teams
            .portal=${this.portal}
            .stages=${peopleOf(this.check)}
            .teams=${this.draft.teams}
            .errors=${errors}
            mayCreate
            @teams-change=${(event: CustomEvent<Record<string, string>>) => this.change({ teams: event.detail })}
          ></loupe-project-teams>`,
        )}
        ${this.section(
          "Output",
          html`<loupe-project-output
            .portal=${this.portal}
            .output=${this.draft.output}
            .errors=${errors}
            @output-change=${(event: CustomEvent<string>) => this.change({ output: event.detail })}
          ></loupe-project-output>`,
        )}
        ${this.section(
          "Limits",
          html`<loupe-project-limits
            .limits=${this.draft.limits}
            .errors=${errors}
            @limits-change=${(event: CustomEvent<Limits>) => this.change({ limits: event.detail })}
          ></loupe-project-limits>`,
        )}
        ${this.creating.renderError()} ${this.renderWrong(errors)}
        <div class="actions">
          <button class="primary" type="button" ?disabled=${this.creating.busy || this.checking} @click=${this.create}>
            ${this.creating.busy ? "Creating…" : "Create project"}
          </button>
          <a class="button" href="/projects">Cancel</a>
        </div>
      </form>`;
  }

  private section(title: string, content: unknown) {
    const id = `section-${title.toLowerCase().replaceAll(" ", "-")}`;
    return html`<section class="card stack" aria-labelledby=${id}><h2 id=${id}>${title}</h2>${content}</section>`;
  }

  private renderNames(errors: FieldErrors) {
    return html`<div class="fields">
        <div>
          <label for="name">Name</label>
          <input
            id="name"
            maxlength="63"
            autocomplete="off"
            spellcheck="false"
            .value=${this.draft.name}
            aria-invalid=${errors.has("name") ? "true" : nothing}
            aria-describedby=${describedBy("name", errors, "name")}
            @input=${(event: Event) => this.change({ name: textOf(event).trim() })}
          />
          <p class="hint" id="name-hint">For addresses and programs: small letters, digits, hyphens. It stays.</p>
          ${renderFieldError("name", errors, "name")}
        </div>
        <div>
          <label for="title">Title</label>
          <input
            id="title"
            maxlength="200"
            autocomplete="off"
            .value=${this.draft.title}
            aria-describedby=${describedBy("title", errors, "title")}
            @input=${(event: Event) => this.change({ title: textOf(event) })}
          />
          <p class="hint" id="title-hint">What people see in their list of work; else the name.</p>
          ${renderFieldError("title", errors, "title")}
        </div>
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
      </div>`;
  }

  private renderGraph(templates: GraphTemplate[], errors: FieldErrors) {
    const chosen = templates.find(({ name }) => name === this.source);
    const wrong = [...errors].filter(([field]) => field === "graph" || field.startsWith("graph."));
    return html`<div>
        <label for="graph">Begin with</label>
        <select id="graph" aria-describedby="graph-hint" @change=${(event: Event) => this.chooseGraph(textOf(event), templates)}>
          ${groups(templates).map(
            ([label, items]) => html`<optgroup label=${label}>
              ${items.map(({ name }) => html`<option value=${name} ?selected=${name === this.source}>${name}</option>`)}
            </optgroup>`,
          )}
        </select>
        <p class="hint" id="graph-hint">${chosen?.description ?? ""}</p>
        ${wrong.map(([, message]) => html`<p class="field-error">${message}</p>`)}
      </div>
      <loupe-graph-editor
        .portal=${this.portal}
        .text=${this.draft.graph}
        @graph-change=${(event: CustomEvent<GraphState>) => {
          this.change({ graph: event.detail.text });
          this.checking = event.detail.check === null;
          if (event.detail.check !== null) this.check = event.detail.check;
        }}
      ></loupe-graph-editor>`;
  }

  private renderWrong(errors: FieldErrors) {
    if (!this.tried || errors.size === 0 || this.creating.error !== null) return nothing;
    return html`<div class="notice error" role="alert">
      <p>${errors.size === 1 ? "One thing is" : `${errors.size} things are`} still missing or wrong: see the fields that say so.</p>
    </div>`;
  }

  private errors(): FieldErrors {
    const own = this.tried ? draftErrors(this.draft, this.check) : new Map<string, string>();
    return new Map([...fieldErrors(this.creating.error), ...own]);
  }

  private change(changes: Partial<ProjectDraft>): void {
    this.draft = { ...this.draft, ...changes };
  }

  private chooseGraph(name: string, templates: readonly GraphTemplate[]): void {
    const chosen = templates.find((each) => each.name === name);
    if (chosen === undefined) return;
    this.source = name;
    this.change({ graph: jsonText(chosen.graph) });
  }

  private async readTemplates(): Promise<GraphTemplate[]> {
    const { items } = await this.portal.api.get<Page<GraphTemplate>>("/v1/graph-templates");
    this.chooseGraph(this.source, items);
    return items;
  }

  private async suggestOutput(): Promise<void> {
    // Only a help: without it people write the location themselves.
    const found = await this.portal.api.get<{ suggestion: string }>("/v1/outputs").catch(() => null);
    if (found !== null && this.draft.output === "") this.change({ output: found.suggestion });
  }

  private async create(): Promise<void> {
    this.tried = true;
    this.creating.error = null;
    const errors = draftErrors(this.draft, this.check);
    if (errors.size > 0 || this.check === null) {
      await focusFirstInvalid(this);
      return;
    }
    const body = projectBody(this.draft, this.check);
    const made = await this.creating.run(() => this.portal.api.send("POST", "/v1/projects", body));
    if (!made) {
      await focusFirstInvalid(this);
      return;
    }
    this.guard.saved();
    this.portal.announcer.say(`The project ${this.draft.name} was created.`);
    await this.portal.router.goTo(`/projects/${this.draft.name}/settings?section=tasks&created=yes`);
  }
}

function groups(templates: readonly GraphTemplate[]): [string, GraphTemplate[]][] {
  const ready = templates.filter(({ source }) => source === "ready");
  const saved = templates.filter(({ source }) => source === "saved");
  return [
    ["Ready graphs", ready],
    ...(saved.length > 0 ? [["Saved graphs", saved] as [string, GraphTemplate[]]] : []),
  ];
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}
