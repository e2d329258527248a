import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Json } from "../ui/json";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { FieldDifference, FieldValue } from "./answer-differences";
import type { ConsensusDesk } from "./consensus-desk";
import { differenceTableStyles } from "./difference-table-styles";
import { labelName, valueAt, valueText } from "./label-text";

const STEPS: Record<string, [row: number, column: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * What the answers say, field by field: equal answers of a row share a letter, and rows in which all are equal are
 * folded away. Where the stage refines, a cell is taken into the merged draft. Arrow keys move among the cells. Fires
 * `point` (detail: a JSON Pointer) for the field in focus.
 */
@customElement("loupe-difference-table")
export class DifferenceTable extends LitElement {
  static override styles = [styles, differenceTableStyles];

  @property({ attribute: false }) desk!: ConsensusDesk;
  /** False where nothing can be taken any more. */
  @property({ type: Boolean }) enabled = false;
  @state() private unfolded = false;
  @state() private place: [row: number, column: number] = [0, 0];

  constructor() {
    super();
    new Watch(this, () => [this.desk]);
  }

  override render() {
    const { fields, answers, refines } = this.desk.draft;
    const equal = fields.filter((field) => field.agreeing === answers.length);
    return html`<section aria-labelledby="differences">
      <div class="top">
        <h2 id="differences">Field by field</h2>
        ${equal.length === 0 ? nothing : this.renderFold(equal.length)}
      </div>
      <p class="small muted" id="hint">
        Equal answers share a letter. Arrow keys move in the table${refines ? "; Enter takes a value into the merged draft" : ""}.
      </p>
      <div class="scroll">
        <table role="grid" aria-labelledby="differences" aria-describedby="hint" @keydown=${this.move}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              ${answers.map(({ answer }) => html`<th scope="col">Answer ${answer}</th>`)}
              ${refines ? html`<th scope="col">Merged draft</th>` : nothing}
              <th scope="col">Agreement</th>
            </tr>
          </thead>
          <tbody>
            ${this.rows.map((field, row) => this.renderRow(field, row))}
          </tbody>
        </table>
      </div>
      ${this.rows.length === 0 ? html`<p class="muted">All answers are equal in every field.</p>` : nothing}
    </section>`;
  }

  private get rows(): FieldDifference[] {
    const { fields, answers } = this.desk.draft;
    return this.unfolded ? fields : fields.filter((field) => field.agreeing < answers.length);
  }

  private renderFold(count: number) {
    const fields = count === 1 ? "1 equal field" : `${count} equal fields`;
    return html`<button
      aria-expanded=${this.unfolded ? "true" : "false"}
      @click=${() => {
        this.unfolded = !this.unfolded;
        this.place = [0, 0];
      }}
    >
      ${this.unfolded ? "Hide" : "Show"} ${fields}
    </button>`;
  }

  private renderRow(field: FieldDifference, row: number) {
    const { draft } = this.desk;
    const all = field.values.length;
    const differs = field.agreeing < all;
    return html`<tr class=${differs ? "differs" : ""}>
        <th scope="row">${labelName(field.pointer)}${differs ? html` <span class="mark">differs</span>` : nothing}</th>
        ${field.values.map((value, column) => this.renderValue(field, value, row, column))}
        ${draft.refines ? html`<td class="draft">${fieldText(valueAt(draft.merged, field.pointer), field)}</td>` : nothing}
        <td class="agreement">${agreementText(field.agreeing, all)}</td>
      </tr>
      ${differs && field.items !== null ? this.renderItems(field) : nothing}`;
  }

  private renderValue(
    field: FieldDifference,
    { answer, value, group }: FieldValue,
    row: number,
    column: number,
  ) {
    const { draft } = this.desk;
    const taken = draft.refines && draft.takes(field.pointer, answer);
    const here = this.place[0] === row && this.place[1] === column;
    return html`<td
      class="value ${draft.refines ? "takeable" : ""}"
      tabindex=${here ? 0 : -1}
      data-place=${`${row}/${column}`}
      aria-selected=${draft.refines ? (taken ? "true" : "false") : nothing}
      @focus=${() => this.reached(field, row, column)}
      @click=${() => this.take(field, answer)}
    >
      <span class="letter">${letter(group)}</span>
      <span class="text">${fieldText(value, field)}</span>
      ${taken ? html`<span class="taken">✓ taken</span>` : nothing}
    </td>`;
  }

  private renderItems({ items, values, pointer }: FieldDifference) {
    const { refines } = this.desk.draft;
    return (items ?? [])
      .filter((item) => item.answers.length < values.length)
      .map(
        (item) => html`<tr class="item">
          <th scope="row"><span class="visually-hidden">${labelName(pointer)}: </span>${valueText(item.value)}</th>
          ${values.map(({ answer }) => html`<td>${item.answers.includes(answer) ? "✓ has it" : "– not"}</td>`)}
          ${refines ? html`<td></td>` : nothing}
          <td class="agreement">${agreementText(Math.max(item.answers.length, values.length - item.answers.length), values.length)}</td>
        </tr>`,
      );
  }

  private reached({ pointer }: FieldDifference, row: number, column: number): void {
    this.place = [row, column];
    this.dispatchEvent(new CustomEvent("point", { detail: pointer }));
  }

  private take({ pointer }: FieldDifference, answer: number): void {
    if (this.enabled && this.desk.draft.refines && !this.desk.busy)
      void this.desk.editor.take(pointer, answer);
  }

  private readonly move = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = this.place;
    const field = this.rows[row];
    const value = field?.values[column];
    if (field === undefined || value === undefined) return;
    const step = STEPS[event.key];
    if (step !== undefined) this.goTo(row + step[0], column + step[1]);
    else if (event.key === "Enter" || event.key === " ") this.take(field, value.answer);
    else return;
    event.preventDefault();
  };

  private goTo(row: number, column: number): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-place="${row}/${column}"]`)?.focus();
  }
}

function fieldText(value: Json | undefined, { items }: FieldDifference) {
  if (value === undefined) return html`<span class="muted">(left out)</span>`;
  return items !== null && typeof value === "object" ? listText(value) : valueText(value);
}

function listText(value: Json): string {
  const list = Array.isArray(value) ? value : Object.values(value ?? {}).find(Array.isArray);
  const count = Array.isArray(list) ? list.length : 0;
  return count === 1 ? "1 item" : `${count} items`;
}

function letter(group: number): string {
  return String.fromCharCode("A".charCodeAt(0) + group);
}

function agreementText(agreeing: number, all: number): string {
  return `${agreeing} of ${all} (${Math.round((100 * agreeing) / all)} %)`;
}
