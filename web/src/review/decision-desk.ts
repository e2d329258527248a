import type { Assignment, HandIn, LabelVerdict, Problem } from "../app/api";
import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import type { FrameMode } from "../work/frame-connection";
import type { FrameMessage } from "../work/frame-messages";
import type { LeaseLoss } from "../work/lease";
import type { FirstAttempt, SubmissionQueue } from "../work/submission-queue";
import type { WorkSession } from "../work/work-session";
import type { FrameEnd } from "./answer-in-frame";
import type { DecisionDraft } from "./decision-draft";

export interface DecisionDeskParts {
  session: Pick<WorkSession, "assignment" | "decide" | "draft" | "freshLinks" | "remaining">;
  frame: () => FrameEnd | null;
  queue: Pick<SubmissionQueue, "discard">;
  clock: Clock;
}

/** What became of a decision that left the desk. */
export type Decided =
  | Exclude<FirstAttempt, { name: "refused" }>
  | { name: "lost"; problem: Problem; loss: LeaseLoss };

/** What holds the answer in the template's frame. */
export interface DeskEditor {
  /** How the frame is to behave. */
  readonly mode: FrameMode;
  /** What the frame starts with. */
  readonly original: JsonObject;
  ready(): Promise<void>;
  drafted(content: JsonObject, unplaced: JsonObject | null): void;
  answered(answer: JsonObject): boolean;
  invalid(): void;
  collect(): Promise<void>;
  point(label: string): void;
}

const SAVE_AFTER = 1_000;

/**
 * Where a person decides on the answers of others: what they said so far, and the ways to hand the decision in.
 *
 * Fires `change`, `blocked` where a decision cannot be made as it stands, and `decided` (a CustomEvent with `Decided`).
 * What the server finds missing is shown at its label and the work goes on.
 */
export abstract class DecisionDesk extends EventTarget {
  abstract readonly draft: DecisionDraft;
  abstract readonly editor: DeskEditor;
  /** True while a decision is being checked or sent. */
  busy = false;
  private cancelSave: (() => void) | null = null;
  private stopped = false;

  constructor(protected readonly parts: DecisionDeskParts) {
    super();
  }

  get assignment(): Assignment {
    return this.parts.session.assignment;
  }

  /** Takes over what was said before, and shows what the server refused of it. */
  restore(draft: JsonObject | null, refused: { problem: Problem; handIn: HandIn } | null): void {
    if (draft !== null) this.draft.restore(draft);
    if (refused !== null) this.draft.refuse(refused.problem, sentVerdicts(refused.handIn));
  }

  /** As the session's. */
  async freshLinks(): Promise<Record<string, string>> {
    return this.stopped ? {} : this.parts.session.freshLinks();
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
        this.saveNow(); // the frame has waited for a pause already
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
    return this.isUntouched ? null : this.draft.toDraft();
  }

  /** Keeps what was said so far without waiting for a pause. */
  saveNow(): void {
    this.cancelSave?.();
    if (!this.stopped && !this.busy && !this.isUntouched)
      void this.parts.session.draft.save(this.draft.toDraft());
  }

  /** Hands in what the person is about to do: reject where something is rejected, else approve. */
  async decide(): Promise<void> {
    await (this.draft.rejects ? this.reject() : this.approve());
  }

  /** Approves the work, with what was changed in it; between annotators, says what they agree on. */
  abstract approve(): Promise<void>;

  /** Sends the work back; between annotators, says that there is no consensus. */
  abstract reject(): Promise<void>;

  /** Hands in what `prepare` comes to, once at a time; null stands for something that is in the way. */
  protected async attempt(prepare: () => Promise<HandIn | null>): Promise<void> {
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

  protected readonly changed = (): void => {
    this.dispatchEvent(new Event("change"));
    this.cancelSave?.();
    if (this.stopped || this.busy) return;
    this.cancelSave = this.parts.clock.after(SAVE_AFTER, () => this.saveNow());
  };

  private get isUntouched(): boolean {
    return !this.draft.begun && this.parts.session.draft.content === null;
  }

  private async handIn(handIn: HandIn): Promise<void> {
    this.cancelSave?.();
    const outcome = await this.parts.session.decide(handIn, this.draft.toDraft());
    if (outcome.name !== "refused") return this.left(outcome);
    const { problem } = outcome;
    if (!isCorrectable(problem)) return this.left({ name: "lost", problem, loss: this.lossBy(problem) });
    if (this.stopped) return; // it stays in the outbox, from where the work can be opened again
    await this.parts.queue.discard(outcome.submissionId);
    this.draft.refuse(problem, sentVerdicts(handIn));
    this.dispatchEvent(new Event("blocked"));
  }

  private lossBy(problem: Problem): LeaseLoss {
    if (this.parts.session.remaining() <= 0) return "hold-ended";
    return problem.type.endsWith("/lease-lost") ? "opened-elsewhere" : "closed";
  }

  private left(decided: Decided): void {
    this.dispatchEvent(new CustomEvent("decided", { detail: decided }));
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
