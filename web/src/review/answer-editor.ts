import type { EditedAnswer } from "../app/api";
import type { Clock } from "../ui/clock";
import { canonicalJson, type JsonObject } from "../ui/json";
import type { FrameMode } from "../work/frame-connection";
import type { FrameEnd } from "./answer-in-frame";
import { FrameEditor } from "./frame-editor";
import type { Review } from "./review";

/** What the reviewer changed, complete and valid; `invalid` where the template finds it incomplete or is silent. */
export type FinishedAnswers = { name: "finished"; edited: EditedAnswer[] } | { name: "invalid" };

const SILENT = "The template did not answer. Try again, or undo your changes.";

/**
 * One of the answers under review in the template's frame, as its author left it, and what the reviewer changes in it
 * once they ask to. Fires `change`.
 */
export class AnswerEditor extends FrameEditor {
  shown: number;
  private begun = false;

  constructor(
    private readonly review: Review,
    end: () => FrameEnd | null,
    clock: Clock,
  ) {
    super(end, clock, () => review.complain(SILENT));
    this.shown = review.answers[0]?.answer ?? 0;
  }

  /** True once the reviewer changes labels, or asked to. */
  get editing(): boolean {
    return this.begun || this.review.edits.size > 0;
  }

  override get mode(): FrameMode {
    return this.editing ? "review" : "readonly";
  }

  override get original(): JsonObject {
    return this.review.answer(this.shown)?.content ?? {};
  }

  /** Lets the reviewer change what the frame shows. */
  edit(): void {
    this.begun = true;
    this.applyMode();
  }

  override async ready(): Promise<void> {
    if (this.frame.connection !== null) await this.frame.settleIn(this.changed);
  }

  /** Shows another answer, as the reviewer left it. */
  async show(answer: number): Promise<void> {
    this.shown = answer;
    if (this.frame.connection !== null) await this.frame.show(this.original, this.changed);
    this.dispatchEvent(new Event("change"));
  }

  override point(label: string): void {
    this.frame.connection?.show(label);
  }

  /** Drops what was changed in the answer that is shown. */
  async undo(): Promise<void> {
    this.review.edit(this.shown, null);
    this.begun = false;
    await this.show(this.shown);
    this.applyMode();
  }

  override drafted(content: JsonObject, unplaced: JsonObject | null): void {
    const unchanged = this.frame.isUnchanged(content, unplaced);
    if (unchanged !== null && this.editing) this.review.edit(this.shown, unchanged ? null : content);
  }

  /** What the reviewer changed, complete and valid. */
  async finished(): Promise<FinishedAnswers> {
    await this.collect();
    const edited: EditedAnswer[] = [];
    for (const answer of this.changedAnswers()) {
      if (answer !== this.shown) await this.show(answer);
      const content = await this.frame.finish();
      if (content === null) return { name: "invalid" };
      if (canonicalJson(content) !== canonicalJson(this.original)) edited.push({ answer, content });
    }
    return { name: "finished", edited };
  }

  private get changed(): JsonObject | null {
    return this.review.edits.get(this.shown) ?? null;
  }

  // The one that is shown goes first, so that the frame changes as little as can be.
  private changedAnswers(): number[] {
    const others = [...this.review.edits.keys()].filter((answer) => answer !== this.shown);
    return this.review.edits.has(this.shown) ? [this.shown, ...others] : others;
  }

  private applyMode(): void {
    this.frame.connection?.setMode(this.mode);
    this.dispatchEvent(new Event("change"));
  }
}
