import type { Assignment, Extension, HandIn, PortalApi } from "../app/api";
import type { Clock, ServerClock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import { ActiveTime } from "./active-time";
import { DraftSaver, type LocalDrafts } from "./drafts";
import { linksOf } from "./fresh-links";
import { AssignmentLease } from "./lease";
import type { FirstAttempt, SubmissionQueue } from "./submission-queue";

export interface WorkSessionParts {
  api: Pick<
    PortalApi,
    "heartbeat" | "open" | "extend" | "release" | "decline" | "skip" | "saveDraft" | "send"
  >;
  clock: Clock;
  serverClock: Pick<ServerClock, "now" | "until">;
  queue: Pick<SubmissionQueue, "add" | "addAndSend">;
  localDrafts: LocalDrafts;
  newSubmissionId: () => string;
}

const WARNING = 2 * 60_000;
const LEAVING = 1_500;
/** How long handing in waits for a task that was fetched ahead to be opened. */
const OPENING = 2_000;
/** How long people wait to hear whether a decision is accepted before they may go on. */
const DECIDING = 5_000;

/** How long before the end of a hold people are warned: two minutes, or half of a shorter hold. */
export function warningLead(limit: number): number {
  return Math.min(WARNING, limit / 2);
}

/**
 * One person's work on one assignment, from taking it to handing it in: lease, draft, active time and the ways out.
 *
 * Fires `warning` shortly before the hold ends; the lease and the draft saver fire their own events.
 */
export class WorkSession extends EventTarget {
  readonly lease: AssignmentLease;
  readonly draft: DraftSaver;
  readonly activeTime: ActiveTime;
  /** How the time can be extended, or null. */
  extension: Extension | null;
  private cancelWarning: (() => void) | null = null;

  constructor(
    readonly assignment: Assignment,
    private readonly userId: string,
    private readonly parts: WorkSessionParts,
    visible: boolean,
    /** True for work that was fetched ahead and is not accepted yet. */
    unopened = false,
  ) {
    super();
    const { api, clock, serverClock, localDrafts } = parts;
    this.extension = assignment.extension ?? null;
    this.lease = new AssignmentLease(assignment, api, clock, serverClock, unopened);
    this.draft = new DraftSaver(
      (content) => localDrafts.save(userId, assignment.id, content),
      (content) => this.lease.use((token) => api.saveDraft(assignment.id, token, content)),
      clock,
    );
    this.activeTime = new ActiveTime(clock, visible);
    this.lease.addEventListener("renewed", () => void this.draft.retry());
    this.lease.addEventListener("lost", () => void this.draft.stop());
  }

  start(): void {
    this.lease.start();
    this.scheduleWarning();
  }

  /** Ends heartbeats and draft uploads; the work stays reserved until the hold ends. */
  stop(): void {
    this.lease.stop();
    this.cancelWarning?.();
    void this.draft.stop();
  }

  /** Keeps the content on this device and gives the server a moment to take it as well; then stops. */
  async pause(content: JsonObject | null): Promise<void> {
    if (content !== null) await this.atMost(LEAVING, this.draft.save(content));
    this.stop();
  }

  /** Keeps content on this device whatever has become of the lease. */
  async keepOnDevice(content: JsonObject): Promise<void> {
    try {
      await this.parts.localDrafts.save(this.userId, this.assignment.id, content);
    } catch (error) {
      console.warn("The draft cannot be kept on this device", error);
    }
  }

  /** Milliseconds since the task was accepted, on the server's clock. */
  elapsed(): number {
    return this.parts.serverClock.now() - Date.parse(this.lease.acceptedAt);
  }

  /** The whole time for this task, in milliseconds. */
  limit(): number {
    const hold = Date.parse(this.lease.holdUntil) - Date.parse(this.lease.acceptedAt);
    return Math.max(hold, this.assignment.time_limit_seconds * 1000, 0);
  }

  /** How long before the end the person is warned, in milliseconds. */
  get warningLead(): number {
    return warningLead(this.limit());
  }

  /** Milliseconds until the hold ends. */
  remaining(): number {
    return this.parts.serverClock.until(this.lease.holdUntil);
  }

  /** Hands the answer to the submission queue, which keeps it until the server has it. */
  async submit(content: JsonObject): Promise<void> {
    const activeSeconds = this.activeTime.seconds();
    this.stop();
    // The queue keeps the answer too, and it is the queue that the next task waits for.
    void this.keepOnDevice(content);
    await this.atMost(OPENING, this.lease.settled());
    await this.parts.queue.add(
      { ...this.assignment, lease: this.lease.current },
      { submissionId: this.parts.newSubmissionId(), handIn: { action: "submit", content }, activeSeconds },
    );
  }

  /**
   * Hands a decision to the submission queue and tells what the server said of it, or `waiting` where it says nothing
   * for a while. The work goes on after a refusal: what is missing can be added and decided anew.
   */
  async decide(handIn: HandIn, draft: JsonObject): Promise<FirstAttempt> {
    await this.keepOnDevice(draft);
    await this.atMost(OPENING, this.lease.settled());
    const sent = this.parts.queue.addAndSend(
      { ...this.assignment, lease: this.lease.current },
      {
        submissionId: this.parts.newSubmissionId(),
        handIn,
        activeSeconds: this.activeTime.seconds(),
      },
    );
    const outcome = await Promise.race([sent, this.waitingAfter(DECIDING)]);
    if (outcome.name !== "refused") this.stop();
    return outcome;
  }

  /** Asks for more time, by what the project gives. */
  async extend(): Promise<void> {
    const extended = await this.lease.use((token) => this.parts.api.extend(this.assignment.id, token));
    this.extension = extended.extension;
    this.lease.extended(extended);
    this.cancelWarning?.();
    this.scheduleWarning();
  }

  /** New addresses of a data group's files, by tile; none where they cannot be had now. */
  async freshLinks(): Promise<Record<string, string>> {
    try {
      const page = await this.lease.reopen();
      return page === null ? {} : await linksOf(page);
    } catch (error) {
      console.warn("The links to the files of this task cannot be renewed", error);
      return {};
    }
  }

  /** Tells the managers what is wrong with the task, and keeps it. */
  async reportProblem(text: string, label: string): Promise<void> {
    const path = `/v1/assignments/${encodeURIComponent(this.assignment.id)}/problems`;
    await this.lease.use((token) =>
      this.parts.api.send("POST", path, { lease_token: token, text, ...(label === "" ? {} : { label }) }),
    );
  }

  /** Puts the task off: it goes to others, and to this person after everything else. */
  async skip(reason: string): Promise<void> {
    await this.giveBack((token) => this.parts.api.skip(this.assignment.id, token, reason));
  }

  /** Gives the task back for good: it is not offered to this person again. */
  async decline(reason: string): Promise<void> {
    await this.giveBack((token) => this.parts.api.decline(this.assignment.id, token, reason));
  }

  /** Gives the task back to the queue. */
  async release(): Promise<void> {
    await this.giveBack((token) => this.parts.api.release(this.assignment.id, token));
  }

  private async giveBack(request: (token: string) => Promise<void>): Promise<void> {
    await this.lease.use(request);
    this.stop();
    await this.parts.localDrafts.forget(this.userId, this.assignment.id);
  }

  private waitingAfter(wait: number): Promise<FirstAttempt> {
    return new Promise((resolve) => this.parts.clock.after(wait, () => resolve({ name: "waiting" })));
  }

  private atMost(wait: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.parts.clock.after(wait, resolve);
      work.then(resolve, reject).finally(cancel);
    });
  }

  private scheduleWarning(): void {
    const wait = this.remaining() - warningLead(this.limit());
    if (wait <= 0) {
      if (this.remaining() > 0) this.dispatchEvent(new Event("warning"));
      return;
    }
    this.cancelWarning = this.parts.clock.after(Math.min(wait, 3_600_000), () => this.scheduleWarning());
  }
}
