import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "./answer-picker";
import { agreeing } from "./agreement";
import type { ReviewedLabel } from "./api";
import type { DecisionDesk } from "./decision-desk";
import { decisionPanelStyles } from "./decision-panel-styles";
import type { Hotkey } from "./hotkeys";
import { labelName, valueText } from "./label-text";
import type { Portal } from "./portal";
import { styles } from "./styles";
import { Watch } from "./watch";

const MOST_DIGITS = 9;

/** The answers that annotators did not agree on, and the ways to decide between them. */
@customElement("loupe-decision-panel")
export class DecisionPanel extends LitElement {
  static override styles = [
    styles,
    decisionPanelStyles,
    css`
      .labels li {
        display: grid;
        gap: 0.25rem;
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--success);
        border-radius: var(--radius-small);
      }

      .labels li.disputed {
        border-left-color: var(--warning);
      }

      .value {
        max-height: 12rem;
        margin: 0;
        overflow: auto;
        font: 0.875rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) desk!: DecisionDesk;
  /** False while the task does not show yet or can no longer be decided. */
  @property({ type: Boolean }) enabled = false;
  @query("#comment") private commentField!: HTMLTextAreaElement;
  private removeHotkeys: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.desk, this.portal.hotkeys]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.portal.hotkeys.register(...this.hotkeys());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeHotkeys?.();
  }

  override render() {
    const { review, editor } = this.desk;
    return html`<section class="card stack" aria-labelledby="heading">
      <div>
        <h2 id="heading">Decide between ${review.answers.length} answers</h2>
        <p class="small muted">${this.advice()}</p>
      </div>
      <loupe-answer-picker
        .answers=${review.answers.map(({ answer }) => answer)}
        .shown=${editor.shown}
        .edited=${new Set(review.edits.keys())}
        @pick=${(event: CustomEvent<number>) => editor.show(event.detail)}
      ></loupe-answer-picker>
      ${
        review.edits.has(editor.shown)
          ? html`<div class="notice" role="status">
            <p>You changed this answer.</p>
            <button @click=${() => editor.undo()}>Undo my changes</button>
          </div>`
          : nothing
      }
      <ul class="labels" aria-label=${`Labels of answer ${editor.shown}`}>
        ${(review.answer(editor.shown)?.labels ?? []).map((label) => this.renderLabel(label))}
      </ul>
      ${this.renderDecide()}
    </section>`;
  }

  private renderLabel(shown: ReviewedLabel) {
    const { label, value } = shown;
    const { review, editor } = this.desk;
    const { answers } = review;
    const same = agreeing(answers, label, value);
    return html`<li class=${same < answers.length ? "disputed" : ""}>
      <h3>${labelName(label)}</h3>
      <pre class="value">${valueText(value)}</pre>
      <p class="small muted">${agreementText(same, answers.length)}</p>
      ${review.isEdited(editor.shown, shown) ? html`<p class="small muted">You changed this in the task.</p>` : nothing}
    </li>`;
  }

  private renderDecide() {
    const { review, editor } = this.desk;
    const able = this.enabled && !this.desk.busy;
    const edited = review.edits.has(editor.shown);
    return html`<div class="decide">
      <div role="alert">${review.problems.map((problem) => html`<p class="notice error">${problem}</p>`)}</div>
      <div>
        <label for="comment">Comment</label>
        <textarea id="comment" rows="2" maxlength="10000" .value=${review.comment}
          @input=${this.typed} @keydown=${this.commentKey}></textarea>
      </div>
      <div class="row">
        ${this.refines && !this.chooses ? nothing : this.renderButton("wins", "This one wins", able && !edited, this.primary(!edited), () => this.desk.choose())}
        ${this.refines ? this.renderButton("", "Agreed", able, this.primary(edited || !this.chooses), () => this.desk.approve()) : nothing}
        ${this.renderButton("reject", "No consensus", able, review.rejects ? "danger" : "", () => this.desk.reject())}
      </div>
      <p class="small muted" role="status">${this.desk.busy ? "Sending…" : ""}</p>
    </div>`;
  }

  private renderButton(hotkey: string, text: string, able: boolean, look: string, run: () => void) {
    const { hotkeys } = this.portal;
    return html`<button
      class=${look}
      title=${hotkeys.tooltip(hotkey)}
      aria-keyshortcuts=${hotkeys.ariaKeys(hotkey) || nothing}
      ?disabled=${!able}
      @click=${run}
    >
      ${text}
    </button>`;
  }

  private get chooses(): boolean {
    return this.desk.assignment.decision !== "refine";
  }

  private get refines(): boolean {
    return this.desk.assignment.decision !== "determine";
  }

  private primary(likely: boolean): string {
    return likely && !this.desk.review.rejects ? "primary" : "";
  }

  private advice(): string {
    if (!this.refines) return "Look at each answer and say which one wins.";
    const edit = "edit one in the task until it is what they should agree on.";
    return this.chooses
      ? `Look at each answer: say which one wins, or ${edit}`
      : `Look at each answer, and ${edit}`;
  }

  private hotkeys(): Hotkey[] {
    const answers = this.desk.review.answers.slice(0, MOST_DIGITS);
    const wins: Hotkey = {
      id: "wins",
      keys: ["w"],
      label: "The answer that is shown wins",
      run: () => this.ifEnabled(() => this.desk.choose()),
    };
    return [
      {
        id: "submit",
        keys: ["$mod+Enter"],
        label: this.refines
          ? "Hand in what is shown as agreed"
          : "Hand in the answer that is shown as the winner",
        run: () => this.ifEnabled(() => this.desk.decide()),
      },
      ...(this.chooses ? [wins] : []),
      {
        id: "reject",
        keys: ["r"],
        label: "No consensus: go to the comment",
        run: () => this.startRejection(),
      },
      ...answers.map(
        ({ answer }, index): Hotkey => ({
          id: `answer-${answer}`,
          keys: [String(index + 1)],
          label: `Show answer ${answer}`,
          run: () => void this.desk.editor.show(answer),
        }),
      ),
    ];
  }

  private readonly ifEnabled = (run: () => void): void => {
    if (this.enabled) run();
    else this.portal.announcer.say("The task is not ready yet.");
  };

  private startRejection(): void {
    this.desk.review.rejects = true;
    this.commentField.focus();
  }

  private commentKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    this.desk.review.rejects = false;
    this.commentField.blur();
  }

  private typed(event: Event): void {
    this.desk.review.comment = (event.target as HTMLTextAreaElement).value;
  }
}

function agreementText(same: number, all: number): string {
  if (same === all) return "All answers say this.";
  return same === 1 ? "Only this answer says so." : `${same} of ${all} answers say this.`;
}
