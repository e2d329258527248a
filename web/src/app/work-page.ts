import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import "./decision-panel";
import "./draft-notice";
import "./give-back-dialog";
import "./lost-work";
import "./modal-dialog";
import "./previous-reviews";
import "./review-panel";
import "./template-frame";
import "./unplaced-parts";
import "./work-notices";
import "./work-status";
import "./work-toolbar";
import type { Assignment, SessionInfo, WorkKind } from "./api";
import { type Decided, DecisionDesk } from "./decision-desk";
import { draftText } from "./draft-notice";
import { chooseDraft, type DraftChoice } from "./drafts";
import type { FrameMessage, FrameShortcut } from "./frame-messages";
import type { GiveBack } from "./give-back-dialog";
import type { Hotkey } from "./hotkeys";
import { isJsonObject, type JsonObject } from "./json";
import type { LeaseLoss } from "./lease";
import type { Portal } from "./portal";
import { styles } from "./styles";
import type { QueuedSubmission } from "./submission-queue";
import type { FrameSource, TemplateFrame } from "./template-frame";
import { momentText } from "./time-text";
import { Watch } from "./watch";
import { workPageStyles } from "./work-page-styles";
import { WorkSession } from "./work-session";
import type { WorkStatus } from "./work-status";
import { type WorkWords, workWords } from "./work-words";

type Phase = WorkStatus | { name: "working" } | { name: "lost"; loss: LeaseLoss };

interface FrameInfo {
  ready: boolean;
  late: boolean;
  shortcuts: FrameShortcut[];
  hasInstructions: boolean;
  unplaced: JsonObject;
  problems: string[];
}

const FRESH_FRAME: FrameInfo = {
  ready: false,
  late: false,
  shortcuts: [],
  hasInstructions: false,
  unplaced: {},
  problems: [],
};

const SUBMIT_ANSWER_WITHIN = 5_000;
const SHOWN_PROBLEMS = 5;
const INPUT_EVENTS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** One task: the template in its frame, the toolbar around it, and every way out. */
@customElement("loupe-work")
export class WorkPage extends LitElement {
  static override styles = [styles, workPageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property() assignmentId = "";
  @state() private phase: Phase = { name: "opening" };
  @state() private source: FrameSource | null = null;
  @state() private frameInfo = FRESH_FRAME;
  @state() private shownDraft: DraftChoice | null = null;
  @state() private otherDraft: DraftChoice | null = null;
  @state() private invalid = "";
  @state() private endsSoon = false;
  @state() private keptContent: JsonObject | null = null;
  @state() private giveBack: GiveBack | null = null;
  @state() private showDescription = false;
  @query("loupe-work-toolbar, loupe-work-status") private head!: HTMLElement | null;
  @query("loupe-template-frame") private frame!: TemplateFrame | null;

  private session: WorkSession | null = null;
  /** Where the work is to decide on the answers of others; null where it is to answer. */
  private desk: DecisionDesk | null = null;
  private queue: { project: string; stage: string } | null = null;
  private cancelSubmitTimer: (() => void) | null = null;
  private removeHotkeys: (() => void) | null = null;
  private removeSubmitHotkey: (() => void) | null = null;
  private handedIn = false;
  private kind: WorkKind = "annotate";

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences, this.portal.hotkeys]);
  }

  /** Shortcuts that the template offers, for the help overlay. */
  get frameShortcuts(): FrameShortcut[] {
    return this.frameInfo.shortcuts;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.registerHotkeys();
    for (const name of INPUT_EVENTS) window.addEventListener(name, this.onInput, { passive: true });
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onOnline);
    this.portal.queue.addEventListener("accepted", this.onAccepted);
    this.portal.queue.addEventListener("change", this.onQueueChange);
    this.portal.router.beforeLeave = () => this.pause();
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeHotkeys?.();
    this.removeSubmitHotkey?.();
    this.cancelSubmitTimer?.();
    this.stopWork();
    for (const name of INPUT_EVENTS) window.removeEventListener(name, this.onInput);
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onOnline);
    this.portal.queue.removeEventListener("accepted", this.onAccepted);
    this.portal.queue.removeEventListener("change", this.onQueueChange);
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("phase")) void this.focusHeading();
  }

  override render() {
    if (this.phase.name === "working" || this.phase.name === "lost")
      return this.session === null ? nothing : this.renderTask(this.session);
    return html`<loupe-work-status
      .status=${this.phase}
      .words=${this.words}
      .kept=${this.keptContent}
      @open=${() => this.open()}
      @take-next=${this.takeNext}
      @leave=${this.toMyWork}
    ></loupe-work-status>`;
  }

  private get words(): WorkWords {
    return workWords(this.kind);
  }

  private async focusHeading(): Promise<void> {
    const { head } = this;
    if (head instanceof LitElement) await head.updateComplete;
    head?.focus();
  }

  private renderTask(session: WorkSession) {
    const { assignment } = session;
    const working = this.phase.name === "working";
    const side = this.renderSide(session);
    return html`
      <loupe-work-toolbar
        .portal=${this.portal}
        .session=${session}
        .working=${working}
        .ready=${this.frameInfo.ready}
        .instructions=${this.hasInstructions(assignment)}
        .draft=${working ? draftText(session.draft.state, session.lease.reachable) : ""}
      ></loupe-work-toolbar>
      <div class="notices">${this.renderNotices(session)}</div>
      <div class="task ${side.length > 0 ? "with-side" : ""}">
        ${this.source === null ? nothing : this.renderFrame(this.source, assignment)}
        ${side.length > 0 ? html`<div class="side ${assignment.kind}">${side}</div>` : nothing}
      </div>
      ${
        this.giveBack === null
          ? nothing
          : html`<loupe-give-back
            .kind=${this.giveBack}
            .session=${session}
            @given-back=${this.onGivenBack}
            @close=${() => {
              this.giveBack = null;
            }}
          ></loupe-give-back>`
      }
      ${this.showDescription ? this.renderDescription(assignment) : nothing}
    `;
  }

  private renderFrame(source: FrameSource, assignment: Assignment) {
    return html`<loupe-template-frame
      .source=${source}
      .clock=${this.portal.clock}
      .theme=${this.portal.preferences.shownTheme}
      .singleKeys=${this.portal.hotkeys.singleKeys}
      .label=${assignment.title}
      @frame-message=${this.onFrameMessage}
      @frame-problem=${(event: CustomEvent<string>) => this.addProblem(event.detail)}
      @frame-never-ready=${this.onNeverReady}
    ></loupe-template-frame>`;
  }

  private renderSide({ assignment }: WorkSession): unknown[] {
    const side: unknown[] = [];
    if (this.desk !== null) side.push(keyed(this.desk, this.renderDesk(this.desk)));
    if (assignment.previous.length > 0) side.push(this.renderPrevious(assignment));
    if (Object.keys(this.frameInfo.unplaced).length > 0)
      side.push(
        html`<loupe-unplaced-parts .parts=${this.frameInfo.unplaced} ?decides=${this.desk !== null}></loupe-unplaced-parts>`,
      );
    return side;
  }

  private renderPrevious({ kind, draft, previous }: Assignment) {
    const judged = draft?.saved_at === null && isJsonObject(draft.content) ? draft.content : null;
    return html`<loupe-previous-reviews
      .previous=${previous}
      .content=${judged}
      ?rework=${kind === "annotate"}
    ></loupe-previous-reviews>`;
  }

  private renderDesk(desk: DecisionDesk) {
    const enabled =
      this.phase.name === "working" && !this.handedIn && (this.frameInfo.ready || this.frameInfo.late);
    return desk.assignment.kind === "review"
      ? html`<loupe-review-panel .portal=${this.portal} .desk=${desk} ?enabled=${enabled}></loupe-review-panel>`
      : html`<loupe-decision-panel .portal=${this.portal} .desk=${desk} ?enabled=${enabled}></loupe-decision-panel>`;
  }

  private renderNotices(session: WorkSession) {
    const { ready, late, problems } = this.frameInfo;
    const working = this.phase.name === "working";
    const missing = this.source === null ? "no-template" : "not-ready";
    return html`
      ${this.phase.name === "lost" ? this.renderLost(this.phase.loss) : nothing}
      <loupe-work-notices
        ?working=${working}
        ?endsSoon=${this.endsSoon}
        .reachable=${session.lease.reachable}
        .invalid=${this.invalid}
        .problems=${problems}
        .missing=${late && !ready ? missing : null}
        @reload=${this.reload}
      ></loupe-work-notices>
      ${working ? this.renderDraftNotice() : nothing}
    `;
  }

  private renderDraftNotice() {
    const { shownDraft, otherDraft } = this;
    if (shownDraft === null) return nothing;
    return html`<loupe-draft-notice
      .shown=${shownDraft}
      .other=${otherDraft}
      @use-other=${() => this.useDraft(otherDraft)}
      @close=${() => {
        this.shownDraft = null;
      }}
    ></loupe-draft-notice>`;
  }

  private renderLost(loss: LeaseLoss) {
    return html`<loupe-lost-work .loss=${loss} .content=${this.keptContent} what=${this.words.noun}>
      ${
        loss === "opened-elsewhere"
          ? html`<button class="primary" @click=${() => this.open()}>Continue here</button>`
          : html`<button class="primary" @click=${this.takeNext}>Take the next task</button>`
      }
      <button @click=${this.toMyWork}>Back to My work</button>
    </loupe-lost-work>`;
  }

  private renderDescription(assignment: Assignment) {
    return html`<loupe-dialog
      heading="Instructions"
      @close=${() => {
        this.showDescription = false;
      }}
      ><p class="description">${assignment.description}</p></loupe-dialog
    >`;
  }

  private registerHotkeys(): () => void {
    return this.portal.hotkeys.register(
      { id: "save", keys: ["$mod+s"], label: "Save the draft now", run: () => void this.saveNow() },
      { id: "instructions", keys: ["i"], label: "Instructions", run: () => this.toggleInstructions() },
      { id: "focus", keys: ["f", "e"], label: "Go into the task", run: () => this.frame?.focusTemplate() },
      { id: "later", keys: ["p"], label: "Stop and resume later", run: () => void this.later() },
      { id: "release", keys: ["l"], label: "Release task", run: () => this.askGiveBack("release") },
      { id: "decline", keys: ["s"], label: "Decline task", run: () => this.askGiveBack("decline") },
      { id: "next", keys: ["n"], label: "Take the next task once this one is over", run: () => this.next() },
    );
  }

  private async begin(): Promise<void> {
    const taken = this.portal.handover.takeTask(this.assignmentId);
    const waiting = this.portal.queue.waiting.find((entry) => entry.assignmentId === this.assignmentId);
    if (taken !== null) await this.show(taken);
    else if (waiting !== undefined) this.showWaiting(waiting);
    else await this.open();
  }

  // Opening the task would take the lease away from the answer that is being sent.
  private showWaiting(waiting: QueuedSubmission): void {
    this.queue = waiting;
    this.kind = waiting.handIn.action === "submit" ? "annotate" : "review";
    this.handedIn = true;
    this.phase = { name: "on-its-way" };
  }

  /** Opens the task on the server, under a new lease, and shows it with the wished or else the newer draft. */
  private async open(wished: DraftChoice | null = null): Promise<void> {
    try {
      const assignment = await this.portal.api.open(this.assignmentId);
      await this.show(assignment, wished);
    } catch (error) {
      const kept = await this.portal.localDrafts.find(this.info.user.id, this.assignmentId);
      this.keptContent = this.keptContent ?? kept?.content ?? null;
      this.stopWork();
      this.phase = { name: "open-failed", error };
    }
  }

  private async show(assignment: Assignment, wished: DraftChoice | null = null): Promise<void> {
    this.stopWork();
    const local = await this.portal.localDrafts.find(this.info.user.id, assignment.id);
    const { chosen, other } = chooseDraft(local, assignment.draft);
    this.shownDraft = wished ?? chosen;
    this.otherDraft = wished === null ? other : null;
    const session = this.prepareSession(assignment);
    this.session = session;
    this.queue = assignment;
    this.kind = assignment.kind;
    this.prepareDesk(session, this.shownDraft);
    this.source =
      assignment.frame_url === null
        ? null
        : {
            url: assignment.frame_url,
            draft: this.desk?.editor.original ?? this.shownDraft?.content ?? null,
            mode: this.desk?.editor.mode ?? "edit",
          };
    this.frameInfo = { ...FRESH_FRAME, late: this.source === null };
    this.keptContent = this.shownDraft?.content ?? null;
    this.invalid = "";
    this.handedIn = false;
    this.phase = { name: "working" };
    session.start();
    document.title = `${assignment.title || assignment.project} · Loupe`;
  }

  private stopWork(): void {
    this.session?.stop();
    this.desk?.stop();
  }

  // The panels of a desk bring their own way to hand in.
  private prepareDesk(session: WorkSession, draft: DraftChoice | null): void {
    this.removeSubmitHotkey?.();
    this.removeSubmitHotkey = null;
    this.desk = null;
    if (session.assignment.kind === "annotate") {
      this.removeSubmitHotkey = this.portal.hotkeys.register(this.submitHotkey);
      return;
    }
    const desk = new DecisionDesk({
      session,
      frame: () => this.frame?.connection ?? null,
      queue: this.portal.queue,
      clock: this.portal.clock,
    });
    const refused = this.refusedDecision;
    desk.restore(
      draft?.content ?? null,
      refused?.refused ? { problem: refused.refused, handIn: refused.handIn } : null,
    );
    desk.addEventListener("decided", (event) => void this.onDecided((event as CustomEvent<Decided>).detail));
    this.desk = desk;
  }

  private get submitHotkey(): Hotkey {
    return { id: "submit", keys: ["$mod+Enter"], label: "Submit", run: () => this.submit() };
  }

  private prepareSession(assignment: Assignment): WorkSession {
    const visible = document.visibilityState === "visible";
    const session = new WorkSession(assignment, this.info.user.id, this.portal, visible);
    this.endsSoon = false;
    session.addEventListener("warning", () => {
      this.endsSoon = true;
    });
    session.draft.addEventListener("change", () => this.requestUpdate());
    session.lease.addEventListener("renewed", () => this.requestUpdate());
    session.lease.addEventListener("unreachable", () => this.requestUpdate());
    session.lease.addEventListener("lost", () => void this.onLost(session));
    return session;
  }

  private async onLost(session: WorkSession): Promise<void> {
    const leaving = this.handedIn || this.desk?.busy === true;
    if (session !== this.session || leaving || session.lease.loss === null) return;
    this.phase = { name: "lost", loss: session.lease.loss };
    this.giveBack = null;
    const content = (await this.unfinished()) ?? session.draft.content;
    if (content !== null) {
      this.keptContent = content;
      await session.keepOnDevice(content);
    }
    this.frame?.connection?.setMode("readonly");
  }

  private readonly onFrameMessage = (event: CustomEvent<FrameMessage>): void => {
    const message = event.detail;
    if (message.type !== "height" && message.type !== "ready") this.session?.activeTime.input();
    switch (message.type) {
      case "ready":
        this.frameInfo = { ...this.frameInfo, ...message, ready: true };
        this.desk?.frameSays(message);
        break;
      case "draft":
        if (message.unplaced !== null) this.frameInfo = { ...this.frameInfo, unplaced: message.unplaced };
        if (this.desk !== null) this.desk.frameSays(message);
        else this.keepDraft(message.data);
        break;
      case "submit":
        if (this.desk !== null) this.desk.frameSays(message);
        else void this.handIn(message.answer);
        break;
      case "invalid":
        this.showInvalid(message.count, message.first);
        this.desk?.frameSays(message);
        break;
      case "hotkey":
        this.portal.hotkeys.run(message.id);
        break;
      case "error":
        this.addProblem(`The template reports a problem: ${message.message}`);
        break;
    }
  };

  private keepDraft(content: JsonObject): void {
    this.keptContent = content;
    if (this.phase.name === "working") void this.session?.draft.save(content);
  }

  private readonly onNeverReady = (): void => {
    this.frameInfo = { ...this.frameInfo, late: true };
  };

  private addProblem(text: string): void {
    const { problems } = this.frameInfo;
    if (problems.includes(text) || problems.length >= SHOWN_PROBLEMS) return;
    this.frameInfo = { ...this.frameInfo, problems: [...problems, text] };
  }

  private submit(): void {
    if (this.phase.name !== "working") return;
    if (!this.frameInfo.ready) {
      this.portal.announcer.say("The task is not ready yet.");
      return;
    }
    this.invalid = "";
    this.cancelSubmitTimer?.();
    this.cancelSubmitTimer = this.portal.clock.after(SUBMIT_ANSWER_WITHIN, () => {
      this.invalid = "The template did not answer to Submit. Try again, or use the template's own button.";
    });
    this.frame?.connection?.submit();
  }

  private showInvalid(count: number, first: string): void {
    this.cancelSubmitTimer?.();
    const places = count === 1 ? "One part needs" : `${count} parts need`;
    this.invalid = `${places} your attention before this can be submitted${first === "" ? "." : `: ${first}`}`;
  }

  // A template may submit at any time, also without a click; it counts once, while the task is open.
  private async handIn(answer: JsonObject): Promise<void> {
    this.cancelSubmitTimer?.();
    if (this.phase.name !== "working" || this.handedIn || this.session === null) return;
    this.handedIn = true;
    this.invalid = "";
    await this.session.submit(answer);
    await this.takeNext();
  }

  private async onDecided(decided: Decided): Promise<void> {
    if (decided.name === "lost") {
      const elsewhere = decided.problem.type.endsWith("/lease-lost");
      this.keptContent = this.desk?.review.toDraft() ?? null;
      this.stopWork();
      this.phase = { name: "lost", loss: elsewhere ? "opened-elsewhere" : "closed" };
      return;
    }
    this.handedIn = true;
    this.desk?.stop();
    if (decided.name === "accepted") await this.takeNext();
    else this.phase = { name: "on-its-way" };
  }

  private readonly takeNext = async (): Promise<void> => {
    if (this.queue === null) return;
    const submitted = this.handedIn;
    if (submitted) this.phase = { name: "moving-on" };
    try {
      const next = await this.portal.api.next(this.queue);
      if (!this.isConnected) return;
      if (next === null) await this.finishQueue(submitted);
      else await this.goTo(next, submitted);
    } catch (error) {
      if (submitted) this.phase = { name: "no-next", error };
      else this.phase = { name: "open-failed", error };
    }
  };

  private async goTo(next: Assignment, submitted: boolean): Promise<void> {
    this.portal.announcer.say(submitted ? `${this.words.handedIn}. Next task.` : "Next task.");
    this.portal.handover.giveTask(next);
    await this.portal.router.go({ name: "work", assignment: next.id }, { replace: true });
  }

  private async finishQueue(submitted: boolean): Promise<void> {
    this.portal.handover.giveNotice(
      `${submitted ? `${this.words.handedIn}. ` : ""}Nothing more waits in this queue right now.`,
    );
    await this.portal.router.go({ name: "my-work" }, { replace: true });
  }

  private readonly onGivenBack = async (event: CustomEvent<GiveBack>): Promise<void> => {
    this.handedIn = true;
    this.giveBack = null;
    const declined = event.detail === "decline";
    this.portal.handover.giveNotice(
      declined
        ? "Task declined: it will not be offered to you again."
        : "Task released: it is back in its queue.",
    );
    await this.toMyWork();
  };

  private askGiveBack(kind: GiveBack): void {
    if (this.phase.name === "working") this.giveBack = kind;
  }

  private async later(): Promise<void> {
    const session = this.session;
    if (this.phase.name !== "working" || session === null) return;
    this.portal.handover.giveNotice(
      `The task is reserved for you until ${momentText(session.lease.holdUntil)}. Resume it from here.`,
    );
    await this.toMyWork();
  }

  private readonly toMyWork = async (): Promise<void> => {
    await this.portal.router.go({ name: "my-work" });
  };

  private next(): void {
    if (this.phase.name === "working")
      this.portal.announcer.say("Submit, release or decline this task first.");
    else void this.takeNext();
  }

  private async pause(): Promise<void> {
    if (this.handedIn || this.phase.name !== "working") return;
    await this.session?.pause(await this.unfinished());
  }

  private async saveNow(): Promise<void> {
    const content = await this.unfinished();
    if (content === null) return;
    await this.session?.draft.save(content);
    this.portal.announcer.say("Draft saved.");
  }

  private async unfinished(): Promise<JsonObject | null> {
    if (this.desk !== null) return this.desk.unfinished();
    return (await this.frame?.connection?.collect()) ?? null;
  }

  private readonly reload = async (): Promise<void> => {
    await this.pause();
    await this.open();
  };

  private async useDraft(draft: DraftChoice | null): Promise<void> {
    this.session?.stop();
    await this.open(draft);
  }

  private hasInstructions(assignment: Assignment): boolean {
    return this.frameInfo.hasInstructions || assignment.description !== "";
  }

  private toggleInstructions(): void {
    if (this.frameInfo.hasInstructions) {
      this.frame?.focusTemplate();
      this.frame?.connection?.toggleInstructions();
    } else if (this.session !== null && this.session.assignment.description !== "") {
      this.showDescription = true;
    }
  }

  private readonly onInput = (): void => this.session?.activeTime.input();

  private readonly onVisibility = (): void => {
    const visible = document.visibilityState === "visible";
    this.session?.activeTime.setVisible(visible);
    if (this.phase.name !== "working") return;
    if (visible) void this.session?.lease.renewNow();
    else void this.frame?.connection?.collect();
  };

  // The server took an answer, so it can be reached again.
  private readonly onAccepted = (event: Event): void => {
    const { assignmentId } = (event as CustomEvent<QueuedSubmission>).detail;
    if (this.phase.name === "no-next") void this.takeNext();
    else if (this.phase.name === "on-its-way" && assignmentId === this.assignmentId)
      this.phase = { name: "arrived" };
  };

  // A decision that the server refused after all goes on where it was made.
  private readonly onQueueChange = (): void => {
    const refused = this.refusedDecision;
    if (this.phase.name !== "on-its-way" || refused?.refused?.status !== 422) return;
    this.phase = { name: "opening" };
    void this.open();
  };

  private get refusedDecision(): QueuedSubmission | undefined {
    return this.portal.queue.refused.find(
      ({ assignmentId, handIn }) => assignmentId === this.assignmentId && handIn.action !== "submit",
    );
  }

  private readonly onOnline = (): void => {
    void this.session?.lease.renewNow();
  };
}
