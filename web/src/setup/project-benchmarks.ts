import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import type { JsonObject } from "../ui/json";
import { Load } from "../ui/load";
import { completedItems, type NewItem, readItems } from "./project-benchmark-items";
import { formPartStyles } from "./project-form-styles";
import { moment, type Page, type ProjectDetail } from "./project-shapes";
import { chunksOf } from "./project-task-file";

interface BenchmarkSet {
  name: string;
  created_at: string;
  items: number;
}

interface ItemOutcome {
  outcome: string;
  detail?: string;
}

/** Benchmark sets: inputs whose right answers are known. Made and filled here, named by benchmark routers. */
@customElement("loupe-project-benchmarks")
export class ProjectBenchmarks extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) project!: ProjectDetail;
  @property({ type: Boolean }) mayChange = false;
  @state() private newName = "";
  @state() private chosen = "";
  @state() private text = "";
  @state() private said = "";
  private readonly sets = new Load(this, async () => {
    const { items } = await this.portal.api.get<Page<BenchmarkSet>>("/v1/benchmark-sets?limit=1000");
    this.chosen ||= items[0]?.name ?? "";
    return items;
  });
  private readonly making = new Action(this);
  private readonly filling = new Action(this);

  override render() {
    return html`<section class="card stack" aria-labelledby="benchmarks">
      <h2 id="benchmarks">Benchmark sets</h2>
      <p class="muted">
        A benchmark router tells tasks whose input is in a set from production tasks. All projects share the sets. What is in a set
        is in no export and in no list of labels.
      </p>
      ${this.sets.render((sets) => html`${this.renderSets(sets)}${this.mayChange ? this.renderForms(sets) : nothing}`)}
      <p role="status">${this.said}</p>
    </section>`;
  }

  private renderSets(sets: BenchmarkSet[]) {
    if (sets.length === 0) return html`<p>There is no benchmark set yet.</p>`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of benchmark sets">
      <table>
        <thead>
          <tr><th scope="col">Set</th><th scope="col" class="number">Inputs</th><th scope="col">Made</th></tr>
        </thead>
        <tbody>
          ${sets.map(
            ({ name, items, created_at }) => html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${items}</td>
              <td>${moment(created_at)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderForms(sets: BenchmarkSet[]) {
    return html`<form class="fields" @submit=${this.make}>
        <div>
          <label for="set-name">New set</label>
          <input
            id="set-name"
            maxlength="128"
            autocomplete="off"
            .value=${this.newName}
            @input=${(event: Event) => {
              this.newName = textOf(event);
            }}
          />
        </div>
        <div class="actions"><button ?disabled=${this.making.busy || this.newName.trim() === ""}>Make set</button></div>
      </form>
      ${this.making.renderError()} ${sets.length === 0 ? nothing : this.renderFill(sets)}`;
  }

  private renderFill(sets: BenchmarkSet[]) {
    const read = this.text.trim() === "" ? null : readItems(this.text);
    const problem = typeof read === "string" ? read : "";
    return html`<h3>Fill a set</h3>
      <div class="fields">
        <div>
          <label for="chosen">Set</label>
          <select
            id="chosen"
            @change=${(event: Event) => {
              this.chosen = textOf(event);
            }}
          >
            ${sets.map(({ name }) => html`<option value=${name} ?selected=${name === this.chosen}>${name}</option>`)}
          </select>
        </div>
      </div>
      <div>
        <label for="items">Inputs with their right answers, as JSON or JSON Lines</label>
        <textarea
          id="items"
          class="code"
          spellcheck="false"
          placeholder='{"input": {"text": "Good."}, "label": {"class": {"label": "Positive"}}}'
          .value=${this.text}
          aria-invalid=${problem === "" ? nothing : "true"}
          @input=${(event: Event) => {
            this.text = textOf(event);
            this.said = "";
          }}
        ></textarea>
        ${problem === "" ? nothing : html`<p class="field-error">${problem}</p>`}
      </div>
      ${this.filling.renderError()}
      <div class="actions">
        <button type="button" ?disabled=${this.filling.busy || !Array.isArray(read)} @click=${() => this.add(read as NewItem[])}>
          ${addText(read)}
        </button>
        <button type="button" ?disabled=${this.filling.busy} @click=${this.addCompleted}>
          Add all completed tasks of this project
        </button>
      </div>`;
  }

  private async make(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.newName.trim();
    const made = await this.making.run(async () => {
      await this.portal.api.send("PUT", `/v1/benchmark-sets/${encodeURIComponent(name)}`, {});
      await this.sets.run();
    });
    if (!made) return;
    this.newName = "";
    this.chosen = name;
    this.said = `The set ${name} is there.`;
  }

  private async add(items: readonly NewItem[]): Promise<void> {
    if (await this.filling.run(() => this.send(items))) this.text = "";
  }

  private async addCompleted(): Promise<void> {
    this.said = "Reading the completed tasks…";
    const done = await this.filling.run(async () =>
      this.send(await completedItems(this.portal.api, this.project.name)),
    );
    if (!done) this.said = "";
  }

  private async send(items: readonly NewItem[]): Promise<void> {
    const path = `/v1/benchmark-sets/${encodeURIComponent(this.chosen)}/items`;
    const outcomes: ItemOutcome[] = [];
    for (const chunk of chunksOf(items as unknown as JsonObject[])) {
      const answer = await this.portal.api.send<{ items: ItemOutcome[] }>("POST", path, { items: chunk });
      outcomes.push(...answer.items);
    }
    const refused = outcomes.filter(({ outcome }) => outcome === "refused");
    const taken = outcomes.length - refused.length;
    this.said = `${taken} ${taken === 1 ? "input is" : "inputs are"} in ${this.chosen}${
      refused.length === 0
        ? "."
        : `; refused: ${refused.length}, the first because ${refused[0]?.detail ?? "of an error"}.`
    }`;
    await this.sets.run();
  }
}

function addText(read: readonly NewItem[] | string | null): string {
  if (!Array.isArray(read)) return "Add inputs";
  return read.length === 1 ? "Add 1 input" : `Add ${read.length} inputs`;
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}
