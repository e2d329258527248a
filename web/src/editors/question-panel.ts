import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { type ChoiceHost, choiceKeys } from "../crowd/shortcuts";
import { Watch } from "../ui/watch";
import { editorStyles } from "./editor-styles";
import { type GroupAnswers, type MissingAnswer, optionText } from "./group-answers";
import type { NestedText, Option, Question, Tile } from "./group-document";

/** What is asked about the active tile, and how far the others are. Fires `tile-chosen` (detail: key). */
@customElement("loupe-question-panel")
export class QuestionPanel extends LitElement implements ChoiceHost {
  static override styles = [
    editorStyles,
    css`
      :host {
        display: block;
        padding: 10px 12px;
        overflow: auto;
        background: var(--crowd-surface);
        border: 1px solid var(--crowd-line-strong);
        border-radius: var(--crowd-radius);
      }

      h2 {
        margin: 0 0 8px;
        font-size: 1rem;
        overflow-wrap: anywhere;
      }

      fieldset {
        margin: 0 0 14px;
        padding: 0;
        min-width: 0;
        border: 0;
      }

      fieldset.shown {
        outline: 3px dashed var(--crowd-accent);
        outline-offset: 4px;
      }

      legend {
        padding: 0;
        margin-bottom: 4px;
        font-weight: 600;
        overflow-wrap: anywhere;
      }

      .option {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 36px;
        margin-bottom: 4px;
        padding: 3px 10px;
        background: var(--crowd-ground);
        border: 1px solid var(--crowd-line-strong);
        border-radius: 6px;
        cursor: pointer;
        overflow-wrap: anywhere;
      }

      .option:has(input:checked) {
        border-color: var(--crowd-accent);
        background: var(--crowd-accent-soft);
        box-shadow: 0 0 0 1px var(--crowd-accent);
      }

      .option:has(input:focus-visible) {
        outline: 3px solid var(--crowd-accent);
        outline-offset: 2px;
      }

      .option input {
        flex: none;
        width: 20px;
        height: 20px;
        margin: 0;
        accent-color: var(--crowd-accent);
        outline: none;
      }

      .option span {
        flex: 1;
        min-width: 0;
      }

      .nested {
        display: block;
        margin: 2px 0 6px 28px;
        font-size: 0.9375rem;
      }

      textarea {
        display: block;
        width: 100%;
        margin-top: 2px;
        padding: 6px 8px;
        font: inherit;
        color: inherit;
        background: var(--crowd-ground);
        border: 1px solid var(--crowd-line-strong);
        border-radius: 6px;
        resize: vertical;
      }

      .error {
        margin: 2px 0 6px;
        font-weight: 600;
        color: var(--crowd-error);
      }

      ul {
        display: grid;
        gap: 4px;
        margin: 0;
        padding: 8px 0 0;
        list-style: none;
        border-top: 1px solid var(--crowd-line);
      }

      li button {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 0 8px;
        justify-content: space-between;
        width: 100%;
        text-align: start;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) tiles: readonly Tile[] = [];
  @property({ attribute: false }) answers!: GroupAnswers;
  @property() active = "";
  @property({ type: Boolean }) readOnly = false;
  /** What was missing when the person last handed in. */
  @property({ attribute: false }) missing: readonly MissingAnswer[] = [];
  /** A question to be marked. */
  @property() shown = "";

  constructor() {
    super();
    new Watch(this, () => [this.answers]);
  }

  /** All options of the active tile, question by question. */
  get choices(): readonly string[] {
    return this.asked.flatMap(({ name, options }) =>
      options.map((option) => `${name} ${optionText(option)}`),
    );
  }

  get choosable(): boolean {
    return !this.readOnly;
  }

  choose(index: number): void {
    this.renderRoot.querySelector<HTMLInputElement>(`input[data-index="${index}"]`)?.click();
  }

  /** Goes to what is missing, or to the first question. */
  async focusQuestion(missing: MissingAnswer | null): Promise<void> {
    await this.updateComplete;
    const name = missing?.question ?? this.asked[0]?.name;
    const field = [...this.renderRoot.querySelectorAll("fieldset")].find(
      (each) => each.dataset.name === name,
    );
    const texts = [...(field?.querySelectorAll("textarea") ?? [])];
    const text = missing?.text == null ? undefined : texts.find((each) => each.name === missing.text);
    const option = field?.querySelector<HTMLInputElement>("input:checked, input");
    (text ?? option)?.focus();
  }

  override render() {
    const tile = this.tiles.find(({ key }) => key === this.active);
    if (tile === undefined) return nothing;
    return html`<h2>${tile.title}</h2>
      ${tile.readOnly ? html`<p>This tile is to be read: nothing is asked about it.</p>` : this.renderQuestions(tile)}
      ${this.renderTiles()}`;
  }

  private get asked(): readonly Question[] {
    const tile = this.tiles.find(({ key }) => key === this.active);
    return tile === undefined || tile.readOnly ? [] : this.answers.questions;
  }

  private renderQuestions(tile: Tile) {
    let index = 0;
    return this.answers.questions.map((question) => {
      const first = index;
      index += question.options.length;
      return this.renderQuestion(tile, question, first);
    });
  }

  private renderQuestion({ key }: Tile, question: Question, first: number) {
    const error = this.missing.find(
      ({ tile, question: name, text }) => tile === key && name === question.name && text === null,
    );
    const unanswered = this.answers.chosen(key, question.name) === null;
    return html`<fieldset
      class=${this.shown === question.name ? "shown" : ""}
      data-name=${question.name}
      role="radiogroup"
      aria-required=${question.required}
    >
      <legend>${question.name}${question.required ? "" : html` <span class="quiet">(optional)</span>`}</legend>
      ${error !== undefined && unanswered ? html`<p class="error">Choose an answer.</p>` : nothing}
      ${question.options.map((option, number) => this.renderOption(key, question, option, first + number))}
    </fieldset>`;
  }

  private renderOption(tile: string, question: Question, option: Option, index: number) {
    const chosen = this.answers.chosen(tile, question.name) === option.value;
    const keys = choiceKeys(index);
    return html`<label class="option">
        <input
          type="radio"
          name=${`${tile}/${question.name}`}
          data-index=${index}
          .checked=${live(chosen)}
          ?disabled=${this.readOnly}
          aria-keyshortcuts=${keys || nothing}
          @change=${() => this.chosen(tile, question, option)}
        />
        <span>${optionText(option)}</span>
        ${keys === "" ? nothing : html`<kbd aria-hidden="true">${keys}</kbd>`}
      </label>
      ${chosen ? option.nested.map((text) => this.renderText(tile, question, text)) : nothing}`;
  }

  private renderText(tile: string, question: Question, { name, required }: NestedText) {
    const text = this.answers.text(tile, question.name, name);
    const asked = this.missing.some(
      (each) => each.tile === tile && each.question === question.name && each.text === name,
    );
    const lacks = asked && text.trim() === "";
    return html`<label class="nested">
      ${name}${required ? "" : html` <span class="quiet">(optional)</span>`}
      <textarea
        rows="2"
        maxlength="10000"
        name=${name}
        .value=${live(text)}
        ?readonly=${this.readOnly}
        aria-required=${required}
        aria-invalid=${lacks ? "true" : nothing}
        @input=${(event: Event) =>
          this.answers.setText(tile, question.name, name, (event.target as HTMLTextAreaElement).value)}
      ></textarea>
      ${lacks ? html`<span class="error">Fill in this field.</span>` : nothing}
    </label>`;
  }

  private renderTiles() {
    return html`<ul aria-label="Tiles">
      ${this.tiles.map(
        (tile) => html`<li>
          <button
            type="button"
            aria-pressed=${tile.key === this.active}
            @click=${() => this.dispatchEvent(new CustomEvent("tile-chosen", { detail: tile.key }))}
          >
            <span>${tile.title}</span><span class="quiet">${tileProgress(tile, this.answers)}</span>
          </button>
        </li>`,
      )}
    </ul>`;
  }

  // Whoever chose an option that asks for a text can go on typing.
  private chosen(tile: string, question: Question, option: Option): void {
    this.answers.choose(tile, question.name, option.value);
    const text = option.nested[0];
    if (text !== undefined) void this.focusQuestion({ tile, question: question.name, text: text.name });
  }
}

/** How far a tile is answered, for people. */
export function tileProgress(tile: Tile, answers: GroupAnswers): string {
  if (tile.readOnly) return "to be read";
  const [done, all] = [answers.answered(tile.key), answers.questions.length];
  return done === all ? `answered (${all})` : `${done} of ${all} answered`;
}
