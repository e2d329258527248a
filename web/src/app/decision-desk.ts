import { mostAgreed } from "./agreement";
import { AnswerEditor, type FrameEnd } from "./answer-editor";
import type { Assignment, HandIn, LabelVerdict, Problem } from "./api";
import type { Clock } from "./clock";
import type { FrameMessage } from "./frame-messages";
import type { JsonObject } from "./json";
import { Review } from "./review";
import type { FirstAttempt, SubmissionQueue } from "./submission-queue";
import type { WorkSession } from "./work-session";

export interface DecisionDeskParts {
  session: Pick<WorkSession, "assignment" | "decide" | "draft">;
  frame: () => FrameEnd | null;
  queue: Pick<SubmissionQueue, "discard">;
  clock: Clock;
}

/** What became of a decision that left the desk. */
export type Decided = Exclude<FirstAttempt, { name: "refused" }> | { name: "lost"; problem: Problem };

const SAVE_AFTER = 1_000;

/**
 * Where a person reviews a task or decides between its answers: the answers, what is said of them, and the ways to
 * hand the decision in.
 *
 * Fires `change`, `blocked` where a decision cannot be made as it stands, and `decided` (a CustomEvent with `Decided`).
 * What the server finds missing is shown at its label and the work goes on.
 */
export class DecisionDesk extends EventTarget {
  readonly review: Review;
  readonly editor: AnswerEditor;
  /** True while a decision is being checked or sent. */
  busy = false;
  private cancelSave: (() => void) | null = null;
  private stopped = false;

  constructor(private readonly parts: DecisionDeskParts) {
    super();
    const { kind, answers, decision } = this.assignment;
    this.review = new Review(answers);
    const first = kind === "consensus" && decision !== "determine" ? mostAgreed(answers) : undefined;
    this.editor = new AnswerEditor(this.review, parts.frame, parts.clock, decision !== "determine", first);
    this.review.addEventListener("change", () => this.changed());
    this.editor.addEventListener("change", () => this.changed());
  }

  get assignment(): Assignment {
    return this.parts.session.assignment;
  }

  /** Takes over what was said before, and shows what the server refused of it. */
  restore(draft: JsonObject | null, refused: { problem: Problem; handIn: HandIn } | null): void {
    if (draft !== null) this.review.restore(draft);
    if (refused !== null) this.review.refuse(refused.problem, sentVerdicts(refused.handIn));
  }

  stop(): void {
    this.stopped = true;
    this.cancelSave?.();
  }

  /** What the frame says; `submit` there means the same as approving here. */
  frameSays(message: FrameMessage): void {
    switch (message.type) {
      case "ready":
        void this.editor.ready();
        break;
      case "draft":
        this.editor.drafted(message.data, message.unplaced);
        break;
      case "invalid":
        this.editor.invalid();
        break;
      case "submit":
        if (!this.editor.answered(message.answer) && message.userGesture) void this.approve();
        break;
    }
  }

  /** What was said and changed so far, or null where nothing was. */
  async unfinished(): Promise<JsonObject | null> {
    await this.editor.collect();
    const untouched = !this.review.begun && this.parts.session.draft.content === null;
    return untouched ? null : this.review.toDraft();
  }

  /** Hands in what the person is about to do: reject where something is rejected, else approve. */
  async decide(): Promise<void> {
    await (this.review.rejects ? this.reject() : this.approve());
  }

  /** Approves the work, with what was changed in it; between annotators, says what they agree on. */
  async approve({ all = false } = {}): Promise<void> {
    if (this.assignment.kind === "consensus") await this.settle();
    else await this.attempt(() => this.approval(all));
  }

  /** Sends the work back; between annotators, says that there is no consensus. */
  async reject(): Promise<void> {
    await this.attempt(async () => {
      if (this.assignment.kind === "consensus")
        return { action: "reject", comment: this.review.comment.trim(), label_verdicts: [] };
      const rejection = this.review.rejection();
      return rejection === null ? null : { action: "reject", ...rejection };
    });
  }

  /** The answer that is shown wins as its author gave it. */
  async choose(): Promise<void> {
    await this.attempt(async () => this.agreement(this.editor.original, this.editor.shown));
  }

  private async settle(): Promise<void> {
    if (this.assignment.decision === "determine") return this.choose();
    await this.attempt(async () => {
      const finished = await this.editor.finishShown();
      if (finished.name === "invalid") return null;
      if (finished.name === "edited") return this.agreement(finished.edited.content, undefined);
      return this.agreement(this.editor.original, this.editor.shown);
    });
  }

  private agreement(content: JsonObject, winner: number | undefined): HandIn {
    const comment = this.review.comment.trim();
    const agreed: HandIn = { action: "approve", comment, label_verdicts: [], content };
    return winner === undefined ? agreed : { ...agreed, answer: winner };
  }

  private async approval(all: boolean): Promise<HandIn | null> {
    const finished = await this.editor.finished();
    if (finished.name === "invalid") return null;
    const approval = this.review.approval(all, finished.name === "edited" ? finished.edited : null);
    return approval === null ? null : { action: "approve", ...approval };
  }

  private async attempt(prepare: () => Promise<HandIn | null>): Promise<void> {
    if (this.busy || this.stopped) return;
    this.setBusy(true);
    try {
      const handIn = await prepare();
      if (handIn === null) this.dispatchEvent(new Event("blocked"));
      else await this.handIn(handIn);
    } finally {
      this.setBusy(false);
    }
  }

  private async handIn(handIn: HandIn): Promise<void> {
    this.cancelSave?.();
    const outcome = await this.parts.session.decide(handIn, this.review.toDraft());
    if (outcome.name !== "refused") return this.left(outcome);
    if (!isCorrectable(outcome.problem)) return this.left({ name: "lost", problem: outcome.problem });
    if (this.stopped) return; // it stays in the outbox, from where the work can be opened again
    await this.parts.queue.discard(outcome.submissionId);
    this.review.refuse(outcome.problem, sentVerdicts(handIn));
    this.dispatchEvent(new Event("blocked"));
  }

  private left(decided: Decided): void {
    this.dispatchEvent(new CustomEvent("decided", { detail: decided }));
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
    this.cancelSave?.();
    if (this.stopped || this.busy) return;
    this.cancelSave = this.parts.clock.after(SAVE_AFTER, () => this.save());
  }

  private save(): void {
    if (this.review.begun || this.parts.session.draft.content !== null)
      void this.parts.session.draft.save(this.review.toDraft());
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.dispatchEvent(new Event("change"));
  }
}

function sentVerdicts(handIn: HandIn): readonly LabelVerdict[] {
  return handIn.action === "submit" ? [] : handIn.label_verdicts;
}

function isCorrectable(problem: Problem): boolean {
  return problem.status === 400 || problem.status === 413 || problem.status === 422;
}
