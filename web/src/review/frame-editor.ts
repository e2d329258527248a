import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import type { FrameMode } from "../work/frame-connection";
import { AnswerInFrame, type FrameEnd } from "./answer-in-frame";
import type { DeskEditor } from "./decision-desk";

/** Base of what holds the answers of others in the template's frame. */
export abstract class FrameEditor extends EventTarget implements DeskEditor {
  protected readonly frame: AnswerInFrame;

  /** `silent` is told where the template does not answer. */
  constructor(end: () => FrameEnd | null, clock: Clock, silent: () => void) {
    super();
    this.frame = new AnswerInFrame(end, clock, silent);
  }

  /** How the frame is to behave. */
  abstract readonly mode: FrameMode;

  /** What the frame starts with. */
  abstract readonly original: JsonObject;

  /** The frame shows `original` now. */
  abstract ready(): Promise<void>;

  /** The frame reports its content. */
  abstract drafted(content: JsonObject, unplaced: JsonObject | null): void;

  /** Marks a label in the frame and brings it into view. */
  abstract point(label: string): void;

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
}
