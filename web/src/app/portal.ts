import type { Clock, ServerClock } from "../ui/clock";
import type { LocalDrafts } from "../work/drafts";
import type { LastSubmission } from "../work/last-submission";
import type { SubmissionQueue } from "../work/submission-queue";
import type { Assignment, PortalApi } from "./api";
import type { HotkeyRegistry } from "./hotkeys";
import type { Preferences } from "./preferences";
import type { Router } from "./router";
import type { Session } from "./session";

/** Everything a page of the portal works with. */
export interface Portal {
  api: PortalApi;
  clock: Clock;
  serverClock: ServerClock;
  session: Session;
  router: Router;
  queue: SubmissionQueue;
  lastSubmission: LastSubmission;
  localDrafts: LocalDrafts;
  hotkeys: HotkeyRegistry;
  preferences: Preferences;
  announcer: Announcer;
  handover: TaskHandover;
  newSubmissionId: () => string;
}

/** Says something to screen readers without moving the focus. Fires `change`. */
export class Announcer extends EventTarget {
  text = "";

  say(text: string): void {
    this.text = text;
    this.dispatchEvent(new Event("change"));
  }
}

/** Carries a task that was just taken, or a word about the last one, to the page that shows next. */
export class TaskHandover {
  private taken: Assignment | null = null;
  private notice = "";

  giveTask(assignment: Assignment): void {
    this.taken = assignment;
  }

  takeTask(id: string): Assignment | null {
    const task = this.taken?.id === id ? this.taken : null;
    this.taken = null;
    return task;
  }

  giveNotice(notice: string): void {
    this.notice = notice;
  }

  takeNotice(): string {
    const notice = this.notice;
    this.notice = "";
    return notice;
  }
}
