import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formPartStyles } from "./project-form-styles";

/** What the tiles of a data group are asked, as the API takes it. */
export interface LabelSchema {
  kind: "data_group";
  questions: Question[];
}

interface Question {
  name: string;
  required: boolean;
  options: Option[];
}

interface Option {
  value: string;
  nested: { name: string; type: "text"; required: boolean }[];
}

const YES_OR_NO: Option[] = [
  { value: "Yes", nested: [] },
  { value: "No", nested: [{ name: "What is wrong?", type: "text", required: true }] },
];

export const FIRST_QUESTIONS: LabelSchema = {
  kind: "data_group",
  questions: [{ name: "Is it correct?", required: true, options: YES_OR_NO }],
};

/** Two videos side by side below what they are about. */
export const SAMPLE_GROUP = {
  data_group: {
    layout: {
      direction: "column",
      first: { type: "data_unit", key: "summary" },
      second: {
        direction: "row",
        first: { type: "data_unit", key: "left" },
        second: { type: "data_unit", key: "right" },
        splitPercentage: 50,
      },
      splitPercentage: 20,
    },
    contents: {
      summary: { uri: "s3://bucket/summary-001.txt", type: "text" },
      left: { uri: "s3://bucket/left-001.mp4", type: "video" },
      right: { uri: "s3://bucket/right-001.mp4", type: "video" },
    },
    settings: { tile_settings: { summary: { is_read_only: true } } },
  },
};

/** Radio questions for every tile of a data group; an option may ask for a text. Fires `questions-change`. */
@customElement("loupe-project-questions")
export class ProjectQuestions extends LitElement {
  static override styles = [
    formPartStyles,
    css`
      .question {
        padding: 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }

      .option {
        display: grid;
        grid-template-columns: 1fr 1fr auto;
        gap: 0.5rem;
        align-items: end;
      }

      @media (max-width: 40rem) {
        .option {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @property({ attribute: false }) schema: LabelSchema | null = null;
  @state() private said = "";

  override render() {
    const questions = this.schema?.questions ?? [];
    return html`<div class="stack">
      <p class="muted">Every tile that is not read-only is asked these questions. A task brings its files and their layout.</p>
      ${questions.map((question, at) => this.renderQuestion(question, at))}
      <div class="actions">
        <button type="button" @click=${() => this.addQuestion()}>Add a question</button>
        <span class="small muted" role="status">${this.said}</span>
      </div>
    </div>`;
  }

  private renderQuestion(question: Question, at: number) {
    const number = at + 1;
    return html`<fieldset class="question stack">
      <legend class="visually-hidden">Question ${number}</legend>
      <div>
        <label for=${`question-${at}`}>Question ${number}</label>
        <input
          id=${`question-${at}`}
          maxlength="200"
          .value=${question.name}
          @input=${(event: Event) => this.change(at, { name: textOf(event) })}
        />
      </div>
      ${question.options.map((option, nth) => this.renderOption(option, at, nth, question.options.length > 2))}
      <label class="check">
        <input
          type="checkbox"
          .checked=${question.required}
          @change=${(event: Event) => this.change(at, { required: (event.target as HTMLInputElement).checked })}
        />
        It has to be answered
      </label>
      <div class="actions">
        <button type="button" @click=${() => this.change(at, { options: [...question.options, newOption(question)] })}>
          Add an option
        </button>
        <button type="button" class="plain" @click=${() => this.removeQuestion(at)}>Remove question ${number}</button>
      </div>
    </fieldset>`;
  }

  private renderOption(option: Option, at: number, nth: number, removable: boolean) {
    const id = `option-${at}-${nth}`;
    const [nested] = option.nested;
    return html`<div class="option">
      <div>
        <label for=${id}>Option ${nth + 1}</label>
        <input
          id=${id}
          maxlength="200"
          .value=${option.value}
          @input=${(event: Event) => this.changeOption(at, nth, { value: textOf(event) })}
        />
      </div>
      <div>
        <label for=${`${id}-nested`}>asks for (optional)</label>
        <input
          id=${`${id}-nested`}
          maxlength="200"
          placeholder="nothing more"
          .value=${nested?.name ?? ""}
          @input=${(event: Event) => this.changeOption(at, nth, { nested: nestedText(textOf(event)) })}
        />
      </div>
      ${
        removable
          ? html`<button
              type="button"
              class="plain"
              aria-label=${`Remove option ${nth + 1}`}
              @click=${() => this.removeOption(at, nth)}
            >Remove</button>`
          : nothing
      }
    </div>`;
  }

  private addQuestion(): void {
    const questions = this.schema?.questions ?? [];
    const name = questions.length === 0 ? "Is it correct?" : `Question ${questions.length + 1}`;
    this.tell([...questions, { name, required: true, options: YES_OR_NO }]);
    this.said = "A question was added.";
  }

  private removeQuestion(at: number): void {
    this.tell((this.schema?.questions ?? []).filter((_, other) => other !== at));
    this.said = "The question was removed.";
  }

  private removeOption(at: number, nth: number): void {
    const options = this.schema?.questions[at]?.options ?? [];
    this.change(at, { options: options.filter((_, other) => other !== nth) });
  }

  private change(at: number, changes: Partial<Question>): void {
    this.tell(
      (this.schema?.questions ?? []).map((each, other) => (other === at ? { ...each, ...changes } : each)),
    );
  }

  private changeOption(at: number, nth: number, changes: Partial<Option>): void {
    const options = this.schema?.questions[at]?.options ?? [];
    this.change(at, {
      options: options.map((each, other) => (other === nth ? { ...each, ...changes } : each)),
    });
  }

  private tell(questions: Question[]): void {
    this.schema = questions.length === 0 ? null : { kind: "data_group", questions };
    this.dispatchEvent(new CustomEvent("questions-change", { detail: this.schema }));
  }
}

function nestedText(name: string): Option["nested"] {
  return name.trim() === "" ? [] : [{ name, type: "text", required: true }];
}

function newOption(question: Question): Option {
  return { value: `Option ${question.options.length + 1}`, nested: [] };
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}
