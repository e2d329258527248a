import type { Clock } from "../ui/clock";
import { canonicalJson, isJsonObject, type JsonObject } from "../ui/json";
import type { FrameConnection } from "../work/frame-connection";

/** The portal's end of a template's frame, as far as answers go through it. */
export type FrameEnd = Pick<FrameConnection, "collect" | "load" | "setMode" | "submit" | "show">;

const ANSWER_WITHIN = 5_000;

/**
 * One answer in the template's frame.
 *
 * A template may show an answer with defaults of its own, so what counts as a change is measured against what the frame
 * itself reports right after an answer was set.
 */
export class AnswerInFrame {
  private asShown: JsonObject | null = null;
  private unplaced: JsonObject = {};
  private settle: ((answer: JsonObject | null) => void) | null = null;
  private turn = 0;

  constructor(
    private readonly end: () => FrameEnd | null,
    private readonly clock: Clock,
    /** The template does not answer when it is asked for what it shows. */
    private readonly silent: () => void,
  ) {}

  get connection(): FrameEnd | null {
    return this.end();
  }

  /** Puts an answer into the frame in place of what is there. */
  async show(original: JsonObject, changed: JsonObject | null): Promise<void> {
    this.end()?.load(original);
    await this.settleIn(changed);
  }

  /** The frame has got an answer: takes note of how it shows it, then sets what was changed. */
  async settleIn(changed: JsonObject | null): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    this.asShown = null;
    const frame = this.end();
    const content = (await frame?.collect()) ?? null;
    if (turn !== this.turn) return;
    if (changed !== null) frame?.load(changed);
    this.asShown = content;
  }

  /** Whether this is what the frame showed at first; null while that is not known. */
  isUnchanged(content: JsonObject, unplaced: JsonObject | null): boolean | null {
    if (unplaced !== null) this.unplaced = unplaced;
    return this.asShown === null ? null : canonicalJson(content) === canonicalJson(this.asShown);
  }

  /** The template hands its answer over, or null where it finds it incomplete; false where nobody asked it to. */
  answered(answer: JsonObject | null): boolean {
    const { settle } = this;
    settle?.(answer);
    return settle !== null;
  }

  /** The complete answer, with the parts for which the template has no element; null where the template gives none. */
  async finish(): Promise<JsonObject | null> {
    const answer = await this.submit();
    return answer === null ? null : withParts(answer, this.unplaced);
  }

  private submit(): Promise<JsonObject | null> {
    return new Promise((resolve) => {
      const cancelTimer = this.clock.after(ANSWER_WITHIN, () => {
        this.silent();
        this.settle?.(null);
      });
      this.settle = (answer) => {
        cancelTimer();
        this.settle = null;
        resolve(answer);
      };
      this.end()?.submit();
    });
  }
}

// Parts for which the template has no element are no less part of the answer.
function withParts(answer: JsonObject, parts: JsonObject): JsonObject {
  const merged = { ...answer };
  for (const [name, part] of Object.entries(parts)) {
    const own = merged[name];
    if (own === undefined) merged[name] = part;
    else if (isJsonObject(own) && isJsonObject(part)) merged[name] = { ...part, ...own };
  }
  return merged;
}
