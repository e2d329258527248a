import { html, nothing } from "lit";
import { customElement, query, queryAll } from "lit/decorators.js";
import "./answer-picker";
import "./decision-form";
import "./label-review";
import type { ReviewedLabel, Verdict } from "../app/api";
import type { Hotkey } from "../app/hotkeys";
import { Load } from "../ui/load";
import { styles } from "../ui/styles";
import type { DecisionForm, DecisionWay } from "./decision-form";
import { decisionPanelStyles } from "./decision-panel-styles";
import { DeskPart } from "./desk-part";
import { LabelIssues } from "./label-issues";
import type { LabelReview } from "./label-review";
import { labelName } from "./label-text";
import type { Judgement } from "./review";
import type { ReviewDesk } from "./review-desk";
import { lastRejection } from "./review-history";

/** The labels under review with their verdicts, and the ways to hand the review in. */
@customElement("loupe-review-panel")
export class ReviewPanel extends DeskPart<ReviewDesk> {
  static override styles = [styles, decisionPanelStyles];

  @query("loupe-decision-form") private form!: DecisionForm;
  @queryAll("loupe-label-review") private rows!: NodeListOf<LabelReview>;
  private readonly reading = new Load(this, async () => {
    const issues = new LabelIssues(this.portal.api, this.desk.assignment.task_id);
    await issues.read();
    issues.addEventListener("change", () => this.requestUpdate());
    return issues;
  });

  override render() {
    const { draft } = this.desk;
    return html`<section class="card stack" aria-labelledby="heading">
      <div>
        <h2 id="heading">Review</h2>
        <p class="small muted" role="status">${this.progressText()}</p>
      </div>
      ${draft.answers.length > 1 ? this.renderPicker() : nothing} ${this.renderEditing()}
      ${this.reading.error === null ? nothing : this.renderUnread()}
      <ul class="labels" aria-label="Labels" @keydown=${this.moveByArrow}>
        ${this.labels.map((label) => this.renderLabel(label))}
      </ul>
      <loupe-decision-form
        .portal=${this.portal}
        .desk=${this.desk}
        ?enabled=${this.enabled}
        .ways=${this.ways()}
        .problem=${wrongText(draft.wrongLabels)}
        submitLabel="Hand the review in: reject where something is rejected, else approve"
        rejectLabel="Reject: go to the comment"
      ></loupe-decision-form>
    </section>`;
  }

  private renderPicker() {
    const { draft, editor } = this.desk;
    return html`<loupe-answer-picker
      .answers=${draft.answers.map(({ answer }) => answer)}
      .shown=${editor.shown}
      .edited=${new Set(draft.edits.keys())}
      @pick=${(event: CustomEvent<number>) => editor.show(event.detail)}
    ></loupe-answer-picker>`;
  }

  private renderEditing() {
    const { draft, editor } = this.desk;
    const { hotkeys } = this.portal;
    if (!editor.editing)
      return html`<div>
        <button
          title=${hotkeys.tooltip("edit-labels")}
          aria-keyshortcuts=${hotkeys.ariaKeys("edit-labels") || nothing}
          ?disabled=${!this.enabled}
          @click=${this.edit}
        >
          Edit labels
        </button>
      </div>`;
    const changed = draft.edits.has(editor.shown);
    return html`<div class="notice" role="status">
      <p>${changed ? "You changed this answer. Approving hands in your version." : "You can change the labels in the task now."}</p>
      <button @click=${() => editor.undo()}>${changed ? "Undo my changes" : "Stop editing"}</button>
    </div>`;
  }

  private renderUnread() {
    return html`<div class="notice warning" role="status">
      <p>Issues on this task cannot be read right now. You can review without them.</p>
      <button @click=${() => this.reading.run()}>Try again</button>
    </div>`;
  }

  private renderLabel(label: ReviewedLabel) {
    const { draft, editor } = this.desk;
    const { shown } = editor;
    return html`<li>
      <loupe-label-review
        .label=${label}
        .answer=${shown}
        .rejected=${lastRejection(this.desk.assignment.previous, shown, label.label)}
        .judgement=${draft.judgement(shown, label.label)}
        .problem=${draft.problemOf(shown, label.label)}
        .edited=${draft.isEdited(shown, label)}
        .issues=${this.reading.value}
        .onLabel=${this.reading.value?.on(shown, label.label) ?? []}
        @judge=${(event: CustomEvent<Judgement>) => draft.judge(shown, label.label, event.detail)}
        @point=${() => editor.point(label.label)}
      ></loupe-label-review>
    </li>`;
  }

  private ways(): DecisionWay[] {
    const { rejects } = this.desk.draft;
    const approveAll = () => void this.desk.approve({ all: true });
    return [
      { text: "Approve all", hotkey: "approve-all", look: "", run: approveAll },
      { text: "Approve", hotkey: "", look: rejects ? "" : "primary", run: () => void this.desk.approve() },
      {
        text: "Reject",
        hotkey: "reject",
        look: rejects ? "danger" : "",
        run: () => void this.desk.reject(),
      },
    ];
  }

  protected override hotkeys(): Hotkey[] {
    return [
      {
        id: "approve-label",
        keys: ["a"],
        label: "Approve the label",
        run: () => this.judgeCurrent("approve"),
      },
      { id: "reject-label", keys: ["x"], label: "Reject the label", run: () => this.judgeCurrent("reject") },
      { id: "next-label", keys: ["]"], label: "Next label", run: () => this.moveBy(1) },
      { id: "previous-label", keys: ["["], label: "Previous label", run: () => this.moveBy(-1) },
      { id: "edit-labels", keys: ["e"], label: "Edit the labels in the task", run: () => this.edit() },
      {
        id: "approve-all",
        keys: ["Shift+A"],
        label: "Approve all labels and hand in",
        run: () => this.form.ifEnabled(() => void this.desk.approve({ all: true })),
      },
    ];
  }

  private get labels(): ReviewedLabel[] {
    const { draft, editor } = this.desk;
    return draft.answer(editor.shown)?.labels ?? [];
  }

  private progressText(): string {
    const all = this.desk.draft.answers.flatMap(({ answer, labels }) =>
      labels.map((label) => ({ answer, label })),
    );
    const judged = all.filter(({ answer, label }) => this.desk.draft.isJudged(answer, label)).length;
    const edited = this.desk.draft.edits.size > 0 ? " · changed by you" : "";
    return `${judged} of ${all.length} ${all.length === 1 ? "label has" : "labels have"} a verdict${edited}`;
  }

  private readonly edit = (): void => {
    this.form.ifEnabled(() => {
      this.desk.editor.edit();
      this.portal.hotkeys.run("focus");
      this.portal.announcer.say("You can change the labels in the task now.");
    });
  };

  private current(): number {
    const focused = this.shadowRoot?.activeElement ?? null;
    return [...this.rows].findIndex((row) => row.isSameNode(focused));
  }

  private moveBy(step: number): void {
    const count = this.rows.length;
    const from = this.current();
    this.goTo(from < 0 ? (step > 0 ? 0 : count - 1) : (from + step + count) % count);
  }

  private readonly moveByArrow = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const typing = event.composedPath()[0] instanceof HTMLTextAreaElement;
    if (step === undefined || typing) return;
    event.preventDefault();
    this.moveBy(step);
  };

  /** Focuses a label here and shows it in the task. */
  private goTo(row: number): void {
    const label = this.labels[row];
    if (label === undefined) return;
    this.rows[row]?.focus();
    this.desk.editor.point(label.label);
  }

  private judgeCurrent(verdict: Verdict): void {
    const focused = this.current();
    const at = focused < 0 ? this.firstOpen() : focused;
    const label = this.labels[at];
    if (label === undefined) return;
    const { draft, editor } = this.desk;
    draft.judge(editor.shown, label.label, { ...draft.judgement(editor.shown, label.label), verdict });
    this.portal.announcer.say(
      `${labelName(label.label)} ${verdict === "approve" ? "approved" : "rejected"}.`,
    );
    if (verdict === "reject") void this.rows[at]?.focusComment();
    else this.goTo(this.firstOpen(at));
  }

  /** The first label from here on that has no verdict, else where one is. */
  private firstOpen(from = 0): number {
    const { draft, editor } = this.desk;
    const open = this.labels.findIndex(
      (label, index) => index >= from && !draft.isJudged(editor.shown, label),
    );
    return open < 0 ? from : open;
  }

  protected override async blocked(): Promise<void> {
    await this.updateComplete;
    const { draft, editor } = this.desk;
    const onShown = this.labels.some(({ label }) => draft.problemOf(editor.shown, label) !== "");
    if (!onShown && draft.wrongAnswer !== undefined) await editor.show(draft.wrongAnswer);
    await this.updateComplete;
    const wrong = [...this.rows].find((row) => row.problem !== "");
    if (wrong !== undefined) wrong.focus();
    else if (draft.problems.length > 0) this.form.focus();
  }
}

function wrongText(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "One label needs your attention." : `${count} labels need your attention.`;
}
