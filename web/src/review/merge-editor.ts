import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import type { FrameMode } from "../work/frame-connection";
import type { FrameEnd } from "./answer-in-frame";
import type { Consensus } from "./consensus";
import { FrameEditor } from "./frame-editor";

const SILENT = "The template did not answer. Try again, or begin again with the merged answers.";

/** The merged draft of several answers in the template's frame, where the person who decides may change it. */
export class MergeEditor extends FrameEditor {
  constructor(
    private readonly consensus: Consensus,
    end: () => FrameEnd | null,
    clock: Clock,
  ) {
    super(end, clock, () => consensus.complain(SILENT));
  }

  override get mode(): FrameMode {
    return this.consensus.refines ? "review" : "readonly";
  }

  override get original(): JsonObject {
    return this.consensus.merged;
  }

  override async ready(): Promise<void> {
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

  override point(label: string): void {
    if (this.consensus.refines) this.frame.connection?.show(label);
  }

  override drafted(content: JsonObject, unplaced: JsonObject | null): void {
    const unchanged = this.frame.isUnchanged(content, unplaced);
    if (unchanged !== null && this.consensus.refines) this.consensus.type(unchanged ? null : content);
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
