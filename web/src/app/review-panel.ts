import { html, LitElement, nothing } from "lit";
import { customElement, property, query, queryAll } from "lit/decorators.js";
import "./answer-picker";
import "./label-review";
import type { ReviewedLabel, Verdict } from "./api";
import type { DecisionDesk } from "./decision-desk";
import { decisionPanelStyles } from "./decision-panel-styles";
import type { Hotkey } from "./hotkeys";
import type { LabelReview } from "./label-review";
import { labelName } from "./label-text";
import type { Portal } from "./portal";
import type { Judgement } from "./review";
import { styles } from "./styles";
import { Watch } from "./watch";

/** The labels under review with their verdicts, and the ways to hand the review in. */
@customElement("loupe-review-panel")
export class ReviewPanel extends LitElement {
  static override styles = [styles, decisionPanelStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) desk!: DecisionDesk;
  /** False while the task does not show yet or can no longer be reviewed. */
  @property({ type: Boolean }) enabled = false;
  @query("#comment") private commentField!: HTMLTextAreaElement;
  @queryAll("loupe-label-review") private rows!: NodeListOf<LabelReview>;
  private removeHotkeys: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.desk, this.portal.hotkeys]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.portal.hotkeys.register(...this.hotkeys());
    this.desk.addEventListener("blocked", this.onBlocked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeHotkeys?.();
    this.desk.removeEventListener("blocked", this.onBlocked);
  }

  override render() {
    const { review, editor } = this.desk;
    return html`<section class="card stack" aria-labelledby="heading">
      <div>
        <h2 id="heading">Review</h2>
        <p class="small muted">${this.progressText()}</p>
      </div>
      ${review.answers.length > 1 ? this.renderPicker() : nothing}
      ${review.edits.has(editor.shown) ? this.renderEdited() : nothing}
      <ul class="labels" aria-label="Labels">
        ${this.labels.map((label) => this.renderLabel(label))}
      </ul>
      ${this.renderDecide()}
    </section>`;
  }

  private renderPicker() {
    const { review, editor } = this.desk;
    return html`<loupe-answer-picker
      .answers=${review.answers.map(({ answer }) => answer)}
      .shown=${editor.shown}
      .edited=${new Set(review.edits.keys())}
      @pick=${(event: CustomEvent<number>) => editor.show(event.detail)}
    ></loupe-answer-picker>`;
  }

  private renderEdited() {
    return html`<div class="notice" role="status">
      <p>You changed this answer. Approving hands in your version.</p>
      <button @click=${() => this.desk.editor.undo()}>Undo my changes</button>
    </div>`;
  }

  private renderLabel(label: ReviewedLabel) {
    const { review, editor } = this.desk;
    return html`<li>
      <loupe-label-review
        .label=${label}
        .judgement=${review.judgement(editor.shown, label.label)}
        .problem=${review.problemOf(editor.shown, label.label)}
        .edited=${review.isEdited(editor.shown, label)}
        @judge=${(event: CustomEvent<Judgement>) => review.judge(editor.shown, label.label, event.detail)}
      ></loupe-label-review>
    </li>`;
  }

  private renderDecide() {
    const { review } = this.desk;
    const able = this.enabled && !this.desk.busy;
    return html`<div class="decide">
      <div role="alert">
        ${review.problems.map((problem) => html`<p class="notice error">${problem}</p>`)}
        ${
          review.wrongLabels === 0
            ? nothing
            : html`<p class="notice error">${wrongText(review.wrongLabels)}</p>`
        }
      </div>
      <div>
        <label for="comment">Comment</label>
        <textarea id="comment" rows="2" maxlength="10000" .value=${review.comment}
          @input=${this.typed} @keydown=${this.commentKey}></textarea>
      </div>
      <div class="row">
        ${this.renderButton("approve-all", "Approve all", able, "", () => this.desk.approve({ all: true }))}
        ${this.renderButton("", "Approve", able, review.rejects ? "" : "primary", () => this.desk.approve())}
        ${this.renderButton("reject", "Reject", able, review.rejects ? "danger" : "", () => this.desk.reject())}
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

  private hotkeys(): Hotkey[] {
    return [
      {
        id: "submit",
        keys: ["$mod+Enter"],
        label: "Hand the review in: reject where something is rejected, else approve",
        run: () => this.ifEnabled(() => this.desk.decide()),
      },
      {
        id: "approve-all",
        keys: ["a"],
        label: "Approve all labels and hand in",
        run: () => this.ifEnabled(() => this.desk.approve({ all: true })),
      },
      { id: "reject", keys: ["r"], label: "Reject: go to the comment", run: () => this.startRejection() },
      { id: "next-label", keys: ["]"], label: "Next label", run: () => this.moveBy(1) },
      { id: "previous-label", keys: ["["], label: "Previous label", run: () => this.moveBy(-1) },
      {
        id: "approve-label",
        keys: ["y"],
        label: "Approve the label",
        run: () => this.judgeCurrent("approve"),
      },
      { id: "reject-label", keys: ["x"], label: "Reject the label", run: () => this.judgeCurrent("reject") },
    ];
  }

  private get labels(): ReviewedLabel[] {
    const { review, editor } = this.desk;
    return review.answer(editor.shown)?.labels ?? [];
  }

  private progressText(): string {
    const all = this.desk.review.answers.flatMap(({ answer, labels }) =>
      labels.map((label) => ({ answer, label })),
    );
    const judged = all.filter(({ answer, label }) => this.desk.review.isJudged(answer, label)).length;
    const edited = this.desk.review.edits.size > 0 ? " · changed by you" : "";
    return `${judged} of ${all.length} ${all.length === 1 ? "label has" : "labels have"} a verdict${edited}`;
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

  private current(): number {
    const focused = this.shadowRoot?.activeElement ?? null;
    return [...this.rows].findIndex((row) => row.isSameNode(focused));
  }

  private moveBy(step: number): void {
    const count = this.rows.length;
    const from = this.current();
    const to = from < 0 ? (step > 0 ? 0 : count - 1) : (from + step + count) % count;
    this.rows[to]?.focus();
  }

  private judgeCurrent(verdict: Verdict): void {
    const focused = this.current();
    const at = focused < 0 ? this.firstOpen() : focused;
    const label = this.labels[at];
    if (label === undefined) return;
    const { review, editor } = this.desk;
    review.judge(editor.shown, label.label, { ...review.judgement(editor.shown, label.label), verdict });
    this.portal.announcer.say(
      `${labelName(label.label)} ${verdict === "approve" ? "approved" : "rejected"}.`,
    );
    if (verdict === "reject") void this.rows[at]?.focusComment();
    else this.rows[this.firstOpen(at)]?.focus();
  }

  /** The first label from here on that has no verdict, else where one is. */
  private firstOpen(from = 0): number {
    const { review, editor } = this.desk;
    const open = this.labels.findIndex(
      (label, index) => index >= from && !review.isJudged(editor.shown, label),
    );
    return open < 0 ? from : open;
  }

  private readonly onBlocked = async (): Promise<void> => {
    await this.updateComplete;
    const { review, editor } = this.desk;
    const onShown = this.labels.some(({ label }) => review.problemOf(editor.shown, label) !== "");
    if (!onShown && review.wrongAnswer !== undefined) await editor.show(review.wrongAnswer);
    await this.updateComplete;
    const wrong = [...this.rows].find((row) => row.problem !== "");
    if (wrong !== undefined) wrong.focus();
    else if (this.desk.review.problems.length > 0) this.commentField.focus();
  };
}

function wrongText(count: number): string {
  return count === 1 ? "One label needs your attention." : `${count} labels need your attention.`;
}
