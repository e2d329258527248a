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
    /** When the links in it were made, in milliseconds of the portal's clock. */
    readonly since: number,
  ) {
    super();
  }

  get connection(): FrameConnection | null {
    return this.element?.connection ?? null;
  }

  /** Loads the template, with what it is to show. */
  load(draft: JsonObject | null, mode: FrameMode, ahead = false): void {
    const { frame_url: url } = this.assignment;
    this.source = url === null ? null : { url, draft, mode, ahead };
    Object.assign(this, { ready: false, late: url === null, shortcuts: [], hasInstructions: false });
    Object.assign(this, { unplaced: {}, problems: [], unheard: null, spoiled: false });
    this.changed();
  }

  /**
   * Loads the template out of sight where what it is to begin with is known before the task is opened; false where it
   * is not, or the person's browser is to save data.
   */
  loadAhead(savesData: boolean): boolean {
    const { assignment, drafts } = this;
    const review = assignment.kind === "review";
    const known = assignment.kind === "annotate" || (review && drafts.chosen === null);
    if (!known || assignment.frame_url === null || savesData) return false;
    if (review) this.load(assignment.answers[0]?.content ?? {}, "readonly", true);
    else this.load(drafts.chosen?.content ?? null, "edit", true);
    return true;
  }

  /** Takes over one that loaded out of sight; what handed in or failed there begins anew. */
  reveal(): void {
    if (this.source === null) return;
    if (this.spoiled || this.late) this.load(this.source.draft, this.source.mode);
    else if (this.connection === null) this.source = { ...this.source, ahead: false };
    else this.connection.reveal();
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
