import type { Clock } from "./clock";
import type { FrameConnection, FrameMode } from "./frame-connection";
import { canonicalJson, isJsonObject, type JsonObject } from "./json";
import type { EditedAnswer, Review } from "./review";

export type FrameEnd = Pick<FrameConnection, "collect" | "load" | "setMode" | "submit">;

/** The answer in the frame as it is to be handed in; `invalid` where the template finds it incomplete or is silent. */
export type FinishedAnswer =
  | { name: "unchanged" }
  | { name: "edited"; edited: EditedAnswer }
  | { name: "invalid" };

const ANSWER_WITHIN = 5_000;
const SILENT = "The template did not answer. Try again, or undo your changes.";
const SEVERAL_EDITED =
  "You changed several answers, but only one can be changed at a time: undo the other changes.";

/**
 * One of the answers under review in the template's frame, and what the reviewer changes in it.
 *
 * A template may show an answer with defaults of its own, so what counts as a change is measured against what the frame
 * itself reports right after an answer was set. Fires `change`.
 */
export class AnswerEditor extends EventTarget {
  shown: number;
  private asShown: JsonObject | null = null;
  private unplaced: JsonObject = {};
  private settle: ((answer: JsonObject | null) => void) | null = null;

  constructor(
    private readonly review: Review,
    private readonly frame: () => FrameEnd | null,
    private readonly clock: Clock,
    /** False where nothing may be changed, only chosen. */
    private readonly editable: boolean = true,
    first: number | undefined = review.answers[0]?.answer,
  ) {
    super();
    this.shown = first ?? 0;
  }

  /** How the frame is to behave. */
  get mode(): FrameMode {
    return this.editable ? "review" : "readonly";
  }

  /** What the frame starts with. */
  get original(): JsonObject {
    return this.review.answer(this.shown)?.content ?? {};
  }

  /** The frame shows `original` now. */
  async ready(): Promise<void> {
    const frame = this.frame();
    if (frame === null) return;
    await this.settleIn(frame);
  }

  /** Shows another answer, as the reviewer left it. */
  async show(answer: number): Promise<void> {
    const frame = this.frame();
    this.shown = answer;
    this.asShown = null;
    if (frame !== null) {
      frame.load(this.original);
      await this.settleIn(frame);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Drops what was changed in the answer that is shown. */
  async undo(): Promise<void> {
    this.review.edit(this.shown, null);
    await this.show(this.shown);
  }

  /** The frame reports its content. */
  drafted(content: JsonObject, unplaced: JsonObject | null): void {
    if (unplaced !== null) this.unplaced = unplaced;
    if (this.asShown === null || !this.editable) return;
    const same = canonicalJson(content) === canonicalJson(this.asShown);
    this.review.edit(this.shown, same ? null : content);
  }

  /** The template hands its answer over; false where nobody asked it to. */
  answered(answer: JsonObject): boolean {
    this.frame()?.setMode(this.mode); // a form locks itself when it is submitted
    const settle = this.settle;
    settle?.(answer);
    return settle !== null;
  }

  /** The template says that its answer is incomplete. */
  invalid(): void {
    this.settle?.(null);
  }

  /** Takes notice of what is in the frame right now. */
  async collect(): Promise<void> {
    const content = await this.frame()?.collect();
    if (content) this.drafted(content, null);
  }

  /** What the reviewer changed, complete and valid. */
  async finished(): Promise<FinishedAnswer> {
    await this.collect();
    const [edited, ...more] = this.review.edits.keys();
    if (edited === undefined || !this.editable) return { name: "unchanged" };
    if (more.length > 0) {
      this.review.complain(SEVERAL_EDITED);
      return { name: "invalid" };
    }
    if (edited !== this.shown) await this.show(edited);
    return this.finishShown();
  }

  /** What the frame shows, complete and valid. */
  async finishShown(): Promise<FinishedAnswer> {
    await this.collect();
    if (!this.review.edits.has(this.shown)) return { name: "unchanged" };
    const answer = await this.submitFrame();
    if (answer === null) return { name: "invalid" };
    const content = withParts(answer, this.unplaced);
    if (canonicalJson(content) === canonicalJson(this.original)) return { name: "unchanged" };
    return { name: "edited", edited: { answer: this.shown, content } };
  }

  private async settleIn(frame: FrameEnd): Promise<void> {
    const shown = this.shown;
    const content = await frame.collect();
    if (shown !== this.shown) return;
    const edit = this.review.edits.get(shown);
    if (edit !== undefined) frame.load(edit);
    this.asShown = content;
  }

  private submitFrame(): Promise<JsonObject | null> {
    return new Promise((resolve) => {
      const cancelTimer = this.clock.after(ANSWER_WITHIN, () => {
        this.review.complain(SILENT);
        this.settle?.(null);
      });
      this.settle = (answer) => {
        cancelTimer();
        this.settle = null;
        resolve(answer);
      };
      this.frame()?.submit();
    });
  }
}

// Parts for which the template has no element are no less part of the answer under review.
function withParts(answer: JsonObject, parts: JsonObject): JsonObject {
  const merged = { ...answer };
  for (const [name, part] of Object.entries(parts)) {
    const own = merged[name];
    if (own === undefined) merged[name] = part;
    else if (isJsonObject(own) && isJsonObject(part)) merged[name] = { ...part, ...own };
  }
  return merged;
}
