import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { LeaveGuard } from "../ui/leave-guard";
import { formPartStyles } from "./project-form-styles";
import { ImportRun, type TaskOutcome } from "./project-import-run";
import { type FileForm, formOf, type LineProblem, readTasks, type TaskFile } from "./project-task-file";

const FORMS: Record<FileForm, string> = { json: "JSON", jsonl: "JSON Lines", csv: "table (CSV)" };
const SHOWN = 100;
/** More than so many characters are no help to the eye, and slow to draw. */
const MOST_SHOWN = 200_000;

/** Tasks from a file or pasted text, with what became of each. */
@customElement("loupe-project-import")
export class ProjectImport extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      textarea {
        min-height: 9rem;
        font: 0.8125rem / 1.5 var(--mono);
      }

      .table {
        max-height: 24rem;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @state() private text = "";
  @state() private namePrefix = "task";
  @state() private form: FileForm | "" = "";
  /** What is imported, read once for each change. */
  @state() private file: TaskFile | null = null;
  @state() private run: ImportRun | null = null;
  private readonly sending = new Action(this);
  private readonly choosing = new Action(this);

  constructor() {
    super();
    new LeaveGuard(
      this,
      () => this.portal.router,
      () => this.file !== null && this.run?.done !== true,
      "Leave this page? Tasks that were not sent yet are not imported; the same file again makes none twice.",
    );
  }

  override render() {
    const { file } = this;
    return html`<div class="stack">
      <p class="muted">
        A task has a <code>name</code> and an <code>input</code>; <code>metadata</code>, <code>priority</code> (0 to 100) and
        <code>prediction</code> may be left out. In a table, columns with other names become members of the input.
      </p>
      <div class="fields">
        <div>
          <label for="file">File</label>
          <input id="file" type="file" accept=".json,.jsonl,.ndjson,.csv,.tsv,.txt,application/json,text/csv" @change=${this.chooseFile} />
          <p class="hint">JSON, JSON Lines or CSV.</p>
        </div>
        <div>
          <label for="form">Read it as</label>
          <select
            id="form"
            @change=${(event: Event) => {
              this.form = (event.target as HTMLSelectElement).value as FileForm | "";
              this.read();
            }}
          >
            <option value="">what it looks like${file === null || this.form !== "" ? "" : `: ${FORMS[file.form]}`}</option>
            ${Object.entries(FORMS).map(([form, name]) => html`<option value=${form} ?selected=${form === this.form}>${name}</option>`)}
          </select>
        </div>
      </div>
      ${this.text.length > MOST_SHOWN ? this.renderLarge() : this.renderText()}
      ${this.choosing.renderError()} ${file === null ? nothing : this.renderFile(file)} ${this.sending.renderError()}
      ${this.run === null ? nothing : this.renderRun(this.run)}
    </div>`;
  }

  private renderText() {
    return html`<div>
        <label for="tasks">Tasks</label>
        <textarea
          id="tasks"
          spellcheck="false"
          placeholder=${'name,text\nfirst,"Hello, world"'}
          .value=${this.text}
          @input=${(event: Event) => this.typed((event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </div>`;
  }

  private renderLarge() {
    return html`<div class="notice">
      <p>${this.namePrefix} has ${this.text.length.toLocaleString()} characters, which is too much to show.</p>
      <button type="button" @click=${this.again}>Take it away</button>
    </div>`;
  }

  private renderFile(file: TaskFile) {
    const count = file.tasks.length;
    return html`${file.problems.length > 0 ? this.renderProblems(file.problems) : nothing}
      <div class="actions">
        <button
          class="primary"
          type="button"
          ?disabled=${count === 0 || this.sending.busy || this.run !== null}
          @click=${() => this.send(file)}
        >
          Import ${count} ${count === 1 ? "task" : "tasks"}
        </button>
        <span class="muted">as ${FORMS[file.form]}</span>
      </div>`;
  }

  private renderProblems(problems: readonly LineProblem[]) {
    return html`<div class="notice warning">
      <div>
        <strong>${problems.length} ${problems.length === 1 ? "line is" : "lines are"} no task and will be left out.</strong>
        <ul>
          ${problems.slice(0, 10).map(({ line, message }) => html`<li>Line ${line}: ${message}</li>`)}
          ${problems.length > 10 ? html`<li>and ${problems.length - 10} more</li>` : nothing}
        </ul>
      </div>
    </div>`;
  }

  private renderRun(run: ImportRun) {
    const refused = run.refused();
    return html`<div class="stack">
      <p role="status">
        <strong>${run.outcomes.length} of ${run.total} sent:</strong>
        ${run.count("created")} created, ${run.count("exists")} were there already, ${refused.length} refused.
      </p>
      ${
        run.done
          ? html`<div class="actions">
              <a class="button" href=${`/projects/${encodeURIComponent(this.project)}/queue`}>See the queue</a>
              <button type="button" @click=${this.again}>Import more</button>
              ${refused.length > 0 ? html`<button type="button" @click=${() => this.download(refused)}>Download what was refused</button>` : nothing}
            </div>`
          : this.sending.busy
            ? nothing
            : html`<button type="button" @click=${() => this.sending.run(() => run.go())}>Go on where it stopped</button>`
      }
      ${run.outcomes.length > 0 ? this.renderOutcomes(refused.length > 0 ? refused : run.outcomes) : nothing}
    </div>`;
  }

  private renderOutcomes(outcomes: readonly TaskOutcome[]) {
    const more = outcomes.length - SHOWN;
    return html`<div class="table" tabindex="0" role="region" aria-label="What became of the tasks">
      <table>
        <thead>
          <tr><th scope="col">Task</th><th scope="col">Outcome</th><th scope="col">Why</th></tr>
        </thead>
        <tbody>
          ${outcomes.slice(0, SHOWN).map(
            ({ name, outcome, detail }) => html`<tr>
              <th scope="row">${name ?? "without a name"}</th>
              <td>${outcome}</td>
              <td>${detail ?? ""}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${more > 0 ? html`<p class="small muted">and ${more} more</p>` : nothing}
    </div>`;
  }

  private typed(text: string, name = this.namePrefix): void {
    this.text = text;
    this.namePrefix = name;
    this.read();
  }

  private read(): void {
    const { text } = this;
    this.file = text.trim() === "" ? null : readTasks(text, this.namePrefix, this.form || formOf(text));
    this.run = null;
    this.sending.error = null;
  }

  private async chooseFile(event: Event): Promise<void> {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    if (file === undefined) return;
    await this.choosing.run(async () => {
      this.typed(await file.text(), file.name.replace(/\.[^.]*$/, "") || "task");
    });
  }

  private async send(file: TaskFile): Promise<void> {
    const run = new ImportRun(this.portal.api, this.project, file.tasks, () => this.requestUpdate());
    this.run = run;
    if (await this.sending.run(() => run.go()))
      this.portal.announcer.say(
        `${run.count("created")} tasks were created, ${run.refused().length} refused.`,
      );
    this.dispatchEvent(new Event("imported"));
  }

  private again(): void {
    this.form = "";
    this.typed("", "task");
  }

  private download(refused: readonly TaskOutcome[]): void {
    const lines = refused.map((outcome) => `${JSON.stringify(outcome)}\n`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/jsonl" }));
    link.download = `${this.project}-refused.jsonl`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
