import type { Assignment } from "../app/api";
import type { Portal } from "../app/portal";
import type { Decided } from "../review/decision-desk";
import { type Desk, openDesk } from "../review/decision-screen";
import type { JsonObject } from "../ui/json";
import type { DraftChoice } from "./drafts";
import type { FrameHotkey, FrameMessage } from "./frame-messages";
import type { QueuedSubmission } from "./submission-queue";
import type { TaskFrame } from "./task-frame";
import { WorkSession } from "./work-session";

const SUBMIT_ANSWER_WITHIN = 5_000;
/** What a frame says without the person doing anything; a draft also where it was collected. */
const UNASKED: ReadonlySet<FrameMessage["type"]> = new Set(["height", "ready", "renew", "error"]);
const SILENT = "The template did not answer to Submit. Try again, or use the template's own button.";

export interface OpenTaskParts {
  portal: Portal;
  userId: string;
  visible: boolean;
  /** True for work that was fetched ahead and is not accepted yet. */
  unopened: boolean;
  /** The draft that the person asked for in place of the newer one. */
  wished: DraftChoice | null;
  /** What was decided about this task before and refused. */
  refused: QueuedSubmission | undefined;
}

/**
 * A task that a person works on: the session, the template's frame, the desk where it is to be decided, the draft.
 *
 * Fires `change`, `handed-in`, `decided` (a CustomEvent with `Decided`), `lost` and `hotkey` (a CustomEvent with its id).
 */
export class OpenTask extends EventTarget {
  readonly session: WorkSession;
  /** Where the work is to decide on the answers of others; null where it is to answer. */
  readonly desk: Desk | null;
  shownDraft: DraftChoice | null;
  otherDraft: DraftChoice | null;
  /** What was typed last, or shown first. */
  keptContent: JsonObject | null;
  /** Why the template's answer cannot be handed in as it stands. */
  invalid = "";
  endsSoon = false;
  handedIn = false;
  /** True once the next task was asked for. */
  askedAhead = false;
  private cancelSubmitTimer: (() => void) | null = null;

  constructor(
    readonly assignment: Assignment,
    readonly frame: TaskFrame,
    private readonly parts: OpenTaskParts,
  ) {
    super();
    const { wished, portal } = parts;
    this.shownDraft = wished ?? frame.drafts.chosen;
    this.otherDraft = wished === null ? frame.drafts.other : null;
    this.session = new WorkSession(assignment, parts.userId, portal, parts.visible, parts.unopened);
    this.desk = assignment.kind === "annotate" ? null : this.prepareDesk();
    this.keptContent = (this.desk === null ? frame.unheard : null) ?? this.shownDraft?.content ?? null;
    this.follow();
  }

  /** Loads the template, or goes on with one that loaded ahead. */
  start(): void {
    const { desk, frame } = this;
    if (frame.source === null)
      frame.load(desk?.editor.original ?? this.shownDraft?.content ?? null, desk?.editor.mode ?? "edit");
    else frame.reveal();
    if (frame.ready) void desk?.editor.ready();
    this.session.start();
    if (desk === null && frame.unheard !== null) void this.session.draft.save(frame.unheard);
  }

  stop(): void {
    this.cancelSubmitTimer?.();
    this.session.stop();
    this.desk?.stop();
  }

  /** The template says something. */
  heard(message: FrameMessage): void {
    if (!UNASKED.has(message.type) && !isCollected(message)) this.session.activeTime.input();
    this.frame.heard(message);
    if (message.type === "invalid") this.showInvalid(message.count, message.first);
    if (message.type === "hotkey") this.pressed(message.id);
    if (message.type === "renew") void this.renewLinks();
    if (this.desk !== null) this.desk.frameSays(message);
    else if (message.type === "draft") this.keepDraft(message.data);
    else if (message.type === "submit") void this.handIn(message.answer);
  }

  /** Asks the template for its answer, to hand it in. */
  submit(): void {
    if (this.handedIn) return;
    if (!this.frame.ready) {
      this.parts.portal.announcer.say("The task is not ready yet.");
      return;
    }
    this.invalid = "";
    this.cancelSubmitTimer?.();
    this.cancelSubmitTimer = this.parts.portal.clock.after(SUBMIT_ANSWER_WITHIN, () => this.complain(SILENT));
    // What it handed in before may have been too large to be taken: its form is locked since.
    this.frame.connection?.setMode("edit");
    this.frame.connection?.submit();
    this.changed();
  }

  /** What is typed right now, or null where the template does not say. */
  async unfinished(): Promise<JsonObject | null> {
    if (this.desk !== null) return this.desk.unfinished();
    return (await this.frame.connection?.collect()) ?? null;
  }

  async saveNow(): Promise<boolean> {
    const content = await this.unfinished();
    if (content === null) return false;
    await this.session.draft.save(content);
    return true;
  }

  private follow(): void {
    const { session } = this;
    session.addEventListener("warning", () => {
      this.endsSoon = true;
      this.changed();
    });
    session.draft.addEventListener("change", () => this.changed());
    session.lease.addEventListener("renewed", () => this.renewed());
    session.lease.addEventListener("unreachable", () => this.changed());
    session.lease.addEventListener("lost", () => void this.lost());
    this.frame.addEventListener("change", () => this.changed());
  }

  private renewed(): void {
    if (this.session.remaining() > this.session.warningLead) this.endsSoon = false;
    this.changed();
  }

  private prepareDesk(): Desk {
    const { portal, refused } = this.parts;
    const desk = openDesk({
      session: this.session,
      frame: () => this.frame.connection,
      queue: portal.queue,
      clock: portal.clock,
    });
    desk.restore(
      this.shownDraft?.content ?? null,
      refused?.refused ? { problem: refused.refused, handIn: refused.handIn } : null,
    );
    desk.addEventListener("decided", (event) => this.decided((event as CustomEvent<Decided>).detail));
    return desk;
  }

  private decided(decided: Decided): void {
    if (decided.name === "lost") {
      this.keptContent = this.desk?.draft.toDraft() ?? null;
      this.stop();
    } else {
      this.handedIn = true;
      this.desk?.stop();
    }
    this.dispatchEvent(new CustomEvent("decided", { detail: decided }));
  }

  // What was typed is kept, whatever became of the lease.
  private async lost(): Promise<void> {
    if (this.handedIn || this.desk?.busy === true || this.session.lease.loss === null) return;
    this.dispatchEvent(new Event("lost"));
    const content = (await this.unfinished()) ?? this.session.draft.content;
    if (content !== null) {
      this.keptContent = content;
      this.changed();
      await this.session.keepOnDevice(content);
    }
    this.frame.connection?.setMode("readonly");
  }

  private keepDraft(content: JsonObject): void {
    this.keptContent = content;
    if (this.session.lease.loss === null && !this.handedIn) void this.session.draft.save(content);
  }

  // A template may submit at any time, also without a click; it counts once, while the task is open.
  private async handIn(answer: JsonObject): Promise<void> {
    this.cancelSubmitTimer?.();
    if (this.handedIn || this.session.lease.loss !== null) return;
    this.handedIn = true;
    this.invalid = "";
    await this.session.submit(answer);
    this.dispatchEvent(new Event("handed-in"));
  }

  private async renewLinks(): Promise<void> {
    if (this.handedIn || this.session.lease.loss !== null) return;
    this.frame.connection?.giveLinks(await this.session.freshLinks());
  }

  private showInvalid(count: number, first: string): void {
    this.cancelSubmitTimer?.();
    const places = count === 1 ? "One part needs" : `${count} parts need`;
    this.complain(
      `${places} your attention before this can be submitted${first === "" ? "." : `: ${first}`}`,
    );
  }

  private complain(text: string): void {
    this.invalid = text;
    this.changed();
  }

  private pressed(id: FrameHotkey): void {
    this.dispatchEvent(new CustomEvent("hotkey", { detail: id }));
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function isCollected(message: FrameMessage): boolean {
  return message.type === "draft" && message.collectId !== null;
}
