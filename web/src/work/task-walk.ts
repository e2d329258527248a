import type { Assignment, PrefetchedAssignment, WorkKind } from "../app/api";
import type { Portal } from "../app/portal";
import type { Decided } from "../review/decision-desk";
import type { JsonObject } from "../ui/json";
import { chooseDraft, type DraftChoice } from "./drafts";
import type { GiveBack } from "./give-back-dialog";
import type { LeaseLoss } from "./lease";
import { NextTask } from "./next-task";
import { OpenTask } from "./open-task";
import type { QueuedSubmission } from "./submission-queue";
import { takeNext } from "./taking";
import { TaskFrame } from "./task-frame";
import type { WorkStatus } from "./work-status";
import { type WorkWords, workWords } from "./work-words";

/** The task that shows is painted by then; fetching ahead would take computing time from that. In milliseconds. */
const AHEAD_AFTER = 150;
/** So long what is on its way is waited for: the next task, or work that goes back to its queue. In milliseconds. */
const ON_ITS_WAY = 1_000;
/** Links in a page last 15 minutes; what loaded ahead this long ago loads anew. */
const AHEAD_LASTS = 8 * 60_000;

export type WorkPhase = WorkStatus | { name: "working" } | { name: "lost"; loss: LeaseLoss };

/**
 * A person's way from task to task: opening one, handing it in or giving it back, going on with the next one, which is
 * fetched ahead and loads out of sight.
 *
 * Fires `change`, `turn` where another task or another phase shows, and `hotkey` (a CustomEvent with its id).
 */
export class TaskWalk extends EventTarget {
  phase: WorkPhase = { name: "opening" };
  task: OpenTask | null = null;
  /** The next task's template. */
  ahead: TaskFrame | null = null;
  /** What was typed into a task that cannot be opened. */
  keptContent: JsonObject | null = null;
  private assignmentId = "";
  private kind: WorkKind = "annotate";
  private queue: { project: string; stage: string } | null = null;
  private handedIn = false;
  private skipped = false;
  private over = false;
  /** The task that was fetched ahead, on the way to its place. */
  private upcoming: { assignment: PrefetchedAssignment; frame: TaskFrame | null } | null = null;
  private readonly next: NextTask;

  constructor(
    private readonly portal: Portal,
    private readonly userId: string,
  ) {
    super();
    this.next = new NextTask(portal.api, portal.queue, portal.clock, portal.serverClock);
    this.next.addEventListener("change", () => void this.loadAhead());
  }

  get working(): boolean {
    return this.phase.name === "working";
  }

  get words(): WorkWords {
    return workWords(this.kind);
  }

  /** Goes to a task: one that was fetched ahead or just taken, one whose answer is being sent, or one to open. */
  begin(assignmentId: string): void {
    this.assignmentId = assignmentId;
    this.portal.router.beforeLeave = () => this.leave();
    const { upcoming } = this;
    this.upcoming = null;
    if (upcoming?.assignment.id === assignmentId) {
      void this.showAhead(upcoming.assignment, upcoming.frame);
      return;
    }
    this.task?.stop();
    this.enter({ name: "opening" });
    const taken = this.portal.handover.takeTask(assignmentId);
    const waiting = this.portal.queue.waiting.find((entry) => entry.assignmentId === assignmentId);
    if (taken !== null) void this.show(taken);
    else if (waiting !== undefined) this.showWaiting(waiting);
    else void this.open();
  }

  /** Ends the walk; what was fetched ahead goes back. */
  end(): void {
    this.over = true;
    this.task?.stop();
    void this.next.release();
  }

  /** The page is about to close. */
  closing(): void {
    void this.next.release({ leaving: true });
  }

  /** Opens the task on the server, under a new lease, and shows it with the wished or else the newer draft. */
  async open(wished: DraftChoice | null = null): Promise<void> {
    const id = this.assignmentId;
    try {
      const assignment = await this.portal.api.open(id);
      if (id === this.assignmentId) await this.show(assignment, wished);
    } catch (error) {
      const kept = await this.portal.localDrafts.find(this.userId, id);
      this.keptContent = this.task?.keptContent ?? kept?.content ?? null;
      this.task?.stop();
      this.enter({ name: "open-failed", error });
    }
  }

  /** Loads the template anew; what was typed is kept. */
  async reload(): Promise<void> {
    await this.pause();
    await this.open();
  }

  async useDraft(draft: DraftChoice | null): Promise<void> {
    this.task?.session.stop();
    await this.open(draft);
  }

  async takeNext(): Promise<void> {
    if (this.queue === null) return;
    await this.atMost(ON_ITS_WAY, this.next.settled());
    const { ahead } = this;
    const fetched = this.next.take();
    if (fetched !== null) {
      this.upcoming = { assignment: fetched, frame: ahead?.assignment.id === fetched.id ? ahead : null };
      this.ahead = this.upcoming.frame;
      await this.portal.router.go({ name: "work", assignment: fetched.id }, { replace: true });
      return;
    }
    const submitted = this.handedIn;
    if (submitted) this.enter({ name: "moving-on" });
    try {
      const next = await takeNext(this.portal, this.queue);
      if (this.over) return;
      if (next === null) await this.stopHere("Nothing more waits in this queue right now.");
      else await this.goTo(next);
    } catch (error) {
      if (this.skipped) await this.stopHere("The next task could not be taken yet.");
      else this.enter(submitted ? { name: "no-next", error } : { name: "open-failed", error });
    }
  }

  /** The task was given back: after a skip the next one follows, else the person's list. */
  async gaveBack(kind: GiveBack): Promise<void> {
    if (this.task !== null) this.task.handedIn = true;
    if (kind === "skip") {
      this.skipped = true;
      await this.takeNext();
      return;
    }
    this.portal.handover.giveNotice(
      kind === "decline"
        ? "Task declined: it will not be offered to you again."
        : "Task released: it is back in its queue.",
    );
    await this.portal.router.go({ name: "my-work" });
  }

  visibilityChanged(visible: boolean): void {
    const { task } = this;
    task?.session.activeTime.setVisible(visible);
    if (!this.working) return;
    if (visible) void task?.session.lease.renewNow();
    else void task?.frame.connection?.collect();
  }

  /** The server took an answer, so it can be reached again. */
  accepted({ assignmentId }: QueuedSubmission): void {
    if (this.phase.name === "no-next") void this.takeNext();
    else if (this.phase.name === "on-its-way" && assignmentId === this.assignmentId)
      this.enter({ name: "arrived" });
  }

  /** A decision that the server refused after all goes on where it was made. */
  queueChanged(): void {
    if (this.phase.name !== "on-its-way" || this.refusedDecision?.refused?.status !== 422) return;
    this.enter({ name: "opening" });
    void this.open();
  }

  // Opening the task would take the lease away from the answer that is being sent.
  private showWaiting(waiting: QueuedSubmission): void {
    this.queue = waiting;
    this.kind = waiting.handIn.action === "submit" ? "annotate" : "review";
    this.handedIn = true;
    this.enter({ name: "on-its-way" });
  }

  private async show(assignment: Assignment, wished: DraftChoice | null = null): Promise<void> {
    const frame = await this.frameOf(assignment);
    if (assignment.id === this.assignmentId) this.put(assignment, frame, { wished, unopened: false });
  }

  private async showAhead(ahead: PrefetchedAssignment, loaded: TaskFrame | null): Promise<void> {
    const frame = loaded ?? (await this.frameOf(ahead));
    if (ahead.id !== this.assignmentId) return;
    this.portal.announcer.say(`${this.done}Next task.`);
    this.put(this.accepting(ahead), frame, { wished: null, unopened: true });
  }

  private async frameOf(assignment: Assignment | PrefetchedAssignment): Promise<TaskFrame> {
    const local = await this.portal.localDrafts.find(this.userId, assignment.id);
    return new TaskFrame(assignment, chooseDraft(local, assignment.draft), this.portal.clock.now());
  }

  // What the server will say within a moment, so that the task shows before.
  private accepting(ahead: PrefetchedAssignment): Assignment {
    const now = this.portal.serverClock.now();
    const holdUntil = new Date(now + ahead.time_limit_seconds * 1000).toISOString();
    return { ...ahead, accepted_at: new Date(now).toISOString(), hold_until: holdUntil };
  }

  private put(
    assignment: Assignment,
    frame: TaskFrame,
    how: { wished: DraftChoice | null; unopened: boolean },
  ): void {
    this.task?.stop();
    const task = new OpenTask(assignment, frame, {
      portal: this.portal,
      userId: this.userId,
      visible: document.visibilityState === "visible",
      refused: this.refusedDecision,
      ...how,
    });
    this.follow(task);
    if (frame === this.ahead) this.ahead = null;
    this.task = task;
    this.queue = assignment;
    this.kind = assignment.kind;
    this.handedIn = false;
    this.skipped = false;
    this.enter({ name: "working" });
    task.start();
  }

  private follow(task: OpenTask): void {
    const current = (then: (event: Event) => void) => (event: Event) => {
      if (task === this.task) then(event);
    };
    task.addEventListener(
      "change",
      current(() => this.taskChanged(task)),
    );
    task.addEventListener(
      "handed-in",
      current(() => this.moveOn()),
    );
    task.addEventListener(
      "lost",
      current(() => this.lost(task)),
    );
    task.addEventListener(
      "decided",
      current((event) => this.decided((event as CustomEvent<Decided>).detail)),
    );
    task.addEventListener(
      "hotkey",
      current((event) => this.portal.hotkeys.run((event as CustomEvent<string>).detail)),
    );
  }

  private taskChanged(task: OpenTask): void {
    this.changed();
    const settled = task.frame.ready || task.frame.late;
    if (!settled || task.askedAhead || !this.working || task.handedIn) return;
    task.askedAhead = true;
    this.portal.clock.after(AHEAD_AFTER, () => {
      if (task === this.task && this.working && !this.over && !task.handedIn)
        void this.next.fetch(task.assignment, () => this.wantsAhead);
    });
  }

  private get wantsAhead(): boolean {
    return !this.over && this.working && this.task?.session.activeTime.attentive === true;
  }

  // Loading a template costs the network something; whoever asked their browser to save that waits instead.
  private async loadAhead(): Promise<void> {
    const { waiting } = this.next;
    if (waiting !== null && this.ahead !== null && waiting.id === this.ahead.assignment.id) {
      if (this.portal.clock.now() - this.ahead.since < AHEAD_LASTS) return;
    }
    const frame = waiting === null ? null : await this.frameOf(waiting);
    if (this.next.waiting?.id !== waiting?.id) return;
    if (frame?.loadAhead(savesData())) this.ahead = frame;
    else if (this.upcoming === null) this.ahead = null;
    this.changed();
  }

  private lost(task: OpenTask): void {
    const { loss } = task.session.lease;
    if (loss === null) return;
    // Fetched ahead and gone before anything was typed: nobody has to know.
    if (loss === "not-taken" && task.session.draft.content === null) {
      this.moveOn();
      return;
    }
    this.enter({ name: "lost", loss });
  }

  private decided(decided: Decided): void {
    if (decided.name === "lost") {
      this.enter({ name: "lost", loss: decided.loss });
      return;
    }
    this.handedIn = true;
    if (decided.name === "accepted") void this.takeNext();
    else this.enter({ name: "on-its-way" });
  }

  private moveOn(): void {
    this.handedIn = true;
    void this.takeNext();
  }

  // What became of the task before, to be told with what follows.
  private get done(): string {
    if (this.skipped) return "Task skipped. ";
    return this.handedIn ? `${this.words.handedIn}. ` : "";
  }

  private async goTo(next: Assignment): Promise<void> {
    this.portal.announcer.say(`${this.done}Next task.`);
    this.portal.handover.giveTask(next);
    if (next.id === this.assignmentId) this.begin(next.id);
    else await this.portal.router.go({ name: "work", assignment: next.id }, { replace: true });
  }

  private async stopHere(why: string): Promise<void> {
    this.portal.handover.giveNotice(this.done + why);
    await this.portal.router.go({ name: "my-work" }, { replace: true });
  }

  private async leave(): Promise<void> {
    await this.pause();
    if (this.upcoming === null) await this.atMost(ON_ITS_WAY, this.next.release());
  }

  private atMost(wait: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.portal.clock.after(wait, resolve);
      work.then(resolve, reject).finally(cancel);
    });
  }

  private async pause(): Promise<void> {
    const { task } = this;
    if (task === null || task.handedIn || !this.working) return;
    await task.session.pause(await task.unfinished());
  }

  private get refusedDecision(): QueuedSubmission | undefined {
    return this.portal.queue.refused.find(
      ({ assignmentId, handIn }) => assignmentId === this.assignmentId && handIn.action !== "submit",
    );
  }

  private enter(phase: WorkPhase): void {
    this.phase = phase;
    this.dispatchEvent(new Event("turn"));
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
