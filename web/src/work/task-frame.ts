import type { Assignment, PrefetchedAssignment } from "../app/api";
import type { JsonObject } from "../ui/json";
import type { DraftChoices } from "./drafts";
import type { FrameConnection, FrameMode } from "./frame-connection";
import type { FrameMessage, FrameShortcut } from "./frame-messages";
import type { FrameSource, TemplateFrame } from "./template-frame";

const SHOWN_PROBLEMS = 5;

/** The template of one task: where it loads from, and what it said of itself so far. Fires `change`. */
export class TaskFrame extends EventTarget {
  source: FrameSource | null = null;
  ready = false;
  /** It did not get ready in time, or there is none. */
  late = false;
  shortcuts: FrameShortcut[] = [];
  hasInstructions = false;
  unplaced: JsonObject = {};
  problems: string[] = [];
  /** Where it shows, while it does. */
  element: TemplateFrame | null = null;
  /** The last draft that came before anybody listened. */
  unheard: JsonObject | null = null;
  private spoiled = false;

  constructor(
    readonly assignment: Assignment | PrefetchedAssignment,
    readonly drafts: DraftChoices,
  ) {
    super();
  }

  get connection(): FrameConnection | null {
    return this.element?.connection ?? null;
  }

  /** Loads the template, with what it is to show. */
  load(draft: JsonObject | null, mode: FrameMode): void {
    const { frame_url: url } = this.assignment;
    this.source = url === null ? null : { url, draft, mode };
    Object.assign(this, { ready: false, late: url === null, shortcuts: [], hasInstructions: false });
    Object.assign(this, { unplaced: {}, problems: [], unheard: null, spoiled: false });
    this.changed();
  }

  /** Takes over one that loaded out of sight; what handed in or failed there begins anew. */
  reveal(): void {
    if ((this.spoiled || this.late) && this.source !== null) this.load(this.source.draft, this.source.mode);
  }

  heard(message: FrameMessage): void {
    if (message.type === "ready") {
      const { shortcuts, hasInstructions, unplaced } = message;
      Object.assign(this, { ready: true, shortcuts, hasInstructions, unplaced });
    } else if (message.type === "draft") {
      if (message.unplaced !== null) this.unplaced = message.unplaced;
    } else if (message.type === "error") {
      this.problem(`The template reports a problem: ${message.message}`);
    }
    this.changed();
  }

  /** As `heard`, before the task shows. */
  heardAhead(message: FrameMessage): void {
    if (message.type === "submit" || message.type === "invalid" || message.type === "hotkey")
      this.spoiled = true;
    if (message.type === "draft") this.unheard = message.data;
    this.heard(message);
  }

  problem(text: string): void {
    if (this.problems.includes(text) || this.problems.length >= SHOWN_PROBLEMS) return;
    this.problems = [...this.problems, text];
    this.changed();
  }

  neverReady(): void {
    this.late = true;
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
