import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import type { FrameMode } from "../work/frame-connection";
import { AnswerInFrame, type FrameEnd } from "./answer-in-frame";
import type { Consensus } from "./consensus";

const SILENT = "The template did not answer. Try again, or begin again with the merged answers.";

/** The merged draft of several answers in the template's frame, where the person who decides may change it. */
export class MergeEditor {
  private readonly frame: AnswerInFrame;

  constructor(
    private readonly consensus: Consensus,
    end: () => FrameEnd | null,
    clock: Clock,
  ) {
    this.frame = new AnswerInFrame(end, clock, () => consensus.complain(SILENT));
  }

  /** How the frame is to behave. */
  get mode(): FrameMode {
    return this.consensus.refines ? "review" : "readonly";
  }

  /** What the frame starts with. */
  get original(): JsonObject {
    return this.consensus.merged;
  }

  /** The frame shows `original` now. */
  async ready(): Promise<void> {
    if (this.frame.connection !== null) await this.frame.settleIn(null);
  }

  /** An answer wins, or becomes the draft as a whole. */
  async pick(answer: number): Promise<void> {
    this.consensus.pick(answer);
    await this.reload();
  }

  /** Takes one field, by its JSON Pointer, as an answer gives it. */
  async take(field: string, answer: number): Promise<void> {
    await this.collect();
    this.consensus.take(field, answer);
    await this.reload();
  }

  /** Drops everything that was picked, taken and typed. */
  async reset(): Promise<void> {
    this.consensus.reset();
    await this.reload();
  }

  /** Marks a field in the frame and brings it into view. */
  point(label: string): void {
    if (this.consensus.refines) this.frame.connection?.show(label);
  }

  /** The frame reports its content. */
  drafted(content: JsonObject, unplaced: JsonObject | null): void {
    const unchanged = this.frame.isUnchanged(content, unplaced);
    if (unchanged !== null && this.consensus.refines) this.consensus.type(unchanged ? null : content);
  }

  /** The template hands its answer over; false where nobody asked it to. */
  answered(answer: JsonObject): boolean {
    this.frame.connection?.setMode(this.mode); // a form locks itself when it is submitted
    return this.frame.answered(answer);
  }

  /** The template says that its answer is incomplete. */
  invalid(): void {
    this.frame.answered(null);
  }

  /** Takes notice of what is in the frame right now. */
  async collect(): Promise<void> {
    const content = await this.frame.connection?.collect();
    if (content) this.drafted(content, null);
  }

  /** What the annotators should agree on, complete and valid; null where the template finds it incomplete. */
  async finished(): Promise<JsonObject | null> {
    await this.collect();
    return this.consensus.edited ? this.frame.finish() : this.consensus.merged;
  }

  private async reload(): Promise<void> {
    if (this.consensus.refines && this.frame.connection !== null)
      await this.frame.show(this.consensus.merged, null);
  }
}
